"""Makes the checks of a kind one after the other and says what came of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from drivers.conformance.bench import (
    Bench,
    CameraBench,
    DocumentBench,
    ReaderBench,
    Skipped,
    SmartCardBench,
)
from drivers.conformance.camera import CAMERA_CHECKS
from drivers.conformance.document_reader import DOCUMENT_READER_CHECKS
from drivers.conformance.fingerprint_reader import READER_CHECKS
from drivers.conformance.printer import PRINTER_CHECKS
from drivers.conformance.smart_card import SMART_CARD_CHECKS
from drivers.errors import DeviceError

Check = Callable[[Any], None]


class CheckOutcome(StrEnum):
    """What came of a check. TROUBLE: the device did not work, which says nothing of its driver."""

    KEPT = "kept"
    BROKEN = "broken"
    SKIPPED = "skipped"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class CheckResult:
    """One check: `reason` is the broken promise, what was lacking, or the device's error."""

    name: str
    outcome: CheckOutcome
    reason: str
    took_ms: int
    error: DeviceError | None = None


def checks_of(bench: Bench) -> Sequence[Check]:
    """All checks of the bench's kind."""
    match bench:
        case ReaderBench():
            return READER_CHECKS
        case CameraBench():
            return CAMERA_CHECKS
        case DocumentBench():
            return DOCUMENT_READER_CHECKS
        case SmartCardBench():
            return SMART_CARD_CHECKS
        case _:
            return PRINTER_CHECKS


def run_checks(bench: Bench) -> Iterator[CheckResult]:
    """Make every check on one device, which is tidied up between them and closed at the end."""
    try:
        for check in checks_of(bench):
            yield run_check(check, bench)
    finally:
        close = getattr(bench.device, "close", None)
        if close is not None:
            close()


def run_check(check: Check, bench: Bench) -> CheckResult:
    """Make one check."""
    started_s = time.monotonic()
    outcome, reason, trouble = CheckOutcome.KEPT, "", None
    try:
        bench.reset()
        check(bench)
    except Skipped as skipped:
        outcome, reason = CheckOutcome.SKIPPED, str(skipped)
    except AssertionError as broken:
        outcome, reason = CheckOutcome.BROKEN, str(broken)
    except DeviceError as error:
        outcome, reason, trouble = CheckOutcome.TROUBLE, error.detail, error
    took_ms = round((time.monotonic() - started_s) * 1000)
    return CheckResult(check.__name__, outcome, reason, took_ms, trouble)
