"""Printers, one module per kind of queue. PDF bytes go in, the end state comes back."""
