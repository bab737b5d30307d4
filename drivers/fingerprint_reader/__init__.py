"""Fingerprint readers, one module per model."""
