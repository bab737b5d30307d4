"""What the network found to a template: inside the picture, no more than a record holds."""

import numpy as np

from matcher.extraction.network import Found
from matcher.extraction.preprocess import Padded
from matcher.minutia import MinutiaKind
from matcher.parameters import TEMPLATE_PPI, ExtractionParameters
from matcher.template import Template


def decoded(
    found: Found, frame: Padded, height: int, width: int, parameters: ExtractionParameters
) -> Template:
    """The minutiae of a picture that lies in a frame, in rows from the top, at 500 ppi."""
    rows, columns = found[:, 0] - frame.top, found[:, 1] - frame.left
    within = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    best = np.flatnonzero(within)
    best = best[np.argsort(-found[best, 5], kind="stable")[: parameters.most_minutiae]]
    kept = best[np.lexsort((columns[best], rows[best]))]
    cosine, sine, ending, quality = found[kept, 2:].T
    ends = ending >= parameters.ending_cut
    return Template(
        width=width,
        height=height,
        resolution_ppi=TEMPLATE_PPI,
        x=columns[kept],
        y=rows[kept],
        angle_rad=np.arctan2(sine, cosine),
        quality=np.clip(np.rint(quality * 100), 1, 100).astype(np.uint8),
        kind=np.where(ends, MinutiaKind.ENDING, MinutiaKind.BIFURCATION).astype(np.uint8),
    )
