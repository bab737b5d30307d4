"""Who may do what: one table, looked at below the screens (`station.services.guard`).

After GB/T 22239-2019 (graded protection, level 3): least privilege, and the system, security and
audit administrators are different people. None of the three captures, decides, or reads a
person's record.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from station.domain import facts
from station.domain.facts import Fact
from station.domain.people import Role


class Action(StrEnum):
    """Every screen (`see_`) and every act of the station."""

    # the confirmation desk
    SEE_DESK = "see_desk"
    FIND_APPLICANT = "find_applicant"
    CAPTURE = "capture"
    ISSUE_FORM = "issue_form"
    PRINT_FORM = "print_form"
    SEAL = "seal"
    TAKE_OVER_CASE = "take_over_case"
    CORRECT_RECORD = "correct_record"
    PRINT_SLIP = "print_slip"
    APPROVE_FINGER_EXCEPTION = "approve_finger_exception"
    APPROVE_CORRECTION = "approve_correction"
    # review
    SEE_REVIEW = "see_review"
    READ_RECORD = "read_record"
    DECIDE_REVIEW = "decide_review"
    # the gate
    SEE_GATE = "see_gate"
    LOAD_SITE_PACKAGE = "load_site_package"
    FIND_CANDIDATE = "find_candidate"
    VERIFY_AT_GATE = "verify_at_gate"
    REFER_TO_CHIEF = "refer_to_chief"
    DECIDE_DOUBTFUL = "decide_doubtful"
    # the station itself and the platform
    SEE_OVERVIEW = "see_overview"
    SYNCHRONISE = "synchronise"
    SEE_QUARANTINE = "see_quarantine"
    RELEASE_QUARANTINED = "release_quarantined"
    # people and keys
    SEE_PEOPLE = "see_people"
    ADD_PERSON = "add_person"
    CHANGE_ROLES = "change_roles"
    DISABLE_PERSON = "disable_person"
    RESET_PASSPHRASE = "reset_passphrase"  # noqa: S105 - names an act, holds no secret
    REGISTER_CARD = "register_card"
    SEE_KEYS = "see_keys"
    CHANGE_KEYS = "change_keys"
    CHANGE_OWN_PASSPHRASE = "change_own_passphrase"  # noqa: S105 - as above
    # the store
    SEE_STORAGE = "see_storage"
    MAKE_BACKUP = "make_backup"
    DRILL_BACKUP = "drill_backup"
    CHECK_DATABASE = "check_database"
    SUPPORT_BUNDLE = "support_bundle"
    # the trail
    SEE_AUDIT = "see_audit"
    VERIFY_AUDIT = "verify_audit"
    EXPORT_AUDIT = "export_audit"
    # retention and privacy
    SEE_RETENTION = "see_retention"
    RUN_RETENTION = "run_retention"
    PRIVACY_REPORT = "privacy_report"
    EXPORT_PERSON = "export_person"
    EXPORT_STATISTICS = "export_statistics"


_SYSTEM, _SECURITY, _AUDITOR = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR
_DESK, _REVIEW, _GATE = Role.DESK_CLERK, Role.REVIEW_OFFICER, Role.GATE_CLERK
_CHIEF, _ORGANISER = Role.GATE_CHIEF, Role.EXAM_ORGANISER
_AT_WORK = (_DESK, _REVIEW, _GATE, _CHIEF, _ORGANISER)

RIGHTS: Mapping[Action, frozenset[Role]] = MappingProxyType(
    {
        action: frozenset(roles)
        for action, roles in {
            Action.SEE_DESK: (_DESK,),
            Action.FIND_APPLICANT: (_DESK,),
            Action.CAPTURE: (_DESK,),
            Action.ISSUE_FORM: (_DESK,),
            Action.PRINT_FORM: (_DESK,),
            Action.SEAL: (_DESK,),
            Action.TAKE_OVER_CASE: (_DESK,),
            Action.CORRECT_RECORD: (_DESK, _REVIEW),
            Action.PRINT_SLIP: (_DESK, _ORGANISER),
            Action.APPROVE_FINGER_EXCEPTION: (_DESK, _REVIEW, _ORGANISER),
            Action.APPROVE_CORRECTION: (_REVIEW, _ORGANISER),
            Action.SEE_REVIEW: (_REVIEW,),
            Action.READ_RECORD: (_REVIEW,),
            Action.DECIDE_REVIEW: (_REVIEW,),
            Action.SEE_GATE: (_GATE, _CHIEF),
            Action.LOAD_SITE_PACKAGE: (_GATE, _CHIEF),
            Action.FIND_CANDIDATE: (_GATE, _CHIEF),
            Action.VERIFY_AT_GATE: (_GATE, _CHIEF),
            Action.REFER_TO_CHIEF: (_GATE, _CHIEF),
            Action.DECIDE_DOUBTFUL: (_CHIEF,),
            Action.SEE_OVERVIEW: (_SYSTEM, _SECURITY, _AUDITOR, _ORGANISER),
            Action.SYNCHRONISE: (*_AT_WORK, _SYSTEM),
            Action.SEE_QUARANTINE: (_SYSTEM, _ORGANISER),
            Action.RELEASE_QUARANTINED: (_SYSTEM,),
            Action.SEE_PEOPLE: (_SECURITY, _AUDITOR),
            Action.ADD_PERSON: (_SECURITY,),
            Action.CHANGE_ROLES: (_SECURITY,),
            Action.DISABLE_PERSON: (_SECURITY,),
            Action.RESET_PASSPHRASE: (_SECURITY,),
            Action.REGISTER_CARD: (_SECURITY,),
            Action.SEE_KEYS: (_SECURITY,),
            Action.CHANGE_KEYS: (_SECURITY,),
            Action.CHANGE_OWN_PASSPHRASE: tuple(Role),
            Action.SEE_STORAGE: (_SYSTEM,),
            Action.MAKE_BACKUP: (_SYSTEM,),
            Action.DRILL_BACKUP: (_SYSTEM,),
            Action.CHECK_DATABASE: (_SYSTEM,),
            Action.SUPPORT_BUNDLE: (_SYSTEM,),
            Action.SEE_AUDIT: (_AUDITOR,),
            Action.VERIFY_AUDIT: (_AUDITOR,),
            Action.EXPORT_AUDIT: (_AUDITOR,),
            Action.SEE_RETENTION: (_SYSTEM, _SECURITY, _AUDITOR, _ORGANISER),
            Action.RUN_RETENTION: (_SYSTEM,),
            Action.PRIVACY_REPORT: (_SECURITY, _AUDITOR, _ORGANISER),
            Action.EXPORT_PERSON: (_ORGANISER,),
            Action.EXPORT_STATISTICS: (_ORGANISER, _CHIEF, _REVIEW),
        }.items()
    }
)
"""Who may do it. An action without a role would be nobody's; a test knows of every action."""

ADMIN_ROLES = frozenset({_SYSTEM, _SECURITY, _AUDITOR})

INCOMPATIBLE: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {role: frozenset(Role) - {role} if role in ADMIN_ROLES else ADMIN_ROLES for role in Role}
)
"""Roles that one account cannot hold beside this one: an admin holds no other role at all."""

RIGHT_TO_RECORD: Mapping[type[Fact], Action] = MappingProxyType(
    {
        facts.ApplicantFound: Action.FIND_APPLICANT,
        facts.ConsentGiven: Action.CAPTURE,
        facts.ConsentRefused: Action.CAPTURE,
        facts.DocumentChecked: Action.CAPTURE,
        facts.IdentityCompared: Action.CAPTURE,
        facts.PhotoTaken: Action.CAPTURE,
        facts.PressCaptured: Action.CAPTURE,
        facts.FingerRestarted: Action.CAPTURE,
        facts.FingerExcepted: Action.CAPTURE,
        facts.FormIssued: Action.ISSUE_FORM,
        facts.FormDelivered: Action.PRINT_FORM,
        facts.FormSigned: Action.SEAL,
        facts.ConfirmationSealed: Action.SEAL,
        facts.ConfirmationCorrected: Action.CORRECT_RECORD,
        facts.ReviewDecided: Action.DECIDE_REVIEW,
        facts.CandidateSelected: Action.FIND_CANDIDATE,
        facts.GateAttempt: Action.VERIFY_AT_GATE,
        facts.GateLaneChanged: Action.VERIFY_AT_GATE,
        facts.GateAdmitted: Action.VERIFY_AT_GATE,
        facts.GateReferred: Action.REFER_TO_CHIEF,
        facts.GateClosed: Action.VERIFY_AT_GATE,
    }
)
"""What its author must be allowed, so that a fact is stored; a kind not named here is nobody's."""


def may(roles: Iterable[Role], action: Action) -> bool:
    """Whether somebody with these roles may do it."""
    return not RIGHTS.get(action, frozenset()).isdisjoint(roles)


def may_record(roles: frozenset[Role], kind: type[Fact]) -> bool:
    """Whether a fact of this kind may be stored as the work of somebody with these roles."""
    action = RIGHT_TO_RECORD.get(kind)
    return action is not None and may(roles, action)


def conflicts(roles: Iterable[Role]) -> tuple[tuple[Role, Role], ...]:
    """Pairs among these roles that one account cannot hold together, each once, in order."""
    held = sorted(set(roles))
    return tuple(
        (one, other)
        for place, one in enumerate(held)
        for other in held[place + 1 :]
        if other in INCOMPATIBLE[one]
    )
