"""The console command `station-hub`: composition root of the platform."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sync.hub import commands
from sync.hub.directory import open_platform
from sync.hub.errors import HubSetupError, HubStorageError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 2 something about the directory or file must be put right."""
    arguments = _parser().parse_args(argv)
    try:
        for line in arguments.run(arguments, time.time):
            print(line, flush=True)
    except (HubSetupError, HubStorageError) as error:
        print(f"station-hub: {error}", file=sys.stderr)
        return 2
    return 0


def _serve(arguments: argparse.Namespace, clock: commands.Clock) -> Sequence[str]:
    # Imported here: the other commands, the vault's above all, need no web server.
    from sync.hub.serving import serve

    serve(
        open_platform(arguments.dir),
        host=arguments.host,
        port=arguments.port,
        port_file=arguments.port_file,
        clock=clock,
        say=lambda line: print(line, flush=True),
    )
    return ()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="station-hub", description="The reference platform.")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")

    init = actions.add_parser("init", help="make keys, database and vault")
    init.add_argument("dir", type=Path)
    init.add_argument("--vault", type=Path, help="directory of the private key (demo: DIR/vault)")
    init.add_argument("--keys", type=Path, help="directory of the other keys (demo: DIR/keys)")
    init.add_argument("--tenant", default="demo", help="short ASCII name")
    init.add_argument("--demo", action="store_true", help="take facts of simulated devices")
    init.set_defaults(run=commands.init)

    serve = actions.add_parser("serve", help="run the web process")
    serve.add_argument("--dir", type=Path, required=True)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8440)
    serve.add_argument("--port-file", type=Path, help="where to write the port once ready")
    serve.set_defaults(run=_serve)

    load = actions.add_parser("load", help="load applicants and exam sessions from JSON")
    load.add_argument("dir", type=Path)
    load.add_argument("file", type=Path)
    load.set_defaults(run=commands.load)

    code = actions.add_parser("code", help="make an activation code for one station")
    code.add_argument("dir", type=Path)
    code.add_argument("--unit", required=True, help='unit code, or "all" for an organiser')
    code.add_argument("--hours", type=float, default=72.0, help="how long the code is good")
    code.set_defaults(run=commands.code)

    join = actions.add_parser("join", help="answer an activation request that came as a file")
    join.add_argument("dir", type=Path)
    join.add_argument("request", type=Path)
    join.add_argument("answer", type=Path)
    join.set_defaults(run=commands.join_by_file)

    _add_vault(actions.add_parser("vault", help="what needs the private unsealing key"))

    erase = actions.add_parser("erase", help="erase a person here and on every station")
    erase.add_argument("dir", type=Path)
    erase.add_argument("registration_id")
    erase.add_argument("--reason", default="withdrawn", help="short ASCII reason")
    erase.set_defaults(run=commands.erase_person)

    report = actions.add_parser("report", help="counts, nothing about anybody")
    report.add_argument("dir", type=Path)
    report.add_argument("--json", action="store_true")
    report.set_defaults(run=commands.report)
    return parser


def _add_vault(vault: argparse.ArgumentParser) -> None:
    actions = vault.add_subparsers(required=True, metavar="COMMAND")
    build = actions.add_parser("build-package", help="make the site packages of an exam session")
    build.add_argument("dir", type=Path)
    build.add_argument("--vault", type=Path, help="directory of the private key (demo: DIR/vault)")
    build.add_argument("--session", required=True)
    build.add_argument("--station", action="append", default=[], help="only this one; repeatable")
    build.set_defaults(run=commands.build_package)


if __name__ == "__main__":
    sys.exit(main())
