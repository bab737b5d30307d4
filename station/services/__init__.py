"""Carry out what the workflows ask for, and feed the answers back as inputs."""
