"""Evidence rows, each encrypted under the data key of the person it is about.

An event refers to a payload by an HMAC with that key, so that the log proves which bytes were
captured while the key exists, and proves nothing about anybody once it is destroyed.
"""

import hmac

from station.store.database import Database
from station.store.drafts import PAYLOAD_PREFIX, PayloadDraft
from station.store.errors import DatabaseDamaged, PayloadGone, PersonErased
from sync.errors import SealError
from sync.seal import DataKey, decrypt_with_key, encrypt_with_key
from sync.wire import Event


class Payloads:
    """Reads and writes payload rows; writing happens inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def references(self, subject: str, drafts: tuple[PayloadDraft, ...]) -> dict[str, str]:
        """`payload.<name>` -> HMAC, making the person's key if there is none yet.

        Raises:
            PersonErased: nothing may be added about this person any more.
        """
        key = self._key(subject) or self._new_key(subject)
        return {PAYLOAD_PREFIX + draft.name: key.reference(draft.content) for draft in drafts}

    def store(self, event: Event, drafts: tuple[PayloadDraft, ...]) -> None:
        """Write the evidence of an event that is already in the log."""
        if not drafts or event.subject is None:
            return
        key = self._existing_key(event.subject)
        for draft in drafts:
            ciphertext = encrypt_with_key(key, draft.content, _place(event.id, draft.name))
            self._database.execute(
                "INSERT INTO payload (event_id, name, subject, media_type, ciphertext)"
                " VALUES (?, ?, ?, ?, ?)",
                (event.id, draft.name, event.subject, draft.media_type, ciphertext),
            )

    def read(self, event: Event, name: str) -> bytes:
        """The evidence, proved to be the bytes the event refers to.

        Raises:
            PersonErased, PayloadGone: it was destroyed by order or by age.
            DatabaseDamaged: the row is not what was stored.
        """
        key = self._existing_key(event.subject)
        row = self._database.row(
            "SELECT ciphertext FROM payload WHERE event_id = ? AND name = ?", (event.id, name)
        )
        if row is None:
            raise PayloadGone(f"no payload {name}")
        return proved(event, name, key, bytes(row[0]))

    def reference_key(self, subject: str) -> bytes:
        """The key of the references to a person's payloads. Raises PersonErased, PayloadGone."""
        return self._existing_key(subject).reference_key()

    def destroy(self, subject: str) -> int:
        """Remove key and rows of a person; the number of rows that were there."""
        rows = self._database.execute("DELETE FROM payload WHERE subject = ?", (subject,))
        self._database.execute("DELETE FROM person_key WHERE subject = ?", (subject,))
        return rows

    def _key(self, subject: str) -> DataKey | None:
        row = self._database.row("SELECT key FROM person_key WHERE subject = ?", (subject,))
        return None if row is None else DataKey.from_bytes(row[0])

    def _new_key(self, subject: str) -> DataKey:
        if self._is_erased(subject):
            raise PersonErased
        key = DataKey.generate()
        self._database.execute("INSERT INTO person_key VALUES (?, ?)", (subject, key.to_bytes()))
        return key

    def _existing_key(self, subject: str | None) -> DataKey:
        key = None if subject is None else self._key(subject)
        if key is None:
            raise PersonErased if subject and self._is_erased(subject) else PayloadGone
        return key

    def _is_erased(self, subject: str) -> bool:
        query = "SELECT 1 FROM erased_person WHERE subject = ?"
        return self._database.row(query, (subject,)) is not None


def proved(event: Event, name: str, key: DataKey, ciphertext: bytes) -> bytes:
    """The content of a payload row if it is the one that `event` refers to.

    Raises:
        DatabaseDamaged: it does not open with the person's key, or is another one.
    """
    try:
        content = decrypt_with_key(key, ciphertext, _place(event.id, name))
    except SealError as error:
        raise DatabaseDamaged(f"payload {name} does not open") from error
    reference = event.data.get(PAYLOAD_PREFIX + name)
    if not hmac.compare_digest(key.reference(content), str(reference)):
        raise DatabaseDamaged(f"payload {name} is not the one its event refers to")
    return content


def _place(event_id: str, name: str) -> bytes:
    """Binds a ciphertext to its row, so that rows cannot be exchanged."""
    return f"payload/{event_id}/{name}".encode("ascii")
