"""Cameras, one module per way to reach them."""
