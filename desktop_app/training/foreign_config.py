"""Validation of the Keras configuration (JSON) of a model file to import, without Keras."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from desktop_app.core.errors import UserError, printable
from desktop_app.core.text import shape_text, shortened
from desktop_app.ink.normalize import CHANNELS, SIZES
from desktop_app.networks.layers.common import MAX_SIZE
from desktop_app.networks.layers.registry import KINDS, OPERATIONS
from desktop_app.training.foreign_versions import MODELS, current_config, input_shape

LARGEST_CONFIG = 4_000_000
"""Maximum length in characters; a network of 100 layers has about 100,000."""

_MAX_DEPTH = 30
_MOST_LAYERS = 300
_MOST_VALUES = 4_000_000
_MOST_PARAMETERS = 16_000_000
_LARGEST_NUMBER = 1_000_000
_LONGEST_TEXT = 200


def _integer_limits() -> dict[str, float]:
    """Return the largest allowed integer by option name, from the layer kinds."""
    limits: dict[str, float] = {"output_padding": MAX_SIZE}
    for option in itertools.chain.from_iterable(kind.options for kind in KINDS.values()):
        if option.is_whole:
            limits[option.name] = max(option.most, limits.get(option.name, 0))
    return limits


_INTEGER_LIMITS = _integer_limits()
_UNLIMITED_KEYS = frozenset({"seed", "shared_object_id"})
"""Keys of random seeds and object addresses: large and harmless."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


IDENTITIES = _names(
    """
    AlphaDropout AugMix CutMix MixUp RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter
    RandomContrast RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale
    RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomZoom
    """
)
"""Layers that change values only during training and are left out of imported networks."""

_LAYERS = frozenset(name.removeprefix("ops.") for name in OPERATIONS) | IDENTITIES | {"Normalization"}
_OTHER_CLASSES = _names(
    """
    Constant DTypePolicy GlorotNormal GlorotUniform HeNormal HeUniform Identity L1 L1L2 L2 LecunNormal
    LecunUniform MaxNorm MinMaxNorm NonNeg Ones Orthogonal OrthogonalRegularizer RandomNormal
    RandomUniform TruncatedNormal UnitNorm VarianceScaling Zeros __keras_tensor__
    """
)
_ALLOWED_CLASSES = MODELS | _LAYERS | _OTHER_CLASSES
_KERAS_MODULE = re.compile(r"keras(\.[a-z0-9_]+)*")


def check_config(text: str) -> str:
    """Check the JSON configuration of a network, and return it as the current version of Keras writes it.

    Keras' safe mode rejects foreign code, but accepts sizes of any magnitude.

    Raises:
        UserError: the configuration is invalid, contains classes that are not from Keras or that do more than
            arithmetic, requests something too large, or has an input that the program cannot provide.
    """
    if len(text) > LARGEST_CONFIG:
        raise UserError("The configuration of this network is too long; import a smaller model.")
    config = _parsed(text)
    if any(depth > _MAX_DEPTH for _, _, depth in _walk(config)):
        raise UserError("The configuration of this network is nested too deeply; build it with fewer levels.")
    # Without the training configuration, which is never loaded.
    config = current_config(config)
    for key, value, _ in _walk(config):
        if isinstance(value, dict):
            _check_object(value)
        else:
            _check_value(key, value)
    _check_layers(config)
    return json.dumps(config)


def image_shape(shape: Any) -> tuple[int, int, int]:
    """Return the image shape (height, width, channels) of a network input.

    Also accepts square images without channels, (28, 28), or flattened, (784,).

    Raises:
        UserError: the program cannot provide such an input.
    """
    sizes = list(shape) if isinstance(shape, list | tuple) else []
    if all(type(size) is int and 0 < size <= _LARGEST_NUMBER for size in sizes):
        height, width, channels = _as_image(sizes)
        if height == width and height in SIZES and channels in CHANNELS:
            return height, width, channels
    given = shape_text(sizes)
    raise UserError(
        "Inputs of shape {shape} are not supported; only squares of {least} to {most} pixels "
        "with one or three channels are, e.g. 28×28×1.",
        shape=_short(given) or "?",
        least=SIZES[0],
        most=SIZES[-1],
    )


def _as_image(sizes: list[int]) -> tuple[int, int, int]:
    match sizes:
        case [pixels] if math.isqrt(pixels) ** 2 == pixels:
            return math.isqrt(pixels), math.isqrt(pixels), 1
        case [height, width]:
            return height, width, 1
        case [height, width, channels]:
            return height, width, channels
    return 0, 0, 0


def _parsed(text: str) -> dict[str, Any]:
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(
            "The configuration of this network is damaged; save the model again with model.save()."
        ) from error
    if not _is_model(config) or not isinstance(config.get("config"), dict | list):
        raise UserError(
            "This file does not contain a graph of layers; build the model with the functional API of Keras."
        )
    return dict(config)


def _walk(config: dict[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """Yield all values with their keys and depths; items of a list have the key of the list."""
    remaining: list[tuple[str, Any, int]] = [("", config, 0)]
    while remaining:
        key, value, depth = remaining.pop()
        yield key, value, depth
        if isinstance(value, dict):
            remaining += [(str(name), inner, depth + 1) for name, inner in value.items()]
        elif isinstance(value, list):
            remaining += [(key, inner, depth + 1) for inner in value]


def _check_object(value: Mapping[str, Any]) -> None:
    """Check that an object that Keras would create is of an allowed Keras class."""
    if "class_name" not in value:
        return
    kind, module, registered = value["class_name"], value.get("module"), value.get("registered_name")
    shown = _short(str(kind))
    if kind == "Lambda":
        raise UserError("This network contains a Lambda layer, which runs arbitrary code; build it without.")
    is_keras = module is None or (isinstance(module, str) and _KERAS_MODULE.fullmatch(module))
    if not is_keras or registered not in (None, kind):
        raise UserError(
            "This network needs {name}, which is not part of Keras; build it from layers of Keras.",
            name=shown,
        )
    if not isinstance(kind, str) or kind not in _ALLOWED_CLASSES:
        raise UserError("This network uses {name}, which cannot be imported; build it without.", name=shown)
    _check_precision(kind, value.get("config"))
    _check_parameters(value)


def _check_precision(kind: str, options: Any) -> None:
    dtype = options.get("name" if kind == "DTypePolicy" else "dtype") if isinstance(options, dict) else None
    if isinstance(dtype, str) and dtype != "float32":
        raise UserError(
            "This network computes in {dtype}; save it with the precision float32.", dtype=_short(dtype)
        )


def _check_parameters(layer: Mapping[str, Any]) -> None:
    """Reject a layer whose build configuration shows that it is too large."""
    options, build = layer.get("config"), layer.get("build_config")
    if not isinstance(options, dict) or not isinstance(build, dict):
        return
    shape = _numbers(build.get("input_shape"))
    answers = _numbers(options.get("units")) or _numbers(options.get("filters"))
    parameters = math.prod([*shape[-1:], *answers, *_numbers(options.get("kernel_size"))])
    if math.prod(shape) > _MOST_VALUES or parameters > _MOST_PARAMETERS:
        raise UserError(
            "The layer {name} is too large; make it smaller.", name=_short(str(options.get("name")))
        )


def _numbers(value: Any) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [number for number in values if type(number) is int]


def _check_value(key: str, value: Any) -> None:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise UserError(
            "A text in the configuration of this network ({name}) is too long; shorten it.", name=_short(key)
        )
    if key == "name" and isinstance(value, str) and (not value.isprintable() or re.search(r"[/\\]", value)):
        raise UserError(
            "The name {name} in this network cannot be used; use names of letters, digits and _.",
            name=_short(value),
        )
    if not isinstance(value, int | float) or key in _UNLIMITED_KEYS:
        return
    limit = _INTEGER_LIMITS.get(key, _LARGEST_NUMBER)
    # Written this way so that NaN is rejected too.
    if not abs(value) <= limit:
        raise UserError(
            "{name} of this network is {value}; choose a number of at most {limit:,}.",
            name=_short(key),
            value=_short(f"{value:.3g}"),
            limit=limit,
        )


def _check_layers(config: Mapping[str, Any]) -> None:
    """Check the number of layers, also of models that are layers, and the input of the network."""
    layers = _layers_of(config)
    count = sum(len(_layers_of(value)) for _, value, _ in _walk(dict(config)) if _is_model(value))
    if count > _MOST_LAYERS:
        raise UserError(
            "This network has {count:,} layers, more than {limit}; build a smaller one.",
            count=count,
            limit=_MOST_LAYERS,
        )
    inputs = [layer for layer in layers if layer.get("class_name") == "InputLayer"]
    if len(inputs) > 1:
        raise UserError("This network has several inputs; build one with a single input.")
    shape = input_shape(inputs[0]) if inputs else None
    if shape is None:
        raise UserError(
            "The input shape of this network is unknown; begin it with an Input, e.g. of 28×28×1."
        )
    image_shape(shape[1:] if isinstance(shape, list) else shape)


def _is_model(value: Any) -> bool:
    kind = value.get("class_name") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind in MODELS


def _layers_of(model: Mapping[str, Any]) -> list[Any]:
    options = model.get("config")
    layers = options.get("layers") if isinstance(options, dict) else None
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise UserError(
            "This file does not contain a graph of layers; build the model with the functional API of Keras."
        )
    return layers


def _short(text: str) -> str:
    return shortened(printable(text), 60)
