"""Stored templates that the present extraction would make otherwise, and how to make them again.

Images are kept beside records for this: templates of different makers still compare, but only those
of one maker are what the error rates were measured on.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.extraction import Extractor
from matcher.origin import Origin
from matcher.records import View


def is_outdated(view: View, current: Origin) -> bool:
    """Whether a stored view's template should be made again from its image.

    So it is when another network or another extraction made it, or when its record does not say
    what did. Which comparison was in use then does not matter.
    """
    return view.origin is None or not view.origin.makes_the_same_templates(current)


def renewed(
    view: View, image: NDArray[np.uint8], resolution_ppi: float, extractor: Extractor
) -> View:
    """The view with the template that the extractor makes of its image, and nothing else changed.

    The image as `Extractor.extract` takes it; raises `ImageRefused` as that does. The template is
    at 500 ppi, whatever the old one was: views that share a header are made again together.
    """
    extraction = extractor.extract(image, resolution_ppi)
    return replace(
        view,
        template=extraction.template,
        quality=extraction.quality.score,
        origin=extraction.origin,
    )
