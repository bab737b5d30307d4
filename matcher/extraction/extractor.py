"""Image to template and quality: the one door of this package."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.extraction.decode import decoded
from matcher.extraction.network import Network
from matcher.extraction.polarity import is_inverted
from matcher.extraction.preprocess import at_500_ppi, cropped, framed
from matcher.extraction.ridge_field import ridge_field
from matcher.origin import Origin
from matcher.parameters import ExtractionParameters, ImageLimits
from matcher.quality import ImpressionQuality, assess
from matcher.template import Template


@dataclass(frozen=True)
class Extraction:
    """What an impression gave, and what made the template."""

    template: Template
    quality: ImpressionQuality
    origin: Origin | None = None


class Extractor:
    """Finds minutiae. Holds the loaded network; safe to use from several threads."""

    def __init__(
        self,
        model_path: Path,
        threads: int = 1,
        parameters: ExtractionParameters | None = None,
        limits: ImageLimits | None = None,
    ) -> None:
        """Load the network. Raises `ModelUnusable`."""
        self._network = Network(model_path, threads)
        self._parameters = parameters or ExtractionParameters()
        self._limits = limits or ImageLimits()

    @property
    def origin(self) -> Origin:
        """What its templates come from: kept with them in records."""
        return self._network.origin

    def extract(self, image: NDArray[np.uint8], resolution_ppi: float) -> Extraction:
        """Minutiae, ridge field and quality of an image, uint8 (height, width), 250-1000 ppi.

        The template is at 500 ppi. Raises `ImageRefused`; an impression without minutiae is an
        empty template with the reason in its quality.
        """
        grey = at_500_ppi(image, resolution_ppi, self._limits)
        field = ridge_field(grey)  # the same for light and for dark ridges
        if is_inverted(grey, field):
            grey = 255 - grey
        frame = cropped(framed(grey, self._parameters), field, self._parameters)
        found = self._network.found(frame.pixels, self._parameters.quality_cut)
        height, width = grey.shape
        minutiae = decoded(found, frame, height, width, self._parameters)
        template = replace(minutiae, field=field)
        return Extraction(template, assess(grey, template), self.origin)
