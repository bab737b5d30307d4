"""A new passphrase, typed twice."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from station.ui.screens.centred_form import CentredForm
from station.ui.theme import Theme
from station.ui.widgets.base import label


class NewPassphraseForm(CentredForm):
    """Two secret fields under whatever subclasses put before them."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        """Fields are `<name>.new` and `<name>.repeat`."""
        super().__init__(theme, name, parent=parent)
        self._name = name
        self._new_caption = label()
        self._repeat_caption = label()
        self._said = ""

    def add_pair(self) -> None:
        """The two fields, at the end of the form."""
        self.form.addWidget(self._new_caption)
        self.new = self.add_secret(f"{self._name}.new")
        self.form.addWidget(self._repeat_caption)
        self.repeat = self.add_secret(f"{self._name}.repeat")
        for field in (self.new, self.repeat):
            field.textChanged.connect(lambda _text: self.say(""))

    def retranslate(self) -> None:
        """The captions; subclasses call this and set their own words."""
        self._new_caption.setText(self.tr("新口令（至少 10 个字符）"))
        self._repeat_caption.setText(self.tr("再输一次新口令"))

    def is_complete(self) -> bool:
        """Whether both fields hold something."""
        return bool(self.new.text() and self.repeat.text())

    def take(self) -> str | None:
        """The passphrase if both fields agree; both are emptied. None: said what is wrong."""
        new, repeat = self.new.text(), self.repeat.text()
        self.empty()
        if new != repeat:
            self.say(self.tr("两次输入的口令不一样，请重新输入。"))
            self.new.setFocus()
            return None
        return new

    def empty(self) -> None:
        """No passphrase stays in a field."""
        for field in (self.new, self.repeat):
            field.clear()

    def say(self, sentence: str) -> None:
        """What is wrong with what was typed; empty takes it back."""
        self._said = sentence
        self.trouble.set_text(sentence)

    def tell_scan_refused(self) -> None:
        """A scanner was pointed at something while a passphrase was asked for."""
        self.say(self.tr("扫码不能用作口令，请用键盘输入。"))
