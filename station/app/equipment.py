"""What needs no key: the drivers, the layouts, the weights."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drivers.api import Printer, SmartCardReader
from drivers.registry import open_driver
from station.assets import asset
from station.forms.layout import ReviewFormLayout, load_review_form_layout
from station.forms.slip import SlipLayout, load_slip_layout
from station.services.devices import Devices
from station.services.places import Places
from station.services.practice_cards import practice_cards
from station.settings import (
    NO_DEVICE,
    DeviceChoice,
    Settings,
)
from station.ui.devpanel.hands import Hands


@dataclass(frozen=True)
class Equipment:
    """What needs no key: built before anybody is asked for one, so that it fails at once."""

    devices: Devices
    saver: Printer
    layout: ReviewFormLayout
    slip: SlipLayout
    retention: Path
    weights: Path


def equip(settings: Settings, hands: Hands) -> Equipment:
    """Devices, forms and weights. Raises DeviceError, AssetMissing or LayoutError."""
    places = Places.of(settings)
    return Equipment(
        devices=_devices(settings, hands, places),
        saver=open_driver(
            "printer", "pdf_folder", {"folder": str(places.saved_forms)}, mode=settings.mode.value
        ),
        layout=load_review_form_layout(asset("forms/review_form.toml")),
        slip=load_slip_layout(asset("forms/slip.toml")),
        retention=asset("retention/default.toml"),
        weights=asset("models/leader_minutiae.onnx"),
    )


def _devices(settings: Settings, hands: Hands, places: Places) -> Devices:
    def driver(kind: str, choice: DeviceChoice, **parts: Any) -> Any:
        return open_driver(
            kind,
            choice.driver,
            choice.options,
            mode=settings.mode.value,
            isolated=choice.isolated,
            **parts,
        )

    return Devices(
        reader=driver("fingerprint_reader", settings.fingerprint_reader, hand=hands.reader),
        camera=driver("camera", settings.camera, hand=hands.camera),
        card_reader=driver("document_reader", settings.document_reader, hand=hands.card),
        printer=driver("printer", places.printer_choice(settings.printer), hand=hands.printer),
        smart_card=_smart_card(settings, hands, places),
    )


def _smart_card(settings: Settings, hands: Hands, places: Places) -> SmartCardReader | None:
    choice = settings.smart_card
    if choice.driver == NO_DEVICE:
        return None
    reader: SmartCardReader = open_driver(
        "smart_card",
        choice.driver,
        choice.options,
        mode=settings.mode.value,
        isolated=choice.isolated,
        hand=hands.smart_card,
    )
    if reader.simulated and not hands.smart_card.cards:
        hands.smart_card.cards = practice_cards(datetime.now(UTC), places.practice_cards)
    return reader
