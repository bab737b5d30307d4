"""One file a screen. A screen shows a state and says what the operator wants; it holds no rules."""
