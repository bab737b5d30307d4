"""What an admin holds in hand when nothing here opens: the folder of a backup, and the words."""

from pathlib import Path

from station.cli.opening import NotOpened, ask_passphrase
from station.store.backup import Backup, BackupDamaged, BackupFolderGone, backup_at, backups_in
from station.store.keyring import Keyring, KeyringDamaged, Mistyped, RecoveryKey, open_escrow

SHOWN = 5
NOT_THIS_STATION = "恢复密钥打不开本机的密钥文件，什么都没有改动，请确认是同一台工作站。"


def chosen_backup(folder: Path) -> Backup:
    """The backup in a folder that was named.

    Raises:
        NotOpened: nothing lies there, or it is the place that holds backups.
        BackupDamaged: it is one, and not whole.
    """
    if not folder.is_dir():
        raise NotOpened(f"没有 {folder} 这个文件夹，什么都没有改动，请接好备份盘、核对 --backup。")
    inside = [backup.folder.name for backup in _backups_in(folder)[:SHOWN]]
    if inside:
        raise NotOpened(
            f"{folder} 是存放备份的位置，什么都没有改动，"
            f"请用 --backup 指明其中一份，最近的是：{'、'.join(inside)}。"
        )
    return backup_at(folder)


def typed_words() -> RecoveryKey:
    """The recovery words, asked for. Raises NotOpened."""
    key = RecoveryKey.from_text(ask_passphrase("恢复密钥（24 个词）："))
    if isinstance(key, Mistyped):
        raise NotOpened(key.sentence)
    return key


def opened_escrow(backup: Backup, key: RecoveryKey) -> Keyring:
    """The keys that travel with a backup. Raises NotOpened, BackupDamaged."""
    try:
        escrowed = open_escrow(backup.escrow(), key)
    except KeyringDamaged:
        raise BackupDamaged("the escrow cannot be read") from None
    if escrowed is None:
        raise NotOpened("恢复密钥与这份备份不符，什么都没有改动，请核对恢复密钥页和备份日期。")
    return escrowed


def _backups_in(folder: Path) -> tuple[Backup, ...]:
    try:
        return backups_in(folder)
    except BackupFolderGone:  # it may not be read: the backup itself says so
        return ()
