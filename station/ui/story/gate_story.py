"""The gate's morning: an honest candidate admitted, a stand-in refused to the end."""

from pathlib import Path

from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.ui.devpanel.hands import Hands
from station.ui.story.actor import Actor, pause
from station.ui.story.cast import FIRST, GATE_CLERK, SECOND, Visitor
from station.ui.story.signing_in import unlock
from station.ui.story.summary import Summary
from station.ui.words import word

GATE_IMPRESSION = 5
"""Enrolment used the first four impressions of a finger; the gate sees others."""
NORMAL_TRIES, SPECIAL_TRIES = 3, 6


def admit_and_refuse(hands: Hands, output: Path) -> None:
    """The whole story of the gate."""
    actor, summary = Actor(output), Summary(output)
    unlock(actor, GATE_CLERK)
    _load_session(actor)
    _admit(actor, hands, summary)
    _come_again(actor)
    _refuse_stand_in(actor, hands, summary)
    actor.wait_to_see("已全部上传")


def _load_session(actor: Actor) -> None:
    actor.wait_until(lambda: actor.can_click("bottom.primary"), "the gate")
    actor.picture("gate-readiness")
    actor.enter()
    actor.wait_for_widget("gate.scan")
    actor.picture("gate-ready")


def _scan(actor: Actor, visitor: Visitor) -> None:
    actor.type_into("gate.scan", visitor.ticket_number)
    actor.enter()


def _wait_for_prompt(actor: Actor) -> None:
    actor.wait_until(lambda: "放到采集仪上" in _instruction(actor), "a finger to be asked")


def _instruction(actor: Actor) -> str:
    return actor.read("gate.instruction")


def _asked(actor: Actor, otherwise: FingerPosition = FingerPosition.LEFT_THUMB) -> FingerPosition:
    """The finger the screen asks for; `otherwise` where it takes any."""
    said = _instruction(actor)
    return next((place for place in CAPTURE_PLAN if word(place) in said), otherwise)


def _admit(actor: Actor, hands: Hands, summary: Summary) -> None:
    hands.camera.sit_down(FIRST.key)
    _scan(actor, FIRST)
    _wait_for_prompt(actor)
    actor.picture("gate-candidate")
    hands.reader.press(FIRST.key, int(_asked(actor)), GATE_IMPRESSION)
    actor.wait_to_see("准予入场")
    actor.picture("gate-admitted")
    hands.reader.lift()
    summary.at_gate(f"{FIRST.key} 本人", "准予入场", [actor.read("gate.score")])
    _next(actor)


def _come_again(actor: Actor) -> None:
    """The same ticket a second time is told apart."""
    _scan(actor, FIRST)
    actor.wait_to_see("已入场")
    actor.picture("gate-already-admitted")
    _next(actor)


def _refuse_stand_in(actor: Actor, hands: Hands, summary: Summary) -> None:
    """Somebody else's fingers with the second person's ticket."""
    hands.camera.sit_down(FIRST.key)
    _scan(actor, SECOND)
    scores: list[str] = []
    for number in range(NORMAL_TRIES + SPECIAL_TRIES):
        _wait_for_prompt(actor)
        if number == NORMAL_TRIES:
            actor.picture("gate-special-lane")
        position = _asked(actor, CAPTURE_PLAN[number % len(CAPTURE_PLAN)])
        hands.reader.press(FIRST.key, int(position), GATE_IMPRESSION)
        actor.wait_until(
            lambda: "放到采集仪上" not in _instruction(actor), "the press to be compared"
        )
        actor.wait_until(
            lambda: "请抬起" in _instruction(actor) or actor.sees("找主考"), "the verdict"
        )
        if number == 0:
            actor.picture("gate-try-again")
        scores.append(actor.read("gate.score"))
        hands.reader.lift()
        pause(50)
    actor.wait_to_see("找主考")
    actor.picture("gate-referred")
    summary.at_gate(f"持 {SECOND.key} 准考证的他人", "不予入场，转主考", scores)


def _next(actor: Actor) -> None:
    actor.enter()
    actor.wait_for_widget("gate.scan")
