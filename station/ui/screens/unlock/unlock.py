"""From a locked disk to an open station, one screen at a time."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from PySide6.QtWidgets import QWidget

from station.services.unlock_state import UnlockStage, UnlockState
from station.services.unlocking import Unlocking
from station.ui.screens.base import Action, Actions, View, bar
from station.ui.screens.stacked_task import StackedTask
from station.ui.screens.unlock.card import CardForm
from station.ui.screens.unlock.passphrase import PassphraseForm
from station.ui.screens.unlock.recovery import RecoveryForm
from station.ui.screens.unlock.renew import RenewForm
from station.ui.screens.unlock.stuck import StuckScreen
from station.ui.theme import Theme

StartScreen = PassphraseForm | CardForm | RecoveryForm | RenewForm | StuckScreen


class Way(StrEnum):
    """How whoever stands here wants to open the station."""

    PASSPHRASE = "passphrase"  # noqa: S105 - names a way, holds no secret
    CARD = "card"
    RECOVERY = "recovery"


class UnlockTask(StackedTask):
    """The state says which screen; among the three ways to open the person chooses."""

    def __init__(
        self, theme: Theme, unlocking: Unlocking, where: str, parent: QWidget | None = None
    ) -> None:
        """`where` are the folders of data and keys."""
        super().__init__(theme, parent)
        self._unlocking = unlocking
        self._way = Way.PASSPHRASE
        self._ways: dict[Way, StartScreen] = {
            Way.PASSPHRASE: PassphraseForm(theme, unlocking),
            Way.CARD: CardForm(theme, unlocking),
            Way.RECOVERY: RecoveryForm(theme, unlocking),
        }
        self._renew = RenewForm(theme, unlocking)
        self._stuck = StuckScreen(theme, unlocking, where)
        self._screens = (*self._ways.values(), self._renew, self._stuck)
        for screen in self._screens:
            self.add_screen(screen)
        unlocking.on_change(self._told)

    def view(self) -> View:
        """The whole width; nothing beside it."""
        return View(actions=self.offers())

    def offers(self) -> Actions:
        """What the screen in front offers, and the other ways to open."""
        offered = super().offers()
        if self.front not in self._ways.values():
            return offered
        free = self._unlocking.state.stage is UnlockStage.LOCKED
        others = []
        if self._way is not Way.PASSPHRASE:
            others.append(bar(Action.BACK, self.tr("改用口令"), "Esc", enabled=free))
        if self._way is not Way.CARD and self._unlocking.takes_cards:
            others.append(bar(Action.USE_CARD, self.tr("用证书卡"), "F6", enabled=free))
        if self._way is not Way.RECOVERY:
            others.append(bar(Action.USE_RECOVERY, self.tr("用恢复密钥"), "F7", enabled=free))
        return replace(offered, secondary=tuple(others))

    def on_secondary(self, action: str) -> None:
        """Another way to open."""
        ways = {
            Action.BACK: Way.PASSPHRASE,
            Action.USE_CARD: Way.CARD,
            Action.USE_RECOVERY: Way.RECOVERY,
        }
        self._choose(ways[Action(action)])

    def on_scan(self, text: str) -> None:
        """Only the recovery key is ever scanned here."""
        if self._unlocking.state.stage is not UnlockStage.LOCKED:
            return
        self._choose(Way.RECOVERY)
        form = self._ways[Way.RECOVERY]
        assert isinstance(form, RecoveryForm)
        form.on_scan(text)

    def tell_scan_refused(self) -> None:
        """A scan was kept out of a secret field."""
        front = self.front
        if isinstance(front, PassphraseForm | CardForm | RenewForm):
            front.tell_scan_refused()

    def _choose(self, way: Way) -> None:
        self._way = way
        form = self._ways[way]
        self.bring_to_front(form, form.refresh)  # it was told nothing while another was in front

    def _told(self, state: UnlockState) -> None:
        wanted = self._screen_for(state.stage)
        self.bring_to_front(wanted)
        wanted.told(state)
        self.changed.emit()

    def _screen_for(self, stage: UnlockStage) -> StartScreen:
        match stage:
            case UnlockStage.STUCK:
                return self._stuck
            case UnlockStage.RENEWING | UnlockStage.SAVING:
                return self._renew
            case _:
                return self._ways[self._way]
