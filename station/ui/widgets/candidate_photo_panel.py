"""The candidate at the gate: large photo, name, room and seat, and the finger to use."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from station.ui.theme import ACCENT, MUTED, Theme
from station.ui.widgets.base import StationWidget, clear_layout, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.photo import Photo

PHOTO_WIDTH_PX = 196
COMPARED_WIDTH_PX = 190


class CandidatePhotoPanel(StationWidget):
    """One person, large enough to compare with the face in front of the gate."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Nobody yet."""
        super().__init__(theme, parent)
        self._photo = Photo(theme, theme.space(PHOTO_WIDTH_PX))
        self._name = FitLabel((theme.display, theme.applicant), bold=True)
        self._place = FitLabel((theme.applicant, theme.lead))
        self._ticket = FitLabel((theme.lead, theme.body), colour=MUTED)
        self._finger = FitLabel((theme.applicant, theme.lead), bold=True, colour=ACCENT)
        space = theme.space
        row = QHBoxLayout(self)
        row.setContentsMargins(space(24), space(24), space(24), space(24))
        row.setSpacing(space(28))
        row.addWidget(self._photo, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(space(8))
        for part in (self._name, self._place, self._ticket, self._finger):
            column.addWidget(part)
        column.addStretch(1)
        row.addLayout(column, 1)
        self.clear()

    def set_candidate(self, name: str, place: str, ticket: str, finger: str = "") -> None:
        """`place` such as 第 3 考场 12 号, `finger` such as 请按右手拇指."""
        self._name.set_text(name)
        self._place.set_text(place)
        self._ticket.set_text(ticket)
        self._finger.set_text(finger)

    def set_photo(self, image: QImage | None) -> None:
        """Portrait, or None for the silhouette."""
        self._photo.set_image(image)

    def clear(self) -> None:
        """Nobody: nothing of the last person stays."""
        self.set_candidate("", "", "")
        self.set_photo(None)

    def name(self) -> str:
        """The name shown."""
        return self._name.text()


@dataclass(frozen=True)
class ComparedPhoto:
    """A picture with its caption: where it comes from, when it was taken."""

    caption: str
    image: QImage | None


class PhotoComparison(StationWidget):
    """Pictures of one person side by side in equal size, for a decision by eye."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """No pictures yet."""
        super().__init__(theme, parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.space(24))

    def set_photos(self, photos: Sequence[ComparedPhoto]) -> None:
        """Replace the pictures."""
        clear_layout(self._row)
        for photo in photos:
            self._row.addWidget(self._cell(photo))

    def _cell(self, photo: ComparedPhoto) -> QWidget:
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(8))
        view = Photo(self.theme, self.theme.space(COMPARED_WIDTH_PX))
        view.set_image(photo.image)
        caption = label(photo.caption, tone="muted", wrap=True)
        caption.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        caption.setFixedWidth(view.width())
        column.addWidget(view)
        column.addWidget(caption)
        column.addStretch(1)
        return cell
