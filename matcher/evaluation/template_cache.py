"""A folder of templates that belongs to one state of the extraction, so that none is ever stale."""

import hashlib
from pathlib import Path

import matcher
from matcher.parameters import (
    ExtractionParameters,
    ImageLimits,
    PolarityParameters,
    QualityParameters,
    RidgeFieldParameters,
)

_PARAMETERS = (
    ExtractionParameters(),
    ImageLimits(),
    PolarityParameters(),
    QualityParameters(),
    RidgeFieldParameters(),
)
_PARTS = ("extraction", "records", "quality.py", "impression_measures.py", "ridge_field.py")


def templates_folder(cache: Path, model: Path) -> Path:
    """The folder inside `cache` for the templates of this code, its parameters and this network."""
    digest = hashlib.sha256(model.read_bytes())
    root = Path(matcher.__file__).parent
    for part in _PARTS:
        for source in sorted((root / part).rglob("*.py")) or [root / part]:
            digest.update(source.read_bytes())
    for parameters in _PARAMETERS:
        digest.update(repr(parameters).encode())
    return cache / digest.hexdigest()[:16]
