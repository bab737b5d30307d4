"""Widgets of the visual language. They show plain values and emit signals; rules live elsewhere."""
