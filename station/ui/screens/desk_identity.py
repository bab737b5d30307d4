"""The identity card held against the application, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from station.domain.identity_document import CardShown, ComparedField, HolderData
from station.ui.screens.base import Action, Actions, bar, column, line_edit, picture
from station.ui.screens.desk_screen import DeskScreen
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.field_table import FieldRow, FieldTable
from station.ui.widgets.photo import Photo
from station.ui.words import word
from station.workflow import inputs
from station.workflow.desk_state import Waiting

if TYPE_CHECKING:
    from station.services.desk import DeskService

LONGEST_REASON = 200
DAY_DIGITS = 8
CARD_PHOTO_WIDTH_PX = 132


class IdentityScreen(DeskScreen):
    """Equal goes on by itself; a difference, or a card nobody can read, needs a written reason."""

    def __init__(self, theme: Theme, desk: DeskService, parent: QWidget | None = None) -> None:
        """`_by_hand`: the operator is writing the reason."""
        super().__init__(theme, desk, parent)
        self._by_hand = False
        self._title = label(size="applicant", bold=True)
        self._lead = label(tone="muted", wrap=True)
        self._table = FieldTable(theme)
        self._card_photo = Photo(theme, theme.space(CARD_PHOTO_WIDTH_PX))
        self._photo_caption = label(tone="muted", wrap=True)
        self._photo_panel = QWidget()
        self._text_only = label(bold=True, wrap=True)
        self._ring = WaitingLine(theme)
        self._reason_panel = Panel()
        self._reason_caption = label(bold=True, wrap=True)
        self._reason = line_edit("desk.identity.reason", LONGEST_REASON)
        self._build()
        self.refresh()

    def _build(self) -> None:
        page = column(self.theme, self, margin=20)
        page.setSpacing(self.theme.space(8))
        page.addWidget(self._title)
        page.addWidget(self._lead)
        page.addLayout(self._beside_each_other())
        page.addWidget(self._text_only)
        page.addWidget(self._ring)
        asked = QVBoxLayout(self._reason_panel)
        asked.setContentsMargins(*([self.theme.space(12)] * 4))
        asked.addWidget(self._reason_caption)
        asked.addWidget(self._reason)
        page.addWidget(self._reason_panel)
        page.addStretch(1)

    def _beside_each_other(self) -> QHBoxLayout:
        panel = QVBoxLayout(self._photo_panel)
        panel.setContentsMargins(0, 0, 0, 0)
        panel.setSpacing(self.theme.space(6))
        panel.addWidget(self._card_photo)
        panel.addWidget(self._photo_caption)
        self._photo_panel.setFixedWidth(self._card_photo.width())
        top = Qt.AlignmentFlag.AlignTop
        line = QHBoxLayout()
        line.setSpacing(self.theme.space(16))
        line.addWidget(self._table, 1, top)
        line.addWidget(self._photo_panel, 0, top)
        return line

    def refresh(self) -> None:
        """What the application says, and which of it the card contradicts."""
        state = self.state
        self._title.setText(self.tr("请核验身份"))
        self._lead.setText(self._lead_words())
        self._lead.setVisible(not self._by_hand)
        if state.applicant is not None:
            self._table.set_rows(
                self.tr("身份证"), self.tr("申请信息"), self._rows(state.applicant.holder)
            )
        self._show_photo(state.card)
        self._ring.show_word(word(state.waiting) if state.waiting is Waiting.CARD else "")
        self._reason_panel.setVisible(self._by_hand)
        self._reason_caption.setText(self.tr("请写明如何核对、为何可以继续："))
        self.changed.emit()

    def entered(self) -> None:
        """Start by reading the card."""
        self._by_hand = False
        self._reason.clear()
        self.refresh()

    def offers(self) -> Actions:
        """Read the card, or go on by hand with a reason."""
        free = self.state.waiting is None
        if self._by_hand:
            back = bar(Action.BACK, self.tr("返回"), "Esc")
            return Actions(self.tr("写明原因，继续"), free, (back,), pause=free)
        differing = bool(self.state.differing)
        by_hand = self.tr("确系本人，说明原因") if differing else self.tr("手工核对")
        hand = bar(Action.BY_HAND, by_hand, "F6", enabled=free)
        caption = self.tr("再读一次身份证") if differing else self.tr("读身份证")
        return Actions(caption, free, (hand,), pause=free)

    def on_primary(self) -> None:
        """Read, or go on with the reason."""
        if self._by_hand:
            self.send(inputs.ExplainIdentity(self._reason.text()))
        else:
            self.send(inputs.CompareCard())

    def on_secondary(self, action: str) -> None:
        """To the reason and back."""
        self._by_hand = action == Action.BY_HAND
        self.refresh()
        if self._by_hand:
            self._reason.setFocus()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "把申请人的身份证放在阅读器上，按 Enter，一致时自动继续。"
            "读不出，或不一致但确系本人时，按 F6 写明原因。"
        )

    def _show_photo(self, card: CardShown | None) -> None:
        shown = picture(card.photo) if card is not None else None
        self._card_photo.set_image(shown)
        self._photo_panel.setVisible(shown is not None)
        self._photo_caption.setText(self.tr("证件里的照片，请与本人核对"))
        self._text_only.setVisible(card is not None and shown is None)
        self._text_only.setText(self.tr("阅读器只读出文字，没有照片；请看证件上的照片核对本人。"))

    def _on_card(self, field: ComparedField) -> str:
        """What the card says, as it says it: the clerk has to compare."""
        card = self.state.card
        return _values(card.holder)[field] if card is not None else self.tr("与右边不同")

    def _lead_words(self) -> str:
        if self.state.differing is None:
            return self.tr("请把身份证平放在阅读器上，再按 Enter。也请核对证件照片与本人。")
        return self.tr("标出的项目不一致，请逐项与申请人核对。")

    def _rows(self, holder: HolderData) -> list[FieldRow]:
        return [self._row(field, value) for field, value in _values(holder).items()]

    def _row(self, field: ComparedField, value: str) -> FieldRow:
        differing = self.state.differing
        if differing is None:
            return FieldRow(word(field), self.tr("尚未读卡"), value)
        if field in differing:
            return FieldRow(word(field), self._on_card(field), value, differs=True)
        return FieldRow(word(field), value, value)


def _values(holder: HolderData) -> dict[ComparedField, str]:
    return {
        ComparedField.NAME: holder.name,
        ComparedField.NUMBER: holder.number,
        ComparedField.SEX: holder.sex,
        ComparedField.BIRTH_DATE: _spaced(holder.birth_date),
    }


def _spaced(day: str) -> str:
    """A yyyymmdd day as it can be read beside a card; anything else as it came."""
    is_day = len(day) == DAY_DIGITS and day.isdecimal()
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if is_day else day
