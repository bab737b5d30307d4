"""The people the station serves, as its screens need them. Their data never show in a `repr`."""

from dataclasses import dataclass, field
from enum import StrEnum

from station.domain.fingers import FingerPosition
from station.domain.identity_document import HolderData


class Role(StrEnum):
    """What a person may be at this station; `station.domain.rights` says what each may do.

    The three admins are the three of GB/T 22239-2019 (系统, 安全, 审计), who are different people.
    """

    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    DESK_CLERK = "desk_clerk"
    REVIEW_OFFICER = "review_officer"
    GATE_CLERK = "gate_clerk"
    GATE_CHIEF = "gate_chief"
    EXAM_ORGANISER = "exam_organiser"


@dataclass(frozen=True)
class Operator:
    """Somebody signed in at the station."""

    operator_id: str
    display_name: str = field(repr=False)
    roles: frozenset[Role]


@dataclass(frozen=True)
class Account:
    """Somebody's account. The passphrase lies in the keyring's slots and nowhere else.

    `card_fingerprint` is the SHA-256 (hex) of the certificate of the holder's card, if one is
    registered. `must_change`: somebody else gave the passphrase, so it holds for one sign-in.
    """

    operator: Operator
    enabled: bool = True
    card_fingerprint: str | None = field(default=None, repr=False)
    must_change: bool = False


@dataclass(frozen=True)
class Applicant:
    """One application as the platform knows it, reduced to what the desk looks at.

    `subject` is the opaque id every event is about; it says nothing about the person.
    `photo` is the uploaded certificate photo as JPEG bytes, empty when none was uploaded.
    """

    subject: str
    registration_id: str = field(repr=False)
    name: str = field(repr=False)
    pinyin: str = field(repr=False)
    sex: str = field(repr=False)
    birth_date: str = field(repr=False)
    document_type: str
    document_number: str = field(repr=False)
    unit_name: str
    discipline: str
    captured_earlier: bool
    photo: bytes = field(default=b"", repr=False)

    @property
    def holder(self) -> HolderData:
        """The four facts that an identity card must repeat."""
        return HolderData(self.name, self.document_number, self.sex, self.birth_date)


@dataclass(frozen=True)
class Candidate:
    """Somebody expected at an exam, with where they sit and which fingers are enrolled."""

    subject: str
    ticket_number: str = field(repr=False)
    name: str = field(repr=False)
    document_number: str = field(repr=False)
    room: str
    seat: str
    exam_session_id: str
    paper: str
    enrolled: tuple[FingerPosition, ...]
    designated: FingerPosition | None
    photo: bytes = field(default=b"", repr=False)
