"""Rewriting of configurations of other versions of Keras into those of the current version, without Keras."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from desktop_app.core.errors import UserError
from desktop_app.networks.layers.functions import ACTIVATIONS
from desktop_app.networks.layers.registry import OPERATIONS

Config = dict[str, Any]

MODELS = frozenset({"Functional", "Model", "Sequential"})
"""Classes of models, which may also be layers of other models."""

_FLOATS = frozenset({"bfloat16", "float16", "float32", "float64", "mixed_bfloat16", "mixed_float16"})
_POLICIES = frozenset({"DTypePolicy", "FloatDTypePolicy", "Policy", "PolicyV1"})
_SHAPES = ("batch_shape", "batch_input_shape")
_RENAMED = {"BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization"}
_FOR_TRAINING = ("_initializer", "_regularizer", "_constraint")
_LAYER_OPTIONS = frozenset({"activity_regularizer", "data_format", "dtype", "name", "trainable"})
_KERAS_1_OPTIONS = frozenset({"border_mode", "nb_filter"})
_OLD_MODULE = re.compile(r"keras(\.src)?\.(engine|layers|models)(\..*)?")


def current_config(model: Config) -> Config:
    """Return the configuration of a model as the current version of Keras would write it.

    Changes what older versions wrote differently: models as lists of layers, first layers with the input
    shape and without InputLayer, precisions and their policies, classes and options with other names.
    Removes what has no effect when reading: initializers, regularizers and constraints, which may be of
    classes that the current version does not know, and a fixed batch size. Computes in float32.

    Args:
        model: an object with "class_name" and "config", whose depth has been checked.

    Raises:
        UserError: the model was saved by Keras 1.
    """
    rewritten: Config = _with_plain_values(model)
    rewritten.pop("compile_config", None)
    return _current_model(rewritten)


def input_shape(model: Mapping[str, Any]) -> Any:
    """Return the shape of the input of a model with its batch size, as written, or None.

    Args:
        model: an object with "class_name" and "config" of a rewritten configuration.
    """
    options = model.get("config")
    if not isinstance(options, dict):
        return None
    layers = options.get("layers")
    if not isinstance(layers, list):
        return _first_of(options, _SHAPES)
    first = next((layer for layer in layers if isinstance(layer, dict)), {})
    shape = input_shape(first)
    build = model.get("build_config")
    built = build.get("input_shape") if isinstance(build, dict) else None
    return (shape or options.get("build_input_shape") or built) if layers else None


def _first_of(options: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((options[name] for name in names if options.get(name) is not None), None)


def _with_plain_values(value: Any) -> Any:
    """Return a copy in which numbers that were written as arrays are numbers, and precisions are float32."""
    if isinstance(value, list):
        return [_with_plain_values(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "ndarray" and "value" in value:
        return value["value"]
    return {
        key: _precision(item) if key == "dtype" else _with_plain_values(item) for key, item in value.items()
    }


def _precision(dtype: Any) -> Any:
    """Return "float32" for every float type and policy; others, e.g. quantized ones, are unchanged."""
    name = dtype
    if isinstance(dtype, dict) and str(dtype.get("class_name")) in _POLICIES:
        options = dtype.get("config")
        name = options.get("name") if isinstance(options, dict) else None
    return "float32" if isinstance(name, str) and name in _FLOATS else dtype


def _current_model(model: Config) -> Config:
    options = model.get("config")
    if isinstance(options, list):
        model["config"] = options = {"name": "sequential", "layers": options}
    if not isinstance(options, dict) or not isinstance(options.get("layers"), list):
        return model
    if model.get("class_name") == "Model":
        model["class_name"] = "Functional"
    is_sequential = model.get("class_name") == "Sequential"
    if "module" in model and _is_of_keras(model):
        model["module"] = "keras" if is_sequential else "keras.src.models.functional"
    shape = input_shape(model) if is_sequential else None
    layers = options["layers"] = [
        _current_layer(layer) if isinstance(layer, dict) else layer for layer in options["layers"]
    ]
    if isinstance(shape, list) and layers and not _is_input(layers[0]):
        layers.insert(0, _input_layer(shape, layers, "module" in model))
    options.pop("build_input_shape", None)
    return model


def _is_input(layer: Any) -> bool:
    return isinstance(layer, dict) and layer.get("class_name") == "InputLayer"


def _is_of_keras(layer: Mapping[str, Any]) -> bool:
    module, registered = layer.get("module"), layer.get("registered_name")
    return (
        isinstance(module, str)
        and (module == "keras" or _OLD_MODULE.fullmatch(module) is not None)
        and registered in (None, layer.get("class_name"))
    )


def _input_layer(shape: list[Any], layers: list[Any], has_modules: bool) -> Config:
    configs = [layer.get("config") for layer in layers if isinstance(layer, dict)]
    names = [config.get("name") for config in configs if isinstance(config, dict)]
    name = next(name for name in ("input", *(f"input_{n}" for n in range(len(names)))) if name not in names)
    layer: Config = {
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, *shape[1:]], "dtype": "float32", "name": name},
    }
    return layer | ({"module": "keras.layers", "registered_name": None} if has_modules else {})


def _current_layer(layer: Config) -> Config:
    kind, options = layer.get("class_name"), layer.get("config")
    if not isinstance(kind, str):
        return layer
    if kind in MODELS:
        return _current_model(layer)
    if isinstance(options, dict):
        layer["class_name"] = kind = _RENAMED.get(kind, kind)
        if "module" in layer and _is_of_keras(layer):
            layer["module"] = "keras.layers"
        _rewrite_options(kind, options)
    return layer


def _rewrite_options(kind: str, options: Config) -> None:
    # Embedding still has an output_dim.
    if not _KERAS_1_OPTIONS.isdisjoint(options) or (kind == "Dense" and "output_dim" in options):
        raise UserError(
            "This model was saved by Keras 1, whose files cannot be read; save it again with Keras 2."
        )
    shape = _first_of(options, _SHAPES)
    for name in (*_SHAPES, "input_dtype", *(key for key in options if key.endswith(_FOR_TRAINING))):
        options.pop(name, None)
    if kind == "InputLayer":
        options["batch_shape"] = [None, *shape[1:]] if isinstance(shape, list) else shape
        # The program gives every network float32.
        options["dtype"] = "float32"
        return
    axis = options.get("axis")
    if kind == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        (options["axis"],) = axis
    if kind in ("DepthwiseConv2D", "SeparableConv2D") and options.get("groups") == 1:
        del options["groups"]
    if "activation" in options:
        options["activation"] = _activation(options["activation"])
    _remove_unknown(kind, options)


def _activation(value: Any) -> Any:
    """Return the name of an activation function that was written as an object or as one of TensorFlow's."""
    name = value
    if isinstance(value, dict) and value.get("class_name") == "function":
        name = value.get("config")
    name = name.removesuffix("_v2") if isinstance(name, str) else name
    return name if isinstance(name, str) and name in ACTIVATIONS else value


def _remove_unknown(kind: str, options: Config) -> None:
    """Remove options that other versions have and that are turned off."""
    known = OPERATIONS.get(kind)
    if known is None:
        return
    names = {option.name for option in known.options} | {*known.config_keys} | _LAYER_OPTIONS
    unused = [name for name, value in options.items() if value is None or value is False]
    for name in unused:
        if name not in names:
            del options[name]
