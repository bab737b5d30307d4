"""The contract of `drivers.api` as checks that run over any driver; importable by driver authors.

Each check takes a *bench*: a device in a situation, with the levers that bring it about. A check
raises AssertionError with a sentence saying which promise was broken, or `Skipped` when the bench
lacks a lever it needs. In a test of one's own:

    @pytest.mark.parametrize("check", kit.READER_CHECKS, ids=lambda check: check.__name__)
    def test_the_contract(check):
        check(kit.ReaderBench(reader, press, lift, kit.Cable(unplug, plug_in)))

`station driver-check` makes the same checks on a device that is plugged in.
"""

from drivers.conformance.bench import (
    PATIENCE_S,
    Bench,
    Cable,
    CameraBench,
    DocumentBench,
    Lever,
    PrinterBench,
    ReaderBench,
    Skipped,
    SmartCardBench,
)
from drivers.conformance.camera import CAMERA_CHECKS
from drivers.conformance.document_reader import DOCUMENT_READER_CHECKS
from drivers.conformance.fingerprint_reader import READER_CHECKS, capture_names_nobody
from drivers.conformance.levers import Ask, Request, bench_of
from drivers.conformance.printer import ONE_PAGE_PDF, PRINTER_CHECKS
from drivers.conformance.run import CheckOutcome, CheckResult, checks_of, run_check, run_checks
from drivers.conformance.smart_card import SMART_CARD_CHECKS

__all__ = [
    "CAMERA_CHECKS",
    "DOCUMENT_READER_CHECKS",
    "ONE_PAGE_PDF",
    "PATIENCE_S",
    "PRINTER_CHECKS",
    "READER_CHECKS",
    "SMART_CARD_CHECKS",
    "Ask",
    "Bench",
    "Cable",
    "CameraBench",
    "CheckOutcome",
    "CheckResult",
    "DocumentBench",
    "Lever",
    "PrinterBench",
    "ReaderBench",
    "Request",
    "Skipped",
    "SmartCardBench",
    "bench_of",
    "capture_names_nobody",
    "checks_of",
    "run_check",
    "run_checks",
]
