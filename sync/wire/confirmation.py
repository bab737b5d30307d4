"""The sealed confirmation's content: one canonical-JSON header, then the parts it measures.

Layout: magic (8 bytes) · version u16 · header length u32 · header · parts, all big-endian.
The header names every part's size and SHA-256 in order; nothing may follow the last part.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from sync.errors import WireError
from sync.wire.canonical import canonical_bytes, sha256_hex
from sync.wire.exam import MAX_PHOTO_BYTES, MAX_RECORD_BYTES
from sync.wire.fields import Fields, JsonObject, parse_json, to_base64
from sync.wire.masking import Masked
from sync.wire.press_png import check_press_png

MAGIC = b"TDXLCNF\x00"
VERSION = 2
_VERSIONS = (1, 2)
_PREFIX = struct.Struct(">8sHI")
MAX_HEADER_BYTES = 64 * 1024
MAX_FORM_BYTES = 16 * 1024 * 1024
MAX_PRESS_BYTES = 4 * 1024 * 1024
MAX_PRESS_RECORD_BYTES = 16 * 1024
MAX_IMAGES = 120
MAX_PRESS_LOG_BYTES = 1024 * 1024
REFERENCE_KEY_BYTES = 32
MAX_BUNDLE_BYTES = 64 * 1024 * 1024


def confirmation_aad(subject: str) -> bytes:
    """What a sealed confirmation is bound to: its type and the person's opaque id."""
    return f"confirmation\n{subject}".encode("ascii")


@dataclass(frozen=True, repr=False)
class PressImage(Masked):
    """One press: ISO finger position, press number from 1, PNG of 8-bit grey, quality 0-100.

    `event` is the id of its `press_captured` event and `record` the template stored with it, as
    ISO/IEC 19794-2:2005; version 1 of the format had neither.
    """

    finger_position: int
    press: int
    png: bytes
    quality: int
    event: str = ""
    record: bytes = b""


@dataclass(frozen=True, repr=False)
class ConfirmationBundle(Masked):
    """Everything one on-site confirmation produced, frozen at sealing.

    `applicant_digest` is `Applicant.digest()` of the data shown and signed; `record` is
    ISO/IEC 19794-2:2005, `photo` JPEG, `form` the review form as PDF.

    `press_log` holds the canonical bytes of the person's press, restart and exception events, one
    a line, oldest first, and `reference_key` proves which bytes they refer to: `sync.press_chain`
    checks that no press was exchanged, left out or reordered. Version 1 had neither.
    """

    subject: str
    applicant_digest: str
    record: bytes
    photo: bytes
    form: bytes
    images: tuple[PressImage, ...]
    simulated: bool
    press_log: bytes = b""
    reference_key: bytes = b""

    def to_bytes(self) -> bytes:
        header = canonical_bytes(self._header())
        prefix = _PREFIX.pack(MAGIC, VERSION, len(header))
        data = b"".join([prefix, header, *self._parts()])
        if len(data) > MAX_BUNDLE_BYTES:
            raise WireError("confirmation: too large")
        return data

    def _parts(self) -> Iterator[bytes]:
        yield from (self.record, self.photo, self.form, self.press_log)
        for image in self.images:
            yield from (image.png, image.record)

    def _header(self) -> JsonObject:
        return {
            "subject": self.subject,
            "applicant_digest": self.applicant_digest,
            "simulated": self.simulated,
            "record": _measure(self.record),
            "photo": _measure(self.photo),
            "form": _measure(self.form),
            "press_log": _measure(self.press_log),
            "reference_key": to_base64(self.reference_key),
            "images": [
                {
                    "finger_position": image.finger_position,
                    "press": image.press,
                    "quality": image.quality,
                    "part": _measure(image.png),
                    "event": image.event,
                    "record": _measure(image.record),
                }
                for image in self.images
            ],
        }

    @classmethod
    def from_bytes(cls, data: bytes) -> ConfirmationBundle:
        """Strict: wrong length, digest, order or field anywhere raises WireError."""
        version, header, parts = _split(data)
        f = Fields(parse_json(header, MAX_HEADER_BYTES), "confirmation")
        if canonical_bytes(f.whole) != header:
            raise WireError("confirmation: header not canonical")
        bundle = cls(
            subject=f.hex_id("subject"),
            applicant_digest=f.digest("applicant_digest"),
            simulated=f.boolean("simulated"),
            record=parts.take(f.raw("record"), MAX_RECORD_BYTES),
            photo=parts.take(f.raw("photo"), MAX_PHOTO_BYTES),
            form=parts.take(f.raw("form"), MAX_FORM_BYTES),
            press_log=_press_log(f, parts) if version > 1 else b"",
            reference_key=f.blob("reference_key", REFERENCE_KEY_BYTES) if version > 1 else b"",
            images=tuple(_image(item, parts, version) for item in f.items("images", MAX_IMAGES)),
        )
        f.done()
        parts.finish()
        return bundle


def _measure(part: bytes) -> JsonObject:
    return {"size": len(part), "sha256": sha256_hex(part)}


def _press_log(f: Fields, parts: _Parts) -> bytes:
    return parts.take(f.raw("press_log"), MAX_PRESS_LOG_BYTES)


def _split(data: bytes) -> tuple[int, bytes, _Parts]:
    if not _PREFIX.size <= len(data) <= MAX_BUNDLE_BYTES:
        raise WireError("confirmation: wrong length")
    magic, version, header_length = _PREFIX.unpack_from(data)
    if magic != MAGIC or version not in _VERSIONS:
        raise WireError("confirmation: not this format")
    end = _PREFIX.size + header_length
    if header_length > MAX_HEADER_BYTES or end > len(data):
        raise WireError("confirmation: header too long")
    return version, data[_PREFIX.size : end], _Parts(data, end)


class _Parts:
    """Reads the parts behind the header in the order in which the header names them."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._data = data
        self._offset = offset

    def take(self, measure: object, max_bytes: int) -> bytes:
        f = Fields(measure, "confirmation.part")
        size, digest = f.integer("size", 0, max_bytes), f.digest("sha256")
        f.done()
        part = self._data[self._offset : self._offset + size]
        if len(part) != size or sha256_hex(part) != digest:
            raise WireError("confirmation: part damaged")
        self._offset += size
        return part

    def finish(self) -> None:
        if self._offset != len(self._data):
            raise WireError("confirmation: bytes after the last part")


def _image(value: object, parts: _Parts, version: int) -> PressImage:
    f = Fields(value, "confirmation.image")
    image = PressImage(
        finger_position=f.integer("finger_position", 1, 10),
        press=f.integer("press", 1, 99),
        quality=f.integer("quality", 0, 100),
        png=parts.take(f.raw("part"), MAX_PRESS_BYTES),
        event=f.text("event", 32) if version > 1 else "",
        record=parts.take(f.raw("record"), MAX_PRESS_RECORD_BYTES) if version > 1 else b"",
    )
    check_press_png(image.png)
    f.done()
    return image
