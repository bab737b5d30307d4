"""An ONNX graph under construction, in the forms that onnxruntime runs fastest on a processor.

Two layouts are used. *Planes* are (batch, channel, row, column), for convolutions over space: the
run time blocks them by 16 channels, and falls back to slow code for other numbers, so channels are
padded with zeros. *Pixels* are (batch, row, column, channel), for what happens inside one pixel:
normalisation needs no transposition there and a 1×1 convolution is a matrix product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

OPSET = 18
BLOCK_CHANNELS = 16
LAYER_NORM_EPSILON = 1e-3  # the default of keras.layers.LayerNormalization
TO_PIXELS, TO_PLANES = (0, 2, 3, 1), (0, 3, 1, 2)

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Planes:
    """A tensor by name; `order[i]` is the published channel that lies at i, -1 for zeros.

    Zeros lie last, so that the first `real` channels are the published ones.
    """

    name: str
    order: tuple[int, ...]

    @property
    def real(self) -> int:
        """Channels that are not padding."""
        return sum(k >= 0 for k in self.order)

    def arranged(self, array: Array, axis: int) -> Array:
        """Published channels along *axis* in the order they lie here, zeros for padding."""
        padding = [(0, int(k == axis)) for k in range(array.ndim)]
        return np.pad(array, padding).take(self.order, axis=axis)

    def real_arranged(self, array: Array, axis: int) -> Array:
        """The same without the padding."""
        return array.take(self.order[: self.real], axis=axis)


class Graph:
    """Every method adds nodes and answers the new tensor."""

    def __init__(self, inputs: Sequence[onnx.ValueInfoProto]) -> None:
        self._inputs = inputs
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self, name: str, outputs: Sequence[onnx.ValueInfoProto]) -> onnx.ModelProto:
        """Close the graph over *outputs* and check it."""
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, name, self._inputs, outputs, constants)
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
        model.producer_name = "export_leader"
        onnx.checker.check_model(model, full_check=True)
        return model

    def convolution(
        self,
        x: Planes,
        kernel: Array,
        bias: Array | None,
        dilation: int = 1,
        blocked: bool = True,
        same_size: bool = True,
    ) -> Planes:
        """Stride 1; kernel as Keras has it, (height, width, in, out)."""
        out = kernel.shape[3]
        order = tuple(range(out)) + (-1,) * (-out % BLOCK_CHANNELS if blocked else 0)
        y = Planes("", order)
        weights = y.arranged(x.arranged(kernel.transpose(3, 2, 0, 1), 1), 0)
        biases = [] if bias is None else [y.arranged(bias, 0)]
        return Planes(self._convolve(x.name, [weights, *biases], dilation, 1, same_size), order)

    def depthwise(self, x: Planes, kernel: Array, same_size: bool = True) -> Planes:
        """One filter a channel; kernel as Keras has it, (height, width, channels, 1)."""
        weights = x.arranged(kernel.transpose(2, 3, 0, 1), 0)
        y = self._convolve(x.name, [weights], 1, len(x.order), same_size)
        return Planes(y, x.order)

    def layer_norm(self, pixels: str, scale: Array, shift: Array) -> str:
        """Normalise the channels of each pixel."""
        return self.node(
            "LayerNormalization",
            [pixels, self.constant(scale), self.constant(shift)],
            axis=-1,
            epsilon=LAYER_NORM_EPSILON,
        )

    def product(self, pixels: str, matrix: Array, bias: Array | None = None) -> str:
        """A 1×1 convolution of pixels; matrix (in, out).

        A bias is one more row of the matrix, for one more input that is always 1: to add it later
        would mean to go through all outputs once more.
        """
        if bias is not None:
            pixels = self.node("Pad", [pixels, self.wholes(*[0] * 7, 1), self.scalar(1.0)])
            matrix = np.concatenate([matrix, bias[np.newaxis]])
        return self.node("MatMul", [pixels, self.constant(matrix)])

    def gelu(self, x: str) -> str:
        """The exact form, with the error function; run times fuse these five nodes into one."""
        error = self.node("Erf", [self.node("Div", [x, self.scalar(float(np.sqrt(2.0)))])])
        gate = self.node("Add", [error, self.scalar(1.0)])
        return self.node("Mul", [self.node("Mul", [x, gate]), self.scalar(0.5)])

    def pool(self, x: Planes, operator: str) -> Planes:
        """Halve both sides, which are even because the caller pads to multiples of 32."""
        return Planes(self.node(operator, [x.name], kernel_shape=[2, 2], strides=[2, 2]), x.order)

    def halved(self, x: Planes) -> Planes:
        """The first half of the channels by the greatest of 2×2, the second by their mean."""
        half = len(x.order) // 2
        first, second = self.nodes("Split", [x.name], 2, axis=1, num_outputs=2)
        parts = (
            self.pool(Planes(first, x.order[:half]), "MaxPool"),
            self.pool(Planes(second, x.order[half:]), "AveragePool"),
        )
        return Planes(self.node("Concat", [part.name for part in parts], axis=1), x.order)

    def middle(self, x: Planes, rim: int) -> Planes:
        """Without a rim of so many pixels."""
        ends = self.constant(np.array([-rim, -rim], np.int64))
        starts, axes = (self.constant(np.array(pair, np.int64)) for pair in ((rim, rim), (2, 3)))
        return Planes(self.node("Slice", [x.name, starts, ends, axes]), x.order)

    def doubled(self, x: Planes) -> Planes:
        """Repeat each pixel 2×2."""
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        name = self.node(
            "Resize",
            [x.name, "", scales],
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )
        return Planes(name, x.order)

    def stacked(self, parts: Sequence[tuple[Planes, int]]) -> Planes:
        """Concatenate channels; the integers say where each part begins in the published order."""
        parts = sorted(parts, key=lambda part: part[0].order.count(-1))  # padding last
        order = [k + first if k >= 0 else -1 for x, first in parts for k in x.order]
        return Planes(self.node("Concat", [x.name for x, _ in parts], axis=1), tuple(order))

    def pixels(self, x: Planes) -> str:
        """To pixels, still with the padding."""
        return self.node("Transpose", [x.name], perm=TO_PIXELS)

    def planes(self, pixels: str, order: tuple[int, ...]) -> Planes:
        """To planes."""
        return Planes(self.node("Transpose", [pixels], perm=TO_PLANES), order)

    def blocked_planes(self, pixels: str, order: tuple[int, ...]) -> Planes:
        """To planes in the run time's blocks of channels at once.

        The greatest of a single pixel changes nothing, but is computed in blocks, so that the run
        time goes there directly and adds inside the convolution that an addition follows.
        """
        planes = self.planes(pixels, order)
        return Planes(self.node("MaxPool", [planes.name], kernel_shape=[1, 1]), order)

    def strips(self, pixels: str, count: int) -> list[str]:
        """The rows in strips that stay in the processor's cache while they are worked on."""
        if count == 1:
            return [pixels]
        return self.nodes("Split", [pixels], count, axis=1, num_outputs=count)

    def without_padding(self, pixels: str, x: Planes) -> str:
        """Only the published channels."""
        if x.real == len(x.order):
            return pixels
        starts, ends, axes = (self.constant(np.array([k], np.int64)) for k in (0, x.real, 3))
        return self.node("Slice", [pixels, starts, ends, axes])

    def scalar(self, value: float) -> str:
        """A constant number."""
        return self.constant(np.array(value, np.float32))

    def whole(self, value: int) -> str:
        """A constant whole number."""
        return self.constant(np.array(value, np.int64))

    def wholes(self, *values: int) -> str:
        """Constant whole numbers."""
        return self.constant(np.array(values, np.int64))

    def constant(self, array: NDArray[np.generic]) -> str:
        """A constant array; equal ones are kept once."""
        tensor = numpy_helper.from_array(np.ascontiguousarray(array))
        wanted = (tensor.raw_data, tensor.dims, tensor.data_type)
        for name, kept in self._constants.items():
            if (kept.raw_data, kept.dims, kept.data_type) == wanted:
                return name
        tensor.name = f"c{len(self._constants)}"
        self._constants[tensor.name] = tensor
        return tensor.name

    def node(self, operator: str, inputs: Sequence[str], **attributes: object) -> str:
        """Any operator with one output."""
        return self.nodes(operator, inputs, 1, **attributes)[0]

    def nodes(
        self, operator: str, inputs: Sequence[str], count: int, **attributes: object
    ) -> list[str]:
        """Any operator with *count* outputs."""
        outputs = [f"t{len(self._nodes)}_{k}" for k in range(count)]
        self._nodes.append(helper.make_node(operator, inputs, outputs, **attributes))
        return outputs

    def _convolve(
        self, x: str, tensors: Sequence[Array], dilation: int, groups: int, same_size: bool = True
    ) -> str:
        side = tensors[0].shape[2]
        pad = dilation * (side // 2) if same_size else 0
        return self.node(
            "Conv",
            [x, *(self.constant(array) for array in tensors)],
            kernel_shape=[side, side],
            dilations=[dilation, dilation],
            group=groups,
            pads=[pad] * 4,
        )
