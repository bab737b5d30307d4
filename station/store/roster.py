"""The platform's applicants as last heard, for finding and comparing; replaced by answers only."""

import unicodedata
from collections.abc import Sequence

from station.store.database import Database
from station.store.errors import DatabaseDamaged
from sync.errors import WireError
from sync.wire import Applicant, Page, Tombstone, canonical_bytes, parse_json, sha256_hex

_APPLICANTS = "applicants"
MAX_APPLICANT_BYTES = 256 * 1024
# Sorts behind every character a name can hold.
_LAST = "\U0010ffff"
_DOTS = dict.fromkeys(map(ord, "·•・‧∙．"))


class Roster:
    """Applicants of this unit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self) -> str:
        """Up to where the platform's pages were taken over; "" before the first."""
        row = self._database.row("SELECT cursor FROM sync_cursor WHERE stream = ?", (_APPLICANTS,))
        return "" if row is None else str(row[0])

    def apply(self, page: Page) -> None:
        """Take over one page and its cursor, both or neither.

        A tombstone removes the platform's data at once; evidence captured here waits until it
        has been delivered (`EventLog.erasures_due`).

        Raises:
            StoreFull, StoreBusy, StoreUnwritable: nothing was kept.
        """
        with self._database.transaction():
            for applicant in page.applicants:
                self._upsert(applicant)
            for tombstone in page.tombstones:
                self._bury(tombstone)
            self._database.execute(
                "INSERT INTO sync_cursor VALUES (?, ?)"
                " ON CONFLICT (stream) DO UPDATE SET cursor = excluded.cursor",
                (_APPLICANTS, page.cursor),
            )

    def count(self) -> int:
        """Applicants known here."""
        row = self._database.row("SELECT count(*) FROM applicant")
        return 0 if row is None else int(row[0])

    def by_subject(self, subject: str) -> Applicant | None:
        """The applicant with this opaque id."""
        found = self._where("subject = ?", (subject,), 1)
        return found[0] if found else None

    def by_registration_id(self, registration_id: str) -> Applicant | None:
        """The applicant with this 注册ID, whatever its case and surrounding blanks."""
        found = self._where("registration_id = ?", (comparable_code(registration_id),), 1)
        return found[0] if found else None

    def by_document_number(self, number: str) -> tuple[Applicant, ...]:
        """Every application of the person with this document number."""
        return self._where("document_number = ?", (comparable_code(number),), 20)

    def by_name(self, beginning: str, limit: int = 20) -> tuple[Applicant, ...]:
        """Applicants whose name, or pinyin without tones and blanks, begins like this."""
        name, pinyin = _name(beginning), _pinyin(beginning)
        if not name:
            return ()
        listed = "SELECT name, subject FROM applicant WHERE {0} >= ? AND {0} < ? {1}"
        first = "ORDER BY name, subject LIMIT ?"
        # Each half is answered by its index alone; only the few that are listed are read.
        halves = " UNION ".join(
            f"SELECT * FROM ({listed.format(column, first)})" for column in ("name", "pinyin")
        )
        return self._where(
            f"subject IN (SELECT subject FROM ({halves} {first}))",
            (name, name + _LAST, limit, pinyin, pinyin + _LAST, limit, limit),
            limit,
        )

    def photo(self, applicant: Applicant) -> bytes | None:
        """The uploaded certificate photo, once it was fetched."""
        row = self._database.row(
            "SELECT content FROM uploaded_photo WHERE sha256 = ?", (applicant.uploaded_photo,)
        )
        return None if row is None else bytes(row[0])

    def photos_wanted(self, limit: int = 50) -> tuple[str, ...]:
        """SHA-256 of uploaded photos that are named by an applicant and not here yet."""
        rows = self._database.rows(
            "SELECT DISTINCT photo_sha256 FROM applicant WHERE photo_sha256 IS NOT NULL"
            " AND photo_sha256 NOT IN (SELECT sha256 FROM uploaded_photo) LIMIT ?",
            (limit,),
        )
        return tuple(row[0] for row in rows)

    def keep_photo(self, content: bytes) -> None:
        """Keep an uploaded photo under its SHA-256."""
        with self._database.transaction():
            self._database.execute(
                "INSERT OR IGNORE INTO uploaded_photo VALUES (?, ?)", (sha256_hex(content), content)
            )

    def _upsert(self, applicant: Applicant) -> None:
        buried = "SELECT 1 FROM tombstone WHERE subject = ?"
        if self._database.row(buried, (applicant.subject,)) is not None:
            return  # a page sent again must not bring back what was ordered to be forgotten
        self._database.execute(
            "INSERT INTO applicant (subject, registration_id, document_number, name, pinyin,"
            " photo_sha256, content) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (subject) DO UPDATE SET registration_id = excluded.registration_id,"
            " document_number = excluded.document_number, name = excluded.name,"
            " pinyin = excluded.pinyin, photo_sha256 = excluded.photo_sha256,"
            " content = excluded.content",
            (
                applicant.subject,
                comparable_code(applicant.registration_id),
                comparable_code(applicant.document_number),
                _name(applicant.name),
                _pinyin(applicant.pinyin),
                applicant.uploaded_photo,
                canonical_bytes(applicant.to_json()),
            ),
        )

    def _bury(self, tombstone: Tombstone) -> None:
        self._database.execute(
            "INSERT OR IGNORE INTO tombstone VALUES (?, ?, ?)",
            (tombstone.subject, tombstone.reason, tombstone.at),
        )
        forget_person(self._database, tombstone.subject)

    def _where(self, condition: str, values: Sequence[object], limit: int) -> tuple[Applicant, ...]:
        rows = self._database.rows(
            f"SELECT content FROM applicant WHERE {condition} ORDER BY name, subject LIMIT ?",
            (*values, limit),
        )
        return tuple(_applicant(row[0]) for row in rows)


def forget_person(database: Database, subject: str) -> None:
    """Remove what the platform sent about a person; inside the caller's transaction."""
    forget_applicant(database, subject)
    database.execute("DELETE FROM candidate WHERE subject = ?", (subject,))


def forget_applicant(database: Database, subject: str) -> None:
    """Remove an applicant, and the photo unless another application of the same person has it."""
    for statement in (
        "DELETE FROM uploaded_photo WHERE sha256 IN"
        " (SELECT photo_sha256 FROM applicant WHERE subject = ?1) AND sha256 NOT IN"
        " (SELECT photo_sha256 FROM applicant"
        "  WHERE subject <> ?1 AND photo_sha256 IS NOT NULL)",
        "DELETE FROM applicant WHERE subject = ?1",
    ):
        database.execute(statement, (subject,))


def _applicant(content: bytes) -> Applicant:
    try:
        return Applicant.from_json(parse_json(bytes(content), MAX_APPLICANT_BYTES))
    except WireError as error:
        raise DatabaseDamaged("an applicant's row cannot be read") from error


def comparable_code(text: str) -> str:
    """Numbers and codes as compared: full-width forms narrow, no blanks, upper case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _name(text: str) -> str:
    """Names as compared: composed, without blanks and the dots of minority names, which keyboards
    spell in several ways. Not NFKC, which merges distinct characters."""
    return "".join(unicodedata.normalize("NFC", text).split()).translate(_DOTS)


def _pinyin(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()
