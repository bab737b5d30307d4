"""Opens an old file and dies in the middle: `python -m tests.support.store_migration_child PATH N`.

N counts the statements of the last migration that are let through before SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

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
    names = vars(database_module)
    steps, make = migrations(), names["writing"]
    changed = (*steps[:-1], dying(steps[-1], statement))

    def with_death(*place: object) -> Any:
        connection = make(*place)
        connection.create_function("die", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
        return connection

    names["migrations"] = lambda: changed
    names["writing"] = with_death
    open_database(path, KEY).close()


if __name__ == "__main__":
    main()
