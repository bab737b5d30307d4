"""Signing in and out, as every operator does."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from station.ui.story.actor import Actor
from station.ui.story.cast import MISTYPED, PASSPHRASE


def unlock(actor: Actor, operator_id: str) -> None:
    """Open the station: account and passphrase, Enter; whoever does so is signed in."""
    actor.wait_until(lambda: actor.can_click("unlock.account"), "an account to be asked for")
    actor.type_into("unlock.account", operator_id)
    if actor.is_first_picture:
        actor.picture("unlock")
    actor.type_into("unlock.passphrase", PASSPHRASE)
    actor.enter()
    actor.wait_for_widget("shell")


def mistype_passphrase(actor: Actor, operator_id: str) -> None:
    """A slip is said in words, without telling whether the account is right."""
    actor.wait_until(lambda: actor.can_click("unlock.account"), "an account to be asked for")
    actor.type_into("unlock.account", operator_id)
    actor.type_into("unlock.passphrase", MISTYPED)
    actor.picture("unlock")
    actor.enter()
    actor.wait_until(lambda: "不对" in actor.read("unlock.passphrase_form.trouble"), "the words")
    actor.picture("unlock-wrong-passphrase")


def sign_in(actor: Actor, operator_id: str) -> None:
    """Choose the name, type the passphrase, Enter."""
    chooser = actor.wait_for_widget("sign_in.operator")
    assert isinstance(chooser, QComboBox)
    actor.wait_until(lambda: chooser.findData(operator_id) >= 0, "operators to be listed")
    chooser.setFocus()
    wanted = chooser.findData(operator_id)
    QTest.keyClick(chooser, Qt.Key.Key_Home)
    for _ in range(wanted):
        QTest.keyClick(chooser, Qt.Key.Key_Down)
    actor.type_into("sign_in.passphrase", PASSPHRASE)
    actor.enter()
    actor.wait_until(lambda: not chooser.isVisible(), "to be signed in")


def sign_out(actor: Actor) -> None:
    """Ctrl+L."""
    actor.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    actor.wait_for_widget("sign_in.passphrase")


def hand_over(actor: Actor, operator_id: str) -> None:
    """Locked in the middle of a case; another clerk signs in, sees whose it is and goes on."""
    sign_out(actor)
    actor.picture("locked-with-work")
    sign_in(actor, operator_id)
    actor.wait_for_widget("hand_over.primary")
    actor.picture("hand-over")
    actor.click("hand_over.primary")
    actor.wait_for_step("fingers")
