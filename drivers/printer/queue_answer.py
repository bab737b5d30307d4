"""What the answer about a queue (`printer-state` and its companions) means for a document."""

from __future__ import annotations

from drivers.api import PrintTrouble
from drivers.printer.ipp import Group, IppAnswer
from drivers.printer.reasons import is_connecting, not_found, out_of_reach, trouble_of

# Printer states: RFC 8011, section 5.4.11.
PRINTER_PROCESSING, PRINTER_STOPPED = 4, 5
A4, PDF = "iso_a4_210x297mm", "application/pdf"
# A healthy printer is being connected to for a moment with every job.
CONNECTING_PATIENCE_S = 4


def unfit(queue: IppAnswer) -> str:
    """Why a queue cannot take a form at all; empty when it can."""
    if queue.truth(Group.PRINTER, "printer-is-accepting-jobs") is False:
        return "not_accepting"
    if queue.number(Group.PRINTER, "printer-state") == PRINTER_STOPPED:
        return PrintTrouble.STOPPED.value
    # A queue without a description of its printer states no sizes.
    if A4 not in (queue.texts(Group.PRINTER, "media-supported") or (A4,)):
        return "no_a4"
    if PDF not in (queue.texts(Group.PRINTER, "document-format-supported") or (PDF,)):
        return "no_pdf"
    return ""


def queue_trouble(queue: IppAnswer) -> PrintTrouble | None:
    """What keeps the queue's documents from coming out."""
    trouble = trouble_of(_reasons(queue))
    if trouble is not None:
        return trouble
    if queue.number(Group.PRINTER, "printer-state") == PRINTER_STOPPED:
        return PrintTrouble.STOPPED
    return PrintTrouble.OFFLINE if _reaches_in_vain(queue) else None


def reaches_nobody(queue: IppAnswer) -> bool:
    """Whether the queue is busy with a document that its printer has had nothing of yet."""
    looking = is_connecting(_reasons(queue)) or any(map(not_found, _message(queue)))
    return _is_busy(queue) and looking


def _reaches_in_vain(queue: IppAnswer) -> bool:
    if not _is_busy(queue):
        return False  # what is left of an earlier job
    if any(map(out_of_reach, _message(queue))):
        return True
    return is_connecting(_reasons(queue)) and _busy_for_s(queue) >= CONNECTING_PATIENCE_S


def _message(queue: IppAnswer) -> tuple[str, ...]:
    return queue.texts(Group.PRINTER, "printer-state-message")


def _is_busy(queue: IppAnswer) -> bool:
    return queue.number(Group.PRINTER, "printer-state") == PRINTER_PROCESSING


def _reasons(queue: IppAnswer) -> tuple[str, ...]:
    return queue.texts(Group.PRINTER, "printer-state-reasons")


def _busy_for_s(queue: IppAnswer) -> int:
    """Seconds since the printer's state last changed, for instance since it began with a job."""
    now = queue.number(Group.PRINTER, "printer-up-time") or 0
    return now - (queue.number(Group.PRINTER, "printer-state-change-time") or now)
