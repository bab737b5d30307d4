"""A white sheet in the middle of the screen with a few fields, a trouble and a wait."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from station.ui.screens.base import Screen, line_edit
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.trouble_line import TroubleLine

FORM_WIDTH_PX = 520
MAX_ACCOUNT = 64
MAX_PASSPHRASE = 200


class CentredForm(Screen):
    """Title, lead, `form` for the fields, then what is wrong and what is under way."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        width_px: float = FORM_WIDTH_PX,
        parent: QWidget | None = None,
    ) -> None:
        """`name` begins the object names: `<name>.trouble`."""
        super().__init__(theme, parent)
        self.setObjectName(name)
        self.title = label(size="applicant", bold=True, wrap=True)
        self.lead = label(tone="muted", wrap=True)
        self.form = QVBoxLayout()
        self.form.setSpacing(theme.space(8))
        self.trouble = TroubleLine(theme, f"{name}.trouble")
        self.ring = WaitingLine(theme)
        self._lay_out(width_px)

    def _lay_out(self, width_px: float) -> None:
        space = self.theme.space
        panel = Panel()
        panel.setFixedWidth(space(width_px))
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(space(36), space(26), space(36), space(26))
        inside.setSpacing(space(8))
        inside.addWidget(self.title)
        inside.addWidget(self.lead)
        inside.addSpacing(space(6))
        inside.addLayout(self.form)
        inside.addWidget(self.trouble)
        inside.addWidget(self.ring)
        # Stretches and no alignment: an aligned sheet is not asked how high its words are.
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(panel)
        across.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, space(8), 0, space(8))
        page.addStretch(2)
        page.addLayout(across)
        page.addStretch(3)
        self.trouble.set_text("")

    def add_secret(self, name: str, longest: int = MAX_PASSPHRASE) -> QLineEdit:
        """A field whose content is not shown, at the end of the form."""
        field = line_edit(name, longest)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.textChanged.connect(lambda _text: self.changed.emit())
        self.form.addWidget(field)
        return field
