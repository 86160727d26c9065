"""Recipes: everything that is needed to repeat a training run, as one frozen value and one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType

DIGITS = tuple("0123456789")

LOOK_ALIKES = tuple("OoDQIliJjZzSsbGBgqyT")
"""Letters that many people write like a digit: no network can tell them apart without context."""

STAGES: Mapping[str, int] = MappingProxyType({"convolutional": 3, "dense": 2, "residual": 3})
"""The architectures, and how many stages each has whose width a recipe gives."""


@dataclass(frozen=True)
class Split:
    """How writers are shared out. Shares of writers, 0..1; what is left over trains."""

    validation_share: float = 0.1
    test_share: float = 0.2
    mnist_validation: int = 2500
    seed: int = 1


@dataclass(frozen=True)
class InkVariety:
    """How recorded strokes are varied before they are drawn (standard deviations or ranges)."""

    variants: int = 6
    rotation: float = 7.0
    shear: float = 0.15
    aspect: float = 0.12
    bend: float = 0.035
    stroke_shift: float = 0.02
    pen_share: tuple[float, float] = (0.07, 0.2)


@dataclass(frozen=True)
class ImageVariety:
    """How model inputs are varied in every epoch (ranges in degrees, shares and pixels)."""

    rotation: float = 12.0
    shear: float = 0.2
    scale: float = 0.1
    shift: float = 1.2
    elastic: float = 0.8
    thickness: float = 0.3
    gamma: float = 0.35
    ink_strength: float = 0.5


@dataclass(frozen=True)
class Recipe:
    """One training run, whole.

    Attributes:
        name: of the model folder it makes; title is what people see.
        labels: the characters the model learns to read.
        look_alikes: characters that are neither labels nor negatives.
        architecture: one of STAGES.
        filters: channels, or units, of each stage of the network.
        dropout: share of features dropped before the last layer, 0..1.
        digit_repeats: how often each recorded digit stands in one epoch.
        negatives: letters and scribbles in one epoch.
        negative_share: share of what people draw that is no character, 0..1, for calibration.
        rejected_share: share of validation characters that may be called unsure or no character.
        precision: Keras dtype policy while training; what is saved is float32.
    """

    name: str = "digits"
    title: str = "Digits"
    labels: tuple[str, ...] = DIGITS
    look_alikes: tuple[str, ...] = LOOK_ALIKES
    split: Split = field(default_factory=Split)
    ink_variety: InkVariety = field(default_factory=InkVariety)
    image_variety: ImageVariety = field(default_factory=ImageVariety)
    architecture: str = "convolutional"
    filters: tuple[int, ...] = (32, 64, 128)
    dropout: float = 0.3
    digit_repeats: int = 3
    negatives: int = 28000
    negative_share: float = 0.03
    rejected_share: float = 0.005
    epochs: int = 36
    batch_size: int = 256
    learning_rate: float = 0.003
    warm_up_epochs: float = 2.0
    weight_decay: float = 0.02
    label_smoothing: float = 0.03
    average_momentum: float = 0.999
    precision: str = "mixed_bfloat16"
    seed: int = 1


def recipe_to_json(recipe: Recipe) -> str:
    """The recipe as indented JSON."""
    return json.dumps(asdict(recipe), indent=2) + "\n"


def recipe_from_json(text: str) -> Recipe:
    """The recipe that JSON text describes.

    Raises:
        ValueError: the text is no JSON object, has a key that no recipe has, or asks for an
            architecture that there is not.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("a recipe is a JSON object")
    try:
        values["split"] = Split(**values.get("split", {}))
        ink = dict(values.get("ink_variety", {}))
        if "pen_share" in ink:
            ink["pen_share"] = tuple(ink["pen_share"])
        values["ink_variety"] = InkVariety(**ink)
        values["image_variety"] = ImageVariety(**values.get("image_variety", {}))
        for key in ("labels", "look_alikes", "filters"):
            if key in values:
                values[key] = tuple(values[key])
        recipe = Recipe(**values)
    except TypeError as error:
        raise ValueError(f"this is no recipe: {error}") from error
    if STAGES.get(recipe.architecture) != len(recipe.filters):
        raise ValueError(f"there is no {recipe.architecture} network with {len(recipe.filters)} stages")
    return recipe


def read_recipe(path: Path) -> Recipe:
    """The recipe in a JSON file (see `recipe_from_json`)."""
    return recipe_from_json(path.read_text(encoding="utf-8"))
