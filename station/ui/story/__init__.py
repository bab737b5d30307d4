"""The demo: a person's hands on keyboard, mouse and simulated devices, and nothing else."""
