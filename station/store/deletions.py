"""What the log says was deleted: only that may be missing, and only that must not come back."""

from dataclasses import dataclass, field

from station.domain.audit import PayloadsDeleted, PersonErased
from station.domain.retention import Kind
from station.store.holdings import kind_of
from sync.wire import Event

TYPES = (PayloadsDeleted.TYPE, PersonErased.TYPE)
_BY_MEDIA_TYPE = (Kind.NOTES, Kind.DOCUMENT_COPIES)


@dataclass
class Deletions:
    """The last deletion of each kind of evidence, by person; positions of the log."""

    _of_kind: dict[tuple[str, str], int] = field(default_factory=dict)
    _of_person: dict[str, int] = field(default_factory=dict)
    _persons: set[str] = field(default_factory=set)

    def note(self, position: int, event: Event) -> None:
        """Take a deletion into account; any other event is none."""
        if event.subject is None or event.type not in TYPES:
            return
        self._persons.add(event.subject)
        if event.type == PersonErased.TYPE:
            self._of_person[event.subject] = position
        else:
            self._of_kind[event.subject, str(event.data.get("kind"))] = position

    def cover(self, position: int, event: Event, name: str, media_type: str | None = None) -> bool:
        """Whether payload `name` of the event at `position` was deleted after it was stored.

        Without a media type, the row being gone, either kind that is told by it will do.
        """
        if event.subject is None:
            return False
        kind = kind_of(event.type, name, media_type or "")
        kinds = _BY_MEDIA_TYPE if media_type is None and kind in _BY_MEDIA_TYPE else (kind,)
        deleted_at = [self._of_kind.get((event.subject, one.value), 0) for one in kinds]
        return max(*deleted_at, self._of_person.get(event.subject, 0)) > position

    def touched(self, subject: str) -> bool:
        """Whether anything of this person was ever deleted."""
        return subject in self._persons
