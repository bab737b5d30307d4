"""The demo played in folders of its own, with all it left lying and everybody who was in it."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.cli import demo
from station.cli.demo_data import OPERATORS, Scene, registration_id, ticket_number
from station.cli.demo_processes import Processes
from station.services.places import Places
from station.settings import load_settings
from station.store.database import Database, open_for_reading
from station.store.drafts import payload_names
from station.store.events import EventLog
from station.store.keyring import KeyringFile, Unlocked
from station.store.roster import Roster
from tests.support.privacy_canaries import (
    Canary,
    bytes_canary,
    image_canary,
    secret_canary,
    text_canary,
)
from tests.support.privacy_keeper import kept
from tests.support.privacy_trace import TracedProcesses, may_trace
from tests.support.store_cases import TickingClock

CLERK = json.loads(OPERATORS)[0]
# The two who play, one with the long name, one who only waits on the roster.
PEOPLE_SEARCHED = (1, 2, 39, 40)
# To the platform and to `station init`, which is what a person does in earnest.
HANDED_OVER = re.compile(r"-(people\.json|operators\.json|P\d{3}\.jpg)$")


@dataclass(frozen=True)
class Played:
    """A demo that was played to its end, with all it left lying."""

    scene: Scene
    roots: dict[str, Path]
    canaries: list[Canary]
    traces: Path | None
    """System calls of all its programs; None where nothing may be traced."""

    def allowed(self, path: Path) -> bool:
        """Printed forms, and what the demo handed over before it began and then removed."""
        if path.suffix == ".pdf":
            return True
        return path.parent == self.roots["kept"] and bool(HANDED_OVER.search(path.name))


def played_in(root: Path, story: Callable[[Scene, Processes], None]) -> Played:
    """A story in folders of its own; whatever appears in them for a moment is kept."""
    roots = {name: root / name for name in ("home", "tmp", "xdg", "scene", "output", "said")}
    for folder in roots.values():
        folder.mkdir()
    changed = {
        "HOME": str(roots["home"]),
        "TMPDIR": str(roots["tmp"]),
        **{
            f"XDG_{name}_HOME": str(roots["xdg"] / name.lower())
            for name in ("CACHE", "CONFIG", "DATA", "STATE")
        },
    }
    scene = Scene(roots["scene"], roots["output"], None, 500.0)
    traces = root / "traces"
    traces.mkdir()
    processes = TracedProcesses(traces) if may_trace(root) else Processes()
    with pytest.MonkeyPatch.context() as patch, kept(list(roots.values()), root / "kept"):
        for name, value in changed.items():
            patch.setenv(name, value)
        play(scene, processes, roots["said"] / "everything.log", story)
    roots["kept"] = root / "kept"
    traced = traces if isinstance(processes, TracedProcesses) else None
    return Played(scene, roots, canaries_of(scene), traced)


def whole_demo(scene: Scene, processes: Processes) -> None:
    arguments = argparse.Namespace(language="zh_CN", size="1366x768")
    assert demo._play(arguments, scene, processes) == 0


def play(
    scene: Scene, processes: Processes, log: Path, story: Callable[[Scene, Processes], None]
) -> None:
    """What any of the programs says goes into the log."""
    before = os.dup(1), os.dup(2)
    with log.open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        try:
            story(scene, processes)
        finally:
            processes.end()
            for number, saved in zip((1, 2), before, strict=True):
                os.dup2(saved, number)
                os.close(saved)


def canaries_of(scene: Scene) -> list[Canary]:
    """Everything secret in this run, read from the encrypted file with an operator's passphrase."""
    places = Places.of(load_settings(scene.settings))
    unlocked = KeyringFile.read(places.keyring).unlock_with_passphrase(
        CLERK["id"], CLERK["passphrase"]
    )
    assert isinstance(unlocked, Unlocked)
    keys = unlocked.keyring
    database = open_for_reading(places.database, keys.database)
    try:
        found = [
            secret_canary("database key", keys.database.key),
            text_canary("passphrase", CLERK["passphrase"]),
            *people_canaries(database),
            *payload_canaries(database),
        ]
    finally:
        database.close()
    assert len(found) > 50, "the story must have left something to look for"
    return found


def people_canaries(database: Database) -> Iterator[Canary]:
    roster = Roster(database)
    for number in PEOPLE_SEARCHED:
        person = roster.by_registration_id(registration_id(number))
        assert person is not None
        for what, text in (
            ("name", person.name),
            ("number", person.document_number),
            ("phone", person.phone),
            ("address", person.address),
            ("certificate", person.previous_degree.certificate_no),
            ("ticket", ticket_number(number)),
        ):
            yield text_canary(f"{what} of person {number}", text)
        photo = roster.photo(person)
        if photo is not None:
            yield image_canary(f"uploaded photo of person {number}", photo)
    for photo, record in database.rows("SELECT photo, record FROM candidate LIMIT 10"):
        yield image_canary("photo in the site package", photo)
        yield bytes_canary("template in the site package", record)
    for (key,) in database.rows("SELECT key FROM person_key"):
        yield secret_canary("a person's data key", key[2:])


def payload_canaries(database: Database) -> Iterator[Canary]:
    log = EventLog(database, "any", 1_000_000, TickingClock())
    for stored in log.each():
        for name in payload_names(stored.event.data):
            content = log.payload(stored.event.id, name)
            what = f"{name} of {stored.event.type}"
            if content.startswith((b"\x89PNG", b"\xff\xd8")):
                yield image_canary(what, content)
            elif name == "record" or content.startswith(b"%PDF"):
                yield bytes_canary(what, content)
            elif len(content.decode()) >= 4:
                yield text_canary(what, content.decode())
