"""Who is in front of us: photo, whole name, and the numbers that identify the application."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from station.ui.theme import LINE, MUTED, Theme
from station.ui.widgets.base import StationWidget, clear_layout, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.photo import Photo

WIDTH_PX = 300
PHOTO_WIDTH_PX = 154


class PersonCard(StationWidget):
    """The card on the right. The document number arrives masked and is shown as it arrives."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """An empty card that says nobody is chosen."""
        super().__init__(theme, parent)
        self.setFixedWidth(theme.space(WIDTH_PX))
        self._photo = Photo(theme, theme.space(PHOTO_WIDTH_PX))
        centre = Qt.AlignmentFlag.AlignHCenter
        self._name = FitLabel((theme.applicant, theme.lead), bold=True, align=centre)
        self._pinyin = FitLabel((theme.body,), colour=MUTED, align=centre)
        self._nobody = label(tone="muted", wrap=True)
        self._nobody.setAlignment(centre)
        self._rule = QFrame()
        self._rule.setFixedHeight(1)
        self._rule.setStyleSheet(f"background: {LINE};")
        self._facts = QVBoxLayout()
        self._build()
        self.retranslate()
        self.clear()

    def _build(self) -> None:
        space = self.theme.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space(20), space(20), space(20), space(16))
        column.setSpacing(space(4))
        column.addWidget(self._photo, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(space(12))
        column.addWidget(self._name)
        column.addWidget(self._pinyin)
        column.addWidget(self._nobody)
        column.addSpacing(space(12))
        column.addWidget(self._rule)
        column.addSpacing(space(8))
        self._facts.setSpacing(0)
        column.addLayout(self._facts)
        column.addStretch(1)

    def retranslate(self) -> None:
        """The line for an empty card."""
        self._nobody.setText(self.tr("尚未选定人员"))

    def clear(self) -> None:
        """Nobody is chosen: no name, photo or number stays behind."""
        self._show("", "", ())
        self.set_photo(None)

    def set_person(
        self,
        name: str,
        pinyin: str,
        registration_id: str,
        document_masked: str,
        further: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Show a person; `further` are more (label, value) lines, such as the unit applied to."""
        lines = [(self.tr("注册 ID"), registration_id), (self.tr("证件号码"), document_masked)]
        self._show(name, pinyin, [*lines, *further])

    def set_photo(self, image: QImage | None) -> None:
        """Portrait, or None for the silhouette."""
        self._photo.set_image(image)

    def name(self) -> str:
        """The name shown."""
        return self._name.text()

    def _show(self, name: str, pinyin: str, facts: Sequence[tuple[str, str]]) -> None:
        self._name.set_text(name)
        self._pinyin.set_text(pinyin)
        self._nobody.setVisible(not name)
        self._rule.setVisible(bool(name))
        clear_layout(self._facts)
        for index, (caption, value) in enumerate(facts):
            if index:
                self._facts.addSpacing(self.theme.space(8))
            self._facts.addWidget(label(caption, tone="muted"))
            line = FitLabel((self.theme.lead, self.theme.body))
            self._facts.addWidget(line)
            line.set_text(value or "—")
