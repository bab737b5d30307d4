"""What the administration expects of a page, and the layout that all pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from station.domain.rights import Action as Right
from station.settings import Settings
from station.ui.notice_words import NoticeWords
from station.ui.screens.base import Screen, column
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.translations import translate
from station.ui.widgets.base import label

if TYPE_CHECKING:
    from station.services.bundle import Services


class AdminPage(Screen):
    """One page. It emits `changed` when its title, actions or message have changed.

    Built once, when somebody who may see it first opens the administration. `entered` is the
    moment to read anew: another person may have looked after things since.

    Subclasses put widgets into `body` and set `lead`; they are shown only to whoever holds
    `action`. Whoever acts is checked again by the services below.
    """

    action: ClassVar[Right]
    """The right to see this page."""
    name: ClassVar[str]
    """What it is called, in the language of the sources; a catalogue has it in others."""

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """A heading, a quiet line under it, room for the page, and a ring while it works."""
        super().__init__(theme, parent)
        self._heading = label(size="applicant", bold=True)
        self.lead = label(tone="muted", wrap=True)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.space(14))
        # A page may hold more than the screen is high; the window never grows with it.
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self.waiting = WaitingLine(theme)
        page = column(theme, self)
        page.addWidget(self._heading)
        page.addWidget(self.lead)
        page.addWidget(self._scroll, 1)
        page.addWidget(self.waiting)
        self._heading.setText(self.title())

    def title(self) -> str:
        """The page's name as it is now, for the list on the left and the heading."""
        return translate(self.name)

    def message(self) -> NoticeWords | None:
        """What the bar above the page says: what happened, what is safe, what to do."""
        return None

    def retranslate(self) -> None:
        """The heading; subclasses call this and set their own words."""
        self._heading.setText(self.title())
