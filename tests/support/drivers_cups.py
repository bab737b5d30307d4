"""A real cupsd of the tests' own, touching nothing of the machine's, and printers for its queues.

It has its own configuration, spool and socket. Two kinds of printers: a network printer that keeps
what it gets, and one whose backend does as it is told, for what only a printer can bring about.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

CUPSD = "/usr/sbin/cupsd"
SERVER_BIN = Path("/usr/lib/cups")
# A printer that takes PDF, and whose default paper is Letter: as an untouched queue here has it.
PPD = Path("/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd")
PATIENCE_S = 20.0
POLL_S = 0.02

_FILES = """\
SystemGroup root
{user}
ServerRoot {root}
StateDir {root}/state
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/spool/tmp
ServerBin {root}/bin
DataDir /usr/share/cups
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
"""
# Jobs belong to their owner, as Debian's policy has it; the tests themselves may do anything else.
_SERVICE = """\
Listen {root}/cups.sock
Browsing No
WebInterface No
DefaultAuthType None
{files}<Policy default>
  <Limit Cancel-Job Hold-Job Release-Job CUPS-Get-Document>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_QUEUE = """\
<Printer {name}>
DeviceURI {uri}
State Idle
Accepting Yes
ErrorPolicy {error_policy}
{options}</Printer>
"""
# CUPS asks a backend without arguments what it can find; with them it gives it a job.
_BACKEND = """\
#!/bin/sh
[ $# -eq 0 ] && exit 0
cd "${DEVICE_URI#tray:}" || exit 1
while [ -e reason ]; do
    read -r reason <reason
    echo "STATE: +$reason" >&2
    sleep 0.05
done
[ -z "$reason" ] || echo "STATE: -$reason" >&2
[ ! -e exit ] || exit "$(cat exit)"
cat >"printed-$1" || exit 1
"""


class RawPrinter:
    """A network printer on this machine: what arrives on its port is what comes out."""

    def __init__(self) -> None:
        self._door = socket.socket()
        # Bound but not listening: a printer that is switched off keeps its address.
        self._door.bind(("127.0.0.1", 0))
        self.printed: list[bytes] = []

    @property
    def uri(self) -> str:
        """As a queue names it. No SNMP: it has none, and asking takes seconds."""
        return f"socket://127.0.0.1:{self._door.getsockname()[1]}/?snmp=false"

    def switch_on(self) -> None:
        """Take whatever comes from now on."""
        self._door.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Give the port back."""
        with suppress(OSError):  # it was never switched on
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def document(self) -> bytes:
        """The one PDF that came out, without the printer language round it."""
        (raw,) = self.printed
        return raw[raw.index(b"%PDF-") : raw.rindex(b"%%EOF") + 6]

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:  # closed
                return
            with line, line.makefile("rb") as stream:
                self.printed.append(stream.read())


class Tray:
    """A printer whose backend tells the reasons that lie here, and ends as it is told to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        folder.chmod(0o777)  # the backend is another user
        self._folder = folder

    @property
    def uri(self) -> str:
        """As a queue names it."""
        return f"tray:{self._folder}"

    def say(self, reason: str) -> None:
        """Stop with this reason until it is taken back."""
        told = self._folder / "reason.new"
        told.write_text(f"{reason}\n", encoding="ascii")
        told.rename(self._folder / "reason")

    def take_back(self) -> None:
        """Go on printing."""
        (self._folder / "reason").unlink()

    def end_with(self, status: int) -> None:
        """The backend's exit status for jobs from now on: see `backend(7)`."""
        (self._folder / "exit").write_text(str(status), encoding="ascii")

    @property
    def printed(self) -> tuple[Path, ...]:
        """What came out."""
        return tuple(self._folder.glob("printed-*"))


class PrintService:
    """cupsd in a folder of its own."""

    def __init__(self, root: Path, *, keeps_documents: bool = True) -> None:
        """`keeps_documents` is CUPS' own default: for a day after they were printed."""
        self.root = root
        self._files = "" if keeps_documents else "PreserveJobFiles No\n"
        self._process: subprocess.Popen[bytes] | None = None
        self._lay_out()

    @property
    def socket_path(self) -> Path:
        """Where it listens; nowhere else."""
        return self.root / "cups.sock"

    @property
    def documents(self) -> list[str]:
        """The documents that lie in the spool, called `d...`.

        The control file of a job that is purged while its filters still end may stay (CUPS 2.4):
        it tells the job's title and nothing of the document.
        """
        return [path.name for path in self.spooled if path.name.startswith("d")]

    @property
    def spooled(self) -> list[Path]:
        """All that lies in the spool: control and document files."""
        return sorted(path for path in (self.root / "spool").iterdir() if path.is_file())

    def add_queue(
        self, name: str, uri: str, error_policy: str = "stop-printer", options: Sequence[str] = ()
    ) -> None:
        """Before it starts. `options` are the queue's own, as `lpadmin -o` sets them."""
        shutil.copyfile(PPD, self.root / "ppd" / f"{name}.ppd")
        own = "".join(f"Option {option}\n" for option in options)
        with (self.root / "printers.conf").open("a", encoding="utf-8") as table:
            table.write(_QUEUE.format(name=name, uri=uri, error_policy=error_policy, options=own))

    def start(self) -> None:
        """Until it answers."""
        names = ("-c", self.root / "cupsd.conf", "-s", self.root / "cups-files.conf")
        with (self.root / "log" / "out").open("ab") as out:
            self._process = subprocess.Popen([CUPSD, "-f", *names], stdout=out, stderr=out)
        wait_until(self._answers, "cupsd to answer")

    def stop(self) -> None:
        """As the system does: it saves its jobs first."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None

    def does(self, program: str, *arguments: str) -> None:
        """One of CUPS' own programs on this service, for instance `cupsdisable desk`."""
        found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
        assert found is not None, f"{program} is not installed"
        subprocess.run(
            [found, "-h", self.socket_path, *arguments],
            check=True,
            capture_output=True,
            timeout=PATIENCE_S,
        )

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log()
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.socket_path)) == 0

    def _log(self) -> str:
        paths = (self.root / "log" / "out", self.root / "log" / "error")
        return "".join(path.read_text(errors="replace") for path in paths if path.exists())[-3000:]

    def _lay_out(self) -> None:
        self.root.chmod(0o755)  # filters run as another user
        for name in ("ppd", "spool/tmp", "state", "cache", "log", "bin/backend"):
            (self.root / name).mkdir(parents=True)
        for part in SERVER_BIN.iterdir():
            if part.name != "backend":
                (self.root / "bin" / part.name).symlink_to(part)
        # Always there; in `backend` only while the machine's administrator wants it.
        network = SERVER_BIN / "backend-available" / "socket"
        (self.root / "bin" / "backend" / "socket").symlink_to(network)
        tray = self.root / "bin" / "backend" / "tray"
        tray.write_text(_BACKEND, encoding="ascii")
        tray.chmod(0o755)
        user = "User lp\nGroup lp" if os.geteuid() == 0 else ""
        files = _FILES.format(root=self.root, user=user)
        (self.root / "cups-files.conf").write_text(files, encoding="utf-8")
        service = _SERVICE.format(root=self.root, files=self._files)
        (self.root / "cupsd.conf").write_text(service, encoding="utf-8")


@contextmanager
def print_service(*, keeps_documents: bool = True) -> Iterator[PrintService]:
    """A service not yet started, so that queues can be added; gone afterwards."""
    assert Path(CUPSD).exists(), "cupsd is not installed: ./dev test installs it"
    # Not below pytest's folder, which other users cannot enter; and short, as sockets' paths are.
    with tempfile.TemporaryDirectory(prefix="cups-", ignore_cleanup_errors=True) as folder:
        service = PrintService(Path(folder), keeps_documents=keeps_documents)
        try:
            yield service
        finally:
            service.stop()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Poll until it holds."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, f"waited in vain for {what}"
        time.sleep(POLL_S)
