"""What is measured in the picture of an impression, to say what the person can do about it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.parameters import QualityParameters

Grey = NDArray[np.uint8]
Maps = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class ImageMeasures:
    """Measures of a picture at 500 ppi; those of the ridges are 0 where there are none.

    area_px: pixels of the cells that show ridges. touched_px: the same with the gaps between
    them and all that is as dark. offset: distance of their centre from the picture's, as a
    share of its sides. contrast: grey levels, root mean square of the ridges about their
    surroundings. skewness: of the ridge profile; below 0 dark lines are thinner than light ones,
    above 0 thicker. coherence: 0-1, how far neighbouring gradients agree; broken ridges agree
    less. one_way: 0-1, how far all gradients of the picture agree. blotted, rubbed: shares of the
    touched area that are black, or as dark as good ridges, without lines. shade: grey levels
    between dark and light cells, whether they show ridges or not.
    """

    area_px: int
    touched_px: int
    offset: float
    contrast: float
    skewness: float
    coherence: float
    one_way: float
    blotted: float
    rubbed: float
    shade: float


@dataclass(frozen=True, repr=False)
class _Cells:
    """Averages over square cells, and over their neighbours where said.

    mean: grey. power, cube: second and third moment of the ridge profile, with neighbours.
    across, along, energy: doubled-angle components and energy of the grey gradient.
    coherence: of the gradients of a cell and its neighbours, 0-1. ridged: which cells show lines.
    """

    mean: Maps
    power: Maps
    cube: Maps
    across: Maps
    along: Maps
    energy: Maps
    coherence: Maps
    ridged: Mask


def measured(grey: Grey, p: QualityParameters) -> ImageMeasures:
    """Measure a picture, uint8 (height, width), dark ridges, at 500 ppi."""
    cells = _cells(grey, p)
    ridged = cells.ridged
    dark, light = np.percentile(cells.mean, (5, 95))
    shade = float(light - dark)
    if not ridged.any():
        return ImageMeasures(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, shade)
    touched = _touched(ridged, p)
    power = cells.power[ridged]
    skewness = np.mean(cells.cube[ridged] / np.maximum(power, 1.0) ** 1.5)
    shadowed = touched | (cells.mean < (dark + light) / 2)
    return ImageMeasures(
        area_px=int(ridged.sum()) * p.cell_px**2,
        touched_px=int(shadowed.sum()) * p.cell_px**2,
        offset=_offset(shadowed),
        contrast=float(np.sqrt(power.mean())),
        skewness=float(skewness),
        coherence=float(cells.coherence[ridged].mean()),
        one_way=_one_way(cells),
        blotted=_blotted(grey, cells, touched, p),
        rubbed=_rubbed(cells, touched, p),
        shade=shade,
    )


def _cells(grey: Grey, p: QualityParameters) -> _Cells:
    rows, columns = (max(1, side // p.cell_px) for side in grey.shape)
    whole = grey[: rows * p.cell_px, : columns * p.cell_px].astype(np.float32)
    surroundings = cv2.blur(whole, (p.surroundings_px, p.surroundings_px))
    profile = cv2.subtract(cv2.GaussianBlur(whole, (0, 0), p.profile_blur_px), surroundings)
    # Central differences without smoothing: the finest detail is what motion destroys first.
    gx = cv2.Sobel(whole, cv2.CV_32F, 1, 0, ksize=1)
    gy = cv2.Sobel(whole, cv2.CV_32F, 0, 1, ksize=1)
    square, xx, yy = profile * profile, gx * gx, gy * gy

    def averaged(values: Maps) -> Maps:
        coarse = cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA)
        return np.asarray(coarse, dtype=np.float32)

    power = averaged(square)
    across, along, energy = averaged(xx - yy), averaged(2 * gx * gy), averaged(xx + yy)
    agreeing = np.hypot(_about(across), _about(along)) / np.maximum(_about(energy), 1.0)
    return _Cells(
        mean=averaged(whole),
        power=_about(power),
        cube=_about(averaged(square * profile)),
        across=across,
        along=along,
        energy=energy,
        coherence=np.asarray(agreeing, dtype=np.float32),
        ridged=_ridged(power, p),
    )


def _ridged(power: Maps, p: QualityParameters) -> Mask:
    """Cells that vary enough to be ridges, absolutely and beside the picture's best."""
    best = float(np.percentile(power, 95))
    varied = power >= max(p.least_ridge_power, p.ridge_power_share * best)
    opened = cv2.morphologyEx(varied.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return np.asarray(opened, dtype=bool)


def _touched(ridged: Mask, p: QualityParameters) -> Mask:
    """The ridged cells with the gaps between them."""
    side = np.ones((p.touch_reach_cells, p.touch_reach_cells), np.uint8)
    closed = cv2.morphologyEx(ridged.astype(np.uint8), cv2.MORPH_CLOSE, side)
    return np.asarray(closed, dtype=bool)


def _offset(touched: Mask) -> float:
    rows, columns = touched.shape
    y, x = np.nonzero(touched)
    return float(np.hypot((x.mean() + 0.5) / columns - 0.5, (y.mean() + 0.5) / rows - 0.5))


def _one_way(cells: _Cells) -> float:
    across, along, energy = (
        float(part[cells.ridged].sum()) for part in (cells.across, cells.along, cells.energy)
    )
    return float(np.hypot(across, along)) / max(energy, 1.0)


def _blotted(grey: Grey, cells: _Cells, touched: Mask, p: QualityParameters) -> float:
    """Share of the touched cells that are among the darkest of the picture, without clear lines."""
    share = np.cumsum(np.bincount(grey.ravel(), minlength=256)) / grey.size
    dark, light = np.searchsorted(share, (0.02, 0.98))
    black = cells.mean < dark + p.blot_grey_share * float(light - dark)
    blots = touched & black & (cells.coherence < p.blot_coherence)
    return float(blots.sum() / touched.sum())


def _rubbed(cells: _Cells, touched: Mask, p: QualityParameters) -> float:
    """Share of the touched cells as dark as the clearly lined ones that have no lines."""
    best = float(np.percentile(cells.power[cells.ridged], 90))
    strong = cells.power > p.lined_power_share * best
    lined = cells.ridged & strong & (cells.coherence > p.lined_coherence)
    if lined.sum() < p.least_lined_cells:
        return 0.0
    grey = cells.mean[lined]
    as_dark = cells.mean <= grey.mean() + p.rubbed_shade_deviations * grey.std()
    without = touched & as_dark & ~strong & (cells.coherence < p.rubbed_coherence)
    return float(without.sum() / touched.sum())


def _about(values: Maps) -> Maps:
    """Averaged with the neighbouring cells."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), 0.8), dtype=np.float32)
