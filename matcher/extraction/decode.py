"""The network's maps to minutiae: arctangent and the equality test of the local maximum."""

import numpy as np
from numpy.typing import NDArray

from matcher.minutia import MinutiaKind
from matcher.parameters import TEMPLATE_PPI, ExtractionParameters
from matcher.template import Template

Maps = NDArray[np.float32]


def decoded(maps: Maps, parameters: ExtractionParameters) -> Template:
    """Minutiae of maps float32 (6, height, width) at 500 ppi, cropped to the picture.

    The blurred position where it equals its maximum over 7×7 is the minutia's quality. When more
    are found than a record holds, the best stay.
    """
    _, cosine, sine, ending, blurred, maximum = maps
    rows, columns = np.nonzero((blurred == maximum) & (blurred >= parameters.quality_cut))
    quality = blurred[rows, columns]
    if len(quality) > parameters.most_minutiae:
        kept = np.sort(np.argsort(-quality, kind="stable")[: parameters.most_minutiae])
        rows, columns, quality = rows[kept], columns[kept], quality[kept]
    ends = ending[rows, columns] >= parameters.ending_cut
    return Template(
        width=maps.shape[2],
        height=maps.shape[1],
        resolution_ppi=TEMPLATE_PPI,
        x=columns.astype(np.float32),
        y=rows.astype(np.float32),
        angle_rad=np.arctan2(sine[rows, columns], cosine[rows, columns]),
        quality=np.clip(np.rint(quality * 100), 1, 100).astype(np.uint8),
        kind=np.where(ends, MinutiaKind.ENDING, MinutiaKind.BIFURCATION).astype(np.uint8),
    )
