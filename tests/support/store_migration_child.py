"""Opens an old file and dies in the middle: `python -m tests.support.store_migration_child PATH N`.

N counts the writes of SQLite's files that are let through before SIGKILL; the process prints
`opened` when it lived through all of them.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from station.store import database as database_module
from station.store.database import open_database
from station.store.schema import Migration, migrations
from tests.support.store_cases import KEY


def dying(migration: Migration, statement: int) -> Migration:
    """The same step with a call of `die()` before its `statement`-th statement."""
    parts = migration.sql.split(";\n")
    parts.insert(statement, "SELECT die()")
    return Migration(migration.number, migration.name, ";\n".join(parts))


def main() -> None:
    path, statement = Path(sys.argv[1]), int(sys.argv[2])
    steps = migrations()
    changed = (*steps[:-1], dying(steps[-1], statement))
    database_module.migrations = lambda: changed  # type: ignore[assignment] # not the cached one
    make = database_module.writing

    def with_death(*place: object) -> object:
        connection = make(*place)  # type: ignore[arg-type] # passed through as given
        connection.create_function("die", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
        return connection

    database_module.writing = with_death  # type: ignore[assignment] # adds one function
    open_database(path, KEY).close()
    print("opened")


if __name__ == "__main__":
    main()
