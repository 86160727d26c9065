"""Augmentation settings: how strokes and model inputs are changed at random while a network learns.

They lie here, below the recipes that store them and the function tables that use them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]


@dataclass(frozen=True)
class InkAugmentation:
    """How recorded strokes are changed before they are drawn (standard deviations or ranges).

    Attributes:
        variants: how often they are drawn anew; epochs take them in turn.
        repeats: how often each character stands in one epoch.
        pen_share: width of the pen, as a share of the character's size.
    """

    variants: Annotated[int, Meta(ge=1, le=100)] = 6
    repeats: Annotated[int, Meta(ge=1, le=20)] = 3
    rotation: Annotated[float, Meta(ge=0, le=90)] = 7.0
    shear: Share = 0.15
    aspect: Share = 0.12
    bend: Share = 0.035
    stroke_shift: Share = 0.02
    pen_share: tuple[Share, Share] = (0.07, 0.2)


@dataclass(frozen=True)
class ImageAugmentation:
    """How model inputs are changed in every epoch: each value is drawn anew within its range.

    Attributes:
        rotation: degrees to either side.
        shear: share of the height that columns are slanted by.
        scale: zoom in or out, width and height apart, as the logarithm of the factor.
        shift: pixels.
        elastic: pixels that places of a coarse grid are moved by (standard deviation).
        thickness: share of images whose strokes are thickened or thinned.
        gamma: contrast, as the logarithm of the exponent.
        flip: whether half of the images are mirrored; that hurts digits, which have no mirror images.
        ink_strength: how much of all this ink gets that was augmented already as strokes.
    """

    rotation: Annotated[float, Meta(ge=0, le=180)] = 12.0
    shear: Share = 0.2
    scale: Share = 0.1
    shift: Annotated[float, Meta(ge=0, le=10)] = 1.2
    elastic: Annotated[float, Meta(ge=0, le=5)] = 0.8
    thickness: Share = 0.3
    gamma: Share = 0.35
    flip: Literal["none", "horizontal", "vertical", "both"] = "none"
    ink_strength: Share = 0.5


NO_AUGMENTATION = ImageAugmentation(rotation=0, shear=0, scale=0, shift=0, elastic=0, thickness=0, gamma=0)
"""Augmentation that changes nothing, to set single values of."""
