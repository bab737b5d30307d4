"""`./dev bench`: accuracy and speed, measured."""
