"""One visual language: colours, type sizes and spacing, and the style sheet made from them.

Colours are fixed; lengths depend on the screen. The canvas is 1366 × 768. On 1920 × 1080 spaces
and pictures grow with the screen while type grows by an eighth: more air, not more things.
"""

from dataclasses import dataclass
from enum import Enum
from string import Template

CANVAS_WIDTH_PX = 1366
CANVAS_HEIGHT_PX = 768
TEXT_GROWTH = 0.31
"""Share of the extra screen size that goes into type (1.406 times the canvas: type × 1.126)."""

INK = "#1B2430"
MUTED = "#4C5A69"
PAPER = "#F6F7F9"
SURFACE = "#FFFFFF"
LINE = "#D5DCE4"
LINE_STRONG = "#7E8B99"
ACCENT = "#0B6670"
ACCENT_PRESSED = "#084C54"
ACCENT_SOFT = "#E4F0F1"
DONE = "#1C7C54"
DONE_SOFT = "#E8F4EE"
ATTENTION = "#9A6700"
ATTENTION_SOFT = "#FEFAF0"
STOP = "#B3261E"
STOP_SOFT = "#FBECEA"
DISABLED = "#5F6B78"
DISABLED_SOFT = "#ECEFF2"
SIMULATION = "#F2C230"
BAND_ADMITTED = "#0E5A3B"
BAND_AGAIN = "#6A4600"
BAND_SPECIAL = "#0A4F6B"
BAND_REFUSED = "#8E1B15"

COLOURS: dict[str, str] = {
    name.lower(): value
    for name, value in globals().items()
    if name.isupper() and isinstance(value, str) and value.startswith("#")
}

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in (INK, MUTED, ACCENT) for ground in (PAPER, SURFACE, ACCENT_SOFT)),
    *((text, ground) for text in (DONE, ATTENTION, STOP) for ground in (PAPER, SURFACE)),
    (DONE, DONE_SOFT),
    (ATTENTION, ATTENTION_SOFT),
    (STOP, STOP_SOFT),
    *((INK, ground) for ground in (DONE_SOFT, ATTENTION_SOFT, STOP_SOFT, SIMULATION)),
    *((SURFACE, ground) for ground in (ACCENT, ACCENT_PRESSED, DONE, STOP, INK)),
    (DISABLED, SURFACE),
    (DISABLED, DISABLED_SOFT),
)
"""Every text colour with every ground it is set on; each reaches 4.5 : 1."""

VERDICT_PAIRS: tuple[tuple[str, str], ...] = tuple(
    (SURFACE, band) for band in (BAND_ADMITTED, BAND_AGAIN, BAND_SPECIAL, BAND_REFUSED)
)
"""Verdict bands are read at three metres; each reaches 7 : 1."""


class Level(Enum):
    """How a message or device stands. Shown as colour, shape and word, never colour alone."""

    DONE = "done"
    ATTENTION = "attention"
    STOP = "stop"
    PLAIN = "plain"


LEVEL_COLOURS: dict[Level, tuple[str, str]] = {
    Level.DONE: (DONE, DONE_SOFT),
    Level.ATTENTION: (ATTENTION, ATTENTION_SOFT),
    Level.STOP: (STOP, STOP_SOFT),
    Level.PLAIN: (ACCENT, ACCENT_SOFT),
}
"""Foreground and soft ground of each level."""


def relative_luminance(colour: str) -> float:
    """Relative luminance 0..1 of `#RRGGBB`, as WCAG 2.1 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio 1..21 of two `#RRGGBB` colours (WCAG 2.1, 1.4.3)."""
    dark, light = sorted((relative_luminance(one), relative_luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True)
class Theme:
    """Lengths for one screen. Every widget is given one; nothing asks the screen by itself."""

    space_scale: float = 1.0
    text_scale: float = 1.0

    @classmethod
    def for_screen(cls, width_px: int, height_px: int) -> "Theme":
        """The theme for a window of this size; smaller windows keep the canvas sizes."""
        scale = max(1.0, min(width_px / CANVAS_WIDTH_PX, height_px / CANVAS_HEIGHT_PX))
        return cls(scale, 1.0 + (scale - 1.0) * TEXT_GROWTH)

    def space(self, canvas_px: float) -> int:
        """A margin, gap or picture length given in canvas pixels."""
        return round(canvas_px * self.space_scale)

    def row(self, canvas_px: float) -> int:
        """A height that holds text: it grows with the type, and a little more for air."""
        return round(canvas_px * (self.text_scale + self.space_scale) / 2)

    def text(self, canvas_px: float) -> int:
        """A type size given in canvas pixels."""
        return round(canvas_px * self.text_scale)

    @property
    def body(self) -> int:
        """Staff text."""
        return self.text(16)

    @property
    def lead(self) -> int:
        """Headings and buttons."""
        return self.text(20)

    @property
    def applicant(self) -> int:
        """The least size for applicants."""
        return self.text(28)

    @property
    def display(self) -> int:
        """Names at the gate, the applicant's one instruction."""
        return self.text(48)

    @property
    def verdict(self) -> int:
        """Verdicts."""
        return self.text(96)

    @property
    def touch(self) -> int:
        """The least side of anything a finger may hit."""
        return self.row(48)

    def style_sheet(self, template: str) -> str:
        """The QSS template (`resources/qss/station.qss`) with `$ink`, `$body` … filled in.

        Raises KeyError for a name that is no token.
        """
        lengths = {
            "body": self.body,
            "lead": self.lead,
            "applicant": self.applicant,
            "display": self.display,
            "verdict": self.verdict,
            "touch": self.touch,
            "gap": self.space(8),
            "pad": self.space(16),
        }
        return Template(template).substitute(
            COLOURS, **{name: f"{px}px" for name, px in lengths.items()}
        )
