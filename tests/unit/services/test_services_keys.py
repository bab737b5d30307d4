"""The keys' service over a real store: what takes effect when, what fails whole, what is noted."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication

from drivers.api import PrintJob, PrintJobState, PrintPhase, PrintTrouble, Withdrawal
from drivers.errors import DeviceUnplugged
from station.domain.audit import KeyChange
from station.domain.people import Account, Operator, Role
from station.forms.typeface import load_typeface
from station.services.errors import NotAllowed
from station.services.guard import Guard, WhoIsHere
from station.services.key_access import KeyAccess
from station.services.key_state import KeysState, KeyWork
from station.services.keys import KeysService
from station.services.printing import Printing
from station.services.status import SignInState
from station.services.trail import Trail
from station.settings import Settings
from station.store.database import open_database
from station.store.errors import StoreBusy, StoreFull, WrongKey
from station.store.keyring import (
    Keyring,
    KeyringFile,
    MachineKind,
    Refused,
    SoftwareMachine,
    Unlocked,
)
from station.workflow.inputs import DeviceKind, DeviceLost
from station.workflow.notices import Notice
from tests.support.forms_cases import RESOURCES
from tests.support.services_cases import InlineRunner, room_over
from tests.support.store_cases import KEY, created, press
from tests.support.store_keys import RECOVERY, TEST_COST, written_keyring

CHIEF = Operator("sec01", "龚䶮安", frozenset({Role.SECURITY_ADMIN}))
CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
MACHINE = SoftwareMachine(b"the id of a system")


DONE = PrintJobState(PrintPhase.DONE)


@dataclass
class Here:
    """Who is signed in."""

    author: Operator = CHIEF

    @property
    def state(self) -> SignInState:
        return SignInState(operator=self.author)


@dataclass
class Printed:
    """A printer, or what it says instead."""

    refuses: Exception | None = None
    jobs: list[bytes] = field(default_factory=list)
    state: PrintJobState = DONE
    withdrawn: list[str] = field(default_factory=list)

    def submit(self, pdf: bytes, title: str, copies: int) -> object:
        if self.refuses:
            raise self.refuses
        assert (title, copies) == ("recovery-sheet", 1)
        self.jobs.append(pdf)
        return PrintJob(str(len(self.jobs)), "test")


class Office:
    """The service, the files under it, and everything it said."""

    def __init__(self, folder: Path) -> None:
        store = created(folder)
        for number in range(5):
            store.log.append(press(number))
        self.database = store.database
        fresh = Keyring.new("station-1")
        keyring = Keyring("station-1", 1, KEY, fresh.signing, fresh.unsealing)
        people = {"sec01": "only for tests", "desk01": "only for tests"}
        self.file, self.unlocked = written_keyring(folder / "keyring.json", keyring, people)
        room = room_over(self.database)
        for operator in (CHIEF, CLERK):
            room.operators.put(Account(operator))
        self.here, runner, self.printer = Here(), InlineRunner(), Printed()
        self.states: list[KeysState] = []
        self.due: list[str] = []
        self.keys = KeysService(
            room,
            runner,
            Guard(cast(WhoIsHere, self.here)),
            Trail(room, runner),
            Printing(cast(Any, self), runner),
            KeyAccess(self.file, self.unlocked, lambda: TEST_COST),
            Settings(unattended_restart=True),
            lambda: "2026-03-02",
            lambda: self.due.append("backup"),
            lambda: MACHINE,
        )
        self.keys.on_change(self.states.append)

    def use(self, _kind: object, work: Callable[[Any], Any], then: Callable[[Any], None]) -> None:
        """In place of the device service: the printer is there, or it is not."""
        try:
            then(work(self.printer))
        except DeviceUnplugged:
            then(DeviceLost(DeviceKind.PRINTER))

    def job_state(self, _job: PrintJob) -> PrintJobState:
        return self.printer.state

    def withdraw(self, job: PrintJob) -> Withdrawal:
        self.printer.withdrawn.append(job.job_id)
        return Withdrawal.WITHDRAWN

    def now(self) -> KeysState:
        return self.keys.state

    def noted(self) -> list[str]:
        rows = self.database.rows("SELECT canonical FROM event WHERE type = 'keys_changed'")
        return [json.loads(canonical)["data"]["change"] for (canonical,) in rows]


@pytest.fixture
def office(tmp_path: Path, qapp: QApplication) -> Office:
    load_typeface(RESOURCES / "fonts")
    return Office(tmp_path)


def test_it_reads_who_and_what_opens_the_keys(office: Office) -> None:
    office.keys.refresh()
    custody = office.now().custody
    assert custody is not None
    ways = {one.account: (one.passphrase, one.card) for one in custody.holders}
    assert ways == {"sec01": (True, False), "desk01": (True, False)}
    assert custody.machine is None
    assert custody.recovery_made.startswith("20")
    assert not custody.rotation_due


def test_only_the_security_admin_may(office: Office, tmp_path: Path) -> None:
    office.here.author = CLERK
    keys = office.keys
    acts: tuple[Callable[[], None], ...] = (
        keys.refresh,
        keys.draw_sheet,
        keys.adopt_sheet,
        keys.rotate,
        keys.set_machine,
        keys.remove_machine,
        lambda: keys.save_sheet(tmp_path),
        lambda: keys.print_sheet(lambda _: None),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert office.noted() == []
    assert isinstance(office.file.unlock_with_recovery(RECOVERY), Unlocked)


def test_a_new_recovery_key_waits_until_its_sheet_is_out(office: Office, tmp_path: Path) -> None:
    office.keys.draw_sheet()
    assert office.now().sheet_ready
    office.keys.adopt_sheet()
    assert isinstance(office.file.unlock_with_recovery(RECOVERY), Unlocked), "nobody has it yet"
    office.keys.save_sheet(tmp_path)
    assert office.now().saved_to == tmp_path / "recovery-2026-03-02.pdf"
    assert isinstance(office.file.unlock_with_recovery(RECOVERY), Unlocked), "not adopted yet"
    office.keys.adopt_sheet()
    assert isinstance(office.file.unlock_with_recovery(RECOVERY), Refused)
    assert office.noted() == ["recovery_renewed"]
    assert not office.now().sheet_ready
    assert office.now().saved_to is None


def test_who_gives_up_keeps_the_old_key(office: Office, tmp_path: Path) -> None:
    office.keys.draw_sheet()
    office.keys.save_sheet(tmp_path)
    office.keys.drop_sheet()
    office.keys.adopt_sheet()
    assert isinstance(office.file.unlock_with_recovery(RECOVERY), Unlocked)
    assert office.noted() == []


def test_a_sheet_overwrites_nothing_and_a_bad_folder_says_so(
    office: Office, tmp_path: Path
) -> None:
    office.keys.draw_sheet()
    taken = tmp_path / "recovery-2026-03-02.pdf"
    taken.write_bytes(b"something else")
    office.keys.save_sheet(tmp_path)
    assert "没有覆盖" in office.now().failure
    assert taken.read_bytes() == b"something else"
    office.keys.save_sheet(tmp_path / "nowhere")
    assert "换一个文件夹" in office.now().failure
    assert not office.now().sheet_out


def test_a_printer_that_is_gone_lets_no_key_take_effect(office: Office) -> None:
    said: list[Notice | None] = []
    office.keys.draw_sheet()
    office.printer.refuses = DeviceUnplugged("printer")
    office.keys.print_sheet(said.append)
    assert said == [Notice.PRINTER_LOST]
    assert not office.now().sheet_out
    office.printer.refuses = None
    office.keys.print_sheet(said.append)
    assert said[-1] is None
    assert office.now().sheet_out
    assert office.printer.jobs[0].startswith(b"%PDF")


def test_a_sheet_that_waits_for_paper_opens_nothing_and_is_taken_back_with_its_key(
    office: Office,
) -> None:
    said: list[Notice | None] = []
    office.printer.state = PrintJobState(PrintPhase.WAITING, PrintTrouble.PAPER_OUT)
    office.keys.draw_sheet()
    office.keys.print_sheet(said.append)
    assert not office.now().sheet_out, "it is not on paper"
    office.keys.print_sheet(said.append)
    assert office.printer.withdrawn == ["1"], "one sheet, not two"
    office.keys.drop_sheet()
    assert office.printer.withdrawn == ["1", "2"]
    assert said == []


def test_a_rotation_goes_on_with_the_same_store_under_another_key(office: Office) -> None:
    office.keys.rotate()
    assert office.now().changed is KeyChange.DATABASE_KEY_ROTATED
    assert any(state.work is KeyWork.ROTATING and state.done > 0 for state in office.states)
    assert office.noted() == ["database_key_rotated"]
    assert office.due == ["backup"]
    [(events,)] = office.database.rows("SELECT count(*) FROM event WHERE type = 'press_captured'")
    assert events == 5
    office.database.close()
    with pytest.raises(WrongKey):
        open_database(office.database.path, KEY)
    open_database(office.database.path, office.unlocked.keyring.database).close()


def test_a_rotation_that_fails_goes_on_under_the_old_key(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull

    monkeypatch.setattr("station.store.rotation.copy_into", full)
    office.keys.rotate()
    assert office.now().failure == StoreFull.sentence
    assert office.now().work is None
    assert office.unlocked.keyring.database == KEY
    assert office.database.rows("SELECT count(*) FROM event") == [(5,)]


def test_a_file_that_is_in_use_once_it_is_rotated_is_opened_at_its_next_use(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise StoreBusy

    with monkeypatch.context() as patched:
        patched.setattr("station.store.database.writing", busy)
        office.keys.rotate()
        assert office.unlocked.keyring.database != KEY
        assert office.now().failure == StoreBusy.sentence
    office.keys.refresh()
    assert office.now().custody is not None
    office.database.rows("SELECT count(*) FROM event")


def test_the_machine_is_set_and_taken_away(office: Office) -> None:
    office.keys.set_machine()
    before = office.now().custody
    assert before is not None
    assert before.machine is MachineKind.SOFTWARE
    assert "没有保护" in office.now().machine_words
    file = KeyringFile.read(office.file.path)
    assert isinstance(file.unlock_with_machine(MACHINE), Unlocked)
    office.keys.remove_machine()
    after = office.keys.state.custody
    assert after is not None
    assert (after.machine, after.rotation_due) == (None, True)
    assert office.noted() == ["machine_set", "slot_removed"]
