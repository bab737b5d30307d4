"""The post 管理: a list of pages on the left, only those that whoever is signed in may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from station.domain.rights import may
from station.services.status import SignInState
from station.settings import Settings
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.admin.pages import PAGES
from station.ui.screens.base import Screen, View, named
from station.ui.screens.stacked_task import StackedTask
from station.ui.theme import ACCENT, ACCENT_SOFT, Theme

if TYPE_CHECKING:
    from station.services.bundle import Services

LIST_PX = 220
# The frame of the focus is drawn inside; rows must not cover it.
_LIST_STYLE = (
    "QListView { border-radius: 0; border-width: 0 1px 0 0; padding: 6px 3px; }"
    "QListView:focus { border-width: 0 3px 0 0; padding: 6px 1px 6px 3px; }"
    "QListView::item { padding: 0 16px; }"
    f"QListView::item:selected {{ background: {ACCENT_SOFT}; border-left: 4px solid {ACCENT};"
    " padding-left: 12px; }"
)


class AdminTask(StackedTask):
    """Pages are built when they are first listed for somebody, and keep what they show."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        """Follows who is signed in."""
        super().__init__(theme, parent)
        self._services = services
        self._settings = settings
        self._built: dict[type[AdminPage], AdminPage] = {}
        self._listed: tuple[AdminPage, ...] = ()
        self._nothing = Screen(theme)
        self._list = QListWidget()
        named(self._list, "admin.pages")
        self._list.setStyleSheet(_LIST_STYLE)
        self._list.setFixedWidth(theme.space(LIST_PX))
        self._list.currentRowChanged.connect(self._turn_to)
        self.place_beside(self._list)
        self.add_screen(self._nothing)
        services.sign_in.on_change(self._signed_in)
        self._signed_in(services.sign_in.state)

    def open_page(self, page: type[AdminPage]) -> None:
        """Turn to a page if it is listed."""
        shown = self._built.get(page)
        if shown in self._listed:
            self._list.setCurrentRow(self._listed.index(shown))

    def view(self) -> View:
        """The page has the whole width; its message above it."""
        front = self.front
        message = front.message() if isinstance(front, AdminPage) else None
        return View(self.offers(), message=message)

    def entered(self) -> None:
        """The arrow keys turn the pages; Tab goes into one."""
        super().entered()
        self._list.setFocus()

    def retranslate(self) -> None:
        """The names of the pages."""
        for row, page in enumerate(self._listed):
            self._list.item(row).setText(page.title())

    def _signed_in(self, state: SignInState) -> None:
        roles = state.operator.roles if state.operator else frozenset()
        wanted = tuple(self._page(kind) for kind in PAGES if may(roles, kind.action))
        if wanted != self._listed:
            self._list_pages(wanted)

    def _page(self, kind: type[AdminPage]) -> AdminPage:
        page = self._built.get(kind)
        if page is None:
            page = self._built[kind] = kind(self._services, self.theme, self._settings)
            self.add_screen(page)
        return page

    def _list_pages(self, pages: tuple[AdminPage, ...]) -> None:
        self._listed = pages
        with QSignalBlocker(self._list):
            self._list.clear()
            for page in pages:
                QListWidgetItem(page.title(), self._list)
        self._list.setCurrentRow(0 if pages else -1)
        self._turn_to(self._list.currentRow())

    def _turn_to(self, row: int) -> None:
        wanted = self._listed[row] if 0 <= row < len(self._listed) else self._nothing
        if wanted is self.front:
            return
        turning = self._list.hasFocus()
        self.bring_to_front(wanted)
        if turning:
            self._list.setFocus()
