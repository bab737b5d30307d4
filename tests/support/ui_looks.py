"""What a person looking at a window would call cut off, found by geometry."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from station.ui.widgets.fit_label import FitLabel


def cut_off(window: QWidget) -> list[str]:
    """The words of all labels and buttons that are shown in less room than they need."""
    for _ in range(3):  # a sheet inside a sheet hears of a change one event later
        QApplication.processEvents()
    return [words for widget in _shown(window) if (words := _cut_words(widget))]


def _shown(window: QWidget) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            yield widget


def _cut_words(widget: QWidget) -> str:
    match widget:
        case QLabel() if widget.wordWrap():
            needs = widget.width(), widget.heightForWidth(widget.width())
        case FitLabel():
            needs = widget.width(), widget.heightForWidth(widget.width())
        case QLabel() | QAbstractButton():
            needs = widget.sizeHint().width(), widget.sizeHint().height()
        case _:
            return ""
    fits = needs[0] <= widget.width() and needs[1] <= widget.height()
    return "" if fits or not widget.text() else widget.text()
