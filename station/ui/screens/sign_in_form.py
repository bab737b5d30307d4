"""Signing in: choose a name, type the passphrase."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from station.domain.people import Operator
from station.services.status import SignInFailure, SignInState
from station.ui.screens.base import Actions
from station.ui.screens.centred_form import CentredForm
from station.ui.screens.choice_box import ChoiceBox
from station.ui.screens.countdown import Countdown, wait_words
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.widgets.fit_label import FitLabel
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.sign_in import SignInService


class SignInForm(CentredForm):
    """Shown while nobody is signed in; open work waits behind it."""

    def __init__(
        self,
        theme: Theme,
        sign_in: SignInService,
        whose_work: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        """`whose_work`: who left something open behind the lock; empty when nobody did."""
        super().__init__(theme, "sign_in", parent=parent)
        self._sign_in = sign_in
        self._whose_work = whose_work
        self._locked_out = ""
        self._countdown = Countdown(self)
        self._countdown.changed.connect(self.refresh)
        self._kept = FitLabel((theme.body,), bold=True)
        self._kept.setObjectName("sign_in.kept")
        self._name_caption = label()
        self._operator = ChoiceBox(theme, "sign_in.operator")
        self._operator.currentIndexChanged.connect(self._operator_chosen)
        self._passphrase_caption = label()
        for part in (self._kept, self._name_caption, self._operator, self._passphrase_caption):
            self.form.addWidget(part)
        self._passphrase = self.add_secret("sign_in.passphrase")
        self.retranslate()

    def retranslate(self) -> None:
        """All words of the form."""
        self.title.setText(self.tr("登录"))
        self.lead.setText(self.tr("请选择姓名并输入口令。未办完的工作都保留着，登录后可接着办。"))
        self._name_caption.setText(self.tr("工作人员"))
        self._passphrase_caption.setText(self.tr("口令"))
        self.refresh()

    def told(self, state: SignInState) -> None:
        """A new state: a failure empties the passphrase, a lockout begins to count."""
        if state.failure or state.operator:
            self._passphrase.clear()
        if state.failure:
            self._passphrase.setFocus()
        if state.wait_s > 0:
            self._locked_out = str(self._operator.currentData())
            self._countdown.start(state.wait_s)
        self.refresh()

    def refresh(self) -> None:
        """Who may sign in, whose work is open, that a passphrase is being checked or was wrong."""
        state = self._sign_in.state
        self._fill_operators()
        self._kept.set_text(self._kept_words())
        self.ring.show_word(self.tr("正在核对…") if state.busy else "")
        self.trouble.set_text("" if state.busy else self._trouble_words(state))
        for field in (self._operator, self._passphrase):
            field.setEnabled(not state.busy)
        self.changed.emit()

    def offers(self) -> Actions:
        """Sign in, once there is a name and a passphrase."""
        ready = bool(self._passphrase.text()) and self._operator.currentIndex() >= 0
        free = not self._sign_in.state.busy and not self._is_waiting()
        return Actions(self.tr("登录"), ready and free)

    def on_primary(self) -> None:
        """Try to sign in. The passphrase leaves the field whatever comes of it."""
        passphrase = self._passphrase.text()
        self._passphrase.clear()
        self._sign_in.sign_in(str(self._operator.currentData()), passphrase)

    def tell_scan_refused(self) -> None:
        """A scanner was pointed at something while the passphrase was asked for."""
        self.trouble.set_text(self.tr("扫码不能用作口令，请用键盘输入。"))

    def help_text(self) -> str:
        """For F1."""
        return self.tr("选择自己的姓名，输入口令，按 Enter 登录。忘记口令时请找安全管理员重设。")

    def entered(self) -> None:
        """Whoever locked the screen is chosen; the next key press goes to the passphrase."""
        self._passphrase.clear()
        self.refresh()
        place = self._operator.findData(self._sign_in.author.operator_id)
        if place >= 0:
            self._operator.setCurrentIndex(place)
        self._passphrase.setFocus()

    def left(self) -> None:
        """No passphrase stays in a field that is not seen."""
        self._passphrase.clear()

    def _kept_words(self) -> str:
        name = self._whose_work()
        if not name:
            return ""
        return self.tr("{name} 的工作仍打开着：本人登录接着办；换人登录时先替其暂存。").format(
            name=name
        )

    def _is_waiting(self) -> bool:
        """The wait is one person's: somebody else may sign in at once."""
        chosen = str(self._operator.currentData())
        return chosen == self._locked_out and self._countdown.left_s > 0

    def _trouble_words(self, state: SignInState) -> str:
        if self._is_waiting():
            return self.tr(
                "输错次数过多，请等 {time}后再试。其他人现在就可以登录；"
                "忘记口令请找安全管理员重设。"
            ).format(time=wait_words(self._countdown.left_s))
        if state.failure is SignInFailure.LOCKED:  # the wait has run down, or is somebody else's
            return ""
        if state.failure is not None:
            return word(state.failure)
        if state.operator is not None:  # signed in and still here: no post of this window is theirs
            return self.tr("您在本机没有岗位，请换人登录，或请管理员授权。")
        return ""

    def _fill_operators(self) -> None:
        listed = self._sign_in.operators()
        captions = [(_caption(one), one.operator_id) for one in listed]
        shown = [
            (self._operator.itemText(place), self._operator.itemData(place))
            for place in range(self._operator.count())
        ]
        if shown == captions:
            return
        chosen = self._operator.currentData()
        with QSignalBlocker(self._operator):
            self._operator.clear()
            for caption, operator_id in captions:
                self._operator.addItem(caption, operator_id)
            place = max(self._operator.findData(chosen), 0 if listed else -1)
            self._operator.setCurrentIndex(place)

    def _operator_chosen(self, _index: int) -> None:
        self._passphrase.clear()
        self.refresh()
        self._passphrase.setFocus()


def _caption(operator: Operator) -> str:
    posts = " · ".join(word(role) for role in sorted(operator.roles))
    return f"{operator.display_name}    {posts}"
