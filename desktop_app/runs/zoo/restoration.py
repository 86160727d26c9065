"""Recipes for super-resolution: digits of 14×14 pixels are enlarged to 28×28."""

from __future__ import annotations

from desktop_app.core.messages import message
from desktop_app.networks.layer_list import INPUT, Layer, with_names
from desktop_app.networks.layers.options import Value
from desktop_app.runs.rate_curve import ONE_CYCLE_RISE
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Recipe, Schedule
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.tasks.task import Task

_TASK = Task("restoration", 14, 14, 1, "mnist-reduce", labels=(), scale=2)


def _conv(filters: int, name: str = "", activation: str = "relu") -> Layer:
    options: dict[str, Value] = {"filters": filters, "kernel_size": 3, "padding": "same"}
    return Layer("Conv2D", name, options={**options, "activation": activation})


_AUTOENCODER = Recipe(
    name="super-resolution-autoencoder",
    title="Super-resolution, autoencoder",
    task=_TASK,
    data=(DataPart("mnist", validation=0.2, normalize=False),),
    layers=with_names(
        [
            _conv(64),
            Layer("MaxPooling2D"),
            _conv(128),
            _conv(128),
            Layer("UpSampling2D"),
            _conv(64),
            Layer("UpSampling2D"),
            _conv(1, activation="sigmoid"),
        ]
    ),
    fitting=Fitting(epochs=40, batch_size=128, momentum=0.5),
    schedule=Schedule(rate=2e-4),
)


def _residual_block(number: int, previous: str, filters: int) -> list[Layer]:
    """Return two convolutions, added to their input."""
    return [
        _conv(filters, f"conv{number}a"),
        _conv(filters, f"conv{number}b", activation="linear"),
        Layer("Add", f"add{number}", (f"conv{number}b", previous)),
    ]


def _sub_pixel(filters: int, blocks: int) -> tuple[Layer, ...]:
    """Return residual blocks at the size of the input, then a learned correction of bilinear interpolation.

    A transposed convolution with strides of 2 computes what a sub-pixel convolution does (Shi et al., 2016);
    residual blocks without batch normalization are from Lim et al. (2017). The last layer limits values to
    0..1.
    """
    transposed: dict[str, Value] = {"filters": 1, "kernel_size": 4, "strides": 2, "padding": "same"}
    layers = [_conv(filters, "conv1")]
    for number in range(2, blocks + 2):
        layers += _residual_block(number, layers[-1].name, filters)
    return (
        *layers,
        Layer("Conv2DTranspose", "correction", options=transposed),
        Layer("UpSampling2D", "interpolation", (INPUT,), {"interpolation": "bilinear"}),
        Layer("Add", "sum", ("correction", "interpolation")),
        Layer("ReLU", "pixels", options={"max_value": 1.0}),
    )


RESTORATION_ENTRIES: tuple[ZooEntry, ...] = (
    ZooEntry(
        message("Enlarges digits of 14×14 pixels: residual blocks and a sub-pixel convolution."),
        Recipe(
            name="super-resolution",
            title="Super-resolution",
            task=_TASK,
            data=(DataPart("mnist", validation=2500, normalize=False),),
            layers=_sub_pixel(40, 3),
            fitting=Fitting(epochs=16, batch_size=128, average_momentum=0.999),
            schedule=Schedule("one-cycle", rate=4e-3, warm_up=ONE_CYCLE_RISE),
            keeping=Keeping(weights="last", monitor="val_psnr"),
        ),
    ),
    ZooEntry(
        message("A convolutional autoencoder with pooling and upsampling for the same task."),
        _AUTOENCODER,
    ),
)
"""The recipes, in the order of the list."""
