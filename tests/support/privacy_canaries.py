"""Canaries: what must not lie anywhere, in every form it might lie in, and the search for it.

Texts are looked for in the encodings that a program here might write; images by pieces of their
pixels and of their compressed bytes, taken from the middle, where every image differs.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import BadZipFile, ZipFile

import cv2
import numpy as np

PIECE = 24
LEAST_DIFFERENT = 8
# Shorter ones turn up by chance in some tens of megabytes of ciphertext.
SHORTEST = 6
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gbk", "gb18030")
MAX_INFLATED = 64 * 1024 * 1024
START, TABLE_BITS, BLOCK = 4, 22, 4 * 1024 * 1024


@dataclass(frozen=True)
class Canary:
    """One secret: what it is (never its value) and the byte strings that would betray it."""

    what: str
    needles: tuple[bytes, ...]


@dataclass(frozen=True)
class Find:
    """A canary in a file."""

    what: str
    path: Path

    def __str__(self) -> str:
        return f"{self.what} in {self.path}"


def text_canary(what: str, text: str) -> Canary:
    """A name, a number or a passphrase in every encoding, and base64, hex and percent form."""
    needles: set[bytes] = {ascii(text)[1:-1].encode()}
    for encoding in ENCODINGS:
        try:
            plain = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        needles |= {plain, *_wrapped(plain)}
    return Canary(what, tuple(sorted(one for one in needles if len(one) >= SHORTEST)))


def bytes_canary(what: str, content: bytes) -> Canary:
    """A template, a key or a compressed picture: pieces from its middle and near its end."""
    needles: set[bytes] = set()
    for place in (len(content) // 3, len(content) // 2, 3 * len(content) // 4):
        piece = _telling(content, place)
        if piece:
            needles |= {piece, *_wrapped(piece)}
    assert needles, f"{what} has nothing to be known by"
    return Canary(what, tuple(sorted(needles)))


def image_canary(what: str, encoded: bytes) -> Canary:
    """A picture: its file's bytes, and its pixels in the layouts that programs hold them in."""
    pixels = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, what
    layouts = [pixels]
    if pixels.ndim == 3:
        layouts.append(pixels[:, :, ::-1])
    needles = set(bytes_canary(what, encoded).needles)
    for layout in layouts:
        height = layout.shape[0]
        for row in (height // 3, height // 2, 2 * height // 3):
            line = np.ascontiguousarray(layout[row]).tobytes()
            piece = _telling(line, len(line) // 3)
            needles |= {piece} if piece else set()
    return Canary(what, tuple(sorted(needles)))


def _telling(content: bytes, start: int) -> bytes:
    """A piece with enough different bytes not to be found by chance; b"" when there is none."""
    for place in range(start, len(content) - PIECE, PIECE):
        piece = content[place : place + PIECE]
        if len(set(piece)) >= LEAST_DIFFERENT:
            return piece
    return b""


def _wrapped(plain: bytes) -> Iterator[bytes]:
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield quote(plain, safe="").encode()
    # Base64 of a piece inside something else begins at one of three places.
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            inner = encode(b"\0" * shift + plain)
            first, last = (0, 2, 3)[shift], -4 if (shift + len(plain)) % 3 else None
            if len(inner[first:last]) >= SHORTEST:
                yield inner[first:last]


class Finder:
    """Looks for thousands of byte strings at once: by a hash of their first four bytes."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._by_start: dict[bytes, list[tuple[bytes, str]]] = {}
        for canary in canaries:
            for needle in canary.needles:
                if len(needle) >= START:
                    self._by_start.setdefault(needle[:START], []).append((needle, canary.what))
        self._table = np.zeros(1 << TABLE_BITS, np.bool_)
        starts = b"".join(self._by_start)
        self._table[_hashes(np.frombuffer(starts, np.uint8))[::START]] = True

    def found_in(self, content: bytes) -> set[str]:
        """What of the canaries lies in these bytes."""
        found: set[str] = set()
        for begin in range(0, len(content), BLOCK):
            # A needle may begin in one block and end in the next.
            block = np.frombuffer(content[begin : begin + BLOCK + START - 1], np.uint8)
            if len(block) < START:
                break
            for place in np.flatnonzero(self._table[_hashes(block)]):
                at = begin + int(place)
                for needle, what in self._by_start.get(content[at : at + START], ()):
                    if content.startswith(needle, at):
                        found.add(what)
        return found


def _hashes(content: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> np.ndarray[Any, Any]:
    """A hash of the four bytes at every place but the last three."""
    wide = content.astype(np.uint32)
    words = wide[:-3] | wide[1:-2] << 8 | wide[2:-1] << 16 | wide[3:] << 24
    return (words * np.uint32(2654435761)) >> np.uint32(32 - TABLE_BITS)


def search(roots: Iterable[Path], canaries: Iterable[Canary]) -> list[Find]:
    """Every canary in every file below the roots, inside archives and deflated streams too."""
    finder = Finder(canaries)
    found = {
        Find(what, path)
        for path in files_below(roots)
        for content in _contents(path)
        for what in finder.found_in(content)
    }
    return sorted(found, key=str)


def files_below(roots: Iterable[Path]) -> Iterator[Path]:
    """Regular files, each once."""
    for root in roots:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and not path.is_symlink():
                yield path


def _contents(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    yield str(path).encode()
    if content.startswith(b"PK"):
        try:
            with ZipFile(BytesIO(content)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        except BadZipFile:
            return
    elif content.startswith(b"%PDF"):
        yield from _streams(content)


def _streams(pdf: bytes) -> Iterator[bytes]:
    place = 0
    while (start := pdf.find(b"stream", place)) >= 0:
        place = start + 6
        body = pdf[place:].lstrip(b"\r\n") if pdf[place : place + 1] in b"\r\n" else b""
        try:
            yield zlib.decompressobj().decompress(body, MAX_INFLATED)
        except zlib.error:
            continue


def planted(folder: Path, canary_texts: Mapping[str, str]) -> list[Path]:
    """Files that hold each text in one form each: a search that misses one is no search."""
    made = []
    folder.mkdir(parents=True, exist_ok=True)
    for what, text in canary_texts.items():
        forms = {encoding: text.encode(encoding, errors="ignore") for encoding in ENCODINGS}
        utf8 = text.encode()
        forms |= {
            "base64": b"x=" + base64.b64encode(b"a" + utf8 + b"zz"),
            "hex": utf8.hex().encode(),
            "percent": quote(utf8).encode(),
        }
        for form, content in forms.items():
            path = folder / f"{what}-{form}.bin"
            path.write_bytes(b"\x07" * 100 + content + b"\x07" * 100)
            made.append(path)
    return made


def secret_canary(what: str, secret: bytes) -> Canary:
    """A key: the whole of it, raw, hex and base64."""
    return Canary(what, tuple(sorted({secret, *_wrapped(secret)})))
