"""The recovery key out of the safe: 24 words typed, or its code scanned."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from station.services.recovery_words import MOST_SHOWN, WORDS, completions
from station.services.unlock_state import UnlockStage, UnlockState
from station.services.unlocking import Unlocking
from station.store.keyring import Mistyped, RecoveryKey
from station.ui.screens.base import Actions
from station.ui.screens.centred_form import CentredForm
from station.ui.screens.unlock.progress_words import progress_words
from station.ui.screens.unlock.word_field import WordField
from station.ui.screens.unlock.words import failure_words
from station.ui.theme import Theme
from station.ui.widgets.base import label

FORM_WIDTH_PX = 1080
ROWS = 6


class RecoveryForm(CentredForm):
    """Words are looked at one by one, so that a slip is found where it was made."""

    def __init__(self, theme: Theme, unlocking: Unlocking, parent: QWidget | None = None) -> None:
        """24 fields in the order of the sheet."""
        super().__init__(theme, "unlock.recovery_form", FORM_WIDTH_PX, parent)
        self._unlocking = unlocking
        self._said = ""
        self._hint = label(tone="muted")
        self._hint.setMinimumHeight(theme.row(24))
        self._fields = tuple(WordField(place) for place in range(1, WORDS + 1))
        self._lay_out_fields()
        self.form.addWidget(self._hint)
        for field in self._fields:
            field.textChanged.connect(lambda _text: self._typed())
            field.went_on.connect(lambda place=field.place: self._go_to(place + 1))
            field.went_back.connect(lambda place=field.place: self._go_to(place - 1))
        self.retranslate()

    def _lay_out_fields(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self.theme.space(16))
        grid.setVerticalSpacing(self.theme.space(6))
        for number, field in enumerate(self._fields):
            cell = QHBoxLayout()
            cell.setSpacing(self.theme.space(6))
            caption = label(str(field.place), tone="muted")
            caption.setFixedWidth(self.theme.row(24))
            cell.addWidget(caption)
            cell.addWidget(field, 1)
            column, row = divmod(number, ROWS)  # downwards, as on the sheet
            grid.addLayout(cell, row, column)
        holder = QVBoxLayout()
        holder.addLayout(grid)
        self.form.addLayout(holder)

    def retranslate(self) -> None:
        """All words of the form."""
        self.title.setText(self.tr("用恢复密钥打开本机"))
        self.lead.setText(
            self.tr(
                "请取出保险柜里的恢复密钥页，依次输入 {n} 个词（打前四个字母，按空格到下一个），"
                "或用扫码枪扫描页上的二维码。每次使用都会记入审计。"
            ).format(n=WORDS)
        )
        self.refresh()

    def told(self, state: UnlockState) -> None:
        """A wrong key leaves the words for correction; the right one takes them away."""
        if state.stage in (UnlockStage.OPENING, UnlockStage.OPEN):
            self._clear()
        self.refresh()

    def refresh(self) -> None:
        """What is under way, and what is wrong."""
        state = self._unlocking.state
        busy = state.stage is not UnlockStage.LOCKED
        for field in self._fields:
            field.setEnabled(not busy)
        self.ring.show_word(progress_words(state.stage))
        failure = failure_words(state.failure) if state.failure else ""
        self.trouble.set_text(self._said or failure)
        self.changed.emit()

    def offers(self) -> Actions:
        """Open once every word is there."""
        complete = all(field.word() for field in self._fields)
        return Actions(
            self.tr("用恢复密钥打开"),
            complete and self._unlocking.state.stage is UnlockStage.LOCKED,
        )

    def on_primary(self) -> None:
        """Put the words together and try."""
        self._use(" ".join(field.word() for field in self._fields))

    def on_scan(self, text: str) -> None:
        """The code on the sheet holds all the words."""
        key = RecoveryKey.from_text(text)
        if isinstance(key, Mistyped):
            self._say(self.tr("这不是恢复密钥页上的二维码，请重新扫描，或逐词输入。"))
            return
        for field, word in zip(self._fields, key.words, strict=True):
            field.setText(word)
        self._say("")

    def entered(self) -> None:
        """The first word that is missing."""
        empty = next((field for field in self._fields if not field.word()), self._fields[0])
        empty.setFocus()

    def left(self) -> None:
        """The key is shown to nobody who comes later."""
        self._clear()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "恢复密钥写在设置本机时打印的那一页上。每个词输入后立即核对：拼错的词变红。"
            "打开以后要为安全管理员设一个新口令。按 Esc 改用口令。"
        )

    def _use(self, text: str) -> None:
        key = RecoveryKey.from_text(text)
        if isinstance(key, RecoveryKey):
            self._say("")
            self._unlocking.with_recovery(key)
            return
        self._say(key.sentence)
        if key.place:
            self._go_to(key.place)

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self.refresh()

    def _typed(self) -> None:
        self._said = ""
        field = self.focusWidget()
        self._hint.setText(self._hint_words(field) if isinstance(field, WordField) else "")
        self.refresh()

    def _hint_words(self, field: WordField) -> str:
        if field.is_impossible():
            return self.tr("第 {n} 个词：词表里没有这样开头的词，请对照恢复密钥页改正。").format(
                n=field.place
            )
        found = completions(field.typed())
        if not found or found == (field.typed(),):
            return ""
        shown = " · ".join(found[:MOST_SHOWN]) + (" …" if len(found) > MOST_SHOWN else "")
        return self.tr("第 {n} 个词：{words}").format(n=field.place, words=shown)

    def _go_to(self, place: int) -> None:
        if 1 <= place <= WORDS:
            self._fields[place - 1].setFocus()
            self._fields[place - 1].selectAll()

    def _clear(self) -> None:
        for field in self._fields:
            field.clear()
        self._said = ""
