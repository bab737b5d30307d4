"""The reference central platform: an application of its own, which nothing imports."""
