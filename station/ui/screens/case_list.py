"""A list of people to choose from: two lines each, the name whole, Enter acts on the chosen one."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from station.domain.people import Applicant
from station.ui.screens.base import named
from station.ui.translations import translate

Row = tuple[str, str]
"""What a row says, and the key it stands for."""

_KEY = Qt.ItemDataRole.UserRole


def case_list(name: str) -> QListWidget:
    """An empty list."""
    made = QListWidget()
    named(made, name)
    made.setWordWrap(True)
    made.setTextElideMode(Qt.TextElideMode.ElideNone)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # The frame of the focus is drawn inside; rows must not cover it.
    made.setStyleSheet("QListView { padding: 3px; } QListView::item { padding: 6px 12px; }")
    return made


def fill(people: QListWidget, rows: Sequence[Row]) -> None:
    """Show these rows; the chosen one stays chosen while its key is there, else the first."""
    shown = [people.item(place) for place in range(people.count())]
    if [(item.text(), item.data(_KEY)) for item in shown] == list(rows):
        return
    current = people.currentItem()
    chosen = current.data(_KEY) if current is not None else None
    people.clear()
    for text, key in rows:
        QListWidgetItem(text, people).setData(_KEY, key)
    keys = [key for _, key in rows]
    people.setCurrentRow(keys.index(chosen) if chosen in keys else 0)


def key_of(item: QListWidgetItem) -> str:
    """The key a row stands for."""
    return str(item.data(_KEY))


def person_lines(person: Applicant) -> str:
    """Name, and under it what tells people of one name apart."""
    ending = translate("证件尾号 {n}").format(n=person.document_number[-4:])
    return f"{person.name}\n{person.registration_id}    {ending}    {person.discipline}"
