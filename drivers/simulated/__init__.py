"""Simulated devices, one per kind: a client half (the driver) and a hand half (what people do)."""
