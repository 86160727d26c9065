"""Recipes of networks that classify colour pictures of 32x32 pixels.

Model inputs are already in 0..1, so the networks have no Rescaling layer as their sources do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from desktop_app.core.messages import message
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES, Value
from desktop_app.runs.rate_curve import ONE_CYCLE_RISE
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Recipe, Schedule
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.tasks.augmentation import NO_AUGMENTATION
from desktop_app.tasks.task import Task

CIFAR10_LABELS = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
"""Labels of CIFAR-10, in the order of its classes."""

CIFAR10_TASK = Task("picture", 32, 32, 3, "fit", CIFAR10_LABELS)


def _convolution(name: str, filters: int, **options: Value) -> Layer:
    return Layer("Conv2D", name, options={"filters": filters, "activation": "gelu", **options})


def _stem(name: str, width: int, patch: int) -> list[Layer]:
    """Return the patch embedding: one vector for each square of pixels."""
    convolution = _convolution(name, width, kernel_size=patch, strides=patch)
    return [convolution, Layer("BatchNormalization", f"{name}_norm")]


def _mixer(number: int, previous: str, width: int, *, adds_both: bool = False) -> list[Layer]:
    """Return a depthwise and a pointwise convolution with a skip connection.

    Args:
        number: number of the block.
        previous: name of the layer before the block.
        width: number of channels.
        adds_both: whether the skip connection is around both convolutions, not only the depthwise one.
    """
    depthwise: dict[str, Value] = {"kernel_size": 5, "padding": "same", "activation": "gelu"}
    mixed = [
        Layer("DepthwiseConv2D", f"depthwise{number}", (previous,), depthwise),
        Layer("BatchNormalization", f"norm{number}a"),
    ]
    pointwise = [
        _convolution(f"pointwise{number}", width, kernel_size=1),
        Layer("BatchNormalization", f"norm{number}b"),
    ]
    if adds_both:
        return [*mixed, *pointwise, Layer("Add", f"add{number}", (f"norm{number}b", previous))]
    return [*mixed, Layer("Add", f"add{number}", (f"norm{number}a", previous)), *pointwise]


def _mixers(first: int, count: int, previous: str, width: int, *, adds_both: bool = False) -> list[Layer]:
    """Return consecutive blocks, numbered from `first`."""
    end = "add" if adds_both else "norm"
    names = [
        previous,
        *(f"{end}{number}{'' if adds_both else 'b'}" for number in range(first, first + count)),
    ]
    blocks = (_mixer(first + i, names[i], width, adds_both=adds_both) for i in range(count))
    return list(chain.from_iterable(blocks))


def _dropout(rate: float) -> Layer:
    return Layer("Dropout", "dropout", options={"rate": rate})


_LOGITS = Layer("Dense", "logits", options={"units": CLASSES})
_AVERAGE = Layer("GlobalAveragePooling2D", "average")
_DENSE = Layer("Dense", "dense", options={"units": 256, "activation": "relu"})
_FLATTENED = [Layer("Flatten", "flatten"), _dropout(0.5), _DENSE, _LOGITS]
_AVERAGED = [_AVERAGE, _dropout(0.5), _LOGITS]


def conv_mixer(
    width: int, depth: int, patch: int, *, adds_both: bool = False, dropout: float = 0.5
) -> tuple[Layer, ...]:
    """Return a ConvMixer with 5x5 kernels (Trockman and Kolter, 2022).

    Args:
        width: number of channels.
        depth: number of blocks.
        patch: side of the patches of the first layer, in pixels.
        adds_both: whether skip connections are around depthwise and pointwise convolution together.
        dropout: rate before the last layer, 0..1.
    """
    blocks = _mixers(1, depth, "stem_norm", width, adds_both=adds_both)
    return (*_stem("stem", width, patch), *blocks, _AVERAGE, _dropout(dropout), _LOGITS)


def _two_stages(ending: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return a ConvMixer with four blocks of 256 channels and four of 512, on half as large maps."""
    return (
        *_stem("stem1", 256, 2),
        *_mixers(1, 4, "stem1_norm", 256),
        *_stem("stem2", 512, 2),
        *_mixers(5, 4, "stem2_norm", 512),
        *ending,
    )


def _conv_pool() -> tuple[Layer, ...]:
    """Return three stages of normalization, two 3x3 convolutions and pooling."""
    stages = [
        [
            Layer("BatchNormalization", f"norm{number}"),
            _convolution(f"conv{number}a", filters, kernel_size=3, padding="same"),
            _convolution(f"conv{number}b", filters, kernel_size=3, padding="same"),
            Layer("MaxPooling2D", f"pool{number}"),
        ]
        for number, filters in enumerate((64, 128, 256), 1)
    ]
    return (*chain.from_iterable(stages), *_FLATTENED)


def _normalized(name: str, filters: int, *, halves: bool = False, **options: Value) -> list[Layer]:
    """Return a convolution without bias, pooling if its map is halved, batch normalization and ReLU.

    A run of a few epochs has few steps, so the moving averages have a small momentum.
    """
    same: dict[str, Value] = {"filters": filters, "kernel_size": 3, "padding": "same", "use_bias": False}
    return [
        Layer("Conv2D", name, options={**same, **options}),
        *([Layer("MaxPooling2D", f"{name}_pool")] if halves else []),
        Layer("BatchNormalization", f"{name}_norm", options={"momentum": 0.95}),
        Layer("ReLU", f"{name}_relu"),
    ]


def _quick() -> tuple[Layer, ...]:
    """Return two residual stages after a patch embedding, with few and small maps."""
    return (
        *_normalized("stem", 48, kernel_size=2, strides=2),
        *_normalized("conv1", 96, halves=True),
        *_normalized("conv2", 96),
        Layer("Add", "add1", ("conv2_relu", "conv1_relu")),
        *_normalized("conv3", 192, halves=True),
        *_normalized("conv4", 192),
        Layer("Add", "add2", ("conv4_relu", "conv3_relu")),
        Layer("GlobalMaxPooling2D", "maximum"),
        _dropout(0.2),
        _LOGITS,
    )


_SOURCE = Recipe(
    task=CIFAR10_TASK,
    data=(DataPart("cifar10", validation=0.1),),
    image_augmentation=replace(NO_AUGMENTATION, crop=4, flip="horizontal"),
    fitting=Fitting(epochs=30, batch_size=128, optimizer="adamw", weight_decay=1e-4),
    schedule=Schedule("plateau", rate=2e-3, every=2, factor=0.5, minimum=1e-5),
    keeping=Keeping(patience=4),
)
"""Recipe of the sources."""

_IMPATIENT = replace(
    _SOURCE, schedule=replace(_SOURCE.schedule, every=1, minimum=5e-6), keeping=Keeping(patience=3)
)
"""Recipe of the sources for their larger networks."""


def _recipe(name: str, title: str, layers: Sequence[Layer], like: Recipe = _SOURCE) -> Recipe:
    return replace(like, name=name, title=title, layers=with_names(layers))


_BEST = replace(
    _SOURCE,
    name="pictures",
    title="Pictures",
    layers=conv_mixer(256, 8, 2, dropout=0.1),
    image_augmentation=replace(
        NO_AUGMENTATION,
        crop=4,
        flip="horizontal",
        brightness=0.1,
        contrast=0.15,
        saturation=0.15,
        cutout=8,
    ),
    fitting=replace(
        _SOURCE.fitting, epochs=20, weight_decay=0.02, label_smoothing=0.05, recalibration_batches=100
    ),
    schedule=Schedule("one-cycle", rate=5e-3, warm_up=ONE_CYCLE_RISE),
    keeping=Keeping(weights="last", wrong_share=0.05),
)

_QUICK = replace(
    _BEST,
    name="quick-pictures",
    title="Pictures, quick",
    layers=_quick(),
    image_augmentation=replace(NO_AUGMENTATION, crop=2, flip="horizontal"),
    fitting=replace(_BEST.fitting, epochs=10, label_smoothing=0.1),
)

PICTURE_ENTRIES: tuple[ZooEntry, ...] = (
    ZooEntry(
        message("ConvMixer-256/8 with a one-cycle schedule: the picture model of this program."),
        _BEST,
    ),
    ZooEntry(
        message("A small residual network for a first training on colour pictures."),
        _QUICK,
    ),
    ZooEntry(
        message("Depthwise and pointwise convolutions on patches of 2×2 pixels, in eight blocks."),
        _recipe("convmixer-256-8", "ConvMixer-256/8", conv_mixer(256, 8, 2)),
        0.85,
    ),
    ZooEntry(
        message("The same with skip connections around both convolutions of a block."),
        _recipe(
            "convmixer-256-8-both", "ConvMixer-256/8, longer skips", conv_mixer(256, 8, 2, adds_both=True)
        ),
        0.85,
    ),
    ZooEntry(
        message("Two stages of 256 and 512 channels, flattened, with a large dense layer."),
        _recipe("convmixer-two-stages-flatten", "ConvMixer, two stages, flatten", _two_stages(_FLATTENED)),
        0.85,
    ),
    ZooEntry(
        message("Two stages of 256 and 512 channels with global average pooling."),
        _recipe(
            "convmixer-two-stages-average",
            "ConvMixer, two stages, average",
            _two_stages(_AVERAGED),
            like=_IMPATIENT,
        ),
        0.85,
    ),
    ZooEntry(
        message("Six convolutions, batch normalization and pooling, with a dense layer."),
        _recipe("conv-pool-64-128-256", "Conv-pool 64-128-256", _conv_pool(), like=_IMPATIENT),
        0.85,
    ),
    ZooEntry(
        message("A smaller ConvMixer on patches of 4×4 pixels; an epoch takes about a minute on two cores."),
        _recipe("convmixer-128-8", "ConvMixer-128/8, patch 4", conv_mixer(128, 8, 4)),
    ),
)
"""The recipes, in the order of the list."""
