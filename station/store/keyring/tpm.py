"""The machine's TPM 2.0 through tpm2-tools: a secret sealed to its storage hierarchy.

The sealed object opens on this chip only, and no more once its owner hierarchy is cleared. It is
bound to no boot state: whoever can start the installed system as it is gets the secret, so this
protects a stolen disk and not a stolen machine. Secrets travel on stdin and stdout of the tools;
the files between them hold what the chip itself encrypted.
"""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from station.store.keyring.layout import MAX_MACHINE_BYTES, MachineKind
from station.store.keyring.machine import MachineRefused

TOOLS = ("tpm2_createprimary", "tpm2_create", "tpm2_load", "tpm2_unseal", "tpm2_flushcontext")
DEVICE = "device:/dev/tpmrm0"
COMMAND_LIMIT_S = 30.0
SECRET_BYTES = 32
_LENGTH_BYTES = 2


@dataclass(frozen=True)
class NoTpm:
    """Why there is no TPM to use, for the admin."""

    sentence: str


class Tpm:
    """A TPM 2.0 that answers. Make it with `find_tpm`."""

    kind = MachineKind.TPM2
    sentence = "无人值守开启由本机安全芯片（TPM 2.0）保护：硬盘单独被盗时打不开，整机被盗时挡不住。"

    def __init__(self, connection: str = DEVICE) -> None:
        """`connection` is how the tools reach the chip (a TCTI, tpm2-tools(7))."""
        self._environment = {"PATH": "/usr/bin:/bin", "TPM2TOOLS_TCTI": connection}

    def seal(self, secret: bytes) -> bytes:
        """The chip's own encryption of the secret. Raises MachineRefused."""
        with tempfile.TemporaryDirectory(prefix="station-tpm-") as name:
            folder = Path(name)
            self._primary(folder)
            self._run(
                *("tpm2_create", "-Q", "-C", "primary.ctx", "-i", "-"),
                *("-u", "public", "-r", "private"),
                folder=folder,
                given=secret,
            )
            public, private = ((folder / part).read_bytes() for part in ("public", "private"))
        return len(public).to_bytes(_LENGTH_BYTES, "big") + public + private

    def unseal(self, blob: bytes) -> bytes:
        """The secret that `seal` was given. Raises MachineRefused."""
        length = int.from_bytes(blob[:_LENGTH_BYTES], "big")
        public, private = blob[_LENGTH_BYTES:][:length], blob[_LENGTH_BYTES:][length:]
        if len(blob) > MAX_MACHINE_BYTES or len(public) != length or not private:
            raise MachineRefused("not what this chip gave")
        with tempfile.TemporaryDirectory(prefix="station-tpm-") as name:
            folder = Path(name)
            (folder / "public").write_bytes(public)
            (folder / "private").write_bytes(private)
            self._primary(folder)
            self._run(
                *("tpm2_load", "-Q", "-C", "primary.ctx", "-u", "public", "-r", "private"),
                *("-c", "sealed.ctx"),
                folder=folder,
            )
            secret = self._run("tpm2_unseal", "-Q", "-c", "sealed.ctx", folder=folder)
        if len(secret) != SECRET_BYTES:
            raise MachineRefused("not what was sealed")
        return secret

    def _primary(self, folder: Path) -> None:
        """The storage key, which the chip makes the same every time from its own seed."""
        self._run(
            *("tpm2_createprimary", "-Q", "-C", "o", "-G", "ecc256", "-c", "primary.ctx"),
            folder=folder,
        )

    def _run(self, *command: str, folder: Path, given: bytes = b"") -> bytes:
        """One tool's output; afterwards the chip's few places for objects are free again."""
        output = self._call(command, folder, given)
        self._call(("tpm2_flushcontext", "-Q", "-t"), folder, b"")
        return output

    def _call(self, command: tuple[str, ...], folder: Path, given: bytes) -> bytes:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=self._environment,
                input=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=COMMAND_LIMIT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            raise MachineRefused(command[0]) from None
        if done.returncode != 0:
            raise MachineRefused(f"{command[0]}: {done.returncode}")
        return done.stdout


def find_tpm(connection: str = DEVICE) -> Tpm | NoTpm:
    """The machine's TPM, tried once, or why it cannot be used."""
    if any(shutil.which(tool, path="/usr/bin:/bin") is None for tool in TOOLS):
        return NoTpm("没有安装安全芯片的工具（tpm2-tools），不能用安全芯片无人值守开启。")
    tpm = Tpm(connection)
    try:
        tpm.unseal(tpm.seal(bytes(SECRET_BYTES)))
    except MachineRefused:
        return NoTpm(
            "这台机器没有可用的安全芯片（TPM 2.0），或本程序用户无权使用它"
            "（应在 tss 组），不能用安全芯片无人值守开启。"
        )
    return tpm
