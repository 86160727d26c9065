"""Recipes of networks that recognize characters.

Published networks have the sizes and recipes of the tutorials that they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from desktop_app.core.messages import message
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES, Value
from desktop_app.runs.rate_curve import ONE_CYCLE_RISE
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Negatives, Recipe, Schedule
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation, InkAugmentation
from desktop_app.tasks.task import Task


def _conv(filters: int) -> Layer:
    return Layer("Conv2D", options={"filters": filters, "kernel_size": 3, "activation": "relu"})


def _dense(units: int) -> Layer:
    return Layer("Dense", options={"units": units, "activation": "relu"})


def _dropout(rate: float) -> Layer:
    return Layer("Dropout", options={"rate": rate})


_POOL, _FLATTEN, _AVERAGE = Layer("MaxPooling2D"), Layer("Flatten"), Layer("GlobalAveragePooling2D")
_PROBABILITIES = Layer("Dense", "probabilities", options={"units": CLASSES, "activation": "softmax"})
_LOGITS = Layer("Dense", "logits", options={"units": CLASSES})


_MNIST_5000 = (DataPart("mnist", validation=5000, normalize=False),)
_PLAIN = Fitting(epochs=20, batch_size=128)
_SLOW = Schedule(rate=1e-4)


def _tutorial(name: str, title: str, layers: Sequence[Layer], epochs: int = 20) -> Recipe:
    return Recipe(
        name=name,
        title=title,
        data=_MNIST_5000,
        layers=with_names(layers),
        fitting=replace(_PLAIN, epochs=epochs),
        schedule=_SLOW,
    )


def _logits(name: str, title: str, layers: Sequence[Layer]) -> Recipe:
    return Recipe(
        name=name,
        title=title,
        data=(DataPart("mnist", validation=0.15, normalize=False),),
        layers=with_names([*layers, _dropout(0.5), _LOGITS]),
        fitting=Fitting(epochs=20, batch_size=128),
        schedule=Schedule(rate=1e-3),
        keeping=Keeping(patience=2),
    )


_THREE_STAGES = [
    _conv(32), _POOL, _dropout(0.2),
    _conv(64), _POOL, _dropout(0.2),
    _conv(128), _POOL, _dropout(0.2),
    _FLATTEN, _dense(128), _PROBABILITIES,
]  # fmt: skip
_FOUR_CONVOLUTIONS = [_conv(64), _conv(64), _POOL, _conv(128), _conv(128)]


def _block(
    number: int, filters: int, size: int = 3, padding: str = "same", pool: bool = False
) -> list[Layer]:
    """Return convolution, pooling if requested, batch normalization and ReLU.

    Pooling comes first, because normalizing the larger maps would take most of the training time on a CPU.
    """
    convolution: dict[str, Value] = {
        "filters": filters,
        "kernel_size": size,
        "padding": padding,
        "use_bias": False,
    }
    return [
        Layer("Conv2D", f"conv{number}", options=convolution),
        *([Layer("MaxPooling2D", f"pool{number}")] if pool else []),
        Layer("BatchNormalization", f"norm{number}"),
        Layer("ReLU", f"relu{number}"),
    ]


def _ending(dropout: float) -> list[Layer]:
    return [
        Layer("Dropout", "dropout", options={"rate": dropout}),
        Layer("Dense", "logits", options={"units": CLASSES}),
        Layer("Softmax", "probabilities"),
    ]


def convolutional(first: int, second: int, third: int, dropout: float) -> tuple[Layer, ...]:
    """Return six convolutions with batch normalization and three numbers of filters.

    The last 4x4 maps are flattened, not averaged, because positions distinguish 6 from 9.
    """
    return (
        *_block(1, first, size=5, padding="valid", pool=True),
        *_block(2, second),
        *_block(3, second),
        *_block(4, second, pool=True),
        *_block(5, third),
        *_block(6, third, padding="valid"),
        Layer("Flatten", "flatten"),
        *_ending(dropout),
    )


def dense(first: int, second: int, dropout: float) -> tuple[Layer, ...]:
    """Return a network with two dense hidden layers."""
    return (
        Layer("Flatten", "flatten"),
        Layer("Dense", "hidden1", options={"units": first, "activation": "relu"}),
        Layer("Dense", "hidden2", options={"units": second, "activation": "relu"}),
        *_ending(dropout),
    )


def residual(first: int, second: int, third: int, dropout: float) -> tuple[Layer, ...]:
    """Return depthwise separable convolutions with skip connections, and global average pooling.

    Methods: residual learning (He, Zhang, Ren and Sun, 2016); depthwise separable convolutions
    (Howard et al., 2017).
    """
    return (
        *_block(1, first, size=5, padding="valid", pool=True),
        *_residual_block(2, "relu1", first),
        *_residual_block(3, "relu2b", second, strides=2, widens=True),
        *_residual_block(4, "relu3b", second),
        *_residual_block(5, "relu4b", third, widens=True),
        *_residual_block(6, "relu5b", third),
        Layer("GlobalAveragePooling2D", "average"),
        *_ending(dropout),
    )


def _residual_block(
    number: int, previous: str, filters: int, strides: int = 1, *, widens: bool = False
) -> list[Layer]:
    """Return a depthwise and a 1x1 convolution, each normalized, added to the input."""
    depthwise: dict[str, Value] = {"kernel_size": 3, "strides": strides, "padding": "same", "use_bias": False}
    pointwise: dict[str, Value] = {"filters": filters, "kernel_size": 1, "use_bias": False}
    skip = f"skip{number}" if widens else previous
    projection = Layer("Conv2D", skip, (previous,), {**pointwise, "strides": strides})
    return [
        Layer("DepthwiseConv2D", f"depthwise{number}", (previous,), depthwise),
        Layer("BatchNormalization", f"norm{number}a"),
        Layer("ReLU", f"relu{number}a"),
        Layer("Conv2D", f"pointwise{number}", options=pointwise),
        Layer("BatchNormalization", f"norm{number}b"),
        *([projection] if widens else []),
        Layer("Add", f"add{number}", (f"norm{number}b", skip)),
        Layer("ReLU", f"relu{number}b"),
    ]


_SINGLE_DIGITS = (
    DataPart("mnist", validation=2500),
    DataPart("pendigits", validation=0.1, test=0.2),
    DataPart("unipen", validation=0.1, test=0.2),
)
_ALL_DATA = (
    *_SINGLE_DIGITS,
    DataPart("unipen-words", validation=0.1, test=0.2),
    DataPart("unipen-numbers", validation=0.2, test=0.4),
    DataPart("bhmsds", validation=0.05, test=0.1),
)
DIGITS_RECIPE = Recipe(
    name="digits",
    title="Digits",
    data=_ALL_DATA,
    layers=convolutional(32, 64, 128, 0.3),
    task=Task(rejects=True, preparation="mnist-directions", channels=3),
    negatives=Negatives(per_epoch=24000, expected_share=0.05, numbers=3000),
    ink_augmentation=InkAugmentation(variants=5),
    image_augmentation=ImageAugmentation(resolution=0.2),
    fitting=Fitting(
        epochs=18,
        batch_size=256,
        optimizer="adamw",
        weight_decay=0.02,
        label_smoothing=0.03,
        average_momentum=0.999,
        recalibration_batches=150,
        precision="auto",
    ),
    schedule=Schedule("cosine", rate=0.003, warm_up=2.0),
    keeping=Keeping(weights="last"),
)


def _fast(name: str, title: str, widths: tuple[int, int, int], epochs: int, **more: Any) -> Recipe:
    """Return a recipe with three small convolutions and a one-cycle schedule.

    The first convolution has strides of 2, because large maps and their pooling take most of the time on a
    CPU.
    """
    first, second, third = widths
    layers = [
        Layer("Conv2D", options={"filters": first, "kernel_size": 5, "strides": 2, "activation": "relu"}),
        _conv(second),
        _POOL,
        _conv(third),
        _FLATTEN,
        _dropout(0.2),
        _LOGITS,
    ]
    return Recipe(
        name=name,
        title=title,
        data=(DataPart("mnist", validation=2500, normalize=False),),
        layers=with_names(layers),
        fitting=Fitting(epochs=epochs, batch_size=128),
        keeping=Keeping(weights="last"),
        **more,
    )


_SMALL_AUGMENTATION = replace(NO_AUGMENTATION, rotation=8, shear=0.12, scale=0.1, shift=1.2)

_FAST = _fast(
    "fast", "Fast", (16, 32, 64), epochs=4, schedule=Schedule("one-cycle", rate=5e-3, warm_up=ONE_CYCLE_RISE)
)
_FEW_SAMPLES = replace(
    _FAST,
    name="fast-few-samples",
    title="Fast, few samples",
    data=(DataPart("uci-digits"),),
    image_augmentation=_SMALL_AUGMENTATION,
    fitting=Fitting(epochs=12, batch_size=32),
)
"""Small batches, because an epoch of few samples has few steps."""


def _like_the_best(name: str, title: str, layers: tuple[Layer, ...], fitting: Fitting) -> Recipe:
    """Return a recipe like the best one, with single digits only and fewer epochs."""
    return replace(
        DIGITS_RECIPE,
        name=name,
        title=title,
        task=Task(rejects=True),
        data=_SINGLE_DIGITS,
        negatives=Negatives(),
        image_augmentation=ImageAugmentation(),
        layers=layers,
        fitting=replace(fitting, precision="float32"),
        ink_augmentation=InkAugmentation(variants=4),
    )


CHARACTER_ENTRIES: tuple[ZooEntry, ...] = (
    ZooEntry(
        message("99 % accuracy on MNIST after half a minute on two CPU cores."),
        _FAST,
    ),
    ZooEntry(
        message("For small data sets: 99 % accuracy on the built-in UCI digits after a few seconds."),
        _FEW_SAMPLES,
    ),
    ZooEntry(
        message("Slightly larger, with augmented images; trains in a few minutes."),
        _fast(
            "fast-augmented",
            "Fast, augmented",
            (24, 48, 96),
            epochs=18,
            image_augmentation=_SMALL_AUGMENTATION,
            schedule=Schedule("one-cycle", rate=4e-3, warm_up=ONE_CYCLE_RISE),
        ),
    ),
    ZooEntry(
        message("Two dense hidden layers of 300 units, without convolutions."),
        _tutorial("mlp-300-300", "MLP 300-300", [_FLATTEN, _dense(300), _dense(300), _PROBABILITIES]),
        0.98,
    ),
    ZooEntry(
        message("Two wider dense layers, trained for five epochs."),
        Recipe(
            name="mlp-512-512",
            title="MLP 512-512",
            data=(DataPart("mnist", validation=0.0, normalize=False),),
            layers=with_names([_FLATTEN, _dense(512), _dense(512), _PROBABILITIES]),
            fitting=Fitting(epochs=5, batch_size=256, optimizer="rmsprop"),
            schedule=Schedule(rate=1e-3),
            keeping=Keeping(weights="last"),
        ),
        0.98,
    ),
    ZooEntry(
        message("One convolution, flattened, and a large dense layer."),
        _tutorial("conv32-dense128", "Conv32, Dense128", [_conv(32), _FLATTEN, _dense(128), _PROBABILITIES]),
        0.9792,
    ),
    ZooEntry(
        message("Pooling reduces the parameters to a quarter with almost the same accuracy."),
        _tutorial(
            "conv32-pool-dense128",
            "Conv32, pool, Dense128",
            [_conv(32), _POOL, _FLATTEN, _dense(128), _PROBABILITIES],
        ),
        0.9788,
    ),
    ZooEntry(
        message("Dropout prevents that the network relies on single features."),
        _tutorial(
            "conv32-pool-dropout-dense128",
            "Conv32, pool, dropout, Dense128",
            [_conv(32), _POOL, _dropout(0.2), _FLATTEN, _dense(128), _dropout(0.2), _PROBABILITIES],
        ),
        0.9842,
    ),
    ZooEntry(
        message("Three convolutions, each followed by pooling and dropout."),
        _tutorial("conv-32-64-128", "Conv 32-64-128, Dense128", _THREE_STAGES, epochs=40),
        0.9901,
    ),
    ZooEntry(
        message("The same network with randomly zoomed images."),
        Recipe(
            name="conv-32-64-128-augmented",
            title="Conv 32-64-128, augmented",
            data=_MNIST_5000,
            layers=with_names(_THREE_STAGES),
            image_augmentation=replace(NO_AUGMENTATION, scale=0.2),
            fitting=replace(_PLAIN, epochs=10),
            schedule=Schedule(rate=1e-3),
        ),
    ),
    ZooEntry(
        message("Small, fast, and much better than one convolution."),
        Recipe(
            name="conv-32-64-64",
            title="Conv 32-64-64, Dense64",
            data=(DataPart("mnist", validation=0.0, normalize=False),),
            layers=with_names(
                [_conv(32), _POOL, _conv(64), _POOL, _conv(64), _FLATTEN, _dense(64), _PROBABILITIES]
            ),
            fitting=Fitting(epochs=5, batch_size=32),
            schedule=Schedule(rate=1e-3),
            keeping=Keeping(weights="last"),
        ),
        0.9918,
    ),
    ZooEntry(
        message("Four convolutions and global average pooling; ends in logits."),
        _logits(
            "conv-64-64-128-128-average",
            "Conv 64-64-128-128, average",
            [*_FOUR_CONVOLUTIONS, _AVERAGE],
        ),
        0.9923,
    ),
    ZooEntry(
        message("The same with a second pooling layer before the average."),
        _logits(
            "conv-64-64-128-128-pool-average",
            "Conv 64-64-128-128, pool, average",
            [*_FOUR_CONVOLUTIONS, _POOL, _AVERAGE],
        ),
        0.9924,
    ),
    ZooEntry(
        message("The same, flattened instead of averaged, so that positions are kept."),
        _logits(
            "conv-64-64-128-128-pool-flatten",
            "Conv 64-64-128-128, pool, flatten",
            [*_FOUR_CONVOLUTIONS, _POOL, _FLATTEN],
        ),
        0.9941,
    ),
    ZooEntry(
        message("The default model of the program, trained with images, strokes and negatives."),
        DIGITS_RECIPE,
    ),
    ZooEntry(
        message("Separable convolutions with skip connections and a seventh of the parameters."),
        _like_the_best(
            "residual",
            "Digits, residual",
            residual(32, 64, 128, 0.1),
            replace(DIGITS_RECIPE.fitting, epochs=10),
        ),
    ),
    ZooEntry(
        message("Dense layers only, for comparison with convolutions."),
        _like_the_best(
            "dense",
            "Digits, dense",
            dense(116, 80, 0.1),
            replace(DIGITS_RECIPE.fitting, epochs=14, weight_decay=0.01, recalibration_batches=0),
        ),
    ),
)
"""The recipes, in the order of the list."""
