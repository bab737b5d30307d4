"""How a connection to the encrypted file is made: the key before anything else.

Format and defaults: SQLCipher 4 (AES-256-CBC, HMAC-SHA512 per page of 4096 bytes).
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

PAGE_BYTES = 4096
BUSY_TIMEOUT_S = 3.0
SIDES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it works."""


@dataclass(frozen=True)
class DatabaseKey:
    """The raw 256-bit key of the file and the 128-bit salt that goes into its page MACs.

    The salt is kept here and not trusted from the file's first bytes, so that a damaged
    beginning can be told from a wrong key.
    """

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != 32 or len(self.salt) != 16:
            raise ValueError("a database key is 32 bytes and its salt 16")

    @classmethod
    def random(cls) -> "DatabaseKey":
        return cls(secrets.token_bytes(32), secrets.token_bytes(16))

    @property
    def pragma(self) -> str:
        return f"PRAGMA key = \"x'{self.key.hex()}{self.salt.hex()}'\""


def writing(path: Path, key: DatabaseKey, mode: str) -> Any:
    """A connection that writes, with the station's whole discipline. `mode` is "rw" or "rwc"."""
    connection = keyed(path, key, mode)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "trusted_schema = OFF",
        "recursive_triggers = ON",  # so that INSERT OR REPLACE meets the delete triggers
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def reading(path: Path, key: DatabaseKey) -> Any:
    """A connection that changes nothing and leaves nothing beside the file."""
    # Without a log nobody is writing; `immutable` then keeps SQLite from leaving an empty one.
    crashed_or_in_use = with_suffix(path, "-wal").exists()
    connection = keyed(path, key, "ro" if crashed_or_in_use else "ro&immutable=1")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def keyed(path: Path, key: DatabaseKey, mode: str) -> Any:
    """A connection with its key set and nothing read yet."""
    connection = sqlcipher.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # transactions are ours alone, see `Database.transaction`
    )
    # Otherwise SQLCipher writes its failures to stderr, past our own rules for logs.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # Memory that held pages is overwritten when it is freed and, as far as the system lets us,
    # kept out of the swap; see docs/decisions/0013-key-custody.md for what it costs.
    connection.execute("PRAGMA cipher_memory_security = ON")
    connection.execute(key.pragma)
    return connection


def with_suffix(path: Path, suffix: str) -> Path:
    """The file that lies beside `path` under its name and `suffix`."""
    return path.with_name(path.name + suffix)


def remove_with_sides(path: Path) -> None:
    """Remove a file that nobody has opened, with what SQLite left beside it."""
    for suffix in ("", *SIDES):
        with_suffix(path, suffix).unlink(missing_ok=True)
