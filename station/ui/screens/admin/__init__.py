"""The administration of a station: one page for each thing that is looked after."""
