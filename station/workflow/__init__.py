"""Pure state machines: `step(state, input) -> (state, effects)`. No clock, thread, device or Qt."""
