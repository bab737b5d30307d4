"""Records passed between NBIS and us: each one's minutiae compared by each one's matcher.

NBIS (mindtct and Bozorth3) is asked through nbis-py. Its minutiae come to us as ISO/IEC 19794-2
records, repacked from its own layout; ours go to it the other way.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.engine import verify
from matcher.errors import RecordError
from matcher.evaluation.__main__ import MODEL
from matcher.evaluation.bench_run import RESOLUTION_PPI
from matcher.evaluation.errors_by_threshold import ErrorRates, error_rates
from matcher.evaluation.impressions import ImpressionFile, extracted, impression_files
from matcher.evaluation.nbis_peer import VERSION, NbisPeer, is_installed
from matcher.evaluation.nbis_record import nbis_bytes, read_nbis
from matcher.evaluation.protocol import all_pairs, finger_numbers
from matcher.evaluation.section import Bar, Section
from matcher.evaluation.template_cache import templates_folder
from matcher.extraction import Extractor, decode_image
from matcher.records import View, from_record, to_record
from matcher.template import Template

Scores = NDArray[np.float64]
Pairs = NDArray[np.int32]
Json = TypeVar("Json")

SUBSECTION = "### Records exchanged with NBIS"
WITHOUT_NBIS = "Not measured: nbis-py is missing (`pip install nbis-py==0.1.3`)."
BAR = "NBIS's minutiae instead of the network's (ISO records of nbis-py, repacked), ours / Bozorth3"
METHOD = """\
Minutiae of NBIS (mindtct) and of our network, each compared by Bozorth3 and by our matcher; all
pairs of a set, EER % / FNMR % at FMR 1e-3. All pass as ISO/IEC 19794-2:2005 records, nbis-py's own
repacked (its header has 26 bytes). NBIS's bring no ridge field. An image without minutiae scores 0.
Bozorth3 sees the best 150 minutiae; of ours it was not made for so many weak ones."""


@dataclass(frozen=True)
class Pairing:
    """Whose minutiae, compared by whom."""

    minutiae: str
    matcher: str


PAIRINGS = (
    Pairing("NBIS", "Bozorth3"),
    Pairing("NBIS", "ours"),
    Pairing("ours", "ours"),
    Pairing("ours", "Bozorth3"),
)


@dataclass(frozen=True)
class Interoperation:
    """Error rates of one set, by pairing."""

    name: str
    rates: Mapping[Pairing, ErrorRates]


def nbis_section(root: Path, cache: Path | None = None) -> Section:
    """The part of the benchmark on all sets below `root`.

    A cache keeps what NBIS answered, which takes minutes, and apart from it our templates, which
    the next change of the extraction makes anew.
    """
    if not is_installed():
        return not_measured()
    sets = [folder for folder in sorted(root.iterdir()) if impression_files_in(folder)]
    with NbisPeer() as peer:
        extractor = Extractor(MODEL)
        measured = [interoperation(folder, peer, extractor, cache) for folder in sets]
    text = "\n\n".join([SUBSECTION, METHOD, interoperation_table(measured)])
    return Section(text, (interoperation_bar(measured),))


def interoperation_bar(sets: Sequence[Interoperation]) -> Bar:
    """NBIS's minutiae, compared by us and by Bozorth3."""
    theirs, ours = (_mean_eer(sets, pairing) for pairing in PAIRINGS[:2])
    shown = f"{ours * 100:.2f} % against {theirs * 100:.2f} %"
    return Bar(BAR, "mean EER below Bozorth3's", shown, ours < theirs)


def not_measured() -> Section:
    """What stands in the document where the peer cannot be asked."""
    return Section(f"{SUBSECTION}\n\n{WITHOUT_NBIS}", (Bar(BAR, "below", "-", None),))


def interoperation(
    folder: Path, peer: NbisPeer, extractor: Extractor, cache: Path | None
) -> Interoperation:
    """All pairs of a set in all four ways."""
    files = impression_files(folder)
    workers = os.cpu_count() or 1
    kept = None if cache is None else templates_folder(cache, MODEL)
    ours = extracted(files, extractor, RESOLUTION_PPI, workers, kept)
    theirs = [_exchanged(record) for record in nbis_records(files, peer, cache)]
    templates = {"ours": [item.template for item in ours], "NBIS": theirs}
    pairs, finger_of = all_pairs(len(files)), finger_numbers(files)
    same = finger_of[pairs[:, 0]] == finger_of[pairs[:, 1]]
    rates = {}
    for pairing in PAIRINGS:
        held = templates[pairing.minutiae]
        by_us = pairing.matcher == "ours"
        scores = _our_scores(held, pairs) if by_us else bozorth_scores(held, pairs, peer, cache)
        rates[pairing] = error_rates(scores[same], scores[~same])
    return Interoperation(folder.name, rates)


def nbis_records(
    files: Sequence[ImpressionFile], peer: NbisPeer, cache: Path | None
) -> list[bytes | None]:
    """NBIS's records of image files, None where it finds nothing to extract."""
    images = [_png(decode_image(file.path.read_bytes())) for file in files]

    def ask() -> list[str | None]:
        records = [peer.extract(image) for image in images]
        return [None if record is None else record.hex() for record in records]

    kept = _cached(cache, "records", images, ask)
    return [None if record is None else bytes.fromhex(record) for record in kept]


def bozorth_scores(
    templates: Sequence[Template | None], pairs: Pairs, peer: NbisPeer, cache: Path | None
) -> Scores:
    """Bozorth3's scores of pairs of templates, float64 (n,)."""
    records = [None if not t else nbis_bytes(t) for t in templates]

    def ask() -> list[float]:
        peer.hold(records)
        rows = groupby(map(tuple, pairs.tolist()), key=lambda pair: pair[0])
        return [score for _, row in rows for score in peer.scores([(i, j) for i, j in row])]

    parts = [record or b"" for record in records] + [pairs.tobytes()]
    return np.array(_cached(cache, "bozorth3", parts, ask), dtype=np.float64)


def nfiq2_scores(
    images: Sequence[NDArray[np.uint8]], cache: Path | None = None
) -> list[int | None]:
    """NFIQ 2 of images, uint8 (height, width) at 500 ppi: 0-100, None where it gives none.

    Raises `ModuleNotFoundError` where nbis-py is not installed.
    """
    if not is_installed():
        raise ModuleNotFoundError("nbis-py is not installed")
    pictures = [_png(image) for image in images]

    def ask() -> list[int | None]:
        with NbisPeer() as peer:
            return [peer.nfiq2(picture) for picture in pictures]

    return _cached(cache, "nfiq2", pictures, ask)


def interoperation_table(sets: Sequence[Interoperation]) -> str:
    """One row a set, and the means."""
    heads = " | ".join(f"{p.minutiae} minutiae, {p.matcher}" for p in PAIRINGS)
    lines = [f"| set | {heads} |", "|---" * (1 + len(PAIRINGS)) + "|"]
    for one in sets:
        cells = [_cell(one.rates[p].eer, one.rates[p].fmr1000) for p in PAIRINGS]
        lines.append(f"| {one.name} | {' | '.join(cells)} |")
    means = [
        _cell(_mean_eer(sets, p), float(np.mean([one.rates[p].fmr1000 for one in sets])))
        for p in PAIRINGS
    ]
    return "\n".join([*lines, f"| **mean** | {' | '.join(means)} |"])


def impression_files_in(folder: Path) -> bool:
    """Whether a path is a set: a folder of impressions."""
    return folder.is_dir() and bool(impression_files(folder))


def _mean_eer(sets: Sequence[Interoperation], pairing: Pairing) -> float:
    return float(np.mean([one.rates[pairing].eer for one in sets]))


def _cell(eer: float, fnmr: float) -> str:
    return f"{eer * 100:.2f} / {fnmr * 100:.2f}"


def _exchanged(record: bytes | None) -> Template | None:
    """NBIS's minutiae as they come out of a standard record."""
    if record is None:
        return None
    try:
        template = read_nbis(record, RESOLUTION_PPI)
        return from_record(to_record([View(0, 0, 0, template)])).views[0].template
    except RecordError:
        return None


def _our_scores(templates: Sequence[Template | None], pairs: Pairs) -> Scores:
    def score(probe: Template | None, reference: Template | None) -> float:
        return 0.0 if probe is None or reference is None else verify(probe, reference).score

    return np.array([score(templates[i], templates[j]) for i, j in pairs.tolist()])


def _png(image: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", image)
    if not done:
        raise ValueError("an image that PNG cannot hold")
    return data.tobytes()


def _cached(
    cache: Path | None, kind: str, parts: Iterable[bytes], ask: Callable[[], list[Json]]
) -> list[Json]:
    """An answer of NBIS, asked for once for the same input."""
    if cache is None:
        return ask()
    digest = sha256(VERSION.encode())
    for part in parts:
        digest.update(sha256(part).digest())
    path = cache / "nbis" / f"{kind}-{digest.hexdigest()[:32]}.json"
    if path.exists():
        kept: list[Json] = json.loads(path.read_text())
        return kept
    answer = ask()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(answer))
    return answer
