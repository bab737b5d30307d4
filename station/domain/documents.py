"""The originals an applicant brings to the desk."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """A document the examiner asks for (notice of 2020, materials list)."""

    IDENTITY_CARD = "identity_card"
    DEGREE_CERTIFICATE = "degree_certificate"
    GRADUATION_CERTIFICATE = "graduation_certificate"


class DocumentFinding(StrEnum):
    """What the examiner saw. A mismatch needs a reason and is decided by the review officer."""

    ORIGINAL_SEEN = "original_seen"
    COPY_KEPT = "copy_kept"
    MISMATCH = "mismatch"


REQUIRED_DOCUMENTS: tuple[DocumentKind, ...] = tuple(DocumentKind)
