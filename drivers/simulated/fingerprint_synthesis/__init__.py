"""Synthetic fingerprints: ten stable fingers for every fictional person.

Results on these pictures prove plumbing and regressions; never quote them as field accuracy.
"""
