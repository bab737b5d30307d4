"""The keys service for the screens: requests are kept, the test says what came of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from station.domain.audit import KeyChange
from station.services.key_state import Custody, Holder, KeysState, KeyWork
from station.store.keyring import MachineKind
from station.workflow.notices import Notice

CUSTODY = Custody(
    holders=(
        Holder("高山", "op-5", passphrase=True, card=False, enabled=True),
        Holder("欧阳䶮安", "op-7", passphrase=True, card=True, enabled=True),
        Holder("阿卜杜热西提·买买提明·阿布力克木·吐尔逊", "op-8", False, False, enabled=False),
    ),
    recovery_made="2026-02-14",
    machine=None,
    machine_allowed=True,
    rotation_due=False,
)


class FakeKeys:
    """Answers at once unless the test shows a state of its own."""

    def __init__(self) -> None:
        self.state = KeysState(custody=CUSTODY)
        self.asked: list[str] = []
        self.folder: Path | None = None
        self.print_answer: Notice | None = None
        self._listeners: list[Callable[[KeysState], None]] = []

    def on_change(self, listener: Callable[[KeysState], None]) -> None:
        self._listeners.append(listener)

    def refresh(self) -> None:
        self.asked.append("refresh")
        self.show(self.state)

    def draw_sheet(self) -> None:
        self.asked.append("draw")
        self.show(replace(self.state, sheet_ready=True, changed=None, failure=""))

    def print_sheet(self, then: Callable[[Notice | None], None]) -> None:
        self.asked.append("print")
        if self.print_answer is None:
            self.show(replace(self.state, sheet_out=True))
        then(self.print_answer)

    def save_sheet(self, folder: Path) -> None:
        self.asked.append("save")
        self.folder = folder
        self.show(replace(self.state, sheet_out=True, saved_to=folder / "recovery-2026-03-02.pdf"))

    def adopt_sheet(self) -> None:
        self.asked.append("adopt")
        self.drop_sheet()
        self.show(replace(self.state, changed=KeyChange.RECOVERY_RENEWED))

    def drop_sheet(self) -> None:
        self.show(replace(self.state, sheet_ready=False, sheet_out=False, saved_to=None))

    def rotate(self) -> None:
        self.asked.append("rotate")
        self.show(replace(self.state, work=KeyWork.ROTATING, done=0.42))

    def set_machine(self) -> None:
        self.asked.append("machine on")
        custody = replace(CUSTODY, machine=MachineKind.TPM2)
        self.show(replace(self.state, custody=custody, changed=KeyChange.MACHINE_SET))

    def remove_machine(self) -> None:
        self.asked.append("machine off")
        self.show(replace(self.state, custody=CUSTODY, changed=KeyChange.SLOT_REMOVED))

    def show(self, state: KeysState) -> None:
        self.state = state
        for listener in self._listeners:
            listener(state)
