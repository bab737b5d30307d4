"""Which case lies open on a desk, so that a restart comes back to the person who is standing there.

Only *who* is stored. *How far* they are is the fold of their facts and is stored nowhere else.
"""

from dataclasses import dataclass

from station.store.database import Database


@dataclass(frozen=True)
class OpenCase:
    """The person in work: `workflow` names the state machine, e.g. `confirmation`."""

    workflow: str
    subject: str
    exam_session_id: str | None = None


class Desk:
    """Open cases of one desk, at most one a workflow."""

    def __init__(self, database: Database, desk: str) -> None:
        self._database = database
        self._desk = desk

    def open(self, case: OpenCase) -> None:
        """Remember the case; another one of the same workflow is put aside."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO open_case VALUES (?, ?, ?, ?) ON CONFLICT (desk, workflow) DO UPDATE"
                " SET subject = excluded.subject, exam_session_id = excluded.exam_session_id",
                (self._desk, case.workflow, case.subject, case.exam_session_id),
            )

    def close(self, workflow: str) -> None:
        """The case is done or paused."""
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM open_case WHERE desk = ? AND workflow = ?", (self._desk, workflow)
            )

    def resume_point(self, workflow: str) -> OpenCase | None:
        """The case that was open when the program ended, if any."""
        row = self._database.row(
            "SELECT subject, exam_session_id FROM open_case WHERE desk = ? AND workflow = ?",
            (self._desk, workflow),
        )
        return None if row is None else OpenCase(workflow, *row)
