"""Output images of a network for the test samples of its run, with their quality and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import Header
from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.runs.answer_file import damaged, read_arrays, write_arrays
from desktop_app.tasks.image_quality import image_quality
from desktop_app.tasks.resampling import METHODS, enlarge_image

if TYPE_CHECKING:
    from desktop_app.networks.image_reader import ImageReader

NETWORK = "network"
ENLARGEMENTS: tuple[str, ...] = (*METHODS, NETWORK)
"""Methods of enlargement: interpolations, and the network."""

MEASURES = ("psnr", "ssim", "psnr_in_box", "ssim_in_box")
"""Measures of the quality of an image, see `ImageQuality`."""

_LONGEST_LABEL = 40

_BLOCK = 200
"""Samples that are measured between two checks whether to stop."""

_TYPES = {
    "inputs": (4, "u1"),
    "outputs": (4, "u1"),
    "originals": (4, "u1"),
    "labels": (1, "U"),
    "quality": (3, "f4"),
    "readings": (2, "U"),
}


@dataclass(frozen=True, eq=False)
class ImageAnswers:
    """Output images of a network for test samples.

    Attributes:
        inputs: uint8 (n, height, width, channels), model inputs; n is at least 1.
        outputs: uint8 (n, output height, output width, channels), outputs of the network.
        originals: uint8 of the same shape, target images.
        labels: str (n,), labels of the samples; empty where the reading model does not know them.
        quality: float32 (enlargements, measures, n), in the order of ENLARGEMENTS and MEASURES.
        readings: str (1 + enlargements, n), labels that a model for characters reads in the originals and in
            the enlarged images; (0, n) if none has read them.

    Raises:
        UserError: the arrays have other shapes, types or values.
    """

    inputs: NDArray[np.uint8]
    outputs: NDArray[np.uint8]
    originals: NDArray[np.uint8]
    labels: NDArray[np.str_]
    quality: NDArray[np.float32]
    readings: NDArray[np.str_]

    def __post_init__(self) -> None:
        headers = {name: (getattr(self, name).shape, getattr(self, name).dtype) for name in _TYPES}
        if not _are_consistent(headers) or not np.isfinite(self.quality).all():
            raise UserError("The output images of the test samples do not fit together; train again.")

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.inputs)

    @property
    def are_enlarged(self) -> bool:
        """Whether the outputs are larger than the inputs; otherwise all interpolations equal the input."""
        return bool(self.outputs.shape[1] > self.inputs.shape[1])


def answer_images(
    inputs: NDArray[np.uint8],
    outputs: NDArray[np.float32],
    originals: NDArray[np.uint8],
    labels: NDArray[np.str_],
    reader: ImageReader | None,
    should_stop: ShouldStop = lambda: False,
) -> ImageAnswers:
    """Compare the outputs of a network, and interpolations of its inputs, with the originals.

    Args:
        inputs: uint8 (n, height, width, channels), model inputs; n is at least 1.
        outputs: float32 (n, scale * height, scale * width, channels), clipped to 0..1.
        originals: uint8 of the same shape.
        labels: str (n,), labels of the samples.
        reader: reads the originals and the enlarged images; None to read none.
        should_stop: called often.

    Raises:
        Stopped: should_stop() returned True.
    """
    measured: list[tuple[NDArray[np.float32], NDArray[np.str_]]] = []
    for first in range(0, len(inputs), _BLOCK):
        raise_if_stopped(should_stop)
        rows = slice(first, first + _BLOCK)
        measured.append(_measure(inputs[rows], outputs[rows], originals[rows], reader))
    quality, readings = (np.concatenate(each, axis=-1) for each in zip(*measured, strict=True))
    if reader is not None:
        labels = np.where(np.isin(labels, reader.labels), labels, "")
    return ImageAnswers(inputs, _pixels(outputs), originals, labels, quality, readings)


def _measure(
    inputs: NDArray[np.uint8],
    outputs: NDArray[np.float32],
    originals: NDArray[np.uint8],
    reader: ImageReader | None,
) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Return the quality and the readings of some samples, as in ImageAnswers."""
    targets, scale = _values(originals), originals.shape[1] // inputs.shape[1]
    images: dict[str, NDArray[np.float32]] = {
        name: _values(np.stack([enlarge_image(image, scale, name) for image in inputs])) for name in METHODS
    }
    images[NETWORK] = outputs.clip(0, 1)
    qualities = [image_quality(images[name], targets) for name in ENLARGEMENTS]
    quality = np.array([[getattr(each, name) for name in MEASURES] for each in qualities], np.float32)
    if reader is None:
        return quality, np.zeros((0, len(inputs)), "<U1")
    readings = np.stack([reader.read(targets), *(reader.read(images[name]) for name in ENLARGEMENTS)])
    return quality, readings


def _pixels(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = np.rint(values.clip(0, 1) * 255).astype(np.uint8)
    return pixels


def _values(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return pixels.astype(np.float32) / np.float32(255)


def write_image_answers(path: Path, answers: ImageAnswers) -> None:
    """Write output images to an .npz file.

    Raises:
        UserError: the file cannot be written, or there are too many samples.
    """
    write_arrays(path, {name: getattr(answers, name) for name in _TYPES})


def read_image_answers(path: Path) -> ImageAnswers:
    """Read output images from an .npz file.

    Raises:
        UserError: the file is missing, damaged, too large or of another kind.
    """
    arrays = read_arrays(path, len(_TYPES), _are_consistent)
    try:
        return ImageAnswers(*(arrays[name] for name in _TYPES))
    except UserError as error:
        raise damaged(path) from error


def _are_consistent(headers: dict[str, Header]) -> bool:
    """Return whether the arrays are exactly the expected ones, with shapes and types that fit."""
    if headers.keys() != _TYPES.keys():
        return False
    for name, (rank, kind) in _TYPES.items():
        shape, dtype = headers[name]
        is_kind = dtype.kind == "U" and dtype.itemsize <= 4 * _LONGEST_LABEL if kind == "U" else dtype == kind
        if len(shape) != rank or not is_kind:
            return False
    shapes = {name: shape for name, (shape, _) in headers.items()}
    (count, *size), (_, *larger) = shapes["inputs"], shapes["outputs"]
    scale = larger[0] // max(1, size[0])
    return (
        min(count, *size, scale) > 0
        and tuple(larger) == (size[0] * scale, size[1] * scale, size[2])
        and shapes["outputs"] == shapes["originals"]
        and (len(ENLARGEMENTS), len(MEASURES), count) == shapes["quality"]
        and shapes["labels"] == (count,)
        and shapes["readings"] in ((0, count), (1 + len(ENLARGEMENTS), count))
        and shapes["outputs"][0] == count
    )
