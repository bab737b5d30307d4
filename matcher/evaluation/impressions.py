"""Folders of impressions named `<finger>_<impression>.png|tif|bmp`, and their templates."""

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import ImageRefused, RecordError
from matcher.extraction import Extractor, decode_image
from matcher.records import View, from_record, to_record
from matcher.template import Template

SUFFIXES = frozenset({".png", ".tif", ".tiff", ".bmp"})


@dataclass(frozen=True)
class ImpressionFile:
    """One image of one finger."""

    finger: str
    impression: str
    path: Path


@dataclass(frozen=True)
class Extracted:
    """One impression's template, None when extraction failed; `extract_ms` None from a cache."""

    file: ImpressionFile
    template: Template | None
    quality: int
    extract_ms: float | None


def impression_files(folder: Path) -> list[ImpressionFile]:
    """The images of a folder whose names follow the rule, in order of their names."""
    files = []
    for path in sorted(folder.iterdir()):
        finger, mark, impression = path.stem.rpartition("_")
        if mark and finger and path.suffix.lower() in SUFFIXES:
            files.append(ImpressionFile(finger, impression, path))
    return files


def extracted(
    files: Sequence[ImpressionFile],
    extractor: Extractor,
    resolution_ppi: float,
    workers: int,
    cache: Path | None = None,
) -> list[Extracted]:
    """Templates of all files, in their order.

    A cache keeps them as records: whole pixels and 256 directions, which is what the product
    stores. Without one, templates are rounded in the same way, so that both give equal scores.
    """
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)

    def one(file: ImpressionFile) -> Extracted:
        return _extracted(file, extractor, resolution_ppi, cache)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, files))


def _extracted(
    file: ImpressionFile, extractor: Extractor, resolution_ppi: float, cache: Path | None
) -> Extracted:
    data = file.path.read_bytes()
    kept = None if cache is None else cache / f"{_digest(data, resolution_ppi)}.fmr"
    if kept is not None and kept.exists():
        try:
            return _from_cache(file, kept.read_bytes())
        except RecordError:
            kept.unlink()  # half written by a run that was stopped
    started = time.perf_counter()
    try:
        extraction = extractor.extract(decode_image(data), resolution_ppi)
    except ImageRefused:
        return Extracted(file, None, 0, None)
    elapsed_ms = (time.perf_counter() - started) * 1000
    record = to_record([View(0, 0, extraction.quality.score, extraction.template)])
    if kept is not None:
        kept.write_bytes(record)
    read = _from_cache(file, record)
    return Extracted(file, read.template, read.quality, elapsed_ms)


def _from_cache(file: ImpressionFile, record: bytes) -> Extracted:
    view = from_record(record).views[0]
    return Extracted(file, view.template, view.quality, None)


def _digest(data: bytes, resolution_ppi: float) -> str:
    return hashlib.sha256(data + f"@{resolution_ppi:g}".encode()).hexdigest()[:32]
