"""The minutiae network: LEADER (Cappelli and Ferrara, 2026) as an ONNX file."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
)
from onnxruntime.capi.onnxruntime_pybind11_state import (
    NotImplemented as NotUsable,
)

from matcher.errors import ModelUnusable
from matcher.origin import Origin

CHANNELS = 6
"""Position, cosine and sine of the direction, ending, blurred position, its maximum over 7×7."""

Maps = NDArray[np.float32]

_ERRORS_ONLY = 3


class Network:
    """One loaded network; calls may come from several threads at once."""

    def __init__(self, model_path: Path, threads: int = 1) -> None:
        """Load the model. Raises `ModelUnusable`."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        try:
            model = model_path.read_bytes()
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except (OSError, Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, NotUsable) as error:
            raise ModelUnusable(f"cannot load {model_path.name}") from error
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1 or outputs[0].shape[1] != CHANNELS:
            raise ModelUnusable(f"{model_path.name} is another network")
        self._input = inputs[0].name
        self.origin = Origin.of_model(model)

    def maps(self, pixels: NDArray[np.uint8]) -> Maps:
        """Run on uint8 (height, width), multiples of 32; float32 (6, height, width)."""
        batch = pixels[np.newaxis, np.newaxis].astype(np.float32)
        (result,) = self._session.run(None, {self._input: batch})
        maps: Maps = np.asarray(result, dtype=np.float32)[0]
        return maps
