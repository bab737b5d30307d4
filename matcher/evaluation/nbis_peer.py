"""nbis-py in a process of its own: it may end the process on an image it does not like.

The package is for the benchmark only; where it is not installed, `is_installed` says so.
"""

import multiprocessing
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any

PACKAGE = "nbis"
VERSION = "nbis-py 0.1.3"
_HANGS_S = 60.0
_ENDS_S = 5.0


def is_installed() -> bool:
    """Whether the peer can be asked here."""
    return find_spec(PACKAGE) is not None


class NbisPeer:
    """Asks NBIS. None is the answer where it refuses, ends its process or does not come back."""

    def __enter__(self) -> "NbisPeer":
        self._held: Sequence[bytes | None] = ()
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def extract(self, image: bytes) -> bytes | None:
        """Minutiae of a PNG, as the record that nbis-py writes."""
        found: bytes | None = self._ask("extract", image)
        return found

    def nfiq2(self, image: bytes) -> int | None:
        """NFIQ 2 of a PNG at 500 ppi, 0-100."""
        score: int | None = self._ask("nfiq2", image)
        return score

    def hold(self, records: Sequence[bytes | None]) -> None:
        """Load records of nbis-py's kind, to be compared by their places."""
        self._held = tuple(records)
        self._ask("hold", self._held)

    def scores(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Bozorth3's scores of pairs of the held records; 0 where there is none."""
        answer: list[float] | None = self._ask("scores", pairs)
        if answer is not None:
            return answer
        if len(pairs) == 1:
            return [0.0]
        return [score for pair in pairs for score in self.scores([pair])]

    def _ask(self, name: str, *arguments: object) -> Any:
        try:
            self._connection.send((name, arguments))
            if self._connection.poll(_HANGS_S):
                return self._connection.recv()
        except (EOFError, ConnectionError):
            pass  # the process ended
        self._end()
        self._start()
        if self._held and name != "hold":
            self.hold(self._held)
        return None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _end(self) -> None:
        self._connection.close()
        self._process.join(_ENDS_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


class _Nbis:
    """What the other process does."""

    def __init__(self) -> None:
        self._nbis = import_module(PACKAGE)
        self._fast = self._extractor(compute_nfiq2=False)
        self._judging = self._extractor(compute_nfiq2=True)
        self._held: list[Any] = []

    def extract(self, image: bytes) -> bytes | None:
        try:
            return bytes(self._fast.extract_minutiae(image).to_iso_19794_2_2005())
        except self._nbis.NbisError:
            return None

    def nfiq2(self, image: bytes) -> int | None:
        try:
            return int(self._judging.extract_minutiae(image).quality().score)
        except self._nbis.NbisError:
            return None

    def hold(self, records: Sequence[bytes | None]) -> int:
        self._held = [self._loaded(record) for record in records]
        return len(self._held)

    def scores(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        return [self._score(self._held[i], self._held[j]) for i, j in pairs]

    def _score(self, probe: Any, reference: Any) -> float:
        if probe is None or reference is None:
            return 0.0
        return float(probe.compare(reference))

    def _loaded(self, record: bytes | None) -> Any:
        if record is None:
            return None
        try:
            return self._fast.load_iso_19794_2_2005(record)
        except self._nbis.NbisError:
            return None

    def _extractor(self, compute_nfiq2: bool) -> Any:
        settings = self._nbis.NbisExtractorSettings(
            min_quality=0.0,
            get_center=False,
            check_fingerprint=False,
            compute_nfiq2=compute_nfiq2,
            ppi=None,
        )
        return self._nbis.new_nbis_extractor(settings)


def _serve(connection: Connection) -> None:
    nbis = _Nbis()
    while True:
        try:
            name, arguments = connection.recv()
        except EOFError:
            return
        connection.send(getattr(nbis, name)(*arguments))
