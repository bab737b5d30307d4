"""The keys' page: who and what opens this station, and every change to that.

A new recovery key takes effect only when its sheet has been printed or saved: no station is ever
left with a recovery key that nobody has on paper.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from station.domain.audit import DocumentPrinted, KeyChange, KeysChanged
from station.domain.rights import Action
from station.forms.errors import FormError
from station.forms.recovery_sheet import render
from station.services.guard import Guard
from station.services.key_access import KeyAccess
from station.services.key_state import Custody, Holder, KeysState, KeyWork
from station.services.machine_key import best_machine
from station.services.printing import Paper, Printing
from station.services.recovery_sheets import sheet_of
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.settings import Settings
from station.store.durable_files import write_new
from station.store.errors import StoreError
from station.store.keyring import (
    Machine,
    MachineLock,
    RecoveryKey,
    RecoveryLock,
    SlotKind,
)
from station.store.rotation import key_in_use, rotate_database
from station.workflow.notices import Notice

DOCUMENT = "recovery_sheet"
TITLE = "recovery-sheet"
"""Print queues log titles; this one names no unit."""
SMALLEST_STEP = 0.01
UNDRAWABLE = "恢复密钥页画不出来，恢复密钥没有改动，请联系维护人员。"
Result = TypeVar("Result")


class KeysService:
    """Used on the UI thread; one piece of work at a time."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        guard: Guard,
        trail: Trail,
        printing: Printing,
        access: KeyAccess,
        settings: Settings,
        today: Callable[[], str],
        after_rotation: Callable[[], None],
        machine: Callable[[], Machine] = best_machine,
    ) -> None:
        """`today` is YYYY-MM-DD; `machine` is what can keep a secret here best.

        `after_rotation`: backups made before lie under the old key, so a fresh one is due.
        """
        self._room = room
        self._runner = runner
        self._guard = guard
        self._trail = trail
        self._printing = printing
        self._access = access
        self._settings = settings
        self._today = today
        self._after_rotation = after_rotation
        self._machine = machine
        self._pending: tuple[RecoveryKey, bytes] | None = None
        self._paper: Paper | None = None
        self._listeners: list[Callable[[KeysState], None]] = []
        self.state = KeysState()

    def on_change(self, listener: Callable[[KeysState], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def refresh(self) -> None:
        """Read who and what opens the keys. Raises NotAllowed."""
        self._guard.require(Action.SEE_KEYS)
        self._begin(KeyWork.READING)
        self._run(Lane.DATABASE, self._custody, self._read)

    def draw_sheet(self) -> None:
        """Make a new recovery key and its sheet; nothing changes yet. Raises NotAllowed."""
        self._guard.require(Action.CHANGE_KEYS)
        self._begin(KeyWork.DRAWING)
        station, today = self._access.unlocked.keyring.station, self._today()

        def draw() -> tuple[RecoveryKey, bytes]:
            key = RecoveryKey.random()
            return key, render(sheet_of(key, self._settings, station, today))

        def drawn(pending: tuple[RecoveryKey, bytes]) -> None:
            self._pending = pending
            self._show(replace(self.state, work=None, sheet_ready=True))

        self._run(Lane.POOL, draw, drawn)

    def print_sheet(self, then: Callable[[Notice | None], None]) -> None:
        """Print the pending sheet; `then` gets None once it is out, or why it is not yet.

        Raises NotAllowed.
        """
        operator = self._guard.require(Action.CHANGE_KEYS)
        if self._pending is None:
            return
        pdf = self._pending[1]
        self._trail.note(DocumentPrinted(DOCUMENT, 1), operator.operator_id)

        def printed(trouble: Notice | None) -> None:
            if self._pending is None or self._pending[1] is not pdf:
                return  # it was given up meanwhile
            if trouble is None:
                self._show(replace(self.state, sheet_out=True))
            then(trouble)

        self._printing.take_back(self._paper)
        self._paper = self._printing.expect(printed)
        self._printing.send(self._paper, pdf, TITLE, 1)

    def save_sheet(self, folder: Path) -> None:
        """Write the pending sheet into a folder (a USB stick), never over a file.

        Raises NotAllowed.
        """
        self._guard.require(Action.CHANGE_KEYS)
        if self._pending is None:
            return
        self._printing.take_back(self._paper)
        pdf, path = self._pending[1], folder / f"recovery-{self._today()}.pdf"
        self._begin(KeyWork.DRAWING)

        def write() -> Path:
            write_new(path, pdf)
            return path

        def written(saved: Path) -> None:
            self._show(replace(self.state, work=None, sheet_out=True, saved_to=saved))

        self._run(Lane.POOL, write, written)

    def adopt_sheet(self) -> None:
        """From now on the new recovery key opens the keys, and the old one does not.

        Raises NotAllowed.
        """
        operator = self._guard.require(Action.CHANGE_KEYS)
        if self._pending is None or not self.state.sheet_out:
            return
        key, access = self._pending[0], self._access
        self._begin(KeyWork.ADOPTING)

        def adopted(_: RecoveryKey) -> None:
            self.drop_sheet()
            self._changed(KeyChange.RECOVERY_RENEWED, operator.operator_id)

        renew = access.file.renew_recovery
        self._run(Lane.POOL, lambda: renew(access.unlocked, key), adopted)

    def drop_sheet(self) -> None:
        """Forget a sheet that was not adopted; the recovery key stays what it was."""
        self._printing.take_back(self._paper)
        self._pending = None
        self._show(replace(self.state, sheet_ready=False, sheet_out=False, saved_to=None))

    def rotate(self) -> None:
        """Give the database another key; everything that is stored waits meanwhile.

        Raises NotAllowed.
        """
        operator = self._guard.require(Action.CHANGE_KEYS)
        self._begin(KeyWork.ROTATING)

        def rotated(_: None) -> None:
            self._changed(KeyChange.DATABASE_KEY_ROTATED, operator.operator_id)
            self._after_rotation()

        self._run(Lane.DATABASE, self._rotated, rotated)

    def set_machine(self) -> None:
        """Let this machine open the keys by itself. Raises NotAllowed."""
        operator = self._guard.require(Action.CHANGE_KEYS)
        access, choose = self._access, self._machine
        self._begin(KeyWork.MACHINE)

        def put() -> str:
            machine = choose()
            access.file.set_machine(access.unlocked, machine)
            return machine.sentence

        def done(sentence: str) -> None:
            self._show(replace(self.state, machine_words=sentence))
            self._changed(KeyChange.MACHINE_SET, operator.operator_id)

        self._run(Lane.POOL, put, done)

    def remove_machine(self) -> None:
        """Let it open nothing any more by itself. Raises NotAllowed."""
        operator = self._guard.require(Action.CHANGE_KEYS)
        access = self._access
        self._begin(KeyWork.MACHINE)

        def done(_: None) -> None:
            self._changed(KeyChange.SLOT_REMOVED, operator.operator_id)

        self._run(Lane.POOL, lambda: access.file.remove_machine(access.unlocked), done)

    # --- on the lanes -------------------------------------------------------------------------

    def _custody(self) -> Custody:
        file = self._access.file
        locks = [slot.lock for slot in file.locks()]
        made = next((lock.made for lock in locks if isinstance(lock, RecoveryLock)), "")
        machine = next((lock.device for lock in locks if isinstance(lock, MachineLock)), None)
        holders = tuple(
            Holder(
                account.operator.display_name,
                account.operator.operator_id,
                file.has(account.operator.operator_id, SlotKind.PASSPHRASE),
                file.has(account.operator.operator_id, SlotKind.CARD),
                account.enabled,
            )
            for account in self._room.operators.accounts()
        )
        due = self._access.unlocked.keyring.rotation_due
        return Custody(holders, made, machine, self._settings.unattended_restart, due)

    def _rotated(self) -> None:
        """On the database lane, whose connection is closed for as long as it takes."""
        database, access = self._room.database, self._access
        told = 0.0

        def progress(share: float) -> None:
            nonlocal told
            if share - told >= SMALLEST_STEP or share == 1.0:
                told = share
                self._runner.post(lambda: self._show(replace(self.state, done=share)))

        database.close()
        try:
            rotate_database(database.path, access.file, access.unlocked, progress)
        finally:
            key = key_in_use(database.path, access.unlocked.keyring)
            with suppress(StoreError):  # in use for a moment: whoever uses it next tries again
                database.reopen(key)

    # --- on the UI thread ---------------------------------------------------------------------

    def _run(self, lane: Lane, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        def attempt() -> Result | _Trouble:
            try:
                return work()
            except StoreError as error:
                return _Trouble(error.sentence)
            except FormError:
                return _Trouble(UNDRAWABLE)
            except FileExistsError:
                return _Trouble("这个文件夹里已有今天的恢复密钥页，没有覆盖它，请先移走再保存。")
            except OSError:
                return _Trouble("写不进这个文件夹，恢复密钥没有改动，请换一个文件夹再试。")

        def answered(result: Result | _Trouble) -> None:
            if isinstance(result, _Trouble):
                self._show(replace(self.state, work=None, done=0.0, failure=result.sentence))
            else:
                then(result)

        self._runner.call(lane, attempt, answered)

    def _begin(self, work: KeyWork) -> None:
        self._show(replace(self.state, work=work, done=0.0, changed=None, failure=""))

    def _read(self, custody: Custody) -> None:
        self._show(replace(self.state, work=None, custody=custody))

    def _changed(self, change: KeyChange, actor: str) -> None:
        self._trail.note(KeysChanged(change), actor)
        self._show(replace(self.state, work=None, done=0.0, changed=change))
        self._run(Lane.DATABASE, self._custody, self._read)

    def _show(self, state: KeysState) -> None:
        self.state = state
        for listener in self._listeners:
            listener(state)


@dataclass(frozen=True)
class _Trouble:
    sentence: str
