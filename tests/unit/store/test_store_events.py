"""The event log: what is appended can be read, what cannot be kept whole is not kept at all."""

from pathlib import Path

import pytest

from station.store.database import RuleBroken
from station.store.drafts import EventDraft, PayloadDraft, SealedBlob, payload_names
from station.store.errors import (
    DatabaseDamaged,
    IncarnationOutdated,
    PayloadGone,
    PersonErased,
    StoreFull,
)
from sync.wire import GENESIS_HASH, event_hash
from tests.support.store_cases import (
    SOMEBODY_ELSE,
    SUBJECT,
    Store,
    created,
    erasure,
    log_of,
    plain,
    press,
    sealing,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return created(tmp_path)


def test_an_event_comes_back_as_it_was_stored(store: Store) -> None:
    stored = store.log.append(press(1))
    again = store.reopened()
    assert again.log.events_of(SUBJECT) == (stored,)
    assert stored.event.data["press"] == 1
    assert stored.event.at == "2026-09-21T14:13:21.000Z"
    assert stored.event.actor == "operator-1"


def test_evidence_comes_back_byte_for_byte(store: Store) -> None:
    draft = press(1, size=66_000)
    stored = store.log.append(draft)
    for payload in draft.payloads:
        assert store.log.payload(stored.event.id, payload.name) == payload.content
    assert payload_names(stored.event.data) == ("impression", "record")


def test_the_log_itself_holds_no_evidence(store: Store) -> None:
    draft = press(1)
    stored = store.log.append(draft)
    assert draft.payloads[0].content not in stored.event.canonical()
    assert len(stored.event.canonical()) < 1000


def test_equal_evidence_of_two_people_cannot_be_linked(store: Store) -> None:
    same = (PayloadDraft("impression", "image/png", b"the same bytes"),)
    one = store.log.append(EventDraft("photo_taken", 1, SUBJECT, "operator-1", {}, same))
    two = store.log.append(EventDraft("photo_taken", 1, SOMEBODY_ELSE, "operator-1", {}, same))
    assert one.event.data["payload.impression"] != two.event.data["payload.impression"]


def test_events_form_one_numbered_chain(store: Store) -> None:
    first = store.log.append(plain())
    second, third = store.log.append_many([press(1), press(2)])
    assert [item.event.seq for item in (first, second, third)] == [1, 2, 3]
    assert first.event.prev_hash == GENESIS_HASH
    assert second.event.prev_hash == event_hash(first.event) == first.hash
    assert third.event.prev_hash == second.hash
    assert store.log.head() == third


def test_reading_on_from_a_position(store: Store) -> None:
    stored = store.log.append_many([plain(), press(1), plain("form_signed", subject=None)])
    assert store.log.all_since(0) == stored
    assert store.log.all_since(1, limit=1) == stored[1:2]
    assert store.log.all_since(3) == ()
    assert tuple(store.log.each()) == stored
    assert store.log.events_of(SUBJECT) == stored[:2]


def test_several_events_are_stored_all_or_none(store: Store) -> None:
    store.log.append(plain())
    too_large = EventDraft("note", 1, None, "operator-1", {f"field{n}": n for n in range(80)})
    with pytest.raises(Exception, match="small object"):
        store.log.append_many([press(1), press(2), too_large])
    assert len(store.log.all_since(0)) == 1
    assert store.database.row("SELECT count(*) FROM payload") == (0,)
    assert store.log.append(press(1)).event.seq == 2


def test_a_new_incarnation_counts_from_one_and_keeps_the_chain(store: Store) -> None:
    last = store.log.append_many([plain(), plain()])[-1]
    renewed = log_of(store.database, incarnation=2).append(plain())
    assert (renewed.event.incarnation, renewed.event.seq) == (2, 1)
    assert renewed.event.prev_hash == last.hash
    assert renewed.position == 3


def test_an_older_keyring_does_not_continue_a_newer_log(store: Store) -> None:
    log_of(store.database, incarnation=2).append(plain())
    with pytest.raises(IncarnationOutdated):
        log_of(store.database, incarnation=1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET type = 'other'",
        "DELETE FROM event WHERE position = 1",
        "INSERT OR REPLACE INTO event SELECT position, incarnation, seq, id, 'other', subject,"
        " prev_hash, hash, canonical FROM event WHERE position = 1",
        "INSERT INTO event SELECT 9, 1, 9, 'x', type, subject, prev_hash, 'h', canonical"
        " FROM event WHERE position = 1",
        "INSERT INTO event SELECT 3, 1, 3, 'x', type, subject, 'wrong', 'h', canonical"
        " FROM event WHERE position = 1",
        "UPDATE payload SET media_type = 'other'",
        "DELETE FROM outbox",
        "UPDATE outbox SET state = 'delivered'",
        "UPDATE outbox SET state = 'quarantined'",
        "DELETE FROM person_key",
    ],
)
def test_the_schema_itself_refuses_to_rewrite_history(store: Store, statement: str) -> None:
    before = store.log.append_many([press(1), press(2)])
    with pytest.raises(RuleBroken), store.database.transaction():
        store.database.execute(statement)
    assert store.log.all_since(0) == before


def test_evidence_that_was_exchanged_is_found(store: Store) -> None:
    one, two = store.log.append_many([press(1), press(2)])
    with store.database.transaction():
        store.database.execute("DROP TRIGGER payload_is_never_changed")
        store.database.execute(
            "UPDATE payload SET ciphertext = (SELECT ciphertext FROM payload WHERE event_id = ?"
            " AND name = 'record') WHERE event_id = ? AND name = 'record'",
            (one.event.id, two.event.id),
        )
    with pytest.raises(DatabaseDamaged):
        store.log.payload(two.event.id, "record")


def test_evidence_that_is_not_there_is_said_to_be_gone(store: Store) -> None:
    stored = store.log.append(plain())
    with pytest.raises(PayloadGone):
        store.log.payload(stored.event.id, "impression")
    with pytest.raises(KeyError):
        store.log.payload("00" * 16, "impression")


def test_sealed_copies_wait_in_the_outbox(store: Store) -> None:
    draft = sealing()
    stored = store.log.append(draft)
    rows = store.database.rows("SELECT event_id, sha256, sealed FROM outbox_blob")
    assert rows == [(stored.event.id, draft.blobs[0].sha256, draft.blobs[0].sealed)]


def test_a_full_disk_keeps_what_was_and_takes_more_when_there_is_room(store: Store) -> None:
    kept = store.log.append(press(1, size=66_000))
    pages = store.database.rows("PRAGMA page_count")[0][0]
    store.database.rows(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(StoreFull) as caught:
        store.log.append(press(2, size=66_000))
    assert "磁盘空间不足" in caught.value.sentence
    assert store.log.all_since(0) == (kept,)
    assert store.log.payload(kept.event.id, "impression")
    store.database.rows("PRAGMA max_page_count = 1000000")
    assert store.log.append(press(2, size=66_000)).event.prev_hash == kept.hash


@pytest.mark.parametrize("text", ["王芳", "x" * 129, "00123419900307001X", "编号 1"])
def test_free_text_is_kept_out_of_the_log(text: str) -> None:
    with pytest.raises(ValueError, match="free text") as caught:
        EventDraft("note", 1, SUBJECT, "operator-1", {"reason": text})
    assert text not in str(caught.value)
    with pytest.raises(ValueError, match="free text"):
        EventDraft("note", 1, SUBJECT, "operator-1", {"reasons": ("ok", text)})


def test_a_draft_that_contradicts_itself_is_refused() -> None:
    payload = PayloadDraft("impression", "image/png", b"x")
    blob = SealedBlob.of(b"sealed")
    with pytest.raises(ValueError, match="subject"):
        EventDraft("photo_taken", 1, "somebody", "operator-1")
    with pytest.raises(ValueError, match="subject"):
        EventDraft("photo_taken", 1, None, "operator-1", {}, (payload,))
    with pytest.raises(ValueError, match="same name"):
        EventDraft("photo_taken", 1, SUBJECT, "operator-1", {}, (payload, payload))
    with pytest.raises(ValueError, match="digest of a blob"):
        EventDraft("confirmation_sealed", 1, SUBJECT, "operator-1", {}, (), (blob,))
    with pytest.raises(ValueError, match="names the payloads"):
        EventDraft("photo_taken", 1, SUBJECT, "operator-1", {"payload.photo": "00"})
    with pytest.raises(ValueError, match="lower-case"):
        PayloadDraft("Foto 1", "image/png", b"x")


def test_nothing_more_is_stored_about_an_erased_person(store: Store) -> None:
    stored = store.log.append(press(1))
    store.log.erase_person(erasure())
    with pytest.raises(PersonErased):
        store.log.append(press(2))
    with pytest.raises(PersonErased):
        store.log.payload(stored.event.id, "impression")
    assert len(store.log.events_of(SUBJECT)) == 2


def test_an_erasure_itself_carries_nothing(store: Store) -> None:
    payload = PayloadDraft("reason", "text/plain", b"x")
    with pytest.raises(ValueError, match="carries nothing"):
        store.log.erase_person(EventDraft("erased", 1, SUBJECT, "system", {}, (payload,)))
    with pytest.raises(ValueError, match="names the person"):
        store.log.erase_person(plain(subject=None))


def test_bytes_of_people_are_in_no_repr() -> None:
    draft = press(1)
    shown = repr(draft) + repr(sealing())
    assert repr(draft.payloads[0].content)[2:20] not in shown
    assert "content" not in shown
    assert "sealed=" not in shown
