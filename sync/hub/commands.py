"""The commands of `station-hub`: each takes parsed arguments and yields lines to print."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from sync.hub.directory import create_platform, open_platform, open_vault
from sync.hub.errors import HubSetupError, Refusal
from sync.hub.files import write_whole
from sync.hub.loading import load_file
from sync.hub.people import erase, subject_of
from sync.hub.report import count_all
from sync.hub.stations import join, new_code
from sync.hub.vault import build_packages
from sync.wire import canonical_bytes, format_instant

Clock = Callable[[], float]


def vault_directory(arguments: Namespace) -> Path:
    """Where the private unsealing key lies; beside the rest only for a demo tenant."""
    given: Path | None = arguments.vault
    directory: Path = arguments.dir
    return given or directory / "vault"


def init(arguments: Namespace, clock: Clock) -> Iterator[str]:
    """Make a platform: keys, empty database, vault."""
    vault, keys = vault_directory(arguments), arguments.keys or arguments.dir / "keys"
    if not arguments.demo:
        _require_apart(arguments.dir, vault, "--vault outside DIR, where the web process is not")
        _require_apart(arguments.dir, keys, "--keys outside DIR, so that no copy of DIR opens it")
    platform = create_platform(
        arguments.dir, vault, tenant=arguments.tenant, demo=arguments.demo, keys=keys
    )
    kind = "demo tenant: simulated facts are taken" if platform.demo else "live tenant"
    yield f"platform made ({kind}); keep the vault's key away from the web process"


def _require_apart(directory: Path, other: Path, wanted: str) -> None:
    if other.resolve().is_relative_to(directory.resolve()):
        raise HubSetupError(f"a live tenant needs {wanted}")


def load(arguments: Namespace, clock: Clock) -> Iterator[str]:
    """Load applicants and exam sessions."""
    with open_platform(arguments.dir).database() as database:
        loaded = load_file(database, arguments.file)
    yield (
        f"loaded {loaded.applicants} applicants, {loaded.exam_sessions} exam sessions,"
        f" {loaded.seats} seats"
    )


def code(arguments: Namespace, clock: Clock) -> Iterator[str]:
    """Print one activation code; it is shown here and nowhere else."""
    platform = open_platform(arguments.dir)
    with platform.database() as database:
        yield new_code(database, platform, arguments.unit, clock() + arguments.hours * 3600)


def join_by_file(arguments: Namespace, clock: Clock) -> Iterator[str]:
    """Answer an activation request that came as a file, for a station without a network."""
    platform = open_platform(arguments.dir)
    try:
        request: bytes = arguments.request.read_bytes()
        with platform.database() as database:
            activation = join(database, platform, request, clock())
        write_whole(arguments.answer, canonical_bytes(activation.to_json()))
    except OSError as error:
        raise HubSetupError("the request cannot be read or the answer not written") from error
    except Refusal as refusal:
        raise HubSetupError(f"the station may not join: {refusal.reason.value}") from refusal
    yield f"{activation.station_id} has joined; take the answer back to it"


def build_package(arguments: Namespace, clock: Clock) -> Iterator[str]:
    """Open the confirmations of a session's people and seal them to its stations."""
    platform = open_platform(arguments.dir)
    vault_key = open_vault(vault_directory(arguments))
    if vault_key.sealing_key != platform.sealing_key:
        raise HubSetupError("this vault belongs to another platform")
    with platform.database() as database:
        built = build_packages(
            database, platform, vault_key, arguments.session, arguments.station, clock()
        )
    yield (
        f"packages for {built.stations} stations: {built.candidates} candidates,"
        f" {built.not_in_roll} not in the roll, {built.unreadable} unreadable"
    )


def erase_person(arguments: Namespace, clock: Clock) -> Iterator[str]:
    """Erase a person by registration id."""
    platform = open_platform(arguments.dir)
    with platform.database() as database:
        subject = subject_of(database, arguments.registration_id)
        if subject is None:
            raise HubSetupError("no applicant with this registration id")
        erase(database, platform, subject, arguments.reason, format_instant(clock()))
    yield "erased; stations erase at their next synchronisation; rebuild the site packages"


def report(arguments: Namespace, clock: Clock) -> Iterator[str]:
    """Print the counts."""
    with open_platform(arguments.dir).database() as database:
        counts = count_all(database)
    if arguments.json:
        yield json.dumps(counts)
    else:
        yield from (f"{name} {number}" for name, number in counts.items())
