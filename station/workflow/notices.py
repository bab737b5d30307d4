"""What a workflow has to say to the person at the screen: a code; the words belong to the UI."""

from enum import StrEnum


class Notice(StrEnum):
    """One sentence each: what happened, what is safe, what to do next."""

    # finding a person
    NOT_FOUND = "not_found"
    EMPTY_QUERY = "empty_query"
    NUMBER_WRONG_LENGTH = "number_wrong_length"
    NUMBER_WRONG_CHARACTER = "number_wrong_character"
    NUMBER_IMPOSSIBLE_DATE = "number_impossible_date"
    NUMBER_WRONG_CHECK_DIGIT = "number_wrong_check_digit"
    SEVERAL_FOUND = "several_found"
    NO_CARD = "no_card"
    CARD_UNREADABLE = "card_unreadable"
    CARD_MOVED_AWAY = "card_moved_away"
    ALREADY_SEALED = "already_sealed"
    CAPTURED_EARLIER = "captured_earlier"
    RESUMED = "resumed"
    CORRECTION_STORED = "correction_stored"
    # desk
    CONSENT_REFUSED = "consent_refused"
    REASON_NEEDED = "reason_needed"
    CARD_DIFFERS = "card_differs"
    CARD_OF_ANOTHER = "card_of_another"
    PHOTO_UNUSABLE = "photo_unusable"
    FORM_FAILED = "form_failed"
    PRINT_FAILED = "print_failed"
    PAPER_OUT = "paper_out"
    PRINTER_JAM = "printer_jam"
    PRINTER_SUPPLIES = "printer_supplies"
    PRINTER_OPEN = "printer_open"
    PRINTER_ATTENTION = "printer_attention"
    PRINTER_STOPPED = "printer_stopped"
    PRINTER_SETUP = "printer_setup"
    PRINT_HELD = "print_held"
    PRINT_SERVICE = "print_service"
    PRINT_CANCELLED = "print_cancelled"
    PRINT_LOST = "print_lost"
    PRINT_TAKEN_BACK = "print_taken_back"
    PRINT_BEGUN = "print_begun"
    PRINT_UNREACHED = "print_unreached"
    SEAL_FAILED = "seal_failed"
    # fingers
    FINGER_TIMEOUT = "finger_timeout"
    LIFT_FINGER = "lift_finger"
    PRESS_OFF_CENTRE = "press_off_centre"
    PRESS_TOO_LIGHT = "press_too_light"
    PRESS_TOO_HARD = "press_too_hard"
    PRESS_TOO_DRY = "press_too_dry"
    PRESS_TOO_WET = "press_too_wet"
    PRESS_TOO_FAST = "press_too_fast"
    PRESS_SMEARED = "press_smeared"
    PRESS_LOW_QUALITY = "press_low_quality"
    PRESS_BAD_IMAGE = "press_bad_image"
    PRESS_OTHER_FINGER = "press_other_finger"
    PRESS_NOT_THE_SAME_FINGER = "press_not_the_same_finger"
    # devices and disk
    READER_LOST = "reader_lost"
    READER_FAULT = "reader_fault"
    CAMERA_LOST = "camera_lost"
    CAMERA_FAULT = "camera_fault"
    CARD_READER_LOST = "card_reader_lost"
    CARD_READER_FAULT = "card_reader_fault"
    PRINTER_LOST = "printer_lost"
    DISK_FULL = "disk_full"
    STORE_FAILED = "store_failed"
    STORE_UNUSABLE = "store_unusable"
    PERSON_ERASED = "person_erased"
    PAYLOAD_GONE = "payload_gone"
    CONFIRMATION_IS_SEALED = "confirmation_is_sealed"
    NOT_ALLOWED = "not_allowed"
    # gate
    NO_SESSION = "no_session"
    PACKAGE_REFUSED = "package_refused"
    PLATFORM_UNREACHABLE = "platform_unreachable"
    CANDIDATE_UNKNOWN = "candidate_unknown"
    SEVERAL_CANDIDATES = "several_candidates"
    OTHER_SESSION = "other_session"
    GATE_CLOSED = "gate_closed"
    ALREADY_ADMITTED = "already_admitted"
    NO_TEMPLATE = "no_template"
    TRY_AGAIN = "try_again"
    GO_TO_SPECIAL_LANE = "go_to_special_lane"
    # review
    DECISION_STORED = "decision_stored"
    OWN_CONFIRMATION = "own_confirmation"


# Facts that will never be stored are let go with the case they belong to.
GIVEN_UP = (
    Notice.PERSON_ERASED,
    Notice.NOT_ALLOWED,
    Notice.CONFIRMATION_IS_SEALED,
    Notice.OWN_CONFIRMATION,
)
# Said while a device is away; taken back when it returns.
READER_GONE = (Notice.READER_LOST, Notice.READER_FAULT)
CARD_READER_GONE = (Notice.CARD_READER_LOST, Notice.CARD_READER_FAULT)
