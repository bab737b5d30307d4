"""Questions about one person: name and roles, the passphrase that is shown once, the card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from drivers.api.smart_card import MAX_PIN_DIGITS, MIN_PIN_DIGITS
from station.domain.people import Operator, Role
from station.domain.rights import INCOMPATIBLE
from station.services.people_changes import MAX_NAME, OneTime, PeopleRefusal
from station.services.status import SignInRefusal
from station.ui.screens.base import line_edit, named
from station.ui.screens.dialog import StationDialog
from station.ui.screens.sign_in_card import card_trouble
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.tick_box import TickBox
from station.ui.widgets.trouble_line import TroubleLine
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.people_admin import PeopleAdmin

MAX_ID = 64


class PersonDialog(StationDialog):
    """Account, real name and roles. Roles that exclude each other cannot be ticked together."""

    chosen = Signal(object)
    """The operator as filled in; the sheet waits for `settle` or `refuse`."""

    def __init__(self, theme: Theme, parent: QWidget, operator: Operator | None) -> None:
        """`operator` is changed; without one an account is added."""
        super().__init__(theme, parent, "person")
        self._before = operator
        self._closed = False
        self.finished.connect(self._was_closed)
        self._id_caption, self._name_caption = label(bold=True), label(bold=True)
        self._roles_caption = label(bold=True)
        self._id = line_edit("person.id", MAX_ID)
        self._name = line_edit("person.name", MAX_NAME)
        self._roles = {role: self._add_role(role) for role in Role}
        self._note = label(tone="muted", wrap=True)
        self._trouble = TroubleLine(theme, "person.trouble")
        self._lay_out_fields()
        self._fill()
        self.retranslate()
        self.primary.clicked.connect(self._done)
        for field in (self._id, self._name):
            field.textChanged.connect(lambda _text: self._check())
        self._check()
        (self._name if operator else self._id).setFocus()

    def _add_role(self, role: Role) -> QCheckBox:
        box = TickBox()
        named(box, f"person.{role.value}")
        box.toggled.connect(lambda _on: self._check())
        return box

    def _lay_out_fields(self) -> None:
        for part in (self._id_caption, self._id, self._name_caption, self._name):
            self.inside.addWidget(part)
        self.inside.addWidget(self._roles_caption)
        boxes = QGridLayout()
        for place, box in enumerate(self._roles.values()):
            boxes.addWidget(box, place // 2, place % 2)
        self.inside.addLayout(boxes)
        self.inside.addWidget(self._note)
        self.inside.addWidget(self._trouble)
        self._trouble.set_text("")

    def _fill(self) -> None:
        if self._before is None:
            return
        self._id_caption.hide()
        self._id.setText(self._before.operator_id)
        self._id.hide()
        self._name.setText(self._before.display_name)
        for role in self._before.roles:
            self._roles[role].setChecked(True)

    def retranslate(self) -> None:
        """All words of the sheet."""
        adding = self._before is None
        self.title.setText(self.tr("增加人员") if adding else self.tr("修改姓名和岗位"))
        self._id_caption.setText(self.tr("账号（字母和数字，以后不能改）"))
        self._name_caption.setText(self.tr("真实姓名"))
        self._roles_caption.setText(self.tr("岗位"))
        self._note.setText(self.tr("三种管理员由不同的人担任，不兼任其他岗位。"))
        for role, box in self._roles.items():
            box.setText(word(role))
        self.primary.set_caption(self.tr("增加") if adding else self.tr("保存"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")

    def refuse(self, refusal: PeopleRefusal) -> None:
        """Say why not; what was filled in stays. Nothing, once the sheet was closed."""
        if self._closed:
            return
        self._trouble.set_text(word(refusal))
        self._check()
        (self._name if self._before else self._id).setFocus()

    def settle(self) -> None:
        """It is done: close, unless somebody did already."""
        if not self._closed:
            self.accept()

    def _was_closed(self, _result: int) -> None:
        self._closed = True

    def _ticked(self) -> frozenset[Role]:
        return frozenset(role for role, box in self._roles.items() if box.isChecked())

    def _check(self) -> None:
        ticked = self._ticked()
        for role, box in self._roles.items():
            box.setEnabled(box.isChecked() or not ticked & INCOMPATIBLE[role])
        filled = bool(self._id.text().strip() and self._name.text().strip() and ticked)
        self.primary.setEnabled(filled)

    def _done(self) -> None:
        self.primary.setEnabled(False)
        self.chosen.emit(
            Operator(self._id.text().strip(), self._name.text().strip(), self._ticked())
        )


class OneTimeDialog(StationDialog):
    """A passphrase for one sign-in, shown here and nowhere else."""

    def __init__(self, theme: Theme, parent: QWidget, name: str, given: OneTime) -> None:
        """`name` is whose it is."""
        super().__init__(theme, parent, "one_time")
        self._name = name
        self._passphrase = label(size="display", bold=True)
        self._passphrase.setText(given.passphrase)
        self._passphrase.setObjectName("one_time.passphrase")
        self._text = FitLabel((theme.lead, theme.body))
        self.inside.addWidget(self._passphrase)
        self.inside.addWidget(self._text)
        self.back.hide()
        self.primary.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        """Whose it is and what to do with it."""
        self.title.setText(self.tr("{name} 的一次性口令").format(name=self._name))
        self._text.set_text(
            self.tr("只显示这一次，请当面交给本人。首次登录时须换成自己的口令，此口令随即失效。")
        )
        self.primary.set_caption(self.tr("已交给本人"), "Enter")


class CardDialog(StationDialog):
    """The holder puts their card in and types its PIN; the card proves that it is one."""

    registered = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget, people: PeopleAdmin, operator: Operator
    ) -> None:
        """The card becomes `operator`'s, in place of the one they had."""
        super().__init__(theme, parent, "staff_card")
        self._people = people
        self._operator = operator
        self._text = label(wrap=True)
        self._caption = label(bold=True)
        self._pin = line_edit("staff_card.pin", MAX_PIN_DIGITS)
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._trouble = TroubleLine(theme, "staff_card.trouble")
        self._ring = WaitingLine(theme)
        for part in (self._text, self._caption, self._pin, self._trouble, self._ring):
            self.inside.addWidget(part)
        self.primary.clicked.connect(self._ask)
        self._pin.textChanged.connect(lambda _text: self._show(""))
        self.finished.connect(lambda _result: people.cancel())
        self.retranslate()
        self._show("")
        self._pin.setFocus()

    def retranslate(self) -> None:
        """All words of the sheet."""
        name = self._operator.display_name
        self.title.setText(self.tr("登记 {name} 的证书卡").format(name=name))
        self._text.setText(
            self.tr("请本人把卡插入读卡器并输入 PIN。登记后原来的卡失效；PIN 不会保存。")
        )
        self._caption.setText(self.tr("证书卡的 PIN（6 至 8 位数字）"))
        self.primary.set_caption(self.tr("登记"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")

    def _ask(self) -> None:
        pin = self._pin.text()
        self._pin.clear()
        self._show("", busy=True)
        self._people.register_card(
            self._operator.operator_id, pin, self._while_open(self._answered)
        )

    def _while_open(
        self, then: Callable[[PeopleRefusal | SignInRefusal | None], None]
    ) -> Callable[[PeopleRefusal | SignInRefusal | None], None]:
        closed: list[bool] = []
        self.finished.connect(lambda _result: closed.append(True))

        def deliver(answer: PeopleRefusal | SignInRefusal | None) -> None:
            if not closed:
                then(answer)

        return deliver

    def _answered(self, answer: PeopleRefusal | SignInRefusal | None) -> None:
        match answer:
            case None:
                self.registered.emit()
                self.accept()
            case PeopleRefusal():
                self._show(word(answer))
            case SignInRefusal(failure=failure, tries_left=left):
                self._show(card_trouble(failure, left))
        self._pin.setFocus()

    def _show(self, trouble: str, *, busy: bool = False) -> None:
        self._trouble.set_text(trouble)
        self._ring.show_word(self.tr("正在核对…") if busy else "")
        self._pin.setEnabled(not busy)
        self.primary.setEnabled(not busy and len(self._pin.text()) >= MIN_PIN_DIGITS)
