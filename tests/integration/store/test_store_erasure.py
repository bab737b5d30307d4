"""Erasure: key, rows and platform data of a person leave the file and its log, byte for byte."""

from pathlib import Path

from station.store.chain import verify_chain
from station.store.roster import Roster
from sync.wire import Page
from tests.support.privacy_pages import decrypted_pages
from tests.support.store_cases import KEY, Store, created, erasure, press, sealing
from tests.support.sync_people import applicant


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
    before = decrypted_pages(store.path, KEY)
    assert all(trace in before for trace in traces), "the search itself must work"

    assert store.log.erase_person(erasure(person.subject)).payloads == 48

    after = decrypted_pages(store.path, KEY)
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
