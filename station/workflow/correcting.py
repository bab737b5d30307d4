"""A sealed record stays as it is; what is wrong in it is said beside it, with a second person."""

from station.domain.facts import ConfirmationCorrected, Evidence
from station.workflow import inputs


def correction(event: inputs.CorrectSealed) -> ConfirmationCorrected | None:
    """The fact to store; None while there is no reason: a correction without one says nothing."""
    reason = event.reason.strip()
    if not reason:
        return None
    evidence = (Evidence("reason", "text/plain; charset=utf-8", reason.encode()),)
    return ConfirmationCorrected(event.part, event.approved_by, evidence)
