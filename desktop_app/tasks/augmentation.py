"""Settings of the random changes of strokes and model inputs in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]


@dataclass(frozen=True)
class InkAugmentation:
    """Settings of changes of recorded strokes before rasterization (standard deviations or ranges).

    Attributes:
        variants: number of augmented sets; epochs use them in turn.
        repeats: number of times each character occurs in one epoch.
        crossed_zeros: share of the zeros that get a bar or a slash across.
        pen_share: range of the pen width, as a share of the size of the character.
    """

    variants: Annotated[int, Meta(ge=1, le=100)] = 6
    repeats: Annotated[int, Meta(ge=1, le=20)] = 3
    rotation: Annotated[float, Meta(ge=0, le=90)] = 7.0
    shear: Share = 0.15
    aspect: Share = 0.12
    bend: Share = 0.035
    stroke_shift: Share = 0.02
    crossed_zeros: Share = 0.0
    pen_share: tuple[Share, Share] = (0.07, 0.2)


@dataclass(frozen=True)
class ImageAugmentation:
    """Settings of changes of model inputs in every epoch; each value is drawn from its range.

    Attributes:
        rotation: degrees in both directions.
        shear: horizontal shift per unit of height.
        scale: logarithm of the zoom factor, drawn separately for width and height.
        shift: pixels.
        elastic: displacement of the points of a coarse grid, in pixels (standard deviation).
        thickness: share of images with thicker or thinner strokes.
        gamma: logarithm of the exponent of the pixel values.
        resolution: share of images that are reduced to a third to three quarters of their size and enlarged
            again.
        flip: directions in which half of the images are mirrored; not suitable for characters.
        crop: whole pixels by which images are moved in both directions, with zeros outside.
        brightness: added to all pixel values.
        contrast: change of the factor on differences from the mean of the image.
        saturation: change of the factor on differences from grey; only for colour images.
        cutout: side of a square with the mean colour, in pixels; part of it may be outside the image.
        mixup: parameter of the symmetric beta distribution of the share in a mixture of two images.
        ink_strength: factor on the ranges for samples whose strokes are already augmented.
    """

    rotation: Annotated[float, Meta(ge=0, le=180)] = 12.0
    shear: Share = 0.2
    scale: Share = 0.1
    shift: Annotated[float, Meta(ge=0, le=10)] = 1.2
    elastic: Annotated[float, Meta(ge=0, le=5)] = 0.8
    thickness: Share = 0.3
    gamma: Share = 0.35
    resolution: Share = 0.0
    flip: Literal["none", "horizontal", "vertical", "both"] = "none"
    crop: Annotated[int, Meta(ge=0, le=16)] = 0
    brightness: Share = 0.0
    contrast: Share = 0.0
    saturation: Share = 0.0
    cutout: Annotated[int, Meta(ge=0, le=64)] = 0
    mixup: Share = 0.0
    ink_strength: Share = 0.5


NO_AUGMENTATION = ImageAugmentation(rotation=0, shear=0, scale=0, shift=0, elastic=0, thickness=0, gamma=0)
"""Settings that change nothing."""
