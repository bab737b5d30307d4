"""Events go in exactly once, on their chain, whatever happens on the way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from select import select
from typing import Any
from urllib.parse import urlsplit

import pytest

from sync.batch import Batch, OutboxItem
from sync.errors import HubRefused, HubUnreachable, RefusalReason
from sync.http_signature import Parameters, RequestLine, sign_request
from sync.wire import Event, Gap, event_hash, sha256_hex
from sync.worker import Delivered, Limits, Paused, PauseReason, RetryPolicy, deliver_once
from tests.support.sync_hub import JoinedStation, RunningPlatform, running_platform
from tests.support.sync_outbox import MemoryOutbox, item
from tests.support.sync_people import applicant, chain, event

PATIENCE_S = 20.0


def my_chain(station: JoinedStation, count: int, **changes: object) -> list[Event]:
    return chain(count, station=station.identity.station_id, **changes)  # type: ignore[arg-type]  # handed on as it is


def batch(*events: Event) -> Batch:
    return Batch(tuple(item(e) for e in events))


def test_events_arrive_and_sending_them_again_changes_nothing(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    events = my_chain(station, 5)
    first = station.client().send_events(batch(*events))
    assert first.accepted == tuple(e.id for e in events)
    again = station.client().send_events(batch(*events))
    assert (again.accepted, again.already) == ((), first.accepted)
    assert hub.count("SELECT count(*) FROM event") == 5


def test_stored_events_are_the_very_bytes_sent_and_cannot_be_changed(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    [sent] = my_chain(station, 1)
    station.client().send_events(batch(sent))
    with hub.platform.database() as database:
        assert database.rows("SELECT body FROM event") == [(sent.canonical(),)]
        for statement in ("UPDATE event SET type = 'x'", "DELETE FROM event"):
            with pytest.raises(Exception, match="IntegrityError"):
                database.run(statement)


@contextmanager
def cutting_proxy(base_url: str) -> Iterator[str]:
    """Forwards one connection's request, waits until the platform answers, and drops the answer."""
    target = urlsplit(base_url)
    listener = socket.create_server(("127.0.0.1", 0))

    def forward() -> None:
        inbound, _ = listener.accept()
        with inbound, socket.create_connection((target.hostname, target.port)) as outbound:
            while outbound not in (readable := select([inbound, outbound], [], [], PATIENCE_S)[0]):
                assert readable, "the platform does not answer"
                outbound.sendall(inbound.recv(65536))
            assert outbound.recv(1)  # the platform has committed and begins to answer

    thread = threading.Thread(target=forward)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join(20)
        listener.close()


def test_answer_lost_after_the_commit_means_already_the_next_time(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    outbox = MemoryOutbox([item(e) for e in my_chain(station, 3)])
    with cutting_proxy(station.base_url) as through_proxy:
        cut = deliver_once(outbox, station.client(through_proxy), Limits())
    assert isinstance(cut, Paused)
    assert cut.reason is PauseReason.UNREACHABLE
    assert outbox.count() == 3
    assert hub.count("SELECT count(*) FROM event") == 3
    assert deliver_once(outbox, station.client(), Limits()) == Delivered(0, 3, 0, 0)
    assert hub.count("SELECT count(*) FROM event") == 3


def test_missing_numbers_are_reported_and_may_come_later(station: JoinedStation) -> None:
    events = my_chain(station, 6)
    client = station.client()
    receipt = client.send_events(batch(events[0], events[4]))
    assert receipt.rejected == ()
    assert receipt.gaps == (Gap(1, 2, 4),)
    assert client.send_events(batch(events[2])).gaps == (Gap(1, 2, 2), Gap(1, 4, 4))
    assert client.send_events(batch(events[1], events[3], events[5])).gaps == ()


def test_an_event_that_does_not_follow_its_chain_is_refused(station: JoinedStation) -> None:
    events = my_chain(station, 3)
    client = station.client()
    client.send_events(batch(events[0], events[2]))
    forged = replace(events[1], id="f" * 32, actor="somebody-else")
    wrong_start = replace(events[1], id="e" * 32, prev_hash="ab" * 32)
    receipt = client.send_events(batch(forged, wrong_start))
    assert [r.reason for r in receipt.rejected] == ["chain_broken", "chain_broken"]
    assert client.send_events(batch(events[1])).accepted == (events[1].id,)


def test_an_event_after_another_than_the_last_is_refused(station: JoinedStation) -> None:
    first, second = my_chain(station, 2)
    client = station.client()
    client.send_events(batch(first))
    receipt = client.send_events(batch(replace(second, prev_hash="ab" * 32)))
    assert [r.reason for r in receipt.rejected] == ["chain_broken"]
    assert client.send_events(batch(second)).accepted == (second.id,)


def test_a_taken_number_and_a_taken_id_are_refused(station: JoinedStation) -> None:
    events = my_chain(station, 2)
    client = station.client()
    client.send_events(batch(*events))
    same_number = replace(events[1], id="f" * 32)
    same_id = replace(events[1], actor="somebody-else")
    receipt = client.send_events(batch(same_number, same_id))
    assert [r.reason for r in receipt.rejected] == ["seq_taken", "id_conflict"]


def test_a_renewed_incarnation_starts_from_the_restored_hash(station: JoinedStation) -> None:
    old = my_chain(station, 2)
    me = station.identity.station_id
    renewed = event(1, prev_hash=event_hash(old[0]), station=me, incarnation=2)
    client = station.client()
    client.send_events(batch(*old))
    assert client.send_events(batch(renewed)).accepted == (renewed.id,)


def test_somebody_elses_events_are_refused(station: JoinedStation) -> None:
    receipt = station.client().send_events(batch(*chain(1, station="s-other")))
    assert [r.reason for r in receipt.rejected] == ["wrong_station"]


def test_unknown_event_types_are_kept(hub: RunningPlatform, station: JoinedStation) -> None:
    [first] = my_chain(station, 1)
    strange = replace(first, type="iris_compared", data={"score": 0.5, "parts": (1, 2)})
    assert station.client().send_events(batch(strange)).accepted == (strange.id,)
    assert hub.count("SELECT count(*) FROM event WHERE type = 'iris_compared'") == 1


def test_simulated_facts_are_refused_by_a_live_tenant_and_the_chain_goes_on(
    tmp_path: Path,
) -> None:
    with running_platform(tmp_path, demo=False) as hub:
        station = hub.join()
        first, second = my_chain(station, 2)
        simulated = replace(first, data={"simulated": True})
        follower = replace(second, prev_hash=event_hash(simulated))
        outbox = MemoryOutbox([item(simulated), item(follower)])
        outcome = deliver_once(outbox, station.client(), Limits())
        assert outcome == Delivered(accepted=1, already=0, quarantined=1, waiting=0)
        assert outbox.aside == {simulated.id: "simulated_refused"}
        assert outbox.receipts[0].gaps == ()
        again = station.client().send_events(batch(simulated))
        assert [r.reason for r in again.rejected] == ["simulated_refused"]
        station.session.close()


def test_a_malformed_event_is_set_aside_and_the_others_arrive(station: JoinedStation) -> None:
    events = my_chain(station, 3)
    bad = replace(item(events[1]), event_bytes=b'{"id": 7}')
    outbox = MemoryOutbox([item(events[0]), bad, item(events[2])])
    assert deliver_once(outbox, station.client(), Limits()) == Delivered(2, 0, 1, 0)
    assert outbox.aside == {events[1].id: "malformed"}


def test_an_event_that_is_not_even_json_is_isolated_by_halving(station: JoinedStation) -> None:
    events = my_chain(station, 8)
    items = [item(e) for e in events]
    items[5] = replace(items[5], event_bytes=b"\xff\xfe{")
    outbox = MemoryOutbox(items)
    client, failures = station.client(), 0
    for _ in range(12):
        outcome = deliver_once(outbox, client, Limits(max_events=8), failures=failures)
        failures = outcome.failures if isinstance(outcome, Paused) else failures
        if not outbox.items:
            break
    assert outbox.aside == {events[5].id: "bad_request"}
    assert sorted(outbox.settled) == sorted(e.id for e in events if e.id != events[5].id)


def test_blobs_go_first_and_confirmation_with_approval_puts_into_the_roll(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    sealed = station.sealed_confirmation(1)
    outbox = MemoryOutbox(confirmed_and_approved(station, sealed))
    assert deliver_once(outbox, station.client(), Limits()) == Delivered(2, 0, 0, 0)
    assert hub.platform.files.get(sha256_hex(sealed)) == sealed
    [changed] = [a for a in station.client().applicants().applicants if a.status == "enrolled"]
    assert changed.subject == applicant(1).subject


def confirmed_and_approved(station: JoinedStation, sealed: bytes) -> list[OutboxItem]:
    subject = applicant(1).subject
    first, second = my_chain(station, 2)
    confirmation = replace(
        first, type="confirmation_sealed", subject=subject, data={"blob": sha256_hex(sealed)}
    )
    review = replace(
        second,
        type="review_decided",
        subject=subject,
        prev_hash=event_hash(confirmation),
        data={"decision": "approve", "reason": ""},
    )
    return [item(confirmation, sealed), item(review)]


def test_a_confirmation_without_its_blob_waits_for_it(station: JoinedStation) -> None:
    [with_blob, review] = confirmed_and_approved(station, station.sealed_confirmation(1))
    outbox = MemoryOutbox([replace(with_blob, blobs=())])
    retry = RetryPolicy(first_s=3)
    outcome = deliver_once(outbox, station.client(), Limits(), retry=retry)
    assert outcome == Paused(PauseReason.REFUSED, 3, 1, waiting=1)
    outbox.items = [with_blob, review]
    assert deliver_once(outbox, station.client(), Limits()) == Delivered(2, 0, 0, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"subject": "9" * 32}, "unknown_subject"),
        ({"subject": None}, "unknown_subject"),
        ({"subject": f"{9:032x}"}, "foreign_subject"),
        ({"data": {"decision": "perhaps"}}, "bad_data"),
    ],
)
def test_a_review_of_nobody_or_of_another_units_applicant_is_refused(
    hub: RunningPlatform, station: JoinedStation, change: dict[str, Any], reason: str
) -> None:
    hub.load(9, unit_code="99999")
    [first] = my_chain(station, 1)
    good: dict[str, Any] = {"subject": applicant(1).subject, "data": {"decision": "approve"}}
    review = replace(first, type="review_decided", **(good | change))
    receipt = station.client().send_events(batch(review))
    assert [r.reason for r in receipt.rejected] == [reason]


def test_a_replayed_request_is_refused(station: JoinedStation) -> None:
    line = RequestLine("GET", "/v1/exam-sessions", "")
    parameters = Parameters(int(station.clock()), "5" * 32, station.identity.station_id)
    headers = sign_request(station.signing_key, line, b"", parameters)
    url = station.base_url + line.path
    assert station.session.get(url, headers=headers).status_code == 200
    replayed = station.session.get(url, headers=headers)
    assert (replayed.status_code, replayed.json()["reason"]) == (409, "replayed")


@pytest.mark.parametrize(
    ("path", "headers", "reason"),
    [
        ("/v1/applicants?cursor=1", {}, "bad_signature"),
        ("/v1/exam-sessions", {"Signature": "sig1=:AAAA:"}, "bad_signature"),
        ("/v1/exam-sessions", {"Signature-Input": "sig1=()"}, "bad_signature"),
    ],
)
def test_a_request_changed_on_its_way_is_refused(
    station: JoinedStation, path: str, headers: dict[str, str], reason: str
) -> None:
    line = RequestLine("GET", "/v1/exam-sessions", "")
    parameters = Parameters(int(station.clock()), "6" * 32, station.identity.station_id)
    signed = sign_request(station.signing_key, line, b"", parameters) | headers
    answer = station.session.get(station.base_url + path, headers=signed)
    assert (answer.status_code, answer.json()["reason"]) == (401, reason)


def test_a_station_nobody_knows_is_refused(station: JoinedStation) -> None:
    unknown = replace(station, activation=replace(station.activation, station_id="s-unknown"))
    with pytest.raises(HubRefused) as refused:
        unknown.client().exam_sessions()
    assert refused.value.reason is RefusalReason.UNKNOWN_STATION


def test_a_station_with_a_wrong_clock_is_told_the_time_and_gets_through(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    station.clock = type(station.clock)(hub.clock() - 86_400)
    client = station.client()
    assert client.exam_sessions() == ()
    assert client.hub_time().offset_ms == 86_400_000


def test_a_blob_under_a_wrong_name_is_refused(station: JoinedStation) -> None:
    client = station.client()
    with pytest.raises(ValueError, match="digest"):
        client.put_blob("0" * 64, b"bytes")
    with pytest.raises(HubRefused) as refused:
        client._request("PUT", f"/v1/blobs/{'0' * 64}", "", b"bytes", 1000)
    assert refused.value.reason is RefusalReason.WRONG_DIGEST


def test_an_oversized_body_and_an_unknown_path_are_refused(station: JoinedStation) -> None:
    client = station.client()
    for path, body, reason in [
        ("/v1/exam-sessions", b"x" * 20_000, RefusalReason.TOO_LARGE),
        ("/v1/nothing-here", b"", RefusalReason.NOT_FOUND),
    ]:
        with pytest.raises(HubRefused) as refused:
            client._request("GET", path, "", body, 1000)
        assert refused.value.reason is reason


def test_no_platform_at_all_is_unreachable(station: JoinedStation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HubUnreachable):
        station.client(f"http://127.0.0.1:{port}").hub_time()
    with pytest.raises(HubUnreachable):
        station.client("no address").hub_time()
