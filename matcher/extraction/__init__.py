"""Image to minutiae."""

from matcher.extraction.extractor import Extraction, Extractor
from matcher.extraction.image_file import decode_image

__all__ = ["Extraction", "Extractor", "decode_image"]
