"""What a printer says is the matter, as the trouble that somebody has to see to.

Keywords of `printer-state-reasons`: RFC 8011, section 5.4.12, and PWG 5100.9. Their endings say
how grave a reason is; CUPS backends set them at will (an empty tray is a "warning", an open door a
"report"), so it is the keyword that decides.
"""

from __future__ import annotations

from collections.abc import Iterable

from drivers.api import PrintTrouble

_CONNECTING = "connecting-to-device"

# What the network backends of CUPS say instead of a reason, in English where a job asks for it.
# These only before anything was sent:
_NOT_FOUND = ("may not exist or is unavailable", "is unreachable", "unable to locate printer")
_OUT_OF_REACH = (*_NOT_FOUND, "is not responding", "did not respond", "is not connected")

_ENDINGS = ("-report", "-warning", "-error")
# Gravest first: it is the one that is told.
_TROUBLES = (
    (PrintTrouble.OFFLINE, ("offline", "shutdown", "timed-out", "unreachable")),
    (PrintTrouble.STOPPED, ("paused", "moving-to-paused", "stopping", "stopped-partly")),
    (PrintTrouble.JAM, ("media-jam",)),
    (PrintTrouble.PAPER_OUT, ("media-empty", "media-needed", "input-tray-missing")),
    (PrintTrouble.COVER_OPEN, ("cover-open", "door-open", "interlock-open")),
    (
        PrintTrouble.SUPPLIES_OUT,
        (
            "toner-empty",
            "toner-missing",
            "marker-supply-empty",
            "marker-supply-missing",
            "marker-waste-full",
            "developer-empty",
            "opc-life-over",
        ),
    ),
    (PrintTrouble.ATTENTION, ("output-area-full", "output-tray-missing", "fuser-over-temp")),
)


def trouble_of(reasons: Iterable[str]) -> PrintTrouble | None:
    """The gravest trouble among the reasons; None where nobody has to act."""
    said = tuple(reason.lower() for reason in reasons)
    keywords = {_keyword(reason) for reason in said}
    for trouble, known in _TROUBLES:
        if keywords.intersection(known):
            return trouble
    # Makers have reasons of their own; one that calls itself an error stops the printer.
    return PrintTrouble.ATTENTION if any(one.endswith("-error") for one in said) else None


def is_connecting(reasons: Iterable[str]) -> bool:
    """Whether the queue is only just reaching for its printer."""
    return _CONNECTING in map(_keyword, reasons)


def out_of_reach(message: str) -> bool:
    """Whether a queue's message (`printer-state-message`) says that its printer is not there."""
    return _says(message, _OUT_OF_REACH)


def not_found(message: str) -> bool:
    """Whether it says that its printer was not there to be given anything."""
    return _says(message, _NOT_FOUND)


def _says(message: str, sentences: tuple[str, ...]) -> bool:
    lowered = message.lower()
    return any(words in lowered for words in sentences)


def _keyword(reason: str) -> str:
    for ending in _ENDINGS:
        if reason.endswith(ending):
            return reason.removesuffix(ending)
    return reason
