"""A table of what is held: kind and state, how much, why, and until when."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from station.domain.retention import AT_LEAST, Kind, Line, State
from station.services.size_words import size_words
from station.ui.theme import Theme
from station.ui.translations import translate
from station.ui.widgets.base import Panel, clear_layout, label
from station.ui.words import word

HEADS = ("资料", "情形", "数量", "保存期限与理由", "最早和最晚到期")
STRETCH = (3, 4, 3, 9, 4)


class HoldingsPanel(Panel):
    """One row a line; long reasons wrap."""

    def __init__(self, theme: Theme) -> None:
        """Empty until `set_lines`."""
        super().__init__()
        self._rows: list[tuple[str, ...]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(*([theme.space(20)] * 4))
        self._grid.setHorizontalSpacing(theme.space(18))
        self._grid.setVerticalSpacing(theme.space(10))
        for column, share in enumerate(STRETCH):
            self._grid.setColumnStretch(column, share)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these; without any, say that nothing is held. Left alone when nothing changed."""
        rows = [tuple(map(translate, HEADS)), *map(row_words, lines)]
        if not lines:
            rows = [(translate("没有保存任何资料。"),)]
        if rows == self._rows:
            return
        self._rows = rows
        clear_layout(self._grid)
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = label(text, tone="" if place else "muted", wrap=bool(place))
                self._grid.addWidget(cell, place, column, Qt.AlignmentFlag.AlignTop)


def row_words(line: Line) -> tuple[str, str, str, str, str]:
    """The five cells of a line in the current language."""
    return (word(line.kind), _state(line), _amount(line), _rule(line), _ends(line))


def _state(line: Line) -> str:
    if line.acknowledged or line.state in (State.OPEN, State.KEPT):
        return word(line.state)
    return translate("{state}，等待平台签收").format(state=word(line.state))


def _amount(line: Line) -> str:
    return translate("{holders} 份 {items} 项\n{size}").format(
        holders=line.holders, items=line.items, size=size_words(line.octets)
    )


def _rule(line: Line) -> str:
    if line.kind in AT_LEAST:
        days = translate("至少 {n} 天。")
    elif line.state is State.OPEN and not line.acknowledged:
        days = translate("满 {n} 天提醒。")
    else:
        days = translate("{n} 天。")
    return days.format(n=line.days) + translate(line.reason)


def _ends(line: Line) -> str:
    if line.kind is Kind.BACKUPS and not line.acknowledged:
        return translate("有了更新的备份才删除")
    if line.first_until is None or line.last_until is None:
        return translate("不自动删除")
    first, last = day_words(line.first_until), day_words(line.last_until)
    return (
        first if first == last else translate("{first}\n至 {last}").format(first=first, last=last)
    )


def day_words(moment: datetime) -> str:
    """A day on this machine's calendar."""
    return f"{moment.astimezone():%Y-%m-%d}"
