"""The on-site station: confirmation desk and exam gate."""
