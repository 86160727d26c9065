"""The ink in a picture: polarity, paper and noise are found and taken away.

Paper is what remains when everything narrower than a bold stroke is filled up with what surrounds
it; it may be unevenly lit. Ink is what differs from the paper by more than noise does. On even and
clean paper the ink map is exactly the difference to the paper.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

MIN_CONTRAST = 0.05
"""Smallest contrast to the paper that can be ink, as a share of the paper's brightness."""

_COARSE_SIZE = 96  # longer side of the small version in which the paper is looked for
_WIDEST_STROKE = 0.45  # as a share of the shorter side; what is wider is paper
_EVEN = 0.04  # paper whose brightness varies less than this is even
_CLEAN = 1.0 / 255  # noise below this is none
_SIGNIFICANT = 8.0  # standard deviations of noise by which ink must stand out
_DOUBT = 2.0  # times by which ink must exceed what is lighter than the paper, which cannot be ink
_BEYOND_DOUBT = 0.3  # contrast of a pen, which no reflection on the paper makes doubtful
_SMALLEST_SHEET = 0.3  # of the picture, where a table is seen around it
_SMALLEST = 5  # pixels that a character is high or wide, at least
_FULL_ENOUGH = 0.5  # ink of at least this contrast is left as it is


def find_ink(grey: Grey) -> Grey:
    """Find the ink in a grey picture, dark on light or light on dark.

    Args:
        grey: float32 (height, width) in 0..1.

    Returns:
        Ink map, float32 (height, width) in 0..1, about 1 where there is ink, 0 on paper; all 0
        where there is no ink.
    """
    ink = np.zeros(grey.shape, dtype=np.float32)
    if grey.size == 0 or float(np.ptp(grey)) < MIN_CONTRAST:
        return ink
    sheet = _sheet(_coarse(grey))
    top, bottom = (round(share * grey.shape[0]) for share in sheet[0])
    left, right = (round(share * grey.shape[1]) for share in sheet[1])
    ink[top:bottom, left:right] = _ink_on_sheet(grey[top:bottom, left:right])
    return ink


def _ink_on_sheet(grey: Grey) -> Grey:
    """The ink in a picture that shows nothing but paper."""
    none = np.zeros(grey.shape, dtype=np.float32)
    coarse = _coarse(grey)
    light_on_dark = _is_light_on_dark(coarse)
    if light_on_dark:
        grey, coarse = 1 - grey, 1 - coarse
    paper = _paper(coarse)
    # Dark ink takes away a share of the light that falls on the paper; light ink adds to it.
    contrast, noise = _contrast(grey, paper, 0.5 if light_on_dark else 0.02)
    sharp = _sharp(contrast)
    peak = float(sharp.max())
    doubt = min(_DOUBT * float(np.quantile(-contrast, 0.999)), _BEYOND_DOUBT)
    needed = max(MIN_CONTRAST, _SIGNIFICANT * noise, doubt)
    if peak < 0.5 * needed or float(contrast.max()) < needed:
        return none
    full = float(np.median(contrast[sharp > 0.5 * peak]))
    kept = _kept(contrast, sharp, full, noise, needed)
    ink = np.where(kept, np.maximum(contrast, 0), 0)
    if full < _FULL_ENOUGH:
        ink = ink / full
    return np.minimum(ink, 1).astype(np.float32)


def _coarse(grey: Grey) -> Grey:
    """The picture averaged over whole blocks until its longer side fits the coarse size."""
    factor = math.ceil(max(grey.shape) / _COARSE_SIZE)
    return np.asarray(Image.fromarray(grey).reduce(factor)) if factor > 1 else grey


def _sheet(coarse: Grey) -> tuple[tuple[float, float], tuple[float, float]]:
    """Top and bottom, left and right of the sheet on a dark table, as shares; else of everything."""
    from scipy import ndimage

    everything = (0.0, 1.0), (0.0, 1.0)
    light = coarse > (float(coarse.min()) + float(coarse.max())) / 2
    border = np.concatenate((light[0], light[-1], light[:, 0], light[:, -1]))
    if border.mean() > 0.05 or light.mean() < _SMALLEST_SHEET:
        return everything
    parts, _ = ndimage.label(light)
    largest = parts == np.bincount(parts[parts > 0]).argmax()
    rows, columns = np.flatnonzero(largest.any(axis=1)), np.flatnonzero(largest.any(axis=0))
    box = (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)
    # A sheet fills its box nearly; a thick light character does not.
    if largest.sum() < 0.75 * (box[0][1] - box[0][0]) * (box[1][1] - box[1][0]):
        return everything
    margin = 0.03 * max(coarse.shape)
    (top, bottom), (left, right) = (
        ((low + margin) / size, (high - margin) / size)
        for (low, high), size in zip(box, coarse.shape, strict=True)
    )
    return (top, bottom), (left, right)


def _is_light_on_dark(coarse: Grey) -> bool:
    """Whether the ink is lighter than the paper.

    Ink is rarer than paper in its neighbourhood, whatever the light. Where a tight crop makes
    both equally common, the border shows the paper.
    """
    from scipy import ndimage

    window = max(3, min(coarse.shape) // 2) | 1
    difference = coarse - ndimage.median_filter(coarse, size=window, mode="nearest")
    lighter, darker = (
        float((np.maximum(difference, 0) ** 2).sum()),
        float((np.maximum(-difference, 0) ** 2).sum()),
    )
    share = lighter / max(lighter + darker, 1e-9)
    if share < 0.3 or share > 0.7:
        return share > 0.5
    middle = (float(coarse.min()) + float(coarse.max())) / 2
    border = np.concatenate((coarse[0], coarse[-1], coarse[:, 0], coarse[:, -1]))
    return bool(np.mean(border > middle) < 0.5)


def _paper(coarse: Grey) -> Grey:
    """Brightness of the light paper, (height, width) of the coarse picture or (1, 1) where it is even."""
    filled = _filled(coarse)
    even = float(np.median(coarse[coarse > (float(coarse.min()) + float(coarse.max())) / 2]))
    alike = np.mean(np.abs(coarse - even) < _EVEN / 4 * even)
    lighter = np.mean(coarse > (1 + _EVEN / 2) * even)
    darker = np.mean(filled < (1 - _EVEN / 2) * even)  # a shadow, or a stroke along the border
    if alike > 0.35 and lighter < 0.01 and darker < 0.25:
        return np.full((1, 1), even, dtype=np.float32)
    return _uneven_paper(coarse, filled)


def _filled(coarse: Grey) -> Grey:
    """What remains when all that is narrower than a bold stroke is filled with its surroundings."""
    from scipy import ndimage

    size = max(3, round(min(coarse.shape) * _WIDEST_STROKE)) | 1
    # Padded first: else paper that grows darker towards the border would count as ink there.
    filled: Grey = ndimage.grey_closing(np.pad(coarse, size, mode="edge"), size=(size, size))
    return filled[size:-size, size:-size]


def _uneven_paper(coarse: Grey, filled: Grey) -> Grey:
    """The filled picture without its noise, which lifts it: what paper shows of it is averaged."""
    from scipy import ndimage

    depth = filled - coarse
    is_canvas = depth <= max(0.25 * float(depth.max()), 2.0 / 255)
    reach = 0.05 * max(coarse.shape)
    weight = ndimage.gaussian_filter(is_canvas.astype(np.float32), reach, mode="nearest")
    surplus = ndimage.gaussian_filter(np.where(is_canvas, depth, 0), reach, mode="nearest")
    paper: Grey = (filled - surplus / np.maximum(weight, 0.05)).astype(np.float32)
    return paper


def _contrast(grey: Grey, paper: Grey, least_full: float) -> tuple[Grey, float]:
    """How much darker than the paper each pixel is, as a share of what is possible, and its noise."""
    from scipy import ndimage

    paper = _enlarged(paper, grey.shape)
    possible: Grey = np.maximum(paper, np.float32(least_full))
    contrast = (paper - grey) / possible
    noise = _spread(contrast)
    if noise < _CLEAN:
        return contrast, 0.0
    smooth = ndimage.gaussian_filter(contrast, max(grey.shape) / 400, mode="nearest")
    return smooth, _spread(smooth)


def _spread(contrast: Grey) -> float:
    """Standard deviation of the contrast on paper, robust against what ink is left in it.

    Black and white cut off one half of the noise; the share of pixels looked at sees the other.
    """
    paper = contrast[contrast <= 0.5 * contrast.max()]
    return float(np.quantile(np.abs(paper - np.median(paper)), 0.7)) / 1.036


def _enlarged(paper: Grey, shape: tuple[int, ...]) -> Grey:
    """The paper at the picture's own size; a single value stays one."""
    if paper.size == 1:
        return paper
    image = Image.fromarray(paper).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
    return np.asarray(image)


def _sharp(contrast: Grey) -> Grey:
    """The contrast to the surroundings: ink has edges, stains and shadows have none."""
    from scipy import ndimage

    window = round(0.06 * max(contrast.shape))
    if window < 8:  # too few pixels to tell an edge from a slope
        return contrast
    surroundings: Grey = ndimage.uniform_filter(contrast, window, mode="nearest")
    return contrast - surroundings


def _kept(contrast: Grey, sharp: Grey, full: float, noise: float, needed: float) -> Mask:
    """Where there is ink: what is connected to something clearly dark, without specks."""
    from scipy import ndimage

    faint = contrast > (max(0.2 * full, 3 * noise) if noise else 0)
    parts, count = ndimage.label(faint, structure=np.ones((3, 3)))
    if count == 0:
        return faint
    numbers = np.arange(1, count + 1)
    areas = np.bincount(parts.ravel(), minlength=count + 1)[1:]
    specks = areas < min(0.01 * areas.max(), 0.001 * contrast.size)
    clear = max((0.4 if noise else 0.1) * full, needed)
    real = (ndimage.maximum(contrast, parts, numbers) > clear) & ~specks
    if noise:
        edge = max(0.25 * full, 0.5 * needed)
        real &= ndimage.maximum(sharp, parts, numbers) > edge
    extents = np.array([max(y.stop - y.start, x.stop - x.start) for y, x in ndimage.find_objects(parts)])
    if not (real & (extents >= max(_SMALLEST, 0.025 * max(contrast.shape)))).any():
        real[:] = False
    kept: Mask = np.concatenate(([False], real))[parts]
    return kept
