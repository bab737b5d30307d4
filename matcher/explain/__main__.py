"""`python -m matcher.explain A.png B.png -o out.png`: a picture of the pairing of two impressions.

The picture in the documentation is of two synthetic impressions:
`python -m tests.support.matcher_synthetic_pair FOLDER` writes them, then
`python -m matcher.explain FOLDER/first.png FOLDER/second.png -o docs/pictures/matcher-pairing.png`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2

from matcher.engine import verify
from matcher.errors import ImageReason, ImageRefused, ModelUnusable
from matcher.explain.picture import Shown, pairing_picture
from matcher.extraction import Extractor, decode_image
from matcher.parameters import ImageLimits
from matcher.policy import marked

SMALLEST = 9
MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "leader_minutiae.onnx"
_LIMITS = ImageLimits()
_SENTENCES = {
    ImageReason.EMPTY: "it is empty",
    ImageReason.NOT_AN_IMAGE: "it is not a whole PNG, TIFF or BMP",
    ImageReason.WRONG_TYPE: "it must be 8-bit grey",
    ImageReason.TOO_SMALL: f"a side is shorter than {_LIMITS.least_side_px} pixels",
    ImageReason.TOO_LARGE: f"a side is longer than {_LIMITS.greatest_side_px} pixels, as it is or"
    f" at 500 ppi, or the file than {_LIMITS.bytes >> 20} MB",
    ImageReason.WRONG_RESOLUTION: f"--dpi must be {_LIMITS.least_ppi:g} to"
    f" {_LIMITS.greatest_ppi:g}",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw and print the score; exit status 2 when a file cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        return _explain(options)
    except ModelUnusable as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 2


def _explain(options: argparse.Namespace) -> int:
    extractor = Extractor(options.model)
    shown = []
    for path in (options.probe, options.reference):
        try:
            shown.append(_shown(path, extractor, options.dpi))
        except ImageRefused as refused:
            print(f"{path} cannot be used: {_SENTENCES[refused.reason]}", file=sys.stderr)
            return 2
    probe, reference = shown
    comparison = verify(probe.template, reference.template)
    drawn = pairing_picture(probe, reference, comparison)
    _, data = cv2.imencode(".png", drawn, (cv2.IMWRITE_PNG_COMPRESSION, SMALLEST))
    options.output.write_bytes(data.tobytes())
    print(f"score {marked(comparison.score)}, {len(comparison.pairs)} pairs, {options.output}")
    return 0


def _shown(path: Path, extractor: Extractor, resolution_ppi: float) -> Shown:
    with path.open("rb") as file:
        data = file.read(_LIMITS.bytes + 1)  # one more than can be used, whatever the file is
    image = decode_image(data)
    extraction = extractor.extract(image, resolution_ppi)
    return Shown(path.stem, image, extraction.template, extraction.quality.score)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matcher.explain", description=__doc__)
    parser.add_argument("probe", type=Path, help="PNG, TIFF or BMP of 8-bit grey")
    parser.add_argument("reference", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, help="PNG to write")
    parser.add_argument("--dpi", type=float, default=500.0, help="resolution of both images")
    parser.add_argument("--model", type=Path, default=MODEL)
    return parser


if __name__ == "__main__":
    sys.exit(main())
