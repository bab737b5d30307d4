"""Site packages: fetched when the platform answers, else what was loaded the day before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from station.domain.audit import SitePackageTaken
from station.domain.facts import GateAdmitted
from station.domain.purpose import OF_PERSONS, Purpose
from station.services.people import enrolled_fingers, exam_session_of, instant
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.settings import Settings
from station.store.errors import StoreError
from station.store.site import PackageIdentity
from station.workflow.inputs import Failed, SessionReady
from station.workflow.notices import Notice
from sync import wire
from sync.client import HubClient
from sync.errors import HubRefused, PackageError, PackageFault, SyncError
from sync.package import SitePackage, read_package, read_site
from sync.seal import UnsealingKey, VerifyKey

STILL_RUNNING = timedelta(hours=6)
Note = Callable[[SitePackageTaken], object]


@dataclass(frozen=True)
class PackageKeys:
    """Whose packages this station takes and how it opens them."""

    station_id: str
    issuer: VerifyKey
    unsealing: UnsealingKey


class SitePackages:
    """Loads the next exam session. Called on the platform lane; the store on its own."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        client: HubClient,
        keys: PackageKeys,
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        self._room = room
        self._runner = runner
        self._client = client
        self._keys = keys
        self._settings = settings
        self._clock = clock

    def newest(self, note: Note) -> SessionReady | Failed:
        """The session that is on or comes next, with the newest package there is.

        `note` leaves in the trail, on the database lane, that people's data are about to come in.
        """
        trouble = self._refresh(note)
        stored = self._runner.ask(Lane.DATABASE, self._next_session)
        if stored is None:
            return Failed(trouble or Notice.NO_SESSION)
        ready = self._runner.ask(Lane.DATABASE, lambda: self._ready(stored))
        if trouble is Notice.PLATFORM_UNREACHABLE:  # as on most days: the package is here
            return ready
        return replace(ready, trouble=trouble)

    def _refresh(self, note: Note) -> Notice | None:
        """Fetch and take over packages of all sessions; what went wrong, if anything did."""
        trouble: Notice | None = None
        try:
            for session in self._client.exam_sessions():
                if self._is_to_come(session):
                    trouble = self._take(session.id, note) or trouble
        except SyncError:
            return trouble or Notice.PLATFORM_UNREACHABLE
        return trouble

    def _take(self, exam_session_id: str, note: Note) -> Notice | None:
        try:
            data = self._client.package(exam_session_id)
        except HubRefused:  # announced, but no package made for this station yet
            return None
        try:
            package = read_package(
                data,
                issuer_key=self._keys.issuer,
                audience=self._keys.station_id,
                unsealing_key=self._keys.unsealing,
                newer_than=self._last_sequence,
                now_s=self._clock().timestamp(),
            )
            site = read_site(package)
        except PackageError as error:
            known = error.reason is PackageFault.NOT_NEWER
            return None if known else Notice.PACKAGE_REFUSED
        if Purpose(site.exam_session.purpose) not in OF_PERSONS:
            return Notice.PACKAGE_REFUSED  # statistics compare nobody's fingers
        identity = PackageIdentity(
            package.manifest.issuer_key.hex(), package.manifest.id, package.manifest.sequence
        )
        without = {one.subject for one in site.candidates if not enrolled_fingers(one.record)}
        return self._runner.ask(Lane.DATABASE, lambda: self._import(identity, site, without, note))

    def _last_sequence(self, kind: str, package_id: str) -> int:
        issuer = self._keys.issuer.to_bytes().hex()
        return self._runner.ask(
            Lane.DATABASE, lambda: self._room.site.last_sequence(issuer, package_id)
        )

    def _import(
        self,
        identity: PackageIdentity,
        site: SitePackage,
        without_template: set[str],
        note: Note,
    ) -> Notice | None:
        session = site.exam_session
        taken = SitePackageTaken(session.id, len(site.candidates), Purpose(session.purpose))
        try:
            note(taken)
            self._room.site.import_package(
                identity, [site.exam_session], site.candidates, without_template
            )
        except StoreError:
            return Notice.STORE_UNUSABLE
        return None

    def _next_session(self) -> wire.ExamSession | None:
        """The first whose door is not shut yet, else the last that is still on.

        So the afternoon's gate never works with the morning's people.
        """
        around = list(filter(self._is_to_come, self._room.site.exam_sessions()))
        to_enter = (one for one in around if not self._is_shut(one))
        return next(to_enter, around[-1] if around else None)

    def _is_shut(self, session: wire.ExamSession) -> bool:
        return exam_session_of(session, self._settings).is_closed(self._clock())

    def _is_to_come(self, session: wire.ExamSession) -> bool:
        return instant(session.starts_at) >= self._clock() - STILL_RUNNING

    def _ready(self, session: wire.ExamSession) -> SessionReady:
        expected = self._room.site.expected(session.id)
        admitted = self._room.subjects_at(GateAdmitted, session.id)
        return SessionReady(
            session=exam_session_of(session, self._settings),
            expected=len(expected.subjects),
            admitted=len(set(expected.subjects).intersection(admitted)),
            without_template=expected.without_template,
        )
