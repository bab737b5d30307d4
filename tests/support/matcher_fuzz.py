"""Seeded damage to valid records, and what the readers make of it.

Every case gives a record or a `RecordError`; anything else escapes and fails the caller.
"""

import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import cv2
import numpy as np

from matcher import (
    Capture,
    CaptureTime,
    ExtendedArea,
    ImageRefused,
    ImpressionType,
    QualityBlock,
    Record,
    RecordError,
    RecordReason,
    Standard,
    Template,
    View,
    decode_image,
    read_record,
    write_record,
)
from matcher.records.rules import LONGEST_RECORD
from matcher.ridge_field import BACKGROUND, RidgeField
from tests.support.matcher_cases import finger
from tests.support.matcher_records import ORIGIN, VECTORS, full_record, full_views, with_field

Random = np.random.Generator

MOST_BYTES = 1_000_000
"""A reader may allocate less than this, whatever it is given."""
MOST_SECONDS = 1.0
"""Of processor time, which other work on the machine hardly lengthens."""
HEADER_REASONS = frozenset(
    {
        RecordReason.TOO_LONG,
        RecordReason.WRONG_MAGIC,
        RecordReason.WRONG_VERSION,
        RecordReason.WRONG_LENGTH,
        RecordReason.WRONG_SIZE,
        RecordReason.WRONG_RESOLUTION,
        RecordReason.WRONG_OWNER,
        RecordReason.NO_VIEWS,
    }
)


@dataclass
class Account:
    """What the cases gave: outcomes by name, the dearest case in time and in memory."""

    outcomes: Counter[str] = field(default_factory=Counter)
    past_header: int = 0
    slowest_s: float = 0.0
    most_bytes: int = 0

    @property
    def cases(self) -> int:
        return self.outcomes.total()

    def note(self, outcome: str, took_s: float, peak_bytes: int) -> None:
        self.outcomes[outcome] += 1
        self.past_header += outcome not in HEADER_REASONS
        self.slowest_s = max(self.slowest_s, took_s)
        self.most_bytes = max(self.most_bytes, peak_bytes)

    def missing(self) -> set[RecordReason]:
        """Reasons that no case gave."""
        return set(RecordReason) - set(self.outcomes)


def fuzz_reader(cases: int, seed: int, account: Account) -> None:
    """Read damaged records of all three standards."""
    random = np.random.default_rng(seed)
    corpus = valid_records()
    for _ in range(cases):
        data = damaged(corpus[random.integers(len(corpus))], random)
        _measured(partial(_read, data), account)


def read_greedy(account: Account) -> None:
    """Read the records that cost most."""
    for data in greedy_records():
        _measured(partial(_read, data), account)


def fuzz_writer(cases: int, seed: int, account: Account) -> None:
    """Write views with one thing wrong, or none; what is written reads back."""
    random = np.random.default_rng(seed)
    for _ in range(cases):
        record = odd_record(random)
        _measured(partial(_written, record), account)


def fuzz_images(cases: int, seed: int, account: Account) -> None:
    """Decode damaged image files."""
    random = np.random.default_rng(seed)
    corpus = valid_images()
    for _ in range(cases):
        data = damaged(corpus[random.integers(len(corpus))], random)
        _measured(partial(_decoded, data), account)


def valid_records() -> list[bytes]:
    """Small and full records of every standard, so that damage reaches every field."""
    full = [write_record(full_record(standard)) for standard in Standard]
    bare = [
        write_record(replace(full_record(standard), views=_bare(standard))) for standard in Standard
    ]
    return [*VECTORS.values(), *full, *bare]


def _bare(standard: Standard) -> tuple[View, ...]:
    """Views that are mostly headers."""
    views = full_views(standard)
    empty = [replace(view, template=with_field(Template.empty(20, 30))) for view in views[:2]]
    return (*empty, views[2])


def greedy_records() -> list[bytes]:
    """What makes a reader allocate most for its bytes: views, areas, minutiae, packed cells."""
    no_ridges = RidgeField(8, np.full((125, 125), BACKGROUND, np.uint8))
    pale = replace(Template.empty(1000, 1000), field=no_ridges)
    ridged = replace(pale, field=RidgeField(8, np.zeros((125, 125), np.uint8)))
    full, areas = finger(1, 255), (ExtendedArea(0x0101, b""),) * 8
    empty = Template.empty(100, 100)
    fingers = range(11)
    kinds = (
        [View(k % 11, k // 11, 1, empty, extended=areas) for k in range(176)],
        [View(k % 11, k // 11, 1, full) for k in range(80)],
        [View(k, 0, 1, pale) for k in fingers],
        [View(k, 0, 1, ridged) for k in range(6)],
        [View(k, 0, 1, empty, extended=(ExtendedArea(0x0101, bytes(60_000)),)) for k in range(2)],
    )
    return [
        write_record(Record(tuple(sorted(views, key=lambda v: (v.position, v.number))), standard))
        for views in kinds
        for standard in Standard
    ]


def valid_images() -> list[bytes]:
    """One small picture in every file format that is read."""
    picture = np.random.default_rng(1).integers(0, 256, (120, 100)).astype(np.uint8)
    files = []
    for suffix in (".png", ".tiff", ".bmp"):
        for image in (picture, cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)):
            done, data = cv2.imencode(suffix, image)
            assert done
            files.append(data.tobytes())
    return files


def damaged(data: bytes, random: Random) -> bytes:
    """One kind of damage, drawn by lot."""
    return _DAMAGES[int(random.integers(len(_DAMAGES)))](data, random)


def _flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for at in random.integers(0, len(data), random.integers(1, 4)):
        changed[at] ^= 1 << int(random.integers(8))
    return bytes(changed)


def _overwritten(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    # Half of them where most of the counts and codes are.
    reach = min(len(data), 64) if random.random() < 0.5 else len(data)
    for at in random.integers(0, reach, random.integers(1, 3)):
        changed[at] = int(random.integers(256))
    return bytes(changed)


def _counted_otherwise(data: bytes, random: Random) -> bytes:
    """Two or four neighbouring bytes take a value that counts and lengths get wrong."""
    size = int(random.choice([1, 2, 4]))
    at = int(random.integers(8, max(9, len(data) - size)))
    old = int.from_bytes(data[at : at + size], "big")
    new = int(random.choice([0, 1, old + 1, old - 1, 0xFF, 0x7FFF, 0xFFFF, 0xFFFFFFFF]))
    value = (new % (1 << 8 * size)).to_bytes(size, "big")
    return data[:at] + value + data[at + size :]


def _shortened(data: bytes, random: Random) -> bytes:
    return data[: random.integers(len(data))]


def _shortened_truly(data: bytes, random: Random) -> bytes:
    """Cut, with the total length put right as the first two standards have it."""
    cut = data[: random.integers(12, len(data))]
    wide = random.random() < 0.7
    head = len(cut).to_bytes(4, "big") if wide else len(cut).to_bytes(2, "big")
    return cut[:8] + head + cut[8 + len(head) :]


def _extended(data: bytes, random: Random) -> bytes:
    if random.random() < 0.02:
        return data + bytes(LONGEST_RECORD)
    return data + random.bytes(int(random.integers(1, 300)))


def _replaced(data: bytes, random: Random) -> bytes:
    """Random bytes, most of them behind a true beginning."""
    kept = int(random.integers(0, len(data)))
    return data[:kept] + random.bytes(len(data) - kept)


_DAMAGES: Sequence[Callable[[bytes, Random], bytes]] = (
    _flipped,
    _flipped,
    _overwritten,
    _overwritten,
    _counted_otherwise,
    _counted_otherwise,
    _shortened,
    _extended,
    _shortened_truly,
    _replaced,
)


def odd_record(random: Random) -> Record:
    """A record to be written, with one thing that a standard may refuse."""
    view = View(
        1, 0, 50, finger(int(random.integers(40)), int(random.integers(1, 6))), origin=ORIGIN
    )
    template = view.template
    views: tuple[View, ...] = (view, View(2, 0, 50, finger(3, 0)))
    match int(random.integers(12)):
        case 0:
            views = ()
        case 1:
            views = tuple(View(k % 11, k // 11, 1, finger(1, 0)) for k in range(256))
        case 2:
            views = (view, replace(view, number=int(random.integers(-1, 20))))
        case 3:
            views = (replace(view, template=finger(1, 256)),)
        case 4:
            views = (view, View(2, 0, 5, replace(template, resolution_ppi=1000.0)))
        case 5:
            views = (replace(view, position=int(random.integers(-1, 300))),)
        case 6:
            shift = np.float32(random.uniform(-400, 400))
            views = (replace(view, template=replace(template, x=template.x + shift)),)
        case 7:
            kind = random.integers(0, 5, len(template)).astype(np.uint8)
            views = (replace(view, template=replace(template, kind=kind)),)
        case 8:
            quality = random.integers(0, 256, len(template)).astype(np.uint8)
            views = (replace(view, template=replace(template, quality=quality)),)
        case 9:
            area = ExtendedArea(int(random.integers(0, 4)), random.bytes(int(random.integers(9))))
            views = (replace(view, extended=(area,) * int(random.integers(1, 12))),)
        case 10:
            capture = Capture(
                CaptureTime(2026, int(random.integers(0, 20))),
                technology=int(random.integers(0, 30)),
                qualities=(QualityBlock(int(random.integers(0, 256))),),
            )
            views = (replace(view, capture=capture),)
        case _:
            views = (replace(view, impression_type=ImpressionType.LATENT_LIFT),)
    standard = list(Standard)[random.integers(3)]
    return Record(views, standard, owner=int(random.integers(0, 3)))


def _measured(case: Callable[[], str], account: Account) -> None:
    if tracemalloc.is_tracing():
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        started_s = time.process_time()
        outcome = case()
        took_s = time.process_time() - started_s
        _, peak = tracemalloc.get_traced_memory()
        account.note(outcome, took_s, peak - before)
        return
    started_s = time.process_time()
    outcome = case()
    account.note(outcome, time.process_time() - started_s, 0)


def _read(data: bytes) -> str:
    try:
        read_record(data)
    except RecordError as error:
        return error.reason
    return "record"


def _decoded(data: bytes) -> str:
    try:
        image = decode_image(data)
    except ImageRefused as refused:
        return refused.reason
    assert image.dtype == np.uint8
    assert image.ndim == 2
    return "image"


def _written(record: Record) -> str:
    try:
        data = write_record(record)
    except RecordError as error:
        return error.reason
    assert len(read_record(data).views) == len(record.views)
    return "record"
