"""Signing in: choose a name, type the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from station.domain.people import Operator
from station.services.status import SignInState
from station.ui.screens.base import Actions, Screen, line_edit
from station.ui.screens.choice_box import ChoiceBox
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import STOP, Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.sign_in import SignInService

FORM_WIDTH_PX = 460
MAX_PASSPHRASE = 200


class SignInScreen(Screen):
    """Shown while nobody is signed in; open work waits behind it."""

    def __init__(self, theme: Theme, sign_in: SignInService, parent: QWidget | None = None) -> None:
        """Operators are listed as soon as they are loaded."""
        super().__init__(theme, parent)
        self._sign_in = sign_in
        self._title = label(size="applicant", bold=True)
        self._lead = label(tone="muted", wrap=True)
        self._name_caption = label()
        self._operator = ChoiceBox(theme, "sign_in.operator")
        self._operator.currentIndexChanged.connect(self._operator_chosen)
        self._passphrase_caption = label()
        self._passphrase = line_edit("sign_in.passphrase", MAX_PASSPHRASE)
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.textChanged.connect(lambda _text: self.changed.emit())
        self._trouble = FitLabel((theme.body,), colour=STOP)
        self._trouble.setObjectName("sign_in.trouble")
        self._ring = WaitingLine(theme)
        self._build()
        self.retranslate()
        sign_in.on_change(self.render_state)
        self.render_state(sign_in.state)

    def _build(self) -> None:
        space = self.theme.space
        panel = Panel()
        panel.setFixedWidth(space(FORM_WIDTH_PX))
        form = QVBoxLayout(panel)
        form.setContentsMargins(space(36), space(32), space(36), space(32))
        form.setSpacing(space(8))
        form.addWidget(self._title)
        form.addWidget(self._lead)
        form.addSpacing(space(12))
        form.addWidget(self._name_caption)
        form.addWidget(self._operator)
        form.addSpacing(space(6))
        form.addWidget(self._passphrase_caption)
        form.addWidget(self._passphrase)
        form.addWidget(self._trouble)
        form.addWidget(self._ring)
        across = QHBoxLayout()
        across.addWidget(panel, 0, Qt.AlignmentFlag.AlignCenter)
        page = QVBoxLayout(self)
        page.addStretch(2)
        page.addLayout(across)
        page.addStretch(3)

    def retranslate(self) -> None:
        """All words of the form."""
        self._title.setText(self.tr("登录"))
        self._lead.setText(self.tr("请选择姓名并输入口令。未办完的工作都保留着，登录后可接着办。"))
        self._name_caption.setText(self.tr("工作人员"))
        self._passphrase_caption.setText(self.tr("口令"))
        self._fill_operators()
        self.render_state(self._sign_in.state)

    def render_state(self, state: SignInState) -> None:
        """Show who may sign in, that a passphrase is being checked, or that it was wrong."""
        self._fill_operators()
        self._ring.show_word(self.tr("正在核对…") if state.busy else "")
        self._trouble.set_text(self._trouble_words(state))
        for field in (self._operator, self._passphrase):
            field.setEnabled(not state.busy)
        if state.failure or state.operator:
            self._passphrase.clear()
        if state.failure:
            self._passphrase.setFocus()
        self.changed.emit()

    def offers(self) -> Actions:
        """Sign in, once there is a name and a passphrase."""
        ready = bool(self._passphrase.text()) and self._operator.currentIndex() >= 0
        return Actions(self.tr("登录"), ready and not self._sign_in.state.busy)

    def on_primary(self) -> None:
        """Try to sign in. The passphrase leaves the field whatever comes of it."""
        passphrase = self._passphrase.text()
        self._passphrase.clear()
        self._sign_in.sign_in(str(self._operator.currentData()), passphrase)

    def tell_scan_refused(self) -> None:
        """A scanner was pointed at something while the passphrase was asked for."""
        self._trouble.set_text(self.tr("扫码不能用作口令，请用键盘输入。"))

    def help_text(self) -> str:
        """For F1."""
        return self.tr("选择自己的姓名，输入口令，按 Enter 登录。忘记口令时请找管理员。")

    def entered(self) -> None:
        """The next key press goes to the passphrase."""
        self._passphrase.clear()
        self._passphrase.setFocus()

    def _trouble_words(self, state: SignInState) -> str:
        if state.failure is not None:
            return word(state.failure)
        if state.operator is not None:  # signed in and still here: no post of this window is theirs
            return self.tr("您在本机没有岗位，请换人登录，或请管理员授权。")
        return ""

    def _fill_operators(self) -> None:
        listed = self._sign_in.operators()
        chosen = self._operator.currentData()
        with QSignalBlocker(self._operator):
            self._operator.clear()
            for operator in listed:
                self._operator.addItem(_caption(operator), operator.operator_id)
            self._operator.setCurrentIndex(
                max(self._operator.findData(chosen), 0 if listed else -1)
            )

    def _operator_chosen(self, _index: int) -> None:
        self._passphrase.clear()
        self._passphrase.setFocus()


def _caption(operator: Operator) -> str:
    posts = " · ".join(word(role) for role in sorted(operator.roles))
    return f"{operator.display_name}    {posts}"
