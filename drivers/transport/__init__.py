"""What bytes travel over, apart from what they mean."""
