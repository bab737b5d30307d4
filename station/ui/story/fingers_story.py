"""Fingers on the glass: what is asked for, what goes wrong, what a second clerk lets be skipped."""

import re
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.ui.devpanel.hands import Hands
from station.ui.story.actor import Actor, StoryStuck
from station.ui.story.cast import FIRST, PASSPHRASE, Visitor
from station.ui.words import word

PRESS_HERE, LIFT = "放到采集仪上", "请抬起手指"
MOST_REFUSALS = 8
_COUNT = re.compile(r"第 (\d) 次")


def press_all(actor: Actor, hands: Hands, visitor: Visitor, stop_after: int | None = None) -> None:
    """Lay the finger that is asked for, hold, lift when told to, until no more are asked for."""
    stored = refused = 0
    while _at_fingers(actor):
        asked = finger_asked(actor)
        if asked is None:
            break
        position, press = asked
        hands.reader.press(visitor.key, int(position))
        actor.wait_until(
            lambda: LIFT in instruction(actor) or not _at_fingers(actor), "the press to be judged"
        )
        hands.reader.lift()
        actor.wait_until(
            lambda: PRESS_HERE in instruction(actor) or not _at_fingers(actor), "the lift"
        )
        after = finger_asked(actor) if _at_fingers(actor) else None
        if after != (position, press):
            stored, refused = stored + 1, 0
        else:
            refused += 1
            if refused > MOST_REFUSALS:
                raise StoryStuck(f"press {press} of {position.name} refused {refused} times")
        if after == (position, press) and actor.can_click("bottom.primary"):
            actor.enter()  # the best of several weak presses
            actor.wait_until(partial(_asks_for_another, actor, asked), "the weak press to be kept")
            stored, refused = stored + 1, 0
        if stored == stop_after:
            return


def _at_fingers(actor: Actor) -> bool:
    return bool(instruction(actor))


def instruction(actor: Actor) -> str:
    """What the applicant reads; empty on every other screen."""
    return actor.read("desk.fingers.instruction")


def finger_asked(actor: Actor) -> tuple[FingerPosition, int] | None:
    """Which press the screen asks for, as the applicant reads it."""
    actor.wait_until(
        lambda: PRESS_HERE in instruction(actor) or not _at_fingers(actor), "a finger to be asked"
    )
    said = actor.read("desk.fingers.count")
    number = _COUNT.search(said)
    finger = next((place for place in CAPTURE_PLAN if word(place) in said), None)
    return (finger, int(number[1])) if finger is not None and number else None


def _asks_for_another(actor: Actor, before: tuple[FingerPosition, int]) -> bool:
    return finger_asked(actor) != before


def pull_the_cable(actor: Actor, hands: Hands) -> None:
    """The reader is unplugged with a finger on it; the same press is asked for again."""
    hands.reader.press(FIRST.key, int(CAPTURE_PLAN[0]))
    hands.reader.unplug()
    actor.wait_to_see("断开")
    actor.picture("reader-unplugged")
    hands.reader.lift()
    hands.reader.plug_in()
    finger_asked(actor)


def lay_wrong_finger(actor: Actor, hands: Hands) -> None:
    """The left thumb once more, where the right one is asked for."""
    finger_asked(actor)
    hands.reader.press(FIRST.key, int(FingerPosition.LEFT_THUMB))
    actor.wait_until(lambda: actor.message_shown, "the wrong finger to be noticed")
    actor.picture("wrong-finger")
    hands.reader.lift()


def except_finger(actor: Actor, approver: str, picture: bool) -> None:
    """F8: the finger that is asked for is injured; another clerk signs for it."""
    before = finger_asked(actor)
    actor.wait_until(lambda: actor.can_click("bottom.exception"), "F8 to be offered")
    actor.press(Qt.Key.Key_F8)
    actor.click("exception.injured")
    chooser = actor.wait_for_widget("exception.operator")
    assert isinstance(chooser, QComboBox)
    chooser.setFocus()
    for _ in range(max(chooser.findData(approver), 0)):
        QTest.keyClick(chooser, Qt.Key.Key_Down)
    actor.type_into("exception.passphrase", PASSPHRASE)
    if picture:
        actor.picture("finger-exception")
    actor.click("exception.primary")
    actor.wait_until(
        lambda: not _at_fingers(actor) or finger_asked(actor) != before,
        "the exception to be stored",
    )
