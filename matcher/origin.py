"""What made a template: kept in records, so that mixed makers are noticed and can be made again."""

from dataclasses import dataclass
from hashlib import sha256

EXTRACTION_VERSION = 2
"""Counted up when the same image would give another template with the same network."""
COMPARISON_VERSION = 2
"""Counted up when the same templates would score otherwise."""

MODEL_DIGITS = 16
_HIGHEST_VERSION = 0xFFFF


@dataclass(frozen=True)
class Origin:
    """The maker of a template.

    model: the first 16 hexadecimal digits of the SHA-256 of the network's file.
    extraction: version of the code that turns the network's answer into a template.
    comparison: version of the comparison that was in use then.
    """

    model: str
    extraction: int = EXTRACTION_VERSION
    comparison: int = COMPARISON_VERSION

    def __post_init__(self) -> None:
        if len(self.model) != MODEL_DIGITS or set(self.model) - set("0123456789abcdef"):
            raise ValueError("a model is named by 16 lower-case hexadecimal digits")
        if not all(0 <= v <= _HIGHEST_VERSION for v in (self.extraction, self.comparison)):
            raise ValueError("versions have sixteen bits")

    @classmethod
    def of_model(cls, model: bytes) -> "Origin":
        """The origin of templates that this code makes with a network's file."""
        return cls(sha256(model).hexdigest()[:MODEL_DIGITS])

    def makes_the_same_templates(self, other: "Origin") -> bool:
        """Whether both turn one image into one template, whatever compares it."""
        return (self.model, self.extraction) == (other.model, other.extraction)
