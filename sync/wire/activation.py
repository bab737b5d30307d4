"""Joining: a station shows a one-time code and its public keys, and pins the platform's.

Both values travel by HTTP or as files. Keys are public and in the serialised form of `sync.seal`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sync.wire.canonical import canonical_bytes
from sync.wire.fields import Fields, JsonObject, to_base64

MAX_KEY_BYTES = 128
SIGNATURE_BYTES = 65


@dataclass(frozen=True)
class ActivationRequest:
    """`code` is secret until used; `nonce` ties the answer to this request."""

    code: str
    station_name: str
    verify_key: bytes
    sealing_key: bytes
    nonce: str

    @classmethod
    def from_json(cls, value: object) -> ActivationRequest:
        f = Fields(value, "activation_request")
        request = cls(
            code=f.token("code", 32),
            station_name=f.text("station_name", 60, min_chars=1),
            verify_key=f.blob("verify_key", MAX_KEY_BYTES),
            sealing_key=f.blob("sealing_key", MAX_KEY_BYTES),
            nonce=f.hex_id("nonce"),
        )
        f.done()
        return request

    def to_json(self) -> JsonObject:
        return {
            "code": self.code,
            "station_name": self.station_name,
            "verify_key": to_base64(self.verify_key),
            "sealing_key": to_base64(self.sealing_key),
            "nonce": self.nonce,
        }

    def __repr__(self) -> str:
        return f"ActivationRequest(station_name={self.station_name!r}, …)"


@dataclass(frozen=True)
class Activation:
    """The platform's answer: who the station is from now on and which keys it shall trust.

    Confirmations are sealed to `unit_sealing_key`; answers, receipts and packages are checked
    with `hub_verify_key`. `demo` tenants accept simulated facts, others refuse them.
    """

    station_id: str
    tenant: str
    unit_code: str
    demo: bool
    hub_verify_key: bytes
    unit_sealing_key: bytes
    nonce: str
    signature: bytes = b""

    @classmethod
    def from_json(cls, value: object) -> Activation:
        f = Fields(value, "activation")
        activation = cls(
            station_id=f.token("station_id"),
            tenant=f.token("tenant"),
            unit_code=f.token("unit_code", 16),
            demo=f.boolean("demo"),
            hub_verify_key=f.blob("hub_verify_key", MAX_KEY_BYTES),
            unit_sealing_key=f.blob("unit_sealing_key", MAX_KEY_BYTES),
            nonce=f.hex_id("nonce"),
            signature=f.blob("signature", SIGNATURE_BYTES),
        )
        f.done()
        return activation

    def to_json(self) -> JsonObject:
        return {
            **vars(self),
            "hub_verify_key": to_base64(self.hub_verify_key),
            "unit_sealing_key": to_base64(self.unit_sealing_key),
            "signature": to_base64(self.signature),
        }

    def signed_bytes(self) -> bytes:
        """Canonical JSON of everything but the signature, under a name of its own."""
        unsigned = replace(self, signature=b"").to_json()
        return canonical_bytes({"kind": "activation-1", "activation": unsigned})
