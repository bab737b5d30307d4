"""Ways to press that the panel offers, by name."""

from dataclasses import dataclass

from drivers.simulated.hand import HandQuality


@dataclass(frozen=True)
class NamedStyle:
    """A choice in the list: its words and what the hand does."""

    title: str
    quality: HandQuality


STYLES: tuple[NamedStyle, ...] = (
    NamedStyle("正常", HandQuality()),
    NamedStyle("偏干", HandQuality(dryness=0.7)),
    NamedStyle("太干", HandQuality(dryness=0.98)),
    NamedStyle("偏湿", HandQuality(dryness=-0.7)),
    NamedStyle("太湿", HandQuality(dryness=-0.98)),
    NamedStyle("太轻", HandQuality(pressure=0.04)),
    NamedStyle("太重", HandQuality(pressure=0.99)),
    NamedStyle("放歪", HandQuality(offset_x_mm=6.5)),
    NamedStyle("转了 20 度", HandQuality(rotation_deg=20.0)),
    NamedStyle("质量差", HandQuality(dryness=0.6, pressure=0.25, offset_x_mm=2.5, smear=0.2)),
    NamedStyle("抹了一下", HandQuality(smear=0.9)),
)
