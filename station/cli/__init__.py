"""Commands of the station without a window, one file each."""
