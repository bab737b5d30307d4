"""ID-card readers, one module per model; so far only the simulated one exists."""
