"""Networks as lists of layers, with shapes and numbers of parameters computed without Keras."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.messages import Message, message
from desktop_app.core.text import shape_text
from desktop_app.networks.layers.operation import Operation
from desktop_app.networks.layers.options import CLASSES, Shape, Value, numbers_text
from desktop_app.networks.layers.registry import KINDS, has_softmax
from desktop_app.networks.network_info import LayerInfo

INPUT = "input"
"""Name of the input layer."""

MOST_LAYERS = 200
MOST_PARAMETERS = 50_000_000
_MOST_VALUES = 16_000_000
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Layer:
    """One layer of a network.

    Attributes:
        kind: class name in Keras, one of KINDS.
        name: unique in the list, at most 40 letters, digits and _; if empty, it is generated from the
            kind and a number.
        inputs: names of the layers whose outputs it takes; if empty, the layer before.
        options: values by their Keras names; missing options have the defaults of the kind.
    """

    kind: str
    name: str = ""
    inputs: tuple[str, ...] = ()
    options: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedLayer:
    """One layer of a checked list.

    Attributes:
        layer: with its name, its inputs, and, if it is valid, all its options.
        shape: output shape without the batch axis; None if the layer or one before it is not valid.
        trainable, fixed: numbers of parameters that training changes and does not change.
        problem: why the layer is not valid, or why its output does not fit; None otherwise.
    """

    layer: Layer
    shape: Shape | None
    trainable: int = 0
    fixed: int = 0
    problem: Message | None = None


@dataclass(frozen=True)
class CheckedLayers:
    """A checked list of layers.

    Attributes:
        input_shape: shape of the model input.
        layers: the layers in their order.
        problem: that of the first layer with one, or of the list; None if the network can be built.
    """

    input_shape: Shape
    layers: tuple[CheckedLayer, ...]
    problem: Message | None

    @property
    def parameters(self) -> int:
        """Number of all parameters, as counted by `model.count_params()`."""
        return sum(layer.trainable + layer.fixed for layer in self.layers)

    @property
    def ends_in_probabilities(self) -> bool:
        """Whether the network ends with a softmax; otherwise its outputs are logits."""
        known = (each.layer for each in reversed(self.layers) if each.layer.kind in KINDS)
        last = next((layer for layer in known if not KINDS[layer.kind].is_identity), None)
        return last is not None and has_softmax(last.kind, last.options)

    def infos(self) -> tuple[LayerInfo, ...]:
        """Return the layers as `NetworkInfo` holds them, the input layer first.

        Raises:
            UserError: the list has a problem.
        """
        if self.problem:
            raise UserError.from_message(self.problem)
        infos = [LayerInfo(INPUT, "InputLayer", self.input_shape)]
        for checked in self.layers:
            layer, options = checked.layer, dict(checked.layer.options)
            assert checked.shape is not None
            if "units" in options:
                options["units"] = checked.shape[-1]
            counts, shown = (checked.trainable, checked.fixed), MappingProxyType(options)
            infos.append(LayerInfo(layer.name, layer.kind, checked.shape, layer.inputs, *counts, shown))
        return tuple(infos)


def check_layers(layers: Sequence[Layer], input_shape: Shape, output_shape: Shape) -> CheckedLayers:
    """Compute names, shapes, numbers of parameters, and problems of a list of layers.

    Args:
        layers: each after its inputs. More than MOST_LAYERS are rejected without a check of each.
        input_shape: (height, width, channels) of the model input.
        output_shape: required output shape: (classes,) or (height, width, channels).
    """
    if not layers:
        return CheckedLayers(input_shape, (), message("There is no layer yet; add one."))
    if len(layers) > MOST_LAYERS:
        return CheckedLayers(
            input_shape, (), message("A network has at most {limit} layers; remove some.", limit=MOST_LAYERS)
        )
    shapes: dict[str, Shape | None] = {INPUT: input_shape}
    checked: list[CheckedLayer] = []
    previous = INPUT
    for layer in with_names(layers):
        checked_layer = _check_layer(replace(layer, inputs=layer.inputs or (previous,)), shapes, output_shape)
        checked.append(checked_layer)
        shapes[layer.name] = checked_layer.shape
        previous = layer.name
    if not any(each.problem for each in checked):
        checked = _with_output_problems(checked, output_shape)
    problem = next((each.problem for each in checked if each.problem), None)
    result = CheckedLayers(input_shape, tuple(checked), problem)
    if not problem and result.parameters > MOST_PARAMETERS:
        problem = message(
            "A network has at most {limit:,} parameters; make some layers smaller.", limit=MOST_PARAMETERS
        )
    return replace(result, problem=problem)


def with_names(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return the layers with generated names where they had none."""
    taken = {layer.name for layer in layers} | {INPUT}
    result = []
    for layer in layers:
        result.append(layer if layer.name else replace(layer, name=free_name(layer.kind, taken)))
        taken.add(result[-1].name)
    return tuple(result)


def free_name(kind: str, taken: Collection[str]) -> str:
    """Return a name for a layer of a kind, e.g. "conv2", that is not taken."""
    stem = KINDS[kind].name_prefix if kind in KINDS else "layer"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}{number}") not in taken)


def layer_name_problem(name: str) -> Message | None:
    """Return why a layer cannot have this name; None if it can."""
    if len(name) <= _LONGEST_NAME and name.isascii() and name.replace("_", "a").isalnum():
        return None
    return message(
        "Layer names are up to {limit} letters, digits and _; choose another name.", limit=_LONGEST_NAME
    )


def summary(checked: CheckedLayers, name: str = "network") -> str:
    """Return a table of the layers as plain text, similar to `model.summary()`."""
    rows = [(INPUT, "InputLayer", shape_text(checked.input_shape), "0", "")]
    for layer in checked.layers:
        shape = "?" if layer.shape is None else shape_text(layer.shape)
        count = f"{layer.trainable + layer.fixed:,}"
        rows.append((layer.layer.name, layer.layer.kind, shape, count, ", ".join(layer.layer.inputs)))
    titles = ("Layer", "Kind", "Output", "Parameters", "Connected to")
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(5)]
    lines = [
        "  ".join(
            cell.rjust(width) if column == 3 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (titles, *rows)
    ]
    rule = "─" * max(map(len, lines))
    fixed = sum(layer.fixed for layer in checked.layers)
    total = checked.parameters
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
            f"Non-trainable: {fixed:,}",
        ]
    )


def size_text(parameters: int) -> str:
    """Return the size of float32 parameters, e.g. "431.54 KB"."""
    size = parameters * 4
    return f"{size / 1_048_576:.2f} MB" if size >= 1_048_576 else f"{size / 1024:.2f} KB"


def _check_layer(layer: Layer, shapes: Mapping[str, Shape | None], output_shape: Shape) -> CheckedLayer:
    """Check one layer; `shapes` are the output shapes of all layers before it."""
    try:
        kind = _kind_of(layer)
        if layer.name in shapes:
            raise UserError("Two layers are called {name}; rename one of them.", name=layer.name)
        options = {option.name: option.default for option in kind.options} | layer.options
        complete = replace(layer, options=options)
        _check_options(complete, kind)
        inputs = [_shape_of(name, shapes) for name in layer.inputs]
        _check_input_count(complete, kind)
        known = [shape for shape in inputs if shape is not None]
        if len(known) < len(inputs):
            return CheckedLayer(complete, None)
        if options.get("units") == CLASSES:
            options = options | {"units": _classes(output_shape)}
        shape, (trainable, fixed) = kind.shape_of(known, options), kind.parameters_of(known, options)
        if min(shape) < 1:
            sizes = shape_text(known[0][:2])
            raise UserError(
                "{kind} is too large for maps of {sizes}; make it smaller or pool less.",
                kind=layer.kind,
                sizes=sizes,
            )
        if math.prod(shape) > _MOST_VALUES or trainable > MOST_PARAMETERS:
            raise UserError(
                "{kind} has too many values or parameters here; make it smaller.", kind=layer.kind
            )
        if shape[-1] == 1 and has_softmax(layer.kind, options):
            raise UserError(
                "A softmax over one value is always 1; choose another activation for {kind}.",
                kind=layer.kind,
            )
    except UserError as error:
        return CheckedLayer(layer, None, problem=error.message)
    return CheckedLayer(complete, shape, trainable, fixed)


def _classes(output_shape: Shape) -> int:
    if len(output_shape) != 1:
        raise UserError('The output of this network is an image; set a number of units instead of "classes".')
    return output_shape[0]


def _kind_of(layer: Layer) -> type[Operation]:
    if layer.kind not in KINDS:
        raise UserError(
            "There is no layer kind {name}; choose one of those in the list.", name=shown_name(layer.kind)
        )
    if problem := layer_name_problem(layer.name):
        raise UserError.from_message(problem)
    return KINDS[layer.kind]


def _check_input_count(layer: Layer, kind: type[Operation]) -> None:
    if kind.least_inputs <= len(layer.inputs) <= kind.most_inputs:
        return
    count = len(layer.inputs)
    if kind.most_inputs == 1:
        raise UserError(
            "{kind} takes one input, not {count}; correct its inputs.", kind=layer.kind, count=count
        )
    if kind.most_inputs == 2:
        raise UserError(
            "{kind} takes two inputs, not {count}; correct its inputs.", kind=layer.kind, count=count
        )
    raise UserError("{kind} takes two or more inputs; add another.", kind=layer.kind)


def _shape_of(name: str, shapes: Mapping[str, Shape | None]) -> Shape | None:
    if name not in shapes:
        raise UserError(
            "There is no layer called {name} before this one; choose an earlier layer.", name=shown_name(name)
        )
    return shapes[name]


def _check_options(layer: Layer, kind: type[Operation]) -> None:
    known = {option.name: option for option in kind.options}
    for name, value in layer.options.items():
        if name not in known:
            raise UserError("{kind} has no option {name}; remove it.", kind=layer.kind, name=shown_name(name))
        if not known[name].fits(value):
            shown = shown_name(numbers_text(value))
            raise UserError(
                "{name} of {kind} cannot be {value}; choose {wanted}.",
                name=name,
                kind=layer.kind,
                value=shown,
                wanted=known[name].allowed_values,
            )


def _with_output_problems(checked: Sequence[CheckedLayer], output_shape: Shape) -> list[CheckedLayer]:
    """Add problems to valid layers whose outputs are not used, or whose shape is not the output shape."""
    used = {name for each in checked for name in each.layer.inputs}
    others = [
        each if each.layer.name in used else replace(each, problem=_unused_problem(each.layer.name))
        for each in checked[:-1]
    ]
    last = checked[-1]
    if last.shape != output_shape:
        last = replace(last, problem=_output_problem(last.shape or (), output_shape))
    return [*others, last]


def _output_problem(shape: Shape, wanted: Shape) -> Message:
    if len(wanted) == 1:
        return message(
            "The output of the network is {shape}; end it with a Dense layer of {units} units.",
            shape=shape_text(shape),
            units=wanted[0],
        )
    return message(
        "The output of the network is {shape}, not {wanted}; end it e.g. with a Conv2D (filters: {filters}).",
        shape=shape_text(shape),
        wanted=shape_text(wanted),
        filters=wanted[-1],
    )


def _unused_problem(name: str) -> Message:
    return message("The output of {name} is not used; connect it or remove the layer.", name=name)
