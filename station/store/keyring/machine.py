"""What a machine slot needs of a machine; the software machine, which protects little."""

import sys
from pathlib import Path
from typing import Protocol

from station.store.errors import StoreError
from station.store.keyring.layout import MachineKind
from sync.errors import SealError
from sync.seal import DataKey, key_from_secret

_PURPOSE = b"tdxl-software-machine-1\x00"
_AAD = b"tdxl-machine-slot-1"


class MachineRefused(StoreError):
    """The machine does not give the secret back: another machine, or its chip was cleared."""

    sentence = "这台机器的安全芯片打不开密钥，密钥没有改动，请改用口令、证书卡或恢复密钥开启。"


class Machine(Protocol):
    """Something that keeps a secret of 32 bytes for this machine alone."""

    @property
    def kind(self) -> MachineKind:
        """What guards the secret."""

    @property
    def sentence(self) -> str:
        """What this protects against, and what not, for the admin who decides about it."""

    def seal(self, secret: bytes) -> bytes:
        """What to keep in place of the secret, 2 KiB at most. Raises MachineRefused."""

    def unseal(self, blob: bytes) -> bytes:
        """The secret again. Raises MachineRefused."""


def system_identity(source: Path = Path("/etc/machine-id")) -> bytes:
    """The id that the installed system gave itself. Raises MachineRefused where it has none."""
    try:
        if sys.platform == "win32":
            import winreg

            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography"
            ) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0]).encode()
        return source.read_bytes()[:64].strip()
    except OSError:
        raise MachineRefused("no id of this system") from None


class SoftwareMachine:
    """Ties the secret to the system's own id: a copied keyring alone does not open.

    On a stolen disk the id lies beside the keyring, so there it protects nothing.
    """

    kind = MachineKind.SOFTWARE
    sentence = (
        "本机没有使用安全芯片：无人值守开启只靠系统编号，硬盘被盗时等于没有保护，"
        "只适合锁在机房里的机器。"
    )

    def __init__(self, identity: bytes) -> None:
        """`identity` is the system's own id (systemd's machine-id, Windows' MachineGuid)."""
        if len(identity) < 16:
            raise MachineRefused("no id of this system")
        self._key = DataKey(key_from_secret(identity.ljust(32, b"\x00"), _PURPOSE))

    def seal(self, secret: bytes) -> bytes:
        return self._key.encrypt(secret, _AAD)

    def unseal(self, blob: bytes) -> bytes:
        try:
            return self._key.decrypt(blob, _AAD)
        except SealError:
            raise MachineRefused from None
