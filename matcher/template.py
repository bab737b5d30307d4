"""The minutiae of one impression, as flat read-only arrays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from matcher.minutia import Minutia, MinutiaKind
from matcher.ridge_field import RidgeField

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

Derived = TypeVar("Derived")


@dataclass(frozen=True, eq=False)
class Template:
    """Minutiae of one impression.

    width, height: the image in pixels of `resolution_ppi`, which x and y count in too.
    x, y: float32 (n,), pixels from the top left, y down.
    angle_rad: float32 (n,), counter-clockwise as seen, 0 along +x, as in ISO/IEC 19794-2.
    quality: uint8 (n,), 0-100, 0 when not reported. kind: uint8 (n,), `MinutiaKind`.
    field: where ridges are and how they run, in cells over the same pixels; None in records
    of others.

    The representation shows counts only: minutiae are personal data.
    """

    width: int
    height: int
    resolution_ppi: float
    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    angle_rad: Floats = field(repr=False)
    quality: Bytes = field(repr=False)
    kind: Bytes = field(repr=False)
    field: RidgeField | None = None

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or not 0 < self.resolution_ppi < float("inf"):
            raise ValueError("a template needs an image size and a resolution")
        for name in ("x", "y", "angle_rad"):
            object.__setattr__(self, name, _frozen(getattr(self, name), np.float32))
        for name in ("quality", "kind"):
            object.__setattr__(self, name, _frozen(getattr(self, name), np.uint8))
        lengths = {len(self.x), len(self.y), len(self.angle_rad), len(self.quality), len(self.kind)}
        if len(lengths) != 1:
            raise ValueError("arrays of one template differ in length")
        if not all(np.isfinite(a).all() for a in (self.x, self.y, self.angle_rad)):
            raise ValueError("positions and directions must be finite")
        if self.field is not None and not self.field.covers(self.width, self.height):
            raise ValueError("a ridge field covers its image")

    @classmethod
    def empty(cls, width: int, height: int, resolution_ppi: float = 500.0) -> "Template":
        """An impression in which no minutia was found."""
        floats, octets = np.empty(0, np.float32), np.empty(0, np.uint8)
        return cls(width, height, resolution_ppi, floats, floats, floats, octets, octets)

    def __len__(self) -> int:
        return len(self.x)

    def __iter__(self) -> Iterator[Minutia]:
        for row in zip(self.x, self.y, self.angle_rad, self.quality, self.kind, strict=True):
            x, y, angle, quality, kind = row
            yield Minutia(float(x), float(y), float(angle), int(quality), MinutiaKind(int(kind)))

    def __repr__(self) -> str:
        size = f"{self.width}x{self.height}"
        return f"Template({size}, {self.resolution_ppi:g} ppi, {len(self)} minutiae)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Template):
            return NotImplemented
        return self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())

    def arrays(self) -> tuple[Floats, Floats, Floats, Bytes, Bytes]:
        """x, y, angle_rad, quality, kind: what the core compares."""
        return self.x, self.y, self.angle_rad, self.quality, self.kind

    def derived(self, make: Callable[["Template"], Derived]) -> Derived:
        """What `make` makes of this template, made once and kept with it."""
        kept: dict[object, Derived] = self.__dict__.setdefault("_derived", {})
        if make not in kept:
            kept[make] = make(self)
        return kept[make]

    def __getstate__(self) -> dict[str, object]:
        """Copies and pickles derive anew."""
        return {name: value for name, value in self.__dict__.items() if name != "_derived"}

    def at_resolution(self, resolution_ppi: float) -> "Template":
        """The same minutiae in pixels of another resolution."""
        if resolution_ppi == self.resolution_ppi:
            return self
        scale = resolution_ppi / self.resolution_ppi
        width, height = (max(1, round(side * scale)) for side in (self.width, self.height))
        x, y = self.x * np.float32(scale), self.y * np.float32(scale)
        field = None if self.field is None else self.field.scaled(scale, width, height)
        return Template(
            width, height, resolution_ppi, x, y, self.angle_rad, self.quality, self.kind, field
        )

    def _content(self) -> tuple[object, ...]:
        image = (self.width, self.height, self.resolution_ppi)
        return (*image, self.field, *(array.tobytes() for array in self.arrays()))


def _frozen(values: ArrayLike, dtype: DTypeLike) -> NDArray[np.generic]:
    """A read-only, contiguous, one-dimensional copy."""
    array = np.array(values, dtype=dtype, order="C")
    if array.ndim != 1:
        raise ValueError("arrays of a template have one dimension")
    array.setflags(write=False)
    return array
