"""A sweep killed with SIGKILL at any moment: people are whole or gone, and every going is told."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from station.store.chain import verify_chain
from sync.seal import SigningKey
from sync.wire import Page
from tests.support.privacy_pages import decrypted_pages, pieces
from tests.support.privacy_room import PrivacyRoom, privacy_room
from tests.support.store_cases import KEY, press, sealing
from tests.support.sync_people import applicant

ROOT = Path(__file__).resolve().parents[3]
PEOPLE, PRESSES, KILLS = 60, 6, 3
PEN = SigningKey.generate()


def filled(folder: Path) -> list[bytes]:
    """A store full of acknowledged people; pieces of what must be gone in the end."""
    desk = privacy_room(folder)
    desk.pen = PEN
    people = [applicant(number) for number in range(1, PEOPLE + 1)]
    desk.room.roster.apply(Page(tuple(people), (), "1"))
    for person in people:
        desk.append(*(press(n, subject=person.subject, size=6000) for n in range(PRESSES)))
        desk.append(sealing(subject=person.subject))
    desk.deliver_all()
    rows = desk.database.rows("SELECT ciphertext FROM payload")
    desk.database.close()
    return [piece for (content,) in rows for piece in pieces(content)]


def start(folder: Path) -> "subprocess.Popen[str]":
    pen = PEN.to_bytes().hex()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.privacy_sweep_child", str(folder), "8", pen],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def sweep_some(child: "subprocess.Popen[str]", count: int) -> None:
    """Let that many people go and the next one begin: however late it is killed, others stay."""
    assert child.stdin is not None
    assert child.stdout is not None
    for _ in range(count):
        assert child.stdout.readline() == "one\n"
        child.stdin.write("\n")
        child.stdin.flush()


def check(desk: PrivacyRoom) -> int:
    """Nobody is half gone; how many are left."""
    left = 0
    for number in range(1, PEOPLE + 1):
        subject = applicant(number).subject
        rows = desk.payloads(subject)
        told = [
            stored.event.data["count"]
            for stored in desk.room.log.events_of(subject)
            if stored.event.type == "payloads_deleted"
        ]
        assert (rows, sum(int(str(one)) for one in told)) in ((2 * PRESSES, 0), (0, 2 * PRESSES))
        left += rows > 0
    assert verify_chain(desk.database).intact
    return left


@pytest.mark.timeout(120)
def test_people_are_whole_or_gone_whenever_it_is_killed(tmp_path: Path) -> None:
    traces = filled(tmp_path)
    chance = random.Random(5)
    standing = []
    for _ in range(KILLS):
        child = start(tmp_path)
        sweep_some(child, chance.randint(1, 8))
        time.sleep(chance.uniform(0, 0.005))
        child.kill()
        child.communicate()
        desk = privacy_room(tmp_path, reopen=True)
        standing.append(check(desk))
        desk.database.close()
    assert standing == sorted(standing, reverse=True)
    assert 0 < standing[0] < PEOPLE, "killed in the middle, or this proves nothing"
    said, _ = start(tmp_path).communicate(timeout=60)
    assert said.endswith("one\nswept\n")
    desk = privacy_room(tmp_path, reopen=True)
    assert check(desk) == 0
    clear = decrypted_pages(desk.path, KEY)
    assert not [trace for trace in traces if trace in clear]
