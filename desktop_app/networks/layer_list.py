"""Layer lists: a network as a list of plain values, with shapes and parameter counts known at once.

The rules of shapes and counts are Keras' own, written down here so that an editor can answer with
every key that is typed; Keras takes seconds to import. The tests compare both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from desktop_app.core.errors import Refusal, shown_name
from desktop_app.networks.network_info import PASSING_KINDS, LayerInfo

Value: TypeAlias = bool | int | float | str
Shape: TypeAlias = tuple[int, ...]

CLASSES = "classes"
"""As the number of units: one for each class of the data."""

INPUT = "input"
"""Name of the layer that takes the model input."""

MOST_LAYERS = 200
MOST_PARAMETERS = 50_000_000
_MOST_VALUES = 16_000_000
_LONGEST_NAME = 40

ACTIVATIONS = (
    "linear",
    "relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "leaky_relu",
    "relu6",
    "tanh",
    "sigmoid",
    "softplus",
    "softmax",
)


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        kind: one of KINDS, Keras' class name.
        name: unique in the list, at most 40 letters, digits and _; where it is empty, one is made of
            the kind and a number.
        inputs: names of the layers whose outputs it takes; where it is empty, that of the layer before.
        options: by Keras' names; those that are missing have the value of KINDS.
    """

    kind: str
    name: str = ""
    inputs: tuple[str, ...] = ()
    options: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """What one option may be.

    Attributes:
        default: its value where none is given; its type is the option's type.
        least, most: the range of numbers.
        choices: the allowed words; empty where the option is a number or a flag.
    """

    default: Value
    least: float = 0
    most: float = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of layer: its options, how many inputs it takes, and its rule.

    Attributes:
        stem: of the names that are made for it, e.g. "conv".
        options: by Keras' names.
        rule: the output shape and the trainable and fixed parameters, from input shapes and options;
            raises Refusal where the layer does not fit there.
        inputs: least number of inputs; 2 takes any larger number as well.
    """

    stem: str
    options: Mapping[str, Option]
    rule: Callable[[Sequence[Shape], Mapping[str, Value]], tuple[Shape, int, int]]
    inputs: int = 1


@dataclass(frozen=True)
class TracedLayer:
    """One layer of a list, looked at in its place.

    Attributes:
        layer: with its name, its inputs and, where it fits, all its options.
        shape: of its output without the batch axis; None where it or one before it does not fit.
        trainable, fixed: parameters.
        problem: a sentence where the layer does not fit, or leaves something open; empty otherwise.
    """

    layer: Layer
    shape: Shape | None
    trainable: int = 0
    fixed: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Traced:
    """A whole list, looked at.

    Attributes:
        input_shape: of the model input.
        layers: the layers in their order.
        problem: the first layer's that has one, or the list's; empty for a network that can be built.
    """

    input_shape: Shape
    layers: tuple[TracedLayer, ...]
    problem: str

    @property
    def parameters(self) -> int:
        """All parameters, as `model.count_params()` counts them."""
        return sum(layer.trainable + layer.fixed for layer in self.layers)

    @property
    def ends_in_probabilities(self) -> bool:
        """Whether the network ends with a softmax; otherwise its answers are plain sums (logits)."""
        changing = (each.layer for each in reversed(self.layers) if each.layer.kind not in PASSING_KINDS)
        last = next(changing, None)
        return last is not None and (last.kind == "Softmax" or last.options.get("activation") == "softmax")

    def infos(self) -> tuple[LayerInfo, ...]:
        """The layers as the views of the inside of a network take them, the input layer first.

        Raises:
            Refusal: the list has a problem.
        """
        if self.problem:
            raise Refusal(self.problem)
        infos = [LayerInfo(INPUT, "InputLayer", self.input_shape)]
        for traced in self.layers:
            layer, options = traced.layer, dict(traced.layer.options)
            assert traced.shape is not None
            if "units" in options:
                options["units"] = traced.shape[-1]
            counts, shown = (traced.trainable, traced.fixed), MappingProxyType(options)
            infos.append(LayerInfo(layer.name, layer.kind, traced.shape, layer.inputs, *counts, shown))
        return tuple(infos)


def trace(layers: Sequence[Layer], input_shape: Shape, output_shape: Shape) -> Traced:
    """Names, shapes, parameters and problems of a list of layers.

    Args:
        layers: in an order in which each stands behind its inputs. Of more than MOST_LAYERS none is
            looked at.
        input_shape: (height, width, channels).
        output_shape: of what the network is to give: (classes,) or (height, width, channels).
    """
    if not layers:
        return Traced(input_shape, (), "There is no layer yet; add one.")
    if len(layers) > MOST_LAYERS:
        return Traced(input_shape, (), f"A network here has at most {MOST_LAYERS} layers; take some out.")
    shapes: dict[str, Shape | None] = {INPUT: input_shape}
    traced: list[TracedLayer] = []
    before = INPUT
    for layer in with_names(layers):
        looked_at = _look_at(replace(layer, inputs=layer.inputs or (before,)), shapes, output_shape)
        traced.append(looked_at)
        shapes[layer.name] = looked_at.shape
        before = layer.name
    if not any(each.problem for each in traced):
        traced = _with_loose_ends(traced, output_shape)
    problem = next((each.problem for each in traced if each.problem), "")
    whole = Traced(input_shape, tuple(traced), problem)
    if not problem and whole.parameters > MOST_PARAMETERS:
        problem = f"A network here has at most {MOST_PARAMETERS:,} parameters; make some layers smaller."
    return replace(whole, problem=problem)


def with_names(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The same layers, each with a name: those that have none get one of their kind and a number."""
    taken = {layer.name for layer in layers} | {INPUT}
    named = []
    for layer in layers:
        named.append(layer if layer.name else replace(layer, name=free_name(layer.kind, taken)))
        taken.add(named[-1].name)
    return tuple(named)


def free_name(kind: str, taken: Collection[str]) -> str:
    """A name for a layer of a kind, e.g. "conv2", that is not taken."""
    stem = KINDS[kind].stem if kind in KINDS else "layer"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}{number}") not in taken)


def name_problem(name: str) -> str:
    """Why a layer cannot have this name, as a sentence; empty where it can."""
    if len(name) <= _LONGEST_NAME and name.isascii() and name.replace("_", "a").isalnum():
        return ""
    return f"Names of layers are up to {_LONGEST_NAME} letters, digits and _; give this layer another one."


def summary(traced: Traced, name: str = "network") -> str:
    """The network as a table of text, in the manner of `model.summary()`."""
    rows = [(INPUT, "InputLayer", "×".join(map(str, traced.input_shape)), "0", "")]
    for layer in traced.layers:
        shape = "×".join(map(str, layer.shape)) if layer.shape is not None else "?"
        count = f"{layer.trainable + layer.fixed:,}"
        rows.append((layer.layer.name, layer.layer.kind, shape, count, ", ".join(layer.layer.inputs)))
    heads = ("Layer", "Kind", "Output", "Parameters", "Connected to")
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(5)]
    lines = [
        "  ".join(
            cell.rjust(width) if column == 3 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (heads, *rows)
    ]
    rule = "─" * max(map(len, lines))
    fixed = sum(layer.fixed for layer in traced.layers)
    total = traced.parameters
    return "\n".join(
        [
            f"Network: {name}",
            rule,
            lines[0],
            rule,
            *lines[1:],
            rule,
            f"Parameters: {total:,} ({size_text(total)})",
            f"Trainable: {total - fixed:,}",
            f"Fixed: {fixed:,}",
        ]
    )


def size_text(parameters: int) -> str:
    """What float32 parameters take, e.g. "431.54 KB"."""
    size = parameters * 4
    return f"{size / 1_048_576:.2f} MB" if size >= 1_048_576 else f"{size / 1024:.2f} KB"


def _look_at(layer: Layer, shapes: Mapping[str, Shape | None], output_shape: Shape) -> TracedLayer:
    """One layer in its place; `shapes` are those of all layers before it."""
    try:
        kind = _kind_of(layer)
        if layer.name in shapes:
            raise Refusal(f"There are two layers called {layer.name}; give one of them another name.")
        options = {name: option.default for name, option in kind.options.items()} | layer.options
        full = replace(layer, options=options)
        _check_options(full, kind)
        inputs = [_shape_of(name, shapes) for name in layer.inputs]
        _check_count(full, kind)
        if any(shape is None for shape in inputs):
            return TracedLayer(full, None)
        known = [shape for shape in inputs if shape is not None]
        if options.get("units") == CLASSES:
            options = options | {"units": _classes(output_shape)}
        shape, trainable, fixed = kind.rule(known, options)
        if min(shape) < 1:
            sizes = "×".join(map(str, known[0][:2]))
            raise Refusal(f"{layer.kind} does not fit into maps of {sizes}; make it smaller or pool less.")
        if math.prod(shape) > _MOST_VALUES or trainable > MOST_PARAMETERS:
            raise Refusal(f"{layer.kind} would be too large here; make it smaller.")
    except Refusal as refusal:
        return TracedLayer(layer, None, problem=str(refusal))
    return TracedLayer(full, shape, trainable, fixed)


def _classes(output_shape: Shape) -> int:
    if len(output_shape) != 1:
        raise Refusal("This network gives images, not classes; give the layer a number of units.")
    return output_shape[0]


def _kind_of(layer: Layer) -> Kind:
    if layer.kind not in KINDS:
        raise Refusal(f"There is no layer {shown_name(layer.kind)}; choose one of {', '.join(KINDS)}.")
    if problem := name_problem(layer.name):
        raise Refusal(problem)
    return KINDS[layer.kind]


def _check_count(layer: Layer, kind: Kind) -> None:
    several = kind.inputs > 1
    if len(layer.inputs) < kind.inputs or (not several and len(layer.inputs) != 1):
        wanted = "two or more layers" if several else "one layer"
        raise Refusal(f"{layer.kind} takes {wanted}; it is given {len(layer.inputs)}.")


def _shape_of(name: str, shapes: Mapping[str, Shape | None]) -> Shape | None:
    if name not in shapes:
        raise Refusal(f"There is no layer {shown_name(name)} before this one; name one that is.")
    return shapes[name]


def _check_options(layer: Layer, kind: Kind) -> None:
    for name, value in layer.options.items():
        option = kind.options.get(name)
        if option is None:
            raise Refusal(f"{layer.kind} has no option {shown_name(name)}; take it out.")
        if option.choices:
            fits, wanted = value in option.choices, f"one of {', '.join(option.choices)}"
        elif isinstance(option.default, bool):
            fits, wanted = isinstance(value, bool), "yes or no"
        else:
            fits, wanted = _is_in_range(name, value, option), f"from {option.least:g} to {option.most:g}"
        if not fits:
            raise Refusal(f"{name} of {layer.kind} cannot be {shown_name(str(value))}; it is {wanted}.")


def _is_in_range(name: str, value: Value, option: Option) -> bool:
    if name == "units" and value == CLASSES:
        return True
    if isinstance(value, bool | str) or (isinstance(value, float) and isinstance(option.default, int)):
        return False
    return bool(option.least <= value <= option.most)


def _with_loose_ends(traced: Sequence[TracedLayer], output_shape: Shape) -> list[TracedLayer]:
    """Layers that all fit, with the problem of one that nothing takes, or that gives no answers."""
    used = {name for each in traced for name in each.layer.inputs}
    checked = [
        each if each.layer.name in used else replace(each, problem=_untaken(each.layer.name))
        for each in traced[:-1]
    ]
    last = traced[-1]
    if last.shape != output_shape:
        last = replace(last, problem=_wrong_end(last.shape or (), output_shape))
    return [*checked, last]


def _wrong_end(given: Shape, wanted: Shape) -> str:
    ends = f"The network ends in {'×'.join(map(str, given))} values; "
    if len(wanted) == 1:
        return f"{ends}end it with a Dense layer of {wanted[0]} units."
    return f"{ends}end it in {'×'.join(map(str, wanted))}, e.g. with a Conv2D of {wanted[-1]} filters."


def _untaken(name: str) -> str:
    return f"Nothing takes what {name} gives; connect it or take it out."


# ------------------------------------------------------------------------------- rules of the kinds


def _maps(shape: Shape, kind: str) -> Shape:
    if len(shape) != 3:
        raise Refusal(f"{kind} takes maps with height and width; put it before the maps are flattened.")
    return shape


def _slid(size: int, window: int, stride: int, padding: str) -> int:
    return -(-size // stride) if padding == "same" else (size - window) // stride + 1


def _windowed(shape: Shape, options: Mapping[str, Value], window: int, stride: int) -> tuple[int, int]:
    padding = str(options["padding"])
    height, width = (
        _slid(side, window, stride, padding) if padding == "same" or side >= window else 0
        for side in shape[:2]
    )
    return height, width


def _conv(inputs: Sequence[Shape], options: Mapping[str, Value]) -> tuple[Shape, int, int]:
    shape = _maps(inputs[0], "Conv2D")
    size, filters = int(options["kernel_size"]), int(options["filters"])
    places = _windowed(shape, options, size, int(options["strides"]))
    return (*places, filters), filters * (size * size * shape[2] + int(options["use_bias"])), 0


def _depthwise(inputs: Sequence[Shape], options: Mapping[str, Value]) -> tuple[Shape, int, int]:
    shape = _maps(inputs[0], "DepthwiseConv2D")
    size = int(options["kernel_size"])
    places = _windowed(shape, options, size, int(options["strides"]))
    return (*places, shape[2]), shape[2] * (size * size + int(options["use_bias"])), 0


def _pool(inputs: Sequence[Shape], options: Mapping[str, Value]) -> tuple[Shape, int, int]:
    shape = _maps(inputs[0], "Pooling")
    size = int(options["pool_size"])
    return (*_windowed(shape, options, size, size), shape[2]), 0, 0


def _whole_pool(inputs: Sequence[Shape], _: Mapping[str, Value]) -> tuple[Shape, int, int]:
    return (_maps(inputs[0], "Global pooling")[2],), 0, 0


def _dense(inputs: Sequence[Shape], options: Mapping[str, Value]) -> tuple[Shape, int, int]:
    (shape,) = inputs
    if len(shape) != 1:
        raise Refusal("Dense takes one row of values; put Flatten or global pooling before it.")
    units = int(options["units"])
    return (units,), units * (shape[0] + int(options["use_bias"])), 0


def _normalized(inputs: Sequence[Shape], _: Mapping[str, Value]) -> tuple[Shape, int, int]:
    channels = inputs[0][-1]
    return inputs[0], 2 * channels, 2 * channels


def _same(inputs: Sequence[Shape], _: Mapping[str, Value]) -> tuple[Shape, int, int]:
    return inputs[0], 0, 0


def _on_maps(inputs: Sequence[Shape], _: Mapping[str, Value]) -> tuple[Shape, int, int]:
    return _maps(inputs[0], "SpatialDropout2D"), 0, 0


def _flat(inputs: Sequence[Shape], _: Mapping[str, Value]) -> tuple[Shape, int, int]:
    return (math.prod(inputs[0]),), 0, 0


def _added(inputs: Sequence[Shape], _: Mapping[str, Value]) -> tuple[Shape, int, int]:
    if len(set(inputs)) > 1:
        shapes = " and ".join("×".join(map(str, shape)) for shape in dict.fromkeys(inputs))
        raise Refusal(f"Add takes layers of one shape; here they are {shapes}.")
    return inputs[0], 0, 0


def _joined(inputs: Sequence[Shape], _: Mapping[str, Value]) -> tuple[Shape, int, int]:
    if len({shape[:-1] for shape in inputs}) > 1:
        shapes = " and ".join("×".join(map(str, shape)) for shape in dict.fromkeys(inputs))
        raise Refusal(f"Concatenate takes layers of one height and width; here they are {shapes}.")
    return (*inputs[0][:-1], sum(shape[-1] for shape in inputs)), 0, 0


_PADDING = Option("valid", choices=("valid", "same"))
_ACTIVATION = Option("linear", choices=ACTIVATIONS)
_BIAS = Option(default=True)
_RATE = {"rate": Option(0.2, 0.0, 0.95)}
_STRIDES = Option(1, 1, 8)
_POOL: Mapping[str, Option] = {"pool_size": Option(2, 1, 16), "padding": _PADDING}

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "Conv2D": Kind(
            "conv",
            {
                "filters": Option(32, 1, 1024),
                "kernel_size": Option(3, 1, 15),
                "strides": _STRIDES,
                "padding": _PADDING,
                "activation": _ACTIVATION,
                "use_bias": _BIAS,
            },
            _conv,
        ),
        "DepthwiseConv2D": Kind(
            "depthwise",
            {
                "kernel_size": Option(3, 1, 15),
                "strides": _STRIDES,
                "padding": _PADDING,
                "activation": _ACTIVATION,
                "use_bias": _BIAS,
            },
            _depthwise,
        ),
        "MaxPooling2D": Kind("pool", _POOL, _pool),
        "AveragePooling2D": Kind("pool", _POOL, _pool),
        "GlobalAveragePooling2D": Kind("average", {}, _whole_pool),
        "GlobalMaxPooling2D": Kind("largest", {}, _whole_pool),
        "BatchNormalization": Kind("norm", {}, _normalized),
        "ReLU": Kind("relu", {}, _same),
        "Activation": Kind("activation", {"activation": Option("relu", choices=ACTIVATIONS)}, _same),
        "Dropout": Kind("dropout", _RATE, _same),
        "SpatialDropout2D": Kind("dropout", _RATE, _on_maps),
        "Flatten": Kind("flatten", {}, _flat),
        "Dense": Kind(
            "dense",
            {"units": Option(128, 1, 8192), "activation": _ACTIVATION, "use_bias": _BIAS},
            _dense,
        ),
        "Add": Kind("add", {}, _added, inputs=2),
        "Concatenate": Kind("joined", {}, _joined, inputs=2),
        "Softmax": Kind("softmax", {}, _same),
    }
)
"""The kinds of layers that a network here can be made of."""
