"""The arithmetic by Keras' class names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop_app.networks.layers.activation import ELU, FunctionLayer, LeakyReLU, PReLU, ReLU, Softmax
from desktop_app.networks.layers.convolution import Conv2D
from desktop_app.networks.layers.dense import Dense
from desktop_app.networks.layers.depthwise import DepthwiseConv2D, SeparableConv2D
from desktop_app.networks.layers.lines import (
    AveragePooling1D,
    Conv1D,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    MaxPooling1D,
)
from desktop_app.networks.layers.merging import (
    Add,
    Average,
    Concatenate,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
)
from desktop_app.networks.layers.normalization import BatchNormalization, Rescaling
from desktop_app.networks.layers.operation import Activation, Operation
from desktop_app.networks.layers.pooling import (
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)
from desktop_app.networks.layers.shape import (
    Cropping2D,
    Input,
    Passing,
    Permute,
    UpSampling2D,
    ZeroPadding2D,
)
from desktop_app.networks.network_info import PASSING_KINDS, LayerInfo

OPERATIONS: Mapping[str, type[Operation]] = {
    **dict.fromkeys(PASSING_KINDS, Passing),
    "Activation": FunctionLayer,
    "Add": Add,
    "Average": Average,
    "AveragePooling1D": AveragePooling1D,
    "AveragePooling2D": AveragePooling2D,
    "BatchNormalization": BatchNormalization,
    "Concatenate": Concatenate,
    "Conv1D": Conv1D,
    "Conv2D": Conv2D,
    "Cropping2D": Cropping2D,
    "Dense": Dense,
    "DepthwiseConv2D": DepthwiseConv2D,
    "ELU": ELU,
    "GlobalAveragePooling1D": GlobalAveragePooling1D,
    "GlobalAveragePooling2D": GlobalAveragePooling2D,
    "GlobalMaxPooling1D": GlobalMaxPooling1D,
    "GlobalMaxPooling2D": GlobalMaxPooling2D,
    "InputLayer": Input,
    "LeakyReLU": LeakyReLU,
    "MaxPooling1D": MaxPooling1D,
    "MaxPooling2D": MaxPooling2D,
    "Maximum": Maximum,
    "Minimum": Minimum,
    "Multiply": Multiply,
    "PReLU": PReLU,
    "Permute": Permute,
    "ReLU": ReLU,
    "Rescaling": Rescaling,
    "SeparableConv2D": SeparableConv2D,
    "Softmax": Softmax,
    "Subtract": Subtract,
    "UpSampling2D": UpSampling2D,
    "ZeroPadding2D": ZeroPadding2D,
    "ops.Add": Add,
    "ops.Maximum": Maximum,
    "ops.Minimum": Minimum,
    "ops.Multiply": Multiply,
    "ops.Subtract": Subtract,
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
    except (ArithmeticError, IndexError, TypeError, ValueError):
        # Options come from a file: whatever does not fit is not known.
        return None
