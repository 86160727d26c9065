"""Layers that change values only while a network is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from desktop_app.networks.layers.common import RATE
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.shape import Identity

_NOISE = Option(
    "stddev",
    "Deviation",
    "Standard deviation of what is added while training",
    0.1,
    0.0,
    1.0,
    training=True,
    always=True,
)
_PENALTY = Option("", "", "", 0.0, 0.0, 100.0, training=True)


class RandomLayer(Identity):
    """What layers that draw random numbers while training have in common."""

    draws = True
    keeps_channels = True


class Dropout(RandomLayer):
    """Sets values to 0."""

    stem = "dropout"
    about = "Drops single values while training, so that no value is relied on."
    options: ClassVar[tuple[Option, ...]] = (RATE,)


class SpatialDropout2D(RandomLayer):
    """Sets whole maps to 0."""

    stem = "dropout"
    about = "Drops whole maps while training, so that no map is relied on."
    options: ClassVar[tuple[Option, ...]] = (RATE,)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """The same maps."""
        return cls.map_shape(inputs[0])


class SpatialDropout1D(RandomLayer):
    """Sets whole channels of lines to 0."""

    stem = "dropout"
    about = "Drops whole channels of a line while training."
    options: ClassVar[tuple[Option, ...]] = (RATE,)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """The same lines."""
        return cls.line_shape(inputs[0])


class GaussianNoise(RandomLayer):
    """Adds noise."""

    stem = "noise"
    about = "Adds normally distributed noise while training."
    options: ClassVar[tuple[Option, ...]] = (_NOISE,)


class GaussianDropout(RandomLayer):
    """Multiplies by noise."""

    stem = "noise"
    about = "Multiplies values by noise around 1 while training."
    options: ClassVar[tuple[Option, ...]] = (RATE,)


class ActivityRegularization(Identity):
    """Makes large values costly."""

    stem = "regularization"
    about = "Adds to the loss while training, so that values stay small."
    options: ClassVar[tuple[Option, ...]] = (
        replace(
            _PENALTY,
            name="l1",
            title="L1",
            explanation="What the sum of the values costs",
            short="l1 {value}",
        ),
        replace(
            _PENALTY,
            name="l2",
            title="L2",
            explanation="What the sum of their squares costs",
            short="l2 {value}",
        ),
    )
    keeps_channels = True
