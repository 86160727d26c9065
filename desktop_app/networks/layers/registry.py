"""Registry of layer kinds by Keras class name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from desktop_app.core.messages import Message, message
from desktop_app.networks.layers import (
    activation,
    convolution,
    dense,
    depthwise,
    merging,
    normalization,
    one_dimensional,
    operations,
    pooling,
    regularization,
    sample_normalization,
    shape,
    transposed,
    upsampling,
)
from desktop_app.networks.layers.operation import Activation, Operation
from desktop_app.networks.network_info import LayerInfo

FAMILIES: Mapping[Message, tuple[type[Operation], ...]] = MappingProxyType(
    {
        message("Convolution"): (
            convolution.Conv2D,
            depthwise.DepthwiseConv2D,
            depthwise.SeparableConv2D,
            transposed.Conv2DTranspose,
            one_dimensional.Conv1D,
        ),
        message("Pooling"): (
            pooling.MaxPooling2D,
            pooling.AveragePooling2D,
            pooling.GlobalAveragePooling2D,
            pooling.GlobalMaxPooling2D,
            one_dimensional.MaxPooling1D,
            one_dimensional.AveragePooling1D,
            one_dimensional.GlobalAveragePooling1D,
            one_dimensional.GlobalMaxPooling1D,
        ),
        message("Normalization"): (
            normalization.BatchNormalization,
            sample_normalization.LayerNormalization,
            sample_normalization.GroupNormalization,
            normalization.Rescaling,
        ),
        message("Activation"): (
            activation.ReLU,
            activation.ActivationByName,
            activation.LeakyReLU,
            activation.PReLU,
            activation.ELU,
            activation.Softmax,
        ),
        message("Regularization"): (
            regularization.Dropout,
            regularization.SpatialDropout2D,
            regularization.SpatialDropout1D,
            regularization.GaussianNoise,
            regularization.GaussianDropout,
            regularization.ActivityRegularization,
        ),
        message("Shape"): (
            shape.Flatten,
            shape.Reshape,
            shape.Permute,
            upsampling.UpSampling2D,
            shape.ZeroPadding2D,
            shape.Cropping2D,
        ),
        message("Dense"): (dense.Dense,),
        message("Merging"): (
            merging.Add,
            merging.Concatenate,
            merging.Subtract,
            merging.Multiply,
            merging.Average,
            merging.Maximum,
            merging.Minimum,
        ),
    }
)
"""Kinds that the editor offers, by group and in the order of its menu."""

KINDS: Mapping[str, type[Operation]] = MappingProxyType(
    {kind.keras_name: kind for family in FAMILIES.values() for kind in family}
)
"""Kinds that the editor offers, by Keras class name."""

OPERATIONS: Mapping[str, type[Operation]] = MappingProxyType(
    {
        **KINDS,
        shape.Input.keras_name: shape.Input,
        **{f"ops.{name}": kind for name, kind in operations.KERAS_OPERATIONS.items()},
    }
)
"""All supported kinds: also the input, and Keras operations that are not layers ("ops.Relu")."""


def is_identity(layer: LayerInfo) -> bool:
    """Return whether the activation of a layer is that of the layer before; see `Operation.is_identity`."""
    kind = OPERATIONS.get(layer.kind)
    return kind is not None and kind.is_identity


def keeps_channels(layer: LayerInfo) -> bool:
    """Return whether a layer keeps the channels of the layer before; see `Operation.keeps_channels`."""
    kind = OPERATIONS.get(layer.kind)
    return kind is not None and kind.keeps_channels


def has_filters(layer: LayerInfo) -> bool:
    """Return whether the weights of a layer are filters; see `Operation.has_filters`."""
    kind = OPERATIONS.get(layer.kind)
    return kind is not None and kind.has_filters


def is_function(layer: LayerInfo) -> bool:
    """Return whether a layer only applies an activation function."""
    kind = OPERATIONS.get(layer.kind)
    return kind is not None and issubclass(kind, activation.FunctionLayer)


def operation_for(
    layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
) -> Operation | None:
    """Create a layer; None where its kind, an option or a weight is not supported."""
    kind = OPERATIONS.get(layer.kind)
    if kind is None:
        return None
    try:
        return kind(layer, inputs, weights)
    except (ArithmeticError, IndexError, TypeError, ValueError):
        # Options come from a file and may hold anything.
        return None


_CONVOLUTIONS_2D: Mapping[str, type[Operation]] = MappingProxyType(
    {
        "Conv1D": convolution.Conv2D,
        "Conv1DTranspose": transposed.Conv2DTranspose,
        "DepthwiseConv1D": depthwise.DepthwiseConv2D,
        "SeparableConv1D": depthwise.SeparableConv2D,
    }
)
"""Convolutions over sequences, and the kinds whose weights theirs are without the first axis."""


def convolution_kernels(kind: str, weights: Mapping[str, Activation]) -> Activation | None:
    """Return the weights of a layer as kernels of a convolution.

    Args:
        kind: Keras class name.
        weights: by their Keras names ("kernel", …).

    Returns:
        float32 (height, width, input channels of a filter, filters), of height 1 for sequences; None
        where the kind is no convolution or the weights do not fit.
    """
    operation = OPERATIONS.get(kind)
    if (convolution_2d := _CONVOLUTIONS_2D.get(kind)) is not None:
        operation, weights = convolution_2d, {name: weight[None] for name, weight in weights.items()}
    if operation is None:
        return None
    try:
        kernels = operation.convolution_kernels(weights)
    except (KeyError, ValueError):
        return None
    return kernels if kernels is not None and kernels.ndim == 4 else None


def has_softmax(kind: str, options: Mapping[str, Any]) -> bool:
    """Return whether a layer ends in a softmax, so that its values are probabilities."""
    return kind == activation.Softmax.keras_name or options.get("activation") == "softmax"
