"""Recipes and data for other tasks than characters. The module does not need Keras."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Recipe, Schedule
from desktop_app.tasks.augmentation import NO_AUGMENTATION
from desktop_app.tasks.task import Task

COLOURS = {"red": (200, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 200)}


def picture(colour: tuple[int, ...], rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Return a picture with a bright square of a colour on a dark background."""
    pixels = rng.integers(0, 90, (height, width, 3), np.uint8)
    top, left = rng.integers(0, height - 8), rng.integers(0, width - 8)
    pixels[top : top + 8, left : left + 8] = colour
    return pixels


def write_pictures(folder: Path) -> DataFolders:
    """Write a folder per colour with pictures of two sizes, and an .npz file with images of one size."""
    rng = np.random.default_rng(1)
    for name, colour in COLOURS.items():
        (folder / "spots" / name).mkdir(parents=True)
        for number in range(24):
            size = (16, 16) if number % 3 else (20, 32)
            Image.fromarray(picture(colour, rng, *size)).save(folder / "spots" / name / f"{number}.png")
    images = np.stack([picture(tuple(rng.integers(0, 256, 3)), rng, 16, 16) for _ in range(96)])
    np.savez(folder / "images.npz", x=images, y=np.zeros(96, np.uint8))
    return DataFolders(folder, folder)


def convolution(filters: int, size: int, **options: bool | int | float | str) -> Layer:
    return Layer("Conv2D", options={"filters": filters, "kernel_size": size, **options})


def mixer(depth: int) -> tuple[Layer, ...]:
    """Return a ConvMixer (Trockman and Kolter, 2022)."""

    def activated(name: str) -> list[Layer]:
        gelu = Layer("Activation", f"{name}_gelu", options={"activation": "gelu"})
        return [gelu, Layer("BatchNormalization", f"{name}_norm")]

    layers = [replace(convolution(8, 4, strides=4), name="patches"), *activated("patches")]
    previous = "patches_norm"
    for block in range(depth):
        depthwise = f"depthwise{block}"
        layers += [
            Layer("DepthwiseConv2D", depthwise, options={"kernel_size": 3, "padding": "same"}),
            *activated(depthwise),
            Layer("Add", f"sum{block}", (f"{depthwise}_norm", previous)),
            replace(convolution(8, 1), name=f"pointwise{block}"),
            *activated(f"pointwise{block}"),
        ]
        previous = f"pointwise{block}_norm"
    ending = Layer("Dense", "probabilities", options={"units": CLASSES, "activation": "softmax"})
    return (*layers, Layer("GlobalAveragePooling2D", "mean"), ending)


MIXER = Recipe(
    name="mixer",
    title="ConvMixer",
    task=Task("picture", 16, 16, 3, "fit", tuple(COLOURS)),
    data=(DataPart("spots", validation=0.2, test=0.25),),
    layers=mixer(2),
    image_augmentation=replace(
        NO_AUGMENTATION,
        shift=2,
        flip="horizontal",
        crop=1,
        brightness=0.1,
        contrast=0.1,
        saturation=0.1,
        cutout=2,
        mixup=0.1,
    ),
    fitting=Fitting(epochs=6, batch_size=8, optimizer="adamw", weight_decay=0.001, recalibration_batches=4),
    schedule=Schedule("one-cycle", rate=0.02),
    keeping=Keeping(monitor="val_accuracy"),
)

SHARPENER = Recipe(
    name="sharpener",
    title="Sharpener",
    task=Task("restoration", 8, 8, 3, "reduce", (), scale=2),
    data=(DataPart("images.npz", validation=0.2, test=0.2),),
    layers=with_names(
        [
            convolution(8, 3, padding="same", activation="relu"),
            Layer("MaxPooling2D"),
            convolution(12, 3, padding="same", activation="relu"),
            Layer("UpSampling2D", "larger", options={"size": 4}),
            convolution(3, 3, padding="same"),
        ]
    ),
    image_augmentation=replace(NO_AUGMENTATION, flip="both", crop=2),
    fitting=Fitting(epochs=4, batch_size=16),
    schedule=Schedule(rate=0.01),
    keeping=Keeping(monitor="val_psnr"),
)
