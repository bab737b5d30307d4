"""Erasure: key, rows and platform data of a person leave the file and its log, byte for byte."""

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from station.store.chain import verify_chain
from station.store.database import PAGE_BYTES
from station.store.roster import Roster
from sync.wire import Page
from tests.support.store_cases import KEY, Store, created, erasure, press, sealing
from tests.support.sync_people import applicant

RESERVED_BYTES = 80  # per page: initialisation vector 16, HMAC-SHA512 64
WAL_HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24


def decrypted_pages(store: Store) -> bytes:
    """Every page of file and log in the clear, with free space, as somebody with the key sees it.

    Page format of SQLCipher 4: content encrypted with AES-256-CBC, vector and MAC at the end; the
    first 16 bytes of page 1 are the salt.
    """
    content = store.path.read_bytes()
    pages = [content[place : place + PAGE_BYTES] for place in range(0, len(content), PAGE_BYTES)]
    clear = [_decrypted(pages[0], 16), *(_decrypted(page, 0) for page in pages[1:])]
    log = store.path.with_name(store.path.name + "-wal").read_bytes()[WAL_HEADER_BYTES:]
    frame_bytes = FRAME_HEADER_BYTES + PAGE_BYTES
    for place in range(0, len(log), frame_bytes):
        page = log[place + FRAME_HEADER_BYTES : place + frame_bytes]
        clear.append(_decrypted(page, 16 if log[place : place + 4] == b"\0\0\0\1" else 0))
    return b"".join(clear)


def _decrypted(page: bytes, skipped: int) -> bytes:
    end = PAGE_BYTES - RESERVED_BYTES
    cipher = Cipher(algorithms.AES256(KEY.key), modes.CBC(page[end : end + 16]))
    return cipher.decryptor().update(page[skipped:end])


def test_nothing_of_an_erased_person_is_left(tmp_path: Path) -> None:
    store = created(tmp_path)
    person, neighbour = applicant(1), applicant(2)
    Roster(store.database).apply(Page((person, neighbour), (), "c1"))
    for number in range(24):
        store.log.append(press(number, subject=person.subject, size=20_000))
        store.log.append(press(number, subject=neighbour.subject, size=500))
    store.log.append(sealing(subject=person.subject))
    traces = traces_of(store, person.subject)
    traces += [person.document_number.encode(), person.name.encode(), person.phone.encode()]
    before = decrypted_pages(store)
    assert all(trace in before for trace in traces), "the search itself must work"

    assert store.log.erase_person(erasure(person.subject)).payloads == 48

    after = decrypted_pages(store)
    assert [trace for trace in traces if trace in after] == []
    assert neighbour.document_number.encode() in after
    assert verify_chain(store.database).intact
    last = store.log.events_of(neighbour.subject)[-1]
    assert store.log.payload(last.event.id, "impression")
    assert Roster(store.database).by_subject(person.subject) is None


def traces_of(store: Store, subject: str) -> list[bytes]:
    """Key, and pieces from beginning, middle and end of every ciphertext and sealed copy."""
    rows = store.database.rows(
        "SELECT key FROM person_key WHERE subject = ?1"
        " UNION ALL SELECT ciphertext FROM payload WHERE subject = ?1"
        " UNION ALL SELECT sealed FROM outbox_blob JOIN event ON event.id = event_id"
        " WHERE subject = ?1",
        (subject,),
    )
    pieces = []
    for (content,) in rows:
        # 12 bytes are unique among some megabytes and seldom cut by the end of a page.
        pieces += [content[place : place + 12] for place in (2, len(content) // 2)]
        pieces.append(content[-12:])
    return pieces
