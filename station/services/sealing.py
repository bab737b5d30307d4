"""The sealed copy of a confirmation: one whole visit, readable by the platform's vault only."""

from collections.abc import Mapping
from dataclasses import replace

from matcher import View, from_record, to_record
from station.domain.facts import (
    FingerExcepted,
    FingerRestarted,
    FormIssued,
    PhotoTaken,
    PressCaptured,
)
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.services.store_room import StoreRoom
from station.store.events import StoredEvent
from station.workflow.inputs import CopySealed, Failed
from station.workflow.notices import Notice
from sync.seal import SealingKey, seal
from sync.wire import ConfirmationBundle, PressImage, confirmation_aad, sha256_hex

Press = tuple[StoredEvent, PressCaptured]


class Sealing:
    """Collects what is stored about a person and seals it to the platform's key."""

    def __init__(self, room: StoreRoom, platform_key: SealingKey | None) -> None:
        self._room = room
        self._platform_key = platform_key

    def seal(self, subject: str) -> CopySealed | Failed:
        """The sealed copy. `Failed` while the station is not activated or the person is unknown."""
        applicant = self._room.roster.by_subject(subject)
        if self._platform_key is None or applicant is None:
            return Failed(Notice.SEAL_FAILED)
        bundle = self._bundle(subject, applicant.digest())
        sealed = seal(self._platform_key, bundle.to_bytes(), confirmation_aad(subject))
        return CopySealed(subject, sha256_hex(sealed), sealed, bundle.simulated)

    def _bundle(self, subject: str, applicant_digest: str) -> ConfirmationBundle:
        photo = form = b""
        simulated = False
        presses: dict[FingerPosition, list[Press]] = {}
        told: list[StoredEvent] = []
        for stored, fact in self._room.facts_of(subject):
            if isinstance(fact, PressCaptured | FingerRestarted | FingerExcepted):
                told.append(stored)
            match fact:
                case PhotoTaken():
                    photo = self._payload(stored, "photo")
                    simulated |= fact.simulated
                case FormIssued():
                    form = self._payload(stored, "form")
                case PressCaptured(position=position):
                    presses.setdefault(position, []).append((stored, fact))
                case FingerRestarted(position=position) | FingerExcepted(position=position):
                    presses.pop(position, None)
                case _:
                    pass
        kept = [press for position in CAPTURE_PLAN for press in presses.get(position, ())]
        return ConfirmationBundle(
            subject=subject,
            applicant_digest=applicant_digest,
            record=self._record(presses),
            photo=photo,
            form=form,
            images=tuple(self._image(press) for press in kept),
            simulated=simulated or any(fact.simulated for _, fact in kept),
            press_log=b"\n".join(stored.event.canonical() for stored in told),
            reference_key=self._room.log.reference_key(subject) if told else b"",
        )

    def _record(self, presses: Mapping[FingerPosition, list[Press]]) -> bytes:
        """One ISO/IEC 19794-2:2005 record of all presses; empty when no finger was captured."""
        views = [
            replace(self._view(stored), position=position, number=number, quality=fact.quality)
            for position in CAPTURE_PLAN
            for number, (stored, fact) in enumerate(presses.get(position, ()))
        ]
        return to_record(views) if views else b""

    def _view(self, stored: StoredEvent) -> View:
        return from_record(self._payload(stored, "record")).views[0]

    def _image(self, press: Press) -> PressImage:
        stored, fact = press
        png = self._payload(stored, "impression")
        record = self._payload(stored, "record")
        event_id = stored.event.id
        return PressImage(int(fact.position), fact.press, png, fact.quality, event_id, record)

    def _payload(self, stored: StoredEvent, name: str) -> bytes:
        return self._room.log.payload(stored.event.id, name)
