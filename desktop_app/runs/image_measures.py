"""Figures of output images: their quality, compared with interpolation, and how well they are read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.image_answers import ENLARGEMENTS, MEASURES, NETWORK, ImageAnswers

Rows = NDArray[np.int64]
"""Row numbers of samples."""


@dataclass(frozen=True)
class EnlargementFigures:
    """Mean quality of the images of one method.

    Attributes:
        name: one of ENLARGEMENTS.
        psnr, psnr_in_box: mean peak signal-to-noise ratio in decibels, of the image and inside the box of
            the ink.
        ssim, ssim_in_box: mean structural similarity, -1..1.
        accuracy: share, 0..1, of the images that a model for characters reads correctly; None if unknown.
    """

    name: str
    psnr: float
    ssim: float
    psnr_in_box: float
    ssim_in_box: float
    accuracy: float | None


@dataclass(frozen=True, eq=False)
class ImageEvaluation:
    """Output images for test samples, and their figures.

    Attributes:
        answers: the images.
        enlargements: figures of each method, in the order of ENLARGEMENTS.
        accuracy: share, 0..1, of the originals that a model for characters reads correctly; None if unknown.
    """

    answers: ImageAnswers
    enlargements: tuple[EnlargementFigures, ...]
    accuracy: float | None

    @property
    def gain(self) -> float:
        """Mean PSNR of the network minus that of bicubic interpolation, in decibels."""
        psnr = {each.name: each.psnr for each in self.enlargements}
        return psnr[NETWORK] - psnr["bicubic"]

    @property
    def worst_first(self) -> Rows:
        """All samples by increasing PSNR of the network."""
        return np.argsort(self.psnr_of(NETWORK), kind="stable")

    def psnr_of(self, name: str) -> NDArray[np.float32]:
        """Return the PSNR of each image of a method, in decibels, float32 (n,)."""
        psnr: NDArray[np.float32] = self.answers.quality[ENLARGEMENTS.index(name), MEASURES.index("psnr")]
        return psnr


def measure_images(answers: ImageAnswers) -> ImageEvaluation:
    """Compute the figures of output images."""
    original, *enlarged = _accuracies(answers)
    means = answers.quality.mean(axis=2, dtype=np.float64).tolist()
    figures = tuple(
        EnlargementFigures(name, **dict(zip(MEASURES, values, strict=True)), accuracy=accuracy)
        for name, values, accuracy in zip(ENLARGEMENTS, means, enlarged, strict=True)
    )
    return ImageEvaluation(answers, figures, original)


def _accuracies(answers: ImageAnswers) -> list[float | None]:
    """Return the share of correct readings of the originals and of each method; None without readings."""
    has_label = answers.labels != ""
    if not len(answers.readings) or not has_label.any():
        return [None] * (1 + len(ENLARGEMENTS))
    is_right = answers.readings[:, has_label] == answers.labels[has_label]
    shares: list[float | None] = is_right.mean(axis=1).tolist()
    return shares
