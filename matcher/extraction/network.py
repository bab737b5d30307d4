"""The minutiae network: LEADER (Cappelli and Ferrara, 2026) as an ONNX file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.errors import ModelUnusable
from matcher.extraction.huge_pages import ask_for_huge_pages
from matcher.extraction.runtime import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NotUsable,
    onnxruntime,
)
from matcher.origin import Origin

Found = NDArray[np.float32]
"""Minutiae (n, 6): row, column, cosine and sine of the direction, ending, quality."""

_INPUTS = {"image": "tensor(float)", "quality_cut": "tensor(float)"}
_COLUMNS = 6
_ERRORS_ONLY = 3


class Network:
    """One loaded network; calls may come from several threads at once."""

    def __init__(self, model_path: Path, threads: int = 1) -> None:
        """Load the model for so many threads a call. Raises `ModelUnusable`.

        One thread a call is right where calls come from a pool: two calls side by side take less
        time than one after the other on two threads each.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Plans of memory are kept for each size of picture, and crops come in many sizes.
        options.enable_mem_pattern = False
        # Threads that wait for work by turning in circles would take a core from the screen.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = _ERRORS_ONLY
        try:
            model = model_path.read_bytes()
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except (OSError, Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, NotUsable) as error:
            raise ModelUnusable(f"cannot load {model_path.name}") from error
        inputs = {value.name: value.type for value in self._session.get_inputs()}
        outputs = self._session.get_outputs()
        if inputs != _INPUTS or len(outputs) != 1 or outputs[0].shape[-1] != _COLUMNS:
            raise ModelUnusable(f"{model_path.name} is another network")
        self.origin = Origin.of_model(model)
        self._largest_px = 0

    def found(self, pixels: NDArray[np.uint8], quality_cut: float) -> Found:
        """Run on uint8 (height, width), multiples of 32: local maxima of at least that quality."""
        image = pixels[np.newaxis, np.newaxis].astype(np.float32)
        cut = np.array(quality_cut, dtype=np.float32)
        (table,) = self._session.run(None, {"image": image, "quality_cut": cut})
        if pixels.size > self._largest_px:  # the run time's memory has grown
            self._largest_px = pixels.size
            ask_for_huge_pages()
        # The first row is the picture's corner, which the graph adds lest it work on nothing.
        return np.asarray(table, dtype=np.float32)[1:]
