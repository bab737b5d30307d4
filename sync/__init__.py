"""Everything the station and the central platform say to each other, and how it travels."""
