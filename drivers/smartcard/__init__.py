"""Smart cards over PC/SC."""
