"""The last step of a restore and of a rescue: another file takes the place of the database."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from station.services.places import Places
from station.store.aside import bring_in, move_aside
from station.store.database import open_for_reading
from station.store.head_file import HeadFile
from station.store.keyring import Keyring
from station.store.log_reader import LogReader
from station.store.signing import LogSigner


def take_place(places: Places, fresh: Path, keyring: Keyring, word: str) -> None:
    """Set aside what lies there as `<file>.<word>-<when>`, and put the closed file `fresh` there.

    Raises:
        StoreBusy, StoreFull, StoreUnwritable: what lay there does, or lies aside with its log.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = move_aside(places.database, f"{word}-{moment}")
    if aside is not None:
        print(f"原来的数据库原样保留在 {aside}，到备份的保存期限为止。")
    bring_in(fresh, places.database)
    _tell_head(places, keyring)


def _tell_head(places: Places, keyring: Keyring) -> None:
    """From its first moment on nothing is cut off the new life unseen."""
    with closing(open_for_reading(places.database, keyring.database)) as database:
        head = LogReader(database).head()
    if head is not None:
        file = HeadFile(places.log_head)
        signer = LogSigner(keyring.station, keyring.incarnation, keyring.signing, file)
        signer.tell_head(head.position, head.hash)
        file.close()
