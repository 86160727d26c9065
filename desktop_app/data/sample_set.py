"""Sample sets: many model inputs with their labels, from a data set or a folder of files.

All of them go through the one normalization, so that a network sees of them what it sees of ink that
is drawn or of pictures that are opened.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import Refusal, shown_name
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.ink_set import is_ink_set, read_image_set, read_ink_set
from desktop_app.ink.normalize import normalize
from desktop_app.ink.open_page import PAGE_SUFFIXES, load_page
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink

MOST_SAMPLES = 2000
"""Largest number of samples that are taken from a data set."""

MOST_FILES = 500
"""Largest number of samples that are taken from a folder; opening a photograph takes its time."""

_MOST_LISTED = 200_000
_SEED = 7

InkMap: TypeAlias = NDArray[np.float32]
Drawn: TypeAlias = Iterator[tuple[str, InkMap]]
"""Labels and ink maps of samples; each is opened when its turn comes."""


class SampleKind(StrEnum):
    """What samples were before they were normalized."""

    INK = "ink"
    IMAGES = "images"
    FILES = "files"


@dataclass(frozen=True, eq=False)
class SampleSet:
    """Samples, in an order in which any first ones have all labels about equally often.

    Attributes:
        name: of the file or folder.
        kind: what the samples were.
        total: how many there were to choose from.
        pixels: uint8 (n, size, size), light ink on dark ground, n at least 1.
        labels: n of them; empty texts where they are not known.
        sha256: over pixels and labels, hexadecimal.
    """

    name: str
    kind: SampleKind
    total: int
    pixels: NDArray[np.uint8]
    labels: tuple[str, ...]
    sha256: str

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.labels)

    def model_inputs(self, first: int, last: int, channels: int = 1) -> NDArray[np.float32]:
        """Samples first to last - 1 as a network sees them.

        Returns:
            float32 (last - first, size, size, channels) in 0..1, all channels the same.
        """
        shares = self.pixels[first:last, ..., None].astype(np.float32) / np.float32(255)
        return np.repeat(shares, channels, axis=3)


def open_sample_set(path: Path, size: int, should_stop: ShouldStop = lambda: False) -> SampleSet | None:
    """Open an ink set, an image set in Keras' layout, or a folder of images and InkML files.

    Of large sets some are taken, the labels evenly, always the same ones. Files in folders have the
    name of the folder that they lie in as their label, and none beside each other in the chosen one.

    Args:
        path: an .npz file or a folder.
        size: side of the model input, one of normalize.SIZES.
        should_stop: asked before each sample.

    Returns:
        None when should_stop() was true.

    Raises:
        Refusal: it is none of these, damaged or too large, or no sample in it has ink.
    """
    kind, total, drawn = _drawn(path)
    pixels, labels = [], []
    for label, ink_map in drawn:
        if should_stop():
            return None
        if (model_input := _model_input(ink_map, size)) is not None:
            pixels.append(model_input)
            labels.append(label)
    if not pixels:
        raise Refusal(f"There is no sample with ink in {shown_name(path)}; choose other samples.")
    together = np.stack(pixels)
    digest = hashlib.sha256(together.tobytes() + "\0".join(labels).encode("utf-8", "replace"))
    return SampleSet(path.name, kind, total, together, tuple(labels), digest.hexdigest())


def evenly(labels: Sequence[str], most: int) -> NDArray[np.int64]:
    """Positions of samples to take: one of each label, then another one of each, and so on.

    Args:
        labels: of all samples.
        most: how many positions are wanted at most.

    Returns:
        int64 (n,), drawn with a fixed seed.
    """
    names, number = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
    shuffled = np.random.default_rng(_SEED).permutation(len(labels))
    by_label = shuffled[np.argsort(number[shuffled], kind="stable")]
    counts = np.bincount(number, minlength=len(names))
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    rank = np.arange(len(labels)) - starts
    order: NDArray[np.int64] = by_label[np.argsort(rank, kind="stable")][:most]
    return order


def _drawn(path: Path) -> tuple[SampleKind, int, Drawn]:
    """What the samples are, how many there are, and those to take."""
    if path.is_dir():
        return _files(path)
    if is_ink_set(path):
        ink_set = read_ink_set(path)
        taken = evenly(ink_set.labels.tolist(), MOST_SAMPLES).tolist()
        inks = ((str(ink_set.labels[i]), rasterize(ink_set.ink(i))) for i in taken)
        return SampleKind.INK, len(ink_set), inks
    image_set = read_image_set(path, "test")
    labels = [str(label) for label in image_set.labels.tolist()]
    taken = evenly(labels, MOST_SAMPLES).tolist()
    images = ((labels[i], image_set.images[i].astype(np.float32) / np.float32(255)) for i in taken)
    return SampleKind.IMAGES, len(image_set), images


def _files(folder: Path) -> tuple[SampleKind, int, Drawn]:
    """Images and InkML files of a folder and all folders in it."""
    walk = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    paths = sorted(path for path in islice(walk, _MOST_LISTED) if path.suffix.lower() in PAGE_SUFFIXES)
    labels = ["" if path.parent == folder else path.parent.name for path in paths]
    taken = evenly(labels, MOST_FILES).tolist()
    return SampleKind.FILES, len(paths), ((labels[i], _ink_map(paths[i])) for i in taken)


def _ink_map(path: Path) -> InkMap:
    """The ink map of a file; an empty one where it cannot be opened, since one file spoils no folder."""
    try:
        page = load_page(path)
    except Refusal:
        return np.zeros((0, 0), dtype=np.float32)
    return rasterize(page) if isinstance(page, Ink) else page.ink_map


def _model_input(ink_map: InkMap, size: int) -> NDArray[np.uint8] | None:
    """Grey values of a sample, or None without ink."""
    normalized = normalize(ink_map, size)
    if normalized is None:
        return None
    grey: NDArray[np.uint8] = np.rint(normalized.model_input[..., 0] * 255).astype(np.uint8)
    return grey
