"""The loop around a pure workflow: send an input, keep the state, carry out the effects."""

from collections.abc import Callable
from typing import Generic, TypeVar

State = TypeVar("State")
Input = TypeVar("Input")
EffectT = TypeVar("EffectT")


class Machine(Generic[State, Input, EffectT]):
    """Holds one workflow's state on the UI thread and tells listeners about every change."""

    def __init__(
        self,
        step: Callable[[State, Input], tuple[State, tuple[EffectT, ...]]],
        start: State,
        carry_out: Callable[[EffectT], None],
    ) -> None:
        self._step = step
        self._carry_out = carry_out
        self._listeners: list[Callable[[State], None]] = []
        self.state = start

    def on_change(self, listener: Callable[[State], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def send(self, event: Input) -> None:
        """Apply one input; effects are started after the listeners saw the new state."""
        before = self.state
        self.state, effects = self._step(before, event)
        if self.state is not before:
            for listener in self._listeners:
                listener(self.state)
        for effect in effects:
            self._carry_out(effect)
