"""LEADER (Cappelli and Ferrara, 2026), written so that it computes only what is read.

The published network computes three heads at every pixel. Only the first, the position, is
needed everywhere; direction and kind are read at the few dozen pixels that are minutiae, and are
computed from the features round those. Everything else is the published computation in another
order: linear steps that follow each other are multiplied together, and what
lies between a doubling of the size and the next step that looks at neighbours is done before it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnx_graph import Array, Graph, Planes

MOST_PEAKS = 512
"""More than a record holds, few enough for noise not to cost memory."""

REACH_PX = 4
"""How far from a minutia its direction and kind depend on the features, at half size."""

LEVELS = range(4)
STRIPS = (16, 8, 4, 2, 1)
"""Into how many strips the rows are cut at half size and below: a picture of 32 px has so many."""

Weights = Mapping[str, Sequence[Array]]


class Leader:
    """Writes parts of the network into graphs and keeps count of the weights that were used."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._used: set[str] = set()

    def forgotten(self) -> set[str]:
        """Layers whose weights are in no graph yet."""
        return {name for name, arrays in self._weights.items() if len(arrays)} - self._used

    def model(self) -> onnx.ModelProto:
        """Picture and cut to minutiae: row, column, cosine, sine, ending, quality.

        The first row stands for the picture's corner and is no minutia: a run time need not cope
        with nothing at all. After it come at most `MOST_PEAKS`, the best first.
        """
        g = Graph([_value("image", [1, 1, "height", "width"]), _value("quality_cut", [])])
        image = Planes("image", (0,))
        gated = self._attention(g, self._context(g, self._stem(g, image, "stem0", "MaxPool")))
        fine = self._stem(g, image, "stem1", "AveragePool")
        features = self._refinement(g, g.stacked([(gated, 0), (fine, gated.real)]))
        blurred = self._blurred_position(g, features)
        places = peaks(g, blurred)
        patches, inside = around(g, features, g.node("Div", [places, g.whole(2)]))
        details = self._details(g, patches, inside)
        corner = g.node("Mod", [places, g.whole(2)])  # which of the four pixels
        chosen = g.node("GatherND", [details, corner], batch_dims=1)
        quality = g.node("GatherND", [g.node("Squeeze", [blurred, g.wholes(0, 1)]), places])
        column = g.node("Unsqueeze", [quality, g.wholes(1)])
        place = g.node("Cast", [places], to=TensorProto.FLOAT)
        table = g.node("Concat", [place, chosen, column], axis=1)
        return g.model("leader", [_value(table, ["minutiae", 6])])

    def _blurred_position(self, g: Graph, features: Planes) -> str:
        logits = self._head(g, features, "head_0", "head_conv_pos", STRIPS[0])
        position = g.node("Sigmoid", [g.node("DepthToSpace", [logits.name], blocksize=2)])
        (blur,) = self._take("nms_Gaussian_blur")
        return g.convolution(Planes(position, (0,)), blur, None, blocked=False).name

    def _details(self, g: Graph, patches: Planes, inside: str) -> str:
        """Cosine, sine and ending of the four middle pixels: (minutiae, 2, 2, 3).

        What lies outside the picture is zero at each step, not what layers make of zeros.
        """
        direction = self._head(g, patches, "head_1", "head_conv_dir", 1, inside)
        kind = self._head(g, patches, "head_2", "head_conv_typ", 1, inside)
        ending = g.node("Sigmoid", [kind.name])
        both = [g.node("DepthToSpace", [x], blocksize=2) for x in (direction.name, ending)]
        return g.node("Transpose", [g.node("Concat", both, axis=1)], perm=(0, 2, 3, 1))

    def _stem(self, g: Graph, x: Planes, name: str, pool: str) -> Planes:
        (near, near_bias), (far, far_bias) = (
            self._take(f"{name}_{kind}") for kind in ("conv", "dilated_conv")
        )
        kernel = np.concatenate([np.pad(near, ((2, 2), (2, 2), (0, 0), (0, 0))), spread(far)], 3)
        both = g.convolution(x, kernel, np.concatenate([near_bias, far_bias]))
        y = g.layer_norm(g.pixels(both), *self._take(f"{name}_ln"))
        return g.pool(g.planes(g.gelu(y), both.order), pool)

    def _context(self, g: Graph, x: Planes) -> Planes:
        skips = []
        for level in LEVELS:
            skips.append(self._separable(g, x, f"enc0_{level}"))
            x = g.halved(skips[-1])
        for level in reversed(LEVELS):
            up = g.doubled(self._separable(g, x, f"dec0_{level}"))
            x = g.stacked([(up, 0), (skips[level], up.real)])
        return x

    def _separable(self, g: Graph, x: Planes, name: str) -> Planes:
        spatial, pointwise, bias = self._take(f"{name}_conv")
        y = g.convolution(g.depthwise(x, spatial), pointwise, bias)
        normal = g.layer_norm(g.pixels(y), *self._take(f"{name}_ln"))
        return g.planes(g.gelu(normal), y.order)

    def _attention(self, g: Graph, x: Planes) -> Planes:
        rings = [
            g.convolution(x, *self._take(f"attention_conv_d{d}"), dilation=d) for d in (1, 3, 6)
        ]
        stacked = g.stacked([(ring, 16 * k) for k, ring in enumerate(rings)])
        gelu = Planes(g.gelu(stacked.name), stacked.order)
        gate = g.convolution(gelu, *self._take("attention_s"))
        return Planes(g.node("Mul", [x.name, g.node("Sigmoid", [gate.name])]), x.order)

    def _refinement(self, g: Graph, x: Planes) -> Planes:
        skips = []
        for level in LEVELS:
            skips.append(self._bottleneck(g, x, f"enc1_{level}", STRIPS[level]))
            x = g.halved(skips[-1])
        for level in reversed(LEVELS):
            up = g.doubled(self._bottleneck(g, x, f"dec1_{level}", STRIPS[level + 1]))
            x = g.stacked([(up, 0), (skips[level], up.real)])
        return x

    def _bottleneck(self, g: Graph, x: Planes, name: str, strips: int) -> Planes:
        adjust, bias = self._take(f"{name}_conv_adj")
        return self._bottleneck_then(g, x, name, adjust[0, 0], bias, strips)

    def _bottleneck_then(
        self,
        g: Graph,
        x: Planes,
        name: str,
        adjust: Array,
        bias: Array,
        strips: int,
        same_size: bool = True,
    ) -> Planes:
        """adjust · (x + reduce · gelu(expand · norm(depthwise x))) + bias, as two products.

        Where adjust narrows, it is multiplied into reduce, which leaves the wide product cheaper.
        """
        reduce, reduce_bias = self._take(f"{name}_conv_red")
        expand, expand_bias = self._take(f"{name}_conv_exp")
        norm = self._take(f"{name}_ln")
        y = g.depthwise(x, self._take(f"{name}_depthwise_conv")[0], same_size)
        direct = g.convolution(
            x if same_size else g.middle(x, REACH_PX - 1),
            adjust[None, None],
            bias + reduce_bias @ adjust,
        )
        narrow = adjust.shape[1] < adjust.shape[0]
        steps = [reduce[0, 0] @ adjust] if narrow else [reduce[0, 0], adjust]
        scale, shift = (y.real_arranged(array, 0) for array in norm)
        rows = []
        for strip in g.strips(g.pixels(y), strips):
            normal = g.layer_norm(g.without_padding(strip, y), scale, shift)
            z = g.gelu(g.product(normal, y.real_arranged(expand[0, 0], 0), expand_bias))
            for k, step in enumerate(steps):
                last = k == len(steps) - 1
                z = g.product(z, direct.arranged(step, 1) if last else step)
            rows.append(z)
        z = rows[0] if len(rows) == 1 else g.node("Concat", rows, axis=1)
        wide = g.blocked_planes(z, direct.order)
        return Planes(g.node("Add", [direct.name, wide.name]), direct.order)

    def _head(
        self, g: Graph, x: Planes, name: str, last: str, strips: int, inside: str | None = None
    ) -> Planes:
        """All of a head at half size; its outputs are the four pixels of each, as channels."""
        adjust, adjust_bias = self._take(f"{name}_ibc_conv_adj")
        first, first_bias = self._take(f"{name}_conv1")
        y = self._bottleneck_then(
            g,
            x,
            f"{name}_ibc",
            adjust[0, 0] @ first[0, 0],
            adjust_bias @ first[0, 0] + first_bias,
            strips,
            inside is None,
        )
        second, second_bias = self._take(f"{name}_conv2")
        normal = g.layer_norm(g.without_padding(g.pixels(y), y), *self._take(f"{name}_ln"))
        few = g.planes(normal, tuple(range(second.shape[2])))
        z = g.convolution(few, second, second_bias, blocked=False)
        z = Planes(g.gelu(z.name), z.order)
        if inside is not None:
            z = Planes(g.node("Mul", [z.name, inside]), z.order)
        kernel, bias = self._take(last)
        return g.convolution(
            z, of_doubled(kernel), np.tile(bias, 4), blocked=False, same_size=inside is None
        )

    def _take(self, layer: str) -> Sequence[Array]:
        self._used.add(layer)
        return self._weights[layer]


def of_doubled(kernel: Array) -> Array:
    """A 5×5 convolution of a picture whose pixels are doubled, as a 3×3 one of the small picture.

    Its outputs are the four pixels that each becomes, rows first, as DepthToSpace wants them.
    """
    height, width, inputs, outputs = kernel.shape
    if (height, width) != (5, 5):
        raise ValueError("only 5×5")
    small = np.zeros((3, 3, inputs, 2, 2, outputs), np.float32)
    for down in range(2):
        for right in range(2):
            for i in range(5):
                for j in range(5):
                    small[(down + i) // 2, (right + j) // 2, :, down, right] += kernel[i, j]
    return small.reshape(3, 3, inputs, 4 * outputs)


def spread(kernel: Array) -> Array:
    """A convolution dilated by 2 as a plain one, with zeros in between."""
    height, width, *channels = kernel.shape
    plain = np.zeros((2 * height - 1, 2 * width - 1, *channels), np.float32)
    plain[::2, ::2] = kernel
    return plain


def peaks(g: Graph, blurred: str) -> str:
    """Row and column, int64 (n, 2), of the corner and of the best local maxima above the cut."""
    greatest = g.node("MaxPool", [blurred], kernel_shape=[7, 7], pads=[3] * 4)
    top = g.node("Equal", [blurred, greatest])
    enough = g.node("GreaterOrEqual", [blurred, "quality_cut"])
    found = g.node("Transpose", [g.node("NonZero", [g.node("And", [top, enough])])], perm=(1, 0))
    count = g.node("Gather", [g.node("Shape", [found]), g.whole(0)])
    most = g.node("Min", [count, g.whole(MOST_PEAKS)])
    values = g.node("GatherND", [blurred, found])
    _, best = g.nodes("TopK", [values, g.node("Reshape", [most, g.wholes(1)])], 2, axis=0)
    places = g.node("Gather", [found, best], axis=0)
    places = g.node("Slice", [places, g.wholes(2), g.wholes(4), g.wholes(1)])
    corner = g.constant(np.zeros((1, 2), np.int64))
    return g.node("Concat", [corner, places], axis=0)


def around(g: Graph, features: Planes, places: str) -> tuple[Planes, str]:
    """Features round places, (n, channels, 9, 9), and 1 where the middle 3×3 are inside, else 0.

    Zeros stand for what lies outside.
    """
    side = 2 * REACH_PX + 1
    offsets = np.arange(-REACH_PX, REACH_PX + 1)
    shape = g.node("Shape", [features.name])
    indices, within = [], []
    for axis in range(2):
        apart = offsets.reshape((1, side, 1) if axis == 0 else (1, 1, side))
        size = g.node("Gather", [shape, g.whole(2 + axis)])
        middle = g.node("Gather", [places, g.wholes(axis)], axis=1)
        middle = g.node("Unsqueeze", [middle, g.wholes(2)])
        at = g.node("Add", [middle, g.constant(apart)])
        last = g.node("Sub", [size, g.whole(1)])
        indices.append(g.node("Min", [g.node("Max", [at, g.whole(0)]), last]))
        within.append(g.node("Equal", [at, indices[-1]]))
    width = g.node("Gather", [shape, g.whole(3)])
    flat = g.node("Add", [g.node("Mul", [indices[0], width]), indices[1]])
    planes = g.node("Reshape", [features.name, g.wholes(len(features.order), -1)])
    gathered = g.node("Transpose", [g.node("Gather", [planes, flat], axis=1)], perm=(1, 0, 2, 3))
    mask = g.node("Unsqueeze", [g.node("And", within), g.wholes(1)])
    inside = g.node("Cast", [mask], to=TensorProto.FLOAT)
    patches = Planes(g.node("Mul", [gathered, inside]), features.order)
    return patches, g.middle(Planes(inside, (0,)), REACH_PX - 1).name


def _value(name: str, shape: Sequence[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
