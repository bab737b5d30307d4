"""The desk's day: two people confirmed, with what goes wrong on such a day, and the review."""

from collections.abc import Callable
from pathlib import Path

from station.ui.devpanel.hands import Hands
from station.ui.story.actor import Actor, pause
from station.ui.story.admin_story import look_after
from station.ui.story.cast import CLERK, FIRST, OFFICER, SECOND, SECOND_CLERK, Visitor
from station.ui.story.fingers_story import (
    PRESS_HERE,
    except_finger,
    finger_asked,
    instruction,
    lay_wrong_finger,
    press_all,
    pull_the_cable,
)
from station.ui.story.signing_in import hand_over, mistype_passphrase, sign_in, sign_out, unlock
from station.ui.story.summary import Summary


def confirm_two_people(hands: Hands, output: Path) -> None:
    """The whole story of the desk."""
    actor, summary = Actor(output), Summary(output)
    mistype_passphrase(actor, CLERK)
    unlock(actor, CLERK)
    wait_for_people(actor)
    _mistype(actor)
    _confirm_first(actor, hands, summary)
    _confirm_second(actor, hands, summary)
    _save_printed(hands, output)
    _review(actor, summary)
    look_after(actor)


def press_thirteen_times(hands: Hands, output: Path) -> None:
    """Up to the thirteenth stored press, then a word on the terminal and no end."""
    actor = Actor(output)
    unlock(actor, CLERK)
    wait_for_people(actor)
    _arrive_at_fingers(actor, hands, FIRST, lambda _title: None)
    press_all(actor, hands, FIRST, stop_after=13)
    print("thirteen presses stored", flush=True)
    actor.wait_until(lambda: False, "to be killed")


def resume_at_fourteen(hands: Hands, output: Path) -> None:
    """Sign in after the kill: the desk asks for the next press by itself."""
    actor = Actor(output)
    unlock(actor, CLERK)
    actor.wait_until(lambda: PRESS_HERE in instruction(actor), "the next press to be asked for")
    print(actor.read("desk.fingers.count"), flush=True)
    press_all(actor, hands, FIRST)
    actor.wait_to_see("资格审查表")
    print("all presses in", flush=True)


def wait_for_people(actor: Actor) -> None:
    """Until the platform's applicants are here."""
    actor.wait_until(lambda: actor.sees("40"), "applicants to arrive from the platform")


def _mistype(actor: Actor) -> None:
    """Unknown registration ID, then a number with a wrong check digit."""
    _search(actor, "2026999ZZZZZ")
    actor.wait_until(lambda: actor.message_shown, "the message")
    actor.picture("not-found")
    good = FIRST.person.number
    wrong = good[:-1] + ("1" if good[-1] != "1" else "2")
    _search(actor, wrong)
    actor.wait_to_see("校验")
    actor.picture("wrong-check-digit")


def _search(actor: Actor, text: str) -> None:
    actor.type_into("desk.find.field", text)
    actor.enter()


def _arrive_at_fingers(
    actor: Actor, hands: Hands, visitor: Visitor, picture: Callable[[str], object]
) -> None:
    """From the search to the first finger."""
    hands.card.lay_card(visitor.person)
    hands.camera.sit_down(visitor.key)
    _search(actor, visitor.registration_id)
    actor.wait_for_step("consent")
    picture("consent")
    actor.enter()
    actor.wait_for_step("documents")
    picture("documents")
    for kind in ("identity_card", "degree_certificate", "graduation_certificate"):
        actor.click(f"desk.documents.{kind}.original_seen")
        pause(150)
    actor.wait_for_step("identity")
    picture("identity")
    actor.enter()
    actor.wait_for_step("photo")
    pause(300)
    picture("photo-live")
    actor.enter()
    actor.wait_to_see("使用这张")
    picture("photo-taken")
    actor.enter()
    actor.wait_for_step("fingers")
    hands.card.take_card()


def _confirm_first(actor: Actor, hands: Hands, summary: Summary) -> None:
    """All goes well, but for one wrong finger, one weak press and a pulled cable."""
    actor.picture("board")
    _arrive_at_fingers(actor, hands, FIRST, actor.picture)
    finger_asked(actor)
    actor.picture("finger-first")
    pull_the_cable(actor, hands)
    press_all(actor, hands, FIRST, stop_after=4)
    lay_wrong_finger(actor, hands)
    press_all(actor, hands, FIRST, stop_after=9)
    actor.picture("finger-half-way")
    press_all(actor, hands, FIRST)
    _print(actor, actor.picture)
    _sign_and_seal(actor, actor.picture)
    summary.confirmed(FIRST.key, actor.words())


def _print(actor: Actor, picture: Callable[[str], object]) -> None:
    """The form, checked and printed."""
    actor.wait_for_step("form")
    actor.wait_until(lambda: actor.can_click("bottom.primary"), "the form")
    pause(200)
    picture("form")
    actor.enter()


def _sign_and_seal(actor: Actor, picture: Callable[[str], object]) -> None:
    """The applicant signs, the record is sealed."""
    actor.wait_for_step("sign")
    picture("sign")
    actor.enter()
    actor.wait_for_widget("desk.sealed.title")
    picture("sealed")


def _confirm_second(actor: Actor, hands: Hands, summary: Summary) -> None:
    """A rare name, a change of shift in its middle, and two fingers that another clerk excuses."""
    actor.enter()
    actor.wait_for_widget("desk.find.field")
    hands.printer.take_paper_out()
    _arrive_at_fingers(actor, hands, SECOND, lambda _title: None)
    press_all(actor, hands, SECOND, stop_after=8)
    hand_over(actor, SECOND_CLERK)
    press_all(actor, hands, SECOND, stop_after=8)
    for last in (False, True):
        except_finger(actor, CLERK, picture=not last)
    actor.wait_for_step("form")
    actor.wait_until(lambda: actor.can_click("bottom.primary"), "the form")
    actor.enter()
    actor.wait_until(lambda: actor.message_shown, "to be told of the paper")
    actor.picture("paper-out")
    hands.printer.refill()  # the job that waits comes out, and the desk goes on by itself
    _sign_and_seal(actor, lambda _title: None)
    actor.picture("sealed-with-exceptions")
    summary.confirmed(SECOND.key, actor.words())
    actor.enter()
    actor.wait_for_widget("desk.find.field")


def _save_printed(hands: Hands, output: Path) -> None:
    """Take the paper out of the tray: the PDF the printer got, once per person."""
    for number, stack in enumerate(hands.printer.printed, 1):
        (output / f"review-form-{number}.pdf").write_bytes(stack.pdf)


def _review(actor: Actor, summary: Summary) -> None:
    """Days later, another person decides."""
    sign_out(actor)
    sign_in(actor, OFFICER)
    actor.wait_to_see(FIRST.name)
    actor.picture("review-list")
    for visitor in (FIRST, SECOND):
        actor.enter()
        actor.type_into("review.case.reason", "材料齐全，符合报考资格")
        actor.picture("review-case")
        actor.enter()
        actor.wait_for_widget("review.list.cases")
        summary.reviewed(visitor.key)
    _in_english(actor)
    actor.wait_to_see("已全部上传")


def _in_english(actor: Actor) -> None:
    actor.click("status.language")
    pause(500)
    actor.picture("english")
    actor.click("status.language")
