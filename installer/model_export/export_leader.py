"""Write the LEADER minutiae network as one ONNX file. Run once, by hand, never by the product.

The network is that of Cappelli and Ferrara (2026), published as ``pyfing`` 0.7.3 (MIT). Keras
exports it at one fixed size only, so the graph is written here again, in channel-first form, with
free height and width and with the published weights. The arctangent and the equality test of the
non-maximum suppression are left to the caller, who does both in NumPy.

    python -m venv /tmp/export && /tmp/export/bin/pip install keras torch h5py onnx \
        scipy opencv-python-headless && /tmp/export/bin/pip install --no-deps pyfing==0.7.3
    KERAS_BACKEND=torch /tmp/export/bin/python installer/model_export/export_leader.py \
        resources/models/leader_minutiae.onnx
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
LAYER_NORM_EPSILON = 1e-3  # the default of keras.layers.LayerNormalization
OUTPUT_CHANNELS = ("position", "cosine", "sine", "ending", "blurred", "blurred_maximum")

Weights = Mapping[str, Sequence[NDArray[np.float32]]]


class Graph:
    """An ONNX graph under construction; every method adds nodes and answers the new tensor."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._used: set[str] = set()
        self._channels: dict[str, int] = {"image": 1}

    def model(self, output: str) -> onnx.ModelProto:
        """Close the graph over *output* and check it, and that no published weight was left."""
        unused = {name for name, arrays in self._weights.items() if arrays} - self._used
        if unused:
            raise ValueError(f"layers never written: {sorted(unused)}")
        free = ["batch", 1, "height", "width"]
        graph = helper.make_graph(
            self._nodes,
            "leader",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, free)],
            [
                helper.make_tensor_value_info(
                    output,
                    TensorProto.FLOAT,
                    ["batch", len(OUTPUT_CHANNELS), "height", "width"],
                )
            ],
            list(self._constants.values()),
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
        model.producer_name = "export_leader"
        onnx.checker.check_model(model, full_check=True)
        return model

    def convolution(
        self, x: str, layer: str, dilation: int = 1, activation: str | None = None
    ) -> str:
        """Keras Conv2D, stride 1, 'same'; kernel (height, width, in, out) to (out, in, ...)."""
        kernel, *bias = self._take(layer)
        tensors = [kernel.transpose(3, 2, 0, 1), *bias]
        y = self._convolve(x, layer, tensors, dilation, 1, kernel.shape[3])
        return y if activation is None else getattr(self, activation)(y)

    def depthwise(self, x: str, layer: str) -> str:
        """Keras DepthwiseConv2D without bias; kernel (height, width, channels, 1)."""
        (kernel,) = self._take(layer)
        return self._depthwise(x, layer, kernel)

    def separable(self, x: str, layer: str) -> str:
        """Keras SeparableConv2D: one depthwise, then one pointwise convolution."""
        spatial, pointwise, bias = self._take(layer)
        x = self._depthwise(x, f"{layer}_depthwise", spatial)
        tensors = [pointwise.transpose(3, 2, 0, 1), bias]
        return self._convolve(x, f"{layer}_pointwise", tensors, 1, 1, pointwise.shape[3])

    def layer_norm(self, x: str, layer: str) -> str:
        """Normalise over the channels of each pixel, which lie last only for the node itself."""
        scale, shift = (self._constant(f"{layer}_{i}", a) for i, a in enumerate(self._take(layer)))
        last = self._node("Transpose", [x], perm=[0, 2, 3, 1])
        y = self._node(
            "LayerNormalization", [last, scale, shift], axis=-1, epsilon=LAYER_NORM_EPSILON
        )
        return self._same(self._node("Transpose", [y], perm=[0, 3, 1, 2]), x)

    def gelu(self, x: str) -> str:
        """The exact form, with the error function; run times fuse these five nodes into one."""
        root_two = self._scalar("root_two", float(np.sqrt(2.0)))
        error = self._node("Erf", [self._node("Div", [x, root_two])])
        gate = self._node("Add", [error, self._scalar("one", 1.0)])
        half = self._node("Mul", [self._node("Mul", [x, gate]), self._scalar("half", 0.5)])
        return self._same(half, x)

    def sigmoid(self, x: str) -> str:
        """The logistic function."""
        return self._same(self._node("Sigmoid", [x]), x)

    def max_pool(self, x: str) -> str:
        """Halve both sides, which are even because the caller pads to multiples of 32."""
        return self._same(self._node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2]), x)

    def average_pool(self, x: str) -> str:
        """Halve both sides by the mean."""
        return self._same(self._node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2]), x)

    def neighbourhood_maximum(self, x: str, side: int) -> str:
        """Maximum over a window round each pixel, at full size."""
        pad = [side // 2] * 4
        return self._same(self._node("MaxPool", [x], kernel_shape=[side, side], pads=pad), x)

    def double(self, x: str) -> str:
        """Repeat each pixel 2×2."""
        scales = self._constant("doubled", np.array([1, 1, 2, 2], np.float32))
        y = self._node(
            "Resize",
            [x, "", scales],
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )
        return self._same(y, x)

    def concatenate(self, *xs: str) -> str:
        """Stack along the channels."""
        y = self._node("Concat", list(xs), axis=1)
        self._channels[y] = sum(self._channels[x] for x in xs)
        return y

    def add(self, a: str, b: str) -> str:
        """Sum."""
        return self._same(self._node("Add", [a, b]), a)

    def multiply(self, a: str, b: str) -> str:
        """Product."""
        return self._same(self._node("Mul", [a, b]), a)

    def halves(self, x: str) -> tuple[str, str]:
        """The first and the second half of the channels."""
        half = self._channels[x] // 2
        sizes = self._constant(f"split_{half}", np.array([half, half], np.int64))
        first, second = f"{x}_first", f"{x}_second"
        self._nodes.append(helper.make_node("Split", [x, sizes], [first, second], axis=1))
        self._channels[first] = self._channels[second] = half
        return first, second

    def _depthwise(self, x: str, name: str, kernel: NDArray[np.float32]) -> str:
        channels = kernel.shape[2]
        return self._convolve(x, name, [kernel.transpose(2, 3, 0, 1)], 1, channels, channels)

    def _convolve(
        self,
        x: str,
        name: str,
        tensors: Sequence[NDArray[np.float32]],
        dilation: int,
        groups: int,
        out_channels: int,
    ) -> str:
        side = tensors[0].shape[2]
        inputs = [x, *(self._constant(f"{name}_{i}", array) for i, array in enumerate(tensors))]
        y = self._node(
            "Conv",
            inputs,
            kernel_shape=[side, side],
            dilations=[dilation, dilation],
            group=groups,
            pads=[dilation * (side // 2)] * 4,
        )
        self._channels[y] = out_channels
        return y

    def _take(self, layer: str) -> Sequence[NDArray[np.float32]]:
        self._used.add(layer)
        return self._weights[layer]

    def _scalar(self, name: str, value: float) -> str:
        return self._constant(name, np.array(value, np.float32))

    def _constant(self, name: str, array: NDArray[np.generic]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def _node(self, operator: str, inputs: Sequence[str], **attributes: object) -> str:
        output = f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def _same(self, y: str, like: str) -> str:
        self._channels[y] = self._channels[like]
        return y


def leader(weights: Weights) -> onnx.ModelProto:
    """The whole network: two stems, context, attention gate, refinement, three heads."""
    g = Graph(weights)
    coarse = _stem(g, "image", "stem0", g.max_pool)
    fine = _stem(g, "image", "stem1", g.average_pool)
    gated = _attention(g, _context(g, coarse))
    x = _refinement(g, g.concatenate(gated, fine))
    position, direction, kind = (_head(g, x, f"head_{k}") for k in range(3))
    position = g.convolution(position, "head_conv_pos", activation="sigmoid")
    direction = g.convolution(direction, "head_conv_dir")
    kind = g.convolution(kind, "head_conv_typ", activation="sigmoid")
    blurred = g.convolution(position, "nms_Gaussian_blur")
    maximum = g.neighbourhood_maximum(blurred, 7)
    return g.model(g.concatenate(position, direction, kind, blurred, maximum))


def _stem(g: Graph, x: str, name: str, pool: Callable[[str], str]) -> str:
    near = g.convolution(x, f"{name}_conv")
    far = g.convolution(x, f"{name}_dilated_conv", dilation=2)
    return pool(g.gelu(g.layer_norm(g.concatenate(near, far), f"{name}_ln")))


def _context(g: Graph, x: str) -> str:
    skips = []
    for level in range(4):
        x = _separable_block(g, x, f"enc0_{level}")
        skips.append(x)
        x = _halve(g, x)
    for level in reversed(range(4)):
        x = g.concatenate(g.double(_separable_block(g, x, f"dec0_{level}")), skips[level])
    return x


def _attention(g: Graph, x: str) -> str:
    rings = [
        g.convolution(x, f"attention_conv_d{d}", dilation=d, activation="gelu") for d in (1, 3, 6)
    ]
    gate = g.convolution(g.concatenate(*rings), "attention_s", activation="sigmoid")
    return g.multiply(x, gate)


def _refinement(g: Graph, x: str) -> str:
    skips = []
    for level in range(4):
        x = _inverse_bottleneck(g, x, f"enc1_{level}")
        skips.append(x)
        x = _halve(g, x)
    for level in reversed(range(4)):
        x = g.concatenate(g.double(_inverse_bottleneck(g, x, f"dec1_{level}")), skips[level])
    return x


def _head(g: Graph, x: str, name: str) -> str:
    x = g.double(_inverse_bottleneck(g, x, f"{name}_ibc"))
    x = g.layer_norm(g.convolution(x, f"{name}_conv1"), f"{name}_ln")
    return g.convolution(x, f"{name}_conv2", activation="gelu")


def _separable_block(g: Graph, x: str, name: str) -> str:
    return g.gelu(g.layer_norm(g.separable(x, f"{name}_conv"), f"{name}_ln"))


def _inverse_bottleneck(g: Graph, x: str, name: str) -> str:
    y = g.layer_norm(g.depthwise(x, f"{name}_depthwise_conv"), f"{name}_ln")
    y = g.convolution(y, f"{name}_conv_exp", activation="gelu")
    y = g.add(x, g.convolution(y, f"{name}_conv_red"))
    return g.convolution(y, f"{name}_conv_adj")


def _halve(g: Graph, x: str) -> str:
    first, second = g.halves(x)
    return g.concatenate(g.max_pool(first), g.average_pool(second))


def published_weights() -> dict[str, list[NDArray[np.float32]]]:
    """The arrays of every layer of pyfing's network, by layer name."""
    from pyfing.minutiae_end_to_end import Leader

    return {layer.name: layer.get_weights() for layer in Leader().model.layers}


def main() -> None:
    """Export to the path given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    arguments.output.write_bytes(leader(published_weights()).SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
