"""The numbered migrations, in order. Each brings the file from schema n-1 to schema n."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

# Marks a file as ours: "TDXL" in ASCII.
APPLICATION_ID = 0x5444584C
_NAME = re.compile(r"(\d{3})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, order=True)
class Migration:
    """One step of the schema: `number` counts from 1 without gaps."""

    number: int
    name: str
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    """All migrations this release knows, by number.

    Raises:
        ValueError: a number is missing or given twice; the release is broken.
    """
    found = sorted(
        Migration(int(match[1]), entry.name, entry.read_text(encoding="utf-8"))
        for entry in (files("station.store") / "migrations").iterdir()
        if (match := _NAME.fullmatch(entry.name))
    )
    if [step.number for step in found] != list(range(1, len(found) + 1)):
        raise ValueError("migrations must be numbered 001, 002, ... without gaps")
    return tuple(found)


def apply(connection: Any, migration: Migration) -> None:
    """One migration, one transaction: a crash leaves the schema before it or after it."""
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{migration.sql}\n"
            f"PRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {migration.number};\nCOMMIT;"
        )
    except sqlcipher.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
