"""What the shell expects of a screen, and the few layouts that all screens share."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from station.domain.people import Applicant
from station.ui.notice_words import NoticeWords
from station.ui.theme import Theme
from station.ui.widgets.base import StationWidget
from station.ui.widgets.bottom_bar import BarAction
from station.ui.widgets.step_rail import RailStep

MARGIN_PX = 28


class Action(StrEnum):
    """Secondary actions; the bottom bar names its button `bottom.<action>`."""

    AGAIN = "again"
    AGREE = "agree"
    BACK = "back"
    BY_HAND = "by_hand"
    CARD = "card"
    CHECK = "check"
    CORRECT = "correct"
    DISABLE = "disable"
    DRILL = "drill"
    EDIT = "edit"
    EXPORT = "export"
    OLDER = "older"
    PRINT = "print"
    READ_CARD = "read_card"
    REFUSE = "refuse"
    REJECT = "reject"
    REMAKE = "remake"
    REMOVE_CARD = "remove_card"
    RESET = "reset"
    RESTART = "restart"
    SAVE_FILE = "save_file"
    STOP = "stop"
    USE_CARD = "use_card"
    USE_RECOVERY = "use_recovery"
    ZOOM = "zoom"


@dataclass(frozen=True)
class Actions:
    """What the bottom bar offers now. An empty `primary` hides the primary button."""

    primary: str = ""
    primary_enabled: bool = True
    secondary: tuple[BarAction, ...] = ()
    exception: bool = False
    pause: bool = False


@dataclass(frozen=True)
class View:
    """What the chrome around a task shows; without steps the task has the whole width."""

    actions: Actions = Actions()
    steps: tuple[RailStep, ...] = ()
    person: Applicant | None = None
    message: NoticeWords | None = None


class Screen(StationWidget):
    """One screen in the middle. It emits `changed` when its actions or steps have changed."""

    changed = Signal()
    finds = False
    """Whether F2 leads anywhere."""

    def offers(self) -> Actions:
        """What can be done now."""
        return Actions()

    def on_primary(self) -> None:
        """Enter, or the primary button."""

    def on_secondary(self, action: str) -> None:
        """A secondary button or its key."""

    def on_exception(self) -> None:
        """F8."""

    def help_text(self) -> str:
        """What to do on this screen, for F1."""
        return ""

    def entered(self) -> None:
        """The screen has come to the front: set the focus, start what is live."""

    def left(self) -> None:
        """The screen has gone to the back: stop what is live."""


class Task(Screen):
    """The work of one post, such as the confirmation desk: picks its screen by its state."""

    def view(self) -> View:
        """What the chrome shows."""
        return View(self.offers())

    def on_pause(self) -> None:
        """F10."""

    def on_find(self) -> None:
        """F2."""

    def on_scan(self, text: str) -> None:
        """A bar code or QR code was read anywhere on the screen."""

    def on_scan_spoilt(self) -> None:
        """An input method turned a scan's letters into words: say so."""

    def awaits_number(self) -> bool:
        """Whether a code held before the camera would be looked up now."""
        return False


def bar(action: Action, caption: str, key: str = "", *, enabled: bool = True) -> BarAction:
    """A secondary action of the bottom bar."""
    return BarAction(action.value, caption, key, enabled)


def column(theme: Theme, parent: QWidget | None = None, *, margin: int = MARGIN_PX) -> QVBoxLayout:
    """A vertical layout with the margins of a task screen.

    `margin` is that above and below (canvas pixels); at the sides it is the same everywhere, so
    that messages, titles and what follows share their edges.
    """
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    side, above = theme.space(MARGIN_PX), theme.space(margin)
    made.setContentsMargins(side, above, side, above)
    made.setSpacing(theme.space(14))
    return made


def row(*items: QWidget | QBoxLayout, spacing: int) -> QHBoxLayout:
    """Widgets and layouts side by side."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    for item in items:
        if isinstance(item, QWidget):
            made.addWidget(item)
        else:
            made.addLayout(item)
    return made


def named(widget: QWidget, name: str) -> None:
    """Give an interactive widget the name by which it is found; no context menu in a kiosk."""
    widget.setObjectName(name)
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)


def line_edit(name: str, longest: int = 100) -> QLineEdit:
    """A one-line field with a limit on what may be typed."""
    made = QLineEdit()
    named(made, name)
    made.setMaxLength(longest)
    return made


def picture(content: bytes) -> QImage | None:
    """An image from JPEG or PNG bytes; None when there is none or it cannot be read."""
    image = QImage.fromData(content) if content else QImage()
    return None if image.isNull() else image
