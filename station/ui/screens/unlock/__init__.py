"""Before the station is open: nothing of anybody is shown here."""
