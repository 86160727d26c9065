"""Versions of one image: reduced, enlarged in several ways, and the original, with their quality."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.prepared import Prepared, Step
from desktop_app.tasks.task import Task

Values: TypeAlias = NDArray[np.float32]

PAGE, INPUT, MODEL, ORIGINAL = "page", "input", "model", "original"
NEAREST, BICUBIC, LANCZOS = "nearest", "bicubic", "lanczos"


@dataclass(frozen=True)
class Quality:
    """Similarity of an image to the original.

    Attributes:
        psnr, psnr_in_box: peak signal-to-noise ratio in dB, of all pixels and inside the box of the ink.
        ssim, ssim_in_box: structural similarity, -1..1.
    """

    psnr: float
    ssim: float
    psnr_in_box: float
    ssim_in_box: float

    def values(self) -> tuple[float, ...]:
        """Return all values in the order of the attributes."""
        return tuple(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, eq=False)
class Version:
    """One version of an image.

    Attributes:
        name: INPUT, NEAREST, BICUBIC, LANCZOS, MODEL or ORIGINAL.
        image: float32 (height, width, channels) in 0..1, 1 or 3 channels.
        quality: compared with the original; None for the original, and for an input of another size.
    """

    name: str
    image: Values
    quality: Quality | None = None


@dataclass(frozen=True, eq=False)
class Versions:
    """All versions of one image.

    Attributes:
        page: what was drawn or opened.
        versions: in the order of `version_names`.
    """

    page: Step
    versions: tuple[Version, ...]

    def pair(self, first: str, second: str) -> tuple[Version, Version] | None:
        """Return two versions by their names; None if there is no such version."""
        named = {version.name: version for version in self.versions}
        return (named[first], named[second]) if {first, second} <= named.keys() else None


def difference(first: Version, second: Version) -> Values:
    """Return the second minus the first image, float32 (height, width), the mean of all channels."""
    values: Values = (second.image - first.image).mean(axis=2)
    return values


def gain(first: Version, second: Version) -> float:
    """Return by how many dB the PSNR of the second version exceeds that of the first one."""
    assert first.quality is not None
    assert second.quality is not None
    return second.quality.psnr - first.quality.psnr


def version_names(task: Task) -> tuple[str, ...]:
    """Return the names of all versions for a task; there is no interpolation without enlargement."""
    interpolated = (NEAREST, BICUBIC, LANCZOS) if task.scale > 1 else ()
    return (INPUT, *interpolated, MODEL, ORIGINAL)


def comparable_names(task: Task) -> tuple[str, ...]:
    """Return the names of the versions that have the size of the original."""
    names = version_names(task)
    return names[1:] if task.scale > 1 else names


def versions_of(observation: Observation, task: Task) -> Versions | None:
    """Return the versions of the image of an observation, see `version_names`; None for an empty page."""
    # Imported here for the worker thread: Pillow is slow to import.
    from desktop_app.tasks.image_quality import image_quality
    from desktop_app.tasks.resampling import METHODS, enlarge_image

    prepared, output = observation.prepared, observation.image
    if prepared is None or prepared.original is None or output is None:
        return None
    model_input, original = prepared.model_input, prepared.original
    images = {} if task.scale > 1 else {INPUT: model_input}
    for method in METHODS if task.scale > 1 else ():
        enlarged = enlarge_image(prepared.pixels, task.scale, method)
        images[method] = enlarged.astype(np.float32) / np.float32(255)
    images[MODEL] = np.nan_to_num(output).clip(0, 1)
    stacked = np.stack(list(images.values()))
    quality = image_quality(stacked, np.broadcast_to(original, stacked.shape))
    columns = (quality.psnr, quality.ssim, quality.psnr_in_box, quality.ssim_in_box)
    scored = [
        Version(name, image, Quality(*map(float, row)))
        for (name, image), row in zip(images.items(), np.stack(columns, axis=1), strict=True)
    ]
    reduced = [] if INPUT in images else [Version(INPUT, model_input)]
    return Versions(_page_of(prepared), (*reduced, *scored, Version(ORIGINAL, original)))


def _page_of(prepared: Prepared) -> Step:
    """Return the step that shows the page, with the box of the ink if there is one."""
    return next((step for step in prepared.steps if step.boxes), prepared.steps[0])
