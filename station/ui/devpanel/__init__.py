"""Levers of the simulated devices, on screen."""
