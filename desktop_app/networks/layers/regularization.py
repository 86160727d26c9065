"""Layers that change values only during training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from desktop_app.core.messages import message, message_template
from desktop_app.networks.layers.common import RATE
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.shape import Identity

_NOISE = Option(
    "stddev",
    message("Deviation"),
    message("Standard deviation of what is added while training"),
    0.1,
    0.0,
    1.0,
    training_only=True,
    always_shown=True,
)
_PENALTY = Option("", message(""), message(""), 0.0, 0.0, 100.0, training_only=True)


class RandomLayer(Identity):
    """Base class of layers that use random numbers during training."""

    is_random = True
    keeps_channels = True


class Dropout(RandomLayer):
    """Sets single values to 0."""

    name_prefix = "dropout"
    description = message("Sets random values to 0 during training, to reduce overfitting.")
    options: ClassVar[tuple[Option, ...]] = (RATE,)


class SpatialDropout2D(RandomLayer):
    """Sets whole maps to 0."""

    name_prefix = "dropout"
    description = message("Sets random maps to 0 during training, to reduce overfitting.")
    options: ClassVar[tuple[Option, ...]] = (RATE,)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the shape of the maps."""
        return cls.map_shape(inputs[0])


class SpatialDropout1D(RandomLayer):
    """Sets whole channels of sequences to 0."""

    name_prefix = "dropout"
    description = message("Sets random channels of a sequence to 0 during training, to reduce overfitting.")
    options: ClassVar[tuple[Option, ...]] = (RATE,)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the shape of the sequence."""
        return cls.sequence_shape(inputs[0])


class GaussianNoise(RandomLayer):
    """Adds noise."""

    name_prefix = "noise"
    description = message("Adds normally distributed noise during training.")
    options: ClassVar[tuple[Option, ...]] = (_NOISE,)


class GaussianDropout(RandomLayer):
    """Multiplies by noise."""

    name_prefix = "noise"
    description = message("Multiplies values by random factors around 1 during training.")
    options: ClassVar[tuple[Option, ...]] = (RATE,)


class ActivityRegularization(Identity):
    """Adds a penalty for large values to the loss."""

    name_prefix = "regularization"
    description = message("Adds a penalty for large values to the loss during training.")
    options: ClassVar[tuple[Option, ...]] = (
        replace(
            _PENALTY,
            name="l1",
            title=message("L1"),
            explanation=message("What the sum of the values costs"),
            short=message_template("l1 {value}"),
        ),
        replace(
            _PENALTY,
            name="l2",
            title=message("L2"),
            explanation=message("What the sum of their squares costs"),
            short=message_template("l2 {value}"),
        ),
    )
    keeps_channels = True
