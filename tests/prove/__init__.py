"""`./dev prove`: the full counts of what the tests show in small."""
