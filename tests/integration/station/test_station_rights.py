"""Every action by every role, done through the services of a whole station: allowed, or refused."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from station.assets import asset
from station.cli import opening
from station.cli.opening import NotOpened, open_store
from station.domain.approvals import Approval
from station.domain.audit import ActionRefused, ClockJumped, LogSigned
from station.domain.facts import CorrectedPart, FormOutput, ReviewDecision
from station.domain.people import Account, Operator, Role
from station.domain.rights import RIGHTS, Action
from station.services.audit import AuditFilter
from station.services.bundle import Services
from station.services.errors import NotAllowed
from station.services.fact_events import audit_fact_of
from station.services.people_changes import PeopleRefusal
from station.services.status import SignInFailure, SignInRefusal
from station.services.support_bundle import Bundle
from station.services.upkeep_record import Job
from station.ui.fonts import load_fonts
from station.workflow import inputs
from sync.wire import Purpose
from tests.support.station_rig import CLERK, PASSPHRASE, Rig, fresh_rig
from tests.support.store_keys import TEST_COST
from tests.support.sync_people import applicant

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NOWHERE = Path("/nowhere/at/all")
NOBODY = Operator("nobody01", "无此人", frozenset({Role.DESK_CLERK}))
SUBJECT = applicant().subject


def account_of(role: Role) -> Operator:
    """Somebody with this role and no other."""
    return Operator(f"only-{role.value}", f"演示{role.value}", frozenset({role}))


@dataclass
class Answers:
    """What an act was answered, wherever the answer came."""

    given: list[Any] = field(default_factory=list)

    def __call__(self, answer: Any) -> None:
        self.given.append(answer)


Act = Callable[[Services, Answers], object]


def desk(event: inputs.ConfirmationInput) -> Act:
    return lambda services, answers: answers(services.desk.send(event))


def review(event: inputs.ReviewInput) -> Act:
    return lambda services, answers: answers(services.review.send(event))


def gate(event: inputs.EntryInput) -> Act:
    return lambda services, answers: answers(services.gate.send(event))


CORRECTION = inputs.CorrectSealed(next(iter(CorrectedPart)), "写错了", "desk02")
ACTS: dict[Action, list[Act]] = {
    Action.SEE_DESK: [desk(inputs.CloseCase()), desk(inputs.SaveAgain())],
    Action.FIND_APPLICANT: [desk(inputs.Find("2026018A0001")), desk(inputs.Choose(SUBJECT))],
    Action.CAPTURE: [
        desk(inputs.GiveConsent("1")),
        desk(inputs.TakePhoto()),
        desk(inputs.RestartFinger()),
        desk(inputs.KeepBestPress()),
    ],
    Action.ISSUE_FORM: [desk(inputs.MakeFormAgain())],
    Action.PRINT_FORM: [desk(inputs.DeliverForm(FormOutput.SAVED))],
    Action.SEAL: [desk(inputs.ConfirmSigned())],
    Action.CORRECT_RECORD: [desk(CORRECTION), review(CORRECTION)],
    Action.PRINT_SLIP: [lambda services, answers: services.slips.print_slip(SUBJECT, answers)],
    Action.SEE_REVIEW: [review(inputs.ListSealed()), review(inputs.CloseCase())],
    Action.READ_RECORD: [review(inputs.OpenForReview(SUBJECT))],
    Action.DECIDE_REVIEW: [review(inputs.Decide(ReviewDecision.APPROVED, "材料齐全"))],
    Action.SEE_GATE: [gate(inputs.NextPerson()), gate(inputs.SaveAgain())],
    Action.LOAD_SITE_PACKAGE: [gate(inputs.FetchSession())],
    Action.FIND_CANDIDATE: [gate(inputs.Scan("26T000001", NOW))],
    Action.REFER_TO_CHIEF: [gate(inputs.CallChief())],
    Action.SYNCHRONISE: [lambda services, answers: answers(services.platform.sync_now())],
    Action.SEE_QUARANTINE: [lambda services, answers: services.platform.quarantined(answers)],
    Action.RELEASE_QUARANTINED: [
        lambda services, answers: services.platform.release("ab" * 16, services.trail, answers)
    ],
    Action.SEE_PEOPLE: [lambda services, answers: services.people.people(answers)],
    Action.ADD_PERSON: [
        lambda services, answers: services.people.add(
            Operator("system", "账号不能用", frozenset({Role.AUDITOR})), answers
        )
    ],
    Action.CHANGE_ROLES: [lambda services, answers: services.people.change(NOBODY, answers)],
    Action.DISABLE_PERSON: [lambda services, answers: services.people.disable("no", answers)],
    Action.RESET_PASSPHRASE: [
        lambda services, answers: services.people.reset_passphrase("no", answers)
    ],
    Action.REGISTER_CARD: [
        lambda services, answers: services.people.register_card("no", "12", answers),
        lambda services, answers: services.people.remove_card("no", answers),
    ],
    Action.CHANGE_OWN_PASSPHRASE: [
        lambda services, answers: services.sign_in.renew_passphrase("old", "short", answers)
    ],
    Action.MAKE_BACKUP: [lambda services, _: services.upkeep.run(Job.BACKUP)],
    Action.DRILL_BACKUP: [lambda services, _: services.upkeep.run(Job.DRILL)],
    Action.CHECK_DATABASE: [lambda services, _: services.upkeep.run(Job.CHECK)],
    Action.SUPPORT_BUNDLE: [lambda services, answers: services.support.preview(answers)],
    Action.SEE_RETENTION: [lambda services, _: services.retention.refresh()],
    Action.RUN_RETENTION: [lambda services, _: services.retention.run()],
    Action.SEE_KEYS: [lambda services, _: services.keys.refresh()],
    Action.CHANGE_KEYS: [
        lambda services, _: services.keys.draw_sheet(),
        lambda services, answers: services.keys.print_sheet(answers),
        lambda services, _: services.keys.save_sheet(NOWHERE),
        lambda services, _: services.keys.adopt_sheet(),
        lambda services, _: services.keys.remove_machine(),
    ],
    Action.SEE_AUDIT: [
        lambda services, answers: services.audit.list(AuditFilter(), answers),
        lambda services, answers: services.audit.people(answers),
    ],
    Action.VERIFY_AUDIT: [
        lambda services, answers: services.audit.verify(lambda _done, _all: None, answers)
    ],
    Action.EXPORT_AUDIT: [
        lambda services, answers: services.audit.export(
            Purpose.STATISTICS, NOW.date(), NOW.date(), answers
        )
    ],
}
"""What asks the guard of a running station."""
ONLY_REFUSED: dict[Action, list[Act]] = {
    Action.CHANGE_KEYS: [
        lambda services, _: services.keys.rotate(),
        lambda services, _: services.keys.set_machine(),
    ],
    Action.SUPPORT_BUNDLE: [
        lambda services, answers: services.support.make(Bundle(()), NOWHERE, answers)
    ],
}
"""What changes the machine that runs the tests, so that it is tried by those who may not."""
AT_THE_COMMAND_LINE = frozenset(
    {
        Action.SEE_KEYS,
        Action.CHANGE_KEYS,
        Action.SEE_AUDIT,
        Action.VERIFY_AUDIT,
        Action.EXPORT_AUDIT,
        Action.PRIVACY_REPORT,
        Action.EXPORT_PERSON,
        Action.EXPORT_STATISTICS,
        Action.SEE_PEOPLE,
        Action.ADD_PERSON,
        Action.CHANGE_ROLES,
        Action.DISABLE_PERSON,
        Action.RESET_PASSPHRASE,
        Action.REGISTER_CARD,
        Action.SUPPORT_BUNDLE,
        Action.MAKE_BACKUP,
    }
)
SECOND_PERSONS = frozenset(
    {Action.APPROVE_FINGER_EXCEPTION, Action.APPROVE_CORRECTION, Action.DECIDE_DOUBTFUL}
)
# Asked for by facts (tests/unit/services/test_people_recording.py), and by what is only shown.
BY_FACTS = frozenset({Action.VERIFY_AT_GATE})
# Asked for where another's case is opened (test_station_hand_over.py).
BY_CASES = frozenset({Action.TAKE_OVER_CASE})
ONLY_SHOWN = frozenset({Action.SEE_OVERVIEW, Action.SEE_STORAGE})


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[Rig]:
    """A station with one account for each role, all with the tests' passphrase."""
    load_fonts(asset("fonts"))  # forms are drawn with them
    made = fresh_rig(tmp_path_factory.mktemp("rights"))
    operators = made.station.room.operators
    people = [account_of(role) for role in Role]
    for one in people:
        made.in_store(partial(operators.put, Account(one)))
    access = made.station.services.people._keys
    for one in people:
        access.file.set_passphrase(access.unlocked, one.operator_id, PASSPHRASE, TEST_COST)
    yield made
    made.close()


def become(rig: Rig, operator: Operator) -> None:
    sign_in = rig.station.services.sign_in
    sign_in.sign_out()
    sign_in.enter(operator.operator_id)
    rig.pump(lambda: sign_in.state.operator == operator, "the sign-in")
    settle(rig)


def settle(rig: Rig) -> None:
    """Until no lane works any more and everything has been told."""
    runner = rig.station.runner
    for _ in range(2):  # an answer may just be on its way from a lane that already rests
        rig.pump(lambda: rig.posted.empty() and not runner._unfinished, "the lanes to rest")
        rig.in_store(lambda: None)


def log_end(rig: Rig) -> int:
    head = rig.in_store(rig.station.room.log.head)
    return head.position if head else 0


def events_since(rig: Rig, position: int) -> list[tuple[str, str, Any]]:
    """Who, what type, and the audit fact, of what was stored since.

    Without what the program notes by itself at any moment: its signatures and a moved clock.
    """
    stored = rig.in_store(lambda: rig.station.room.log.all_since(position))
    told = [(one.event.actor, one.event.type, audit_fact_of(one.event)) for one in stored]
    return [one for one in told if not isinstance(one[2], LogSigned | ClockJumped)]


def is_refusal(answer: Any) -> bool:
    if isinstance(answer, SignInRefusal):
        return answer.failure is SignInFailure.NOT_ALLOWED
    return isinstance(answer, NotAllowed) or answer is PeopleRefusal.NOT_ALLOWED


def acts_for(action: Action, role: Role) -> list[Act]:
    return ACTS[action] + ([] if role in RIGHTS[action] else ONLY_REFUSED.get(action, []))


@pytest.mark.parametrize("role", Role)
def test_every_action_by_every_role(role: Role, rig: Rig) -> None:
    operator = account_of(role)
    become(rig, operator)
    for action in ACTS:
        for act in acts_for(action, role):
            before = log_end(rig)
            answers = Answers()
            try:
                act(rig.station.services, answers)
            except NotAllowed as refused:
                answers(refused)
            settle(rig)
            refusals = [answer for answer in answers.given if is_refusal(answer)]
            since = events_since(rig, before)
            if role in RIGHTS[action]:
                assert not refusals, action
                assert ActionRefused not in {type(fact) for _, _, fact in since}, action
            else:
                assert len(refusals) == len(answers.given) == 1, action
                assert since == [
                    (operator.operator_id, "action_refused", ActionRefused(action.value))
                ], f"{action}: nothing but the refusal is stored"


@pytest.mark.parametrize("action", SECOND_PERSONS)
def test_every_second_persons_word_by_every_role(action: Action, rig: Rig) -> None:
    become(rig, CLERK)
    sign_in = rig.station.services.sign_in
    for role in Role:
        answers = Answers()
        other = account_of(role).operator_id
        asked = Approval(action, SUBJECT)
        sign_in.approve(other, PASSPHRASE, asked, answers)
        rig.pump(lambda given=answers.given: bool(given), "the second person")  # type: ignore[misc]  # bound now
        (answer,) = answers.given
        counts = sign_in.take_approval(asked, other)
        assert counts is (role in RIGHTS[action])
        assert (answer == other) is counts
        assert is_refusal(answer) is not counts


@pytest.mark.parametrize("action", sorted(AT_THE_COMMAND_LINE))
def test_every_command_by_every_role(
    action: Action, rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text(
        f'data_directory = "{rig.settings.data_directory}"\n'
        f'key_directory = "{rig.settings.key_directory}"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(opening, "ask_passphrase", lambda _prompt: PASSPHRASE)
    for role in Role:
        account = account_of(role).operator_id
        arguments = argparse.Namespace(config=settings, account=account)
        if role in RIGHTS[action]:
            assert open_store(arguments, action).operator == account_of(role)
        else:
            with pytest.raises(NotOpened, match="没有办理这一项的权限"):
                open_store(arguments, action)


def test_every_action_is_tried_somewhere() -> None:
    tried = {*ACTS, *AT_THE_COMMAND_LINE, *SECOND_PERSONS, *BY_FACTS, *BY_CASES, *ONLY_SHOWN}
    assert tried == set(Action)
    assert set(RIGHTS) == set(Action)
    assert all(RIGHTS.values()), "no action is nobody's"


def test_behind_the_lock_nobody_does_anything(rig: Rig) -> None:
    become(rig, CLERK)
    rig.station.services.sign_in.sign_out()
    settle(rig)
    for action, acts in ACTS.items():
        for act in acts:
            answers = Answers()
            try:
                act(rig.station.services, answers)
            except NotAllowed as refused:
                answers(refused)
            settle(rig)
            assert [is_refusal(answer) for answer in answers.given] == [True], action


ASKED = {
    "desk": {"send"},
    "review": {"send"},
    "gate": {"send"},
    "platform": {"sync_now", "quarantined", "release"},
    "people": {
        *("people", "add", "change", "disable", "reset_passphrase"),
        *("register_card", "remove_card"),
    },
    "upkeep": {"run", "give_up"},
    "retention": {"refresh", "run"},
    "slips": {"print_slip"},
    "support": {"preview", "make"},
    "audit": {"people", "list", "verify", "export"},
    "keys": {
        *("refresh", "draw_sheet", "print_sheet", "save_sheet", "adopt_sheet", "rotate"),
        *("set_machine", "remove_machine"),
    },
}
"""Methods that ask the guard: what they do is tried above, role by role."""
NOBODY_ASKS = {
    # State, listeners, the clock's own turns, and putting things aside.
    "desk": {"on_change", "hand_over", "resume"},
    "review": {"on_change", "hand_over"},
    "gate": {"on_change", "hand_over"},
    "platform": {"on_change", "on_applicants", "events_stored", "tick"},
    "people": {"cancel"},
    "upkeep": {"on_change", "load", "make_due", "tick", "stop"},
    "retention": {"on_change", "tick"},
    "audit": {"today"},
    "keys": {"on_change", "drop_sheet"},
    # It names people, and shows nothing to whoever may not see the desk.
    "board": {"on_change", "refresh"},
    # Who signs in is nobody yet; each of these asks for a secret.
    "sign_in": {
        *("on_change", "load", "operators", "sign_in", "enter", "sign_in_card", "sign_out"),
        *("change_passphrase", "renew_passphrase", "approve", "approve_card", "take_approval"),
    },
}
INSTRUMENTS = {"devices", "printing", "codes", "guard", "trail", "watch", "overview", "clock"}
"""What services work with; no screen acts through them on records, people or keys."""


def test_every_public_method_asks_or_is_known_not_to(rig: Rig) -> None:
    services = rig.station.services
    for name in (one.name for one in fields(services)):
        if name in INSTRUMENTS:
            continue
        service = getattr(services, name)
        public = {
            method
            for method in dir(service)
            if not method.startswith("_") and callable(getattr(service, method))
        }
        known = ASKED.get(name, set()) | NOBODY_ASKS.get(name, set())
        assert public == known, f"{name}: say who may do it"
