"""The arithmetic by Keras' class names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop_app.core.network_info import PASSING_KINDS, LayerInfo
from desktop_app.inspection.operations.activation import ELU, FunctionLayer, LeakyReLU, PReLU, ReLU, Softmax
from desktop_app.inspection.operations.convolution import Conv2D
from desktop_app.inspection.operations.dense import Dense
from desktop_app.inspection.operations.normalization import BatchNormalization, Rescaling
from desktop_app.inspection.operations.operation import Activation, Operation
from desktop_app.inspection.operations.pooling import (
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)
from desktop_app.inspection.operations.shape import Input, Passing

OPERATIONS: Mapping[str, type[Operation]] = {
    **dict.fromkeys(PASSING_KINDS, Passing),
    "Activation": FunctionLayer,
    "AveragePooling2D": AveragePooling2D,
    "BatchNormalization": BatchNormalization,
    "Conv2D": Conv2D,
    "Dense": Dense,
    "ELU": ELU,
    "GlobalAveragePooling2D": GlobalAveragePooling2D,
    "GlobalMaxPooling2D": GlobalMaxPooling2D,
    "InputLayer": Input,
    "LeakyReLU": LeakyReLU,
    "MaxPooling2D": MaxPooling2D,
    "PReLU": PReLU,
    "ReLU": ReLU,
    "Rescaling": Rescaling,
    "Softmax": Softmax,
}


def operation_for(
    layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
) -> Operation | None:
    """What a layer computes; None where its kind, or one of its options or weights, is not known."""
    kind = OPERATIONS.get(layer.kind)
    if kind is None:
        return None
    try:
        return kind(layer, inputs, weights)
    except ValueError:
        return None
