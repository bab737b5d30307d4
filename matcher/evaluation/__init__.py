"""Measure the matcher on a folder of impressions."""
