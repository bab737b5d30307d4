"""onnxruntime, imported here only, after it was told to be silent.

Its wheels carry a telemetry client: the mere import writes a device id, a session file and a
database of events about process and machine into the user's cache and temporary folder, to be sent
out later. `disable_telemetry_events()` comes too late for that; the variable is read on import.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
)
from onnxruntime.capi.onnxruntime_pybind11_state import (
    NotImplemented as NotUsable,
)

__all__ = [
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "NotUsable",
    "onnxruntime",
]
