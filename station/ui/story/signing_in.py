"""Signing in and out, as every operator does."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from station.ui.story.actor import Actor
from station.ui.story.cast import PASSPHRASE


def unlock(actor: Actor, operator_id: str) -> None:
    """Open the station: account and passphrase, Enter; whoever does so is signed in."""
    actor.wait_until(lambda: actor.can_click("unlock.account"), "the station to ask for an account")
    actor.type_into("unlock.account", operator_id)
    actor.press(Qt.Key.Key_Tab)
    actor.type_into("unlock.passphrase", PASSPHRASE)
    if actor.is_first_picture:
        actor.picture("unlock")
    actor.enter()
    actor.wait_for_widget("shell")


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
    if actor.is_first_picture:
        actor.picture("sign-in")
    actor.enter()
    actor.wait_until(lambda: not chooser.isVisible(), "to be signed in")


def sign_out(actor: Actor) -> None:
    """Ctrl+L."""
    actor.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    actor.wait_for_widget("sign_in.passphrase")
