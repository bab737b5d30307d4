"""What the desk is told of a form that does not come out of the printer."""

from collections.abc import Mapping

from drivers.api import PrintJobState, PrintTrouble
from station.workflow.notices import Notice

TROUBLE_NOTICES: Mapping[PrintTrouble, Notice] = {
    PrintTrouble.PAPER_OUT: Notice.PAPER_OUT,
    PrintTrouble.JAM: Notice.PRINTER_JAM,
    PrintTrouble.SUPPLIES_OUT: Notice.PRINTER_SUPPLIES,
    PrintTrouble.COVER_OPEN: Notice.PRINTER_OPEN,
    PrintTrouble.ATTENTION: Notice.PRINTER_ATTENTION,
    PrintTrouble.OFFLINE: Notice.PRINTER_LOST,
    PrintTrouble.STOPPED: Notice.PRINTER_STOPPED,
    PrintTrouble.HELD: Notice.PRINT_HELD,
    PrintTrouble.SERVICE: Notice.PRINT_SERVICE,
    PrintTrouble.CANCELLED: Notice.PRINT_CANCELLED,
    PrintTrouble.REJECTED: Notice.PRINT_FAILED,
    PrintTrouble.LOST: Notice.PRINT_LOST,
}
# By the detail of the error with which a printer refuses a document.
_REFUSALS: Mapping[str, Notice] = {
    PrintTrouble.STOPPED.value: Notice.PRINTER_STOPPED,
    "queue_missing": Notice.PRINTER_SETUP,
    "not_accepting": Notice.PRINTER_SETUP,
    "no_a4": Notice.PRINTER_SETUP,
    "no_pdf": Notice.PRINTER_SETUP,
    "refused": Notice.PRINTER_SETUP,
    "cups_missing": Notice.PRINT_SERVICE,
    "cups_not_answering": Notice.PRINT_SERVICE,
    "cups_speaks_nonsense": Notice.PRINT_SERVICE,
}


def notice_of(state: PrintJobState) -> Notice:
    """What to say of a document that waits, or has failed."""
    return TROUBLE_NOTICES[state.trouble] if state.trouble else Notice.PRINT_FAILED


def refusal_notice(detail: str) -> Notice:
    """What to say of a document that was refused with this detail."""
    return _REFUSALS.get(detail, Notice.PRINT_FAILED)
