"""Erases people on the platform's word: key, rows, and the saved copies of their forms."""

from dataclasses import dataclass
from pathlib import Path

from station.domain.audit import PersonErased
from station.domain.facts import FormIssued
from station.services.fact_events import audit_draft_of
from station.services.store_room import StoreRoom
from station.store.errors import PayloadGone, StoreUnwritable
from station.store.errors import PersonErased as AlreadyErased
from sync.wire import sha256_hex

SYSTEM = "system"


@dataclass(frozen=True)
class Eraser:
    """On the database lane."""

    room: StoreRoom
    saved_forms: Path

    def erase_due(self) -> int:
        """Erase whom the platform buried and of whom nothing waits any more; how many.

        Raises:
            StoreError: those before are erased; asking again goes on.
        """
        subjects = self.room.log.erasures_due()
        for subject in subjects:
            self._erase(subject)
        return len(subjects)

    def _erase(self, subject: str) -> None:
        # First the files: afterwards nobody could tell any more which were this person's.
        self._remove_saved_forms(subject)
        record = audit_draft_of(PersonErased(self._reason(subject)), SYSTEM, subject)
        self.room.log.erase_person(record)

    def _reason(self, subject: str) -> str:
        row = self.room.database.row("SELECT reason FROM tombstone WHERE subject = ?", (subject,))
        return "" if row is None else str(row[0])

    def _remove_saved_forms(self, subject: str) -> None:
        wanted = {sha256_hex(form) for form in self._forms(subject)}
        if not wanted or not self.saved_forms.is_dir():
            return
        try:
            for path in self.saved_forms.glob("*.pdf"):
                if path.is_file() and sha256_hex(path.read_bytes()) in wanted:
                    path.unlink()
        except OSError as error:
            raise StoreUnwritable(error.strerror or "") from error

    def _forms(self, subject: str) -> list[bytes]:
        forms = []
        for stored in self.room.log.events_of(subject):
            if stored.event.type == FormIssued.TYPE:
                try:
                    forms.append(self.room.log.payload(stored.event.id, "form"))
                except (PayloadGone, AlreadyErased):  # gone by age: so is its saved copy
                    continue
        return forms
