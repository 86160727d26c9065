"""Ink detection in grey images.

The paper, which may be unevenly lit, is estimated by a morphological closing that removes everything
narrower than a bold stroke. Ink differs from the paper by more than noise. On even and clean paper the
ink map is exactly the difference from the paper.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.ink.contrast import contrast_with_paper, image_length
from desktop_app.ink.filters import (
    box_mean,
    closing,
    gaussian,
    local_median,
    quantile,
    quantile_of_sorted,
)
from desktop_app.ink.foreign_parts import foreign_parts
from desktop_app.ink.parts import connected_parts
from desktop_app.ink.ruled_lines import erase_ruled_lines
from desktop_app.ink.scan_margins import without_margins
from desktop_app.ink.small_text import are_small_characters, is_print

Grey: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

MIN_CONTRAST = 0.05
"""Smallest contrast of ink, as a share of the brightness of the paper."""

_COARSE_SIZE = 96  # length of the reduced image in which the paper is estimated; see `image_length`
_POLARITY_SIZE = 64  # length of the reduced image in which ink is compared with paper
_MEDIANS = 16  # places per side at which the median of the surroundings is computed; it varies slowly
_MAX_STROKE_WIDTH = 0.45  # share of the shorter side; wider areas are paper
_EVEN_RANGE = 0.04  # variation of brightness below which paper is even
_MIN_NOISE_RATIO = 8.0  # contrast of ink in standard deviations of noise
_MIN_REFLECTION_RATIO = 2.0  # contrast of ink relative to reflections, which are lighter than the paper
_MAX_REFLECTION = 0.3  # contrast that reflections cannot have
_MIN_SHEET_SHARE = 0.3  # share of the image, where a sheet lies on a dark table
_MIN_EXTENT = 5  # longer side of a character in pixels
_MIN_SHARE = 0.025  # longer side of the only character of an image, as a share of its length
_MAX_BAR_SHARE = 0.3  # width of a bar along the border, as a share of the image
_MIN_BAR_SHARE = 0.7  # share of the pixels of its rows that a bar fills, and that change after it
_LINE_RATIO = 1.5  # width by height of images of a line of characters, at least
_STRONG_CONTRAST = 0.5  # ink of at least this contrast is not stretched
_TINY_SIZE = 20  # longer side of images whose characters may have margins at some sides only
_CUT_SIZE = 1500  # longer side of images that may be cut to their characters
_MARGIN = 0.25  # margin that such an image gets, as a share of its longer side
_SAME_PAPER = 0.05  # largest difference in brightness of pixels of its border from its paper
_LEAST_PAPER = 0.3  # share of the pixels of its border that are paper
_INKED = 0.25  # values of pixels that are ink
_MOST_OF_INK = 0.9  # share of the ink that its characters have, at least
_TALL = 0.5  # height of the characters of a line, at least, as a share of that of the image
_EDGE = 0.04  # distance of its ink from each side, at most, as a share of the height


def find_ink(grey: Grey) -> Grey:
    """Find the ink in a grey image, dark on light or light on dark.

    Args:
        grey: float32 (height, width) in 0..1.

    Returns:
        Ink map, float32 (height, width) in 0..1, about 1 where there is ink, 0 on paper.
    """
    if grey.size == 0:
        return np.zeros(grey.shape, dtype=np.float32)
    paper = _paper_of_cut_image(grey)
    if paper is not None:
        margin = math.ceil(_MARGIN * max(grey.shape))
        ink = _find_ink(np.pad(grey, margin, constant_values=paper))[margin:-margin, margin:-margin]
        if max(grey.shape) <= _TINY_SIZE or _is_cut_to_characters(ink):
            return ink
    return _find_ink(grey)


def _paper_of_cut_image(grey: Grey) -> np.float32 | None:
    """Return the brightness of the paper in an image that may be cut to its characters.

    Ink at the border of an image usually is a neighbour or the edge of a sheet, and ink is rarer than paper.
    Neither holds for images that are cut to a character, as in many data sets, e.g. 8 by 8 pixels (UCI
    optdigits), or to a number; with a margin it does.

    Returns:
        The darkest or lightest value, whichever is more common at the border; None if the image is large or
        weak, has paper all around or hardly any at its border, or, unless it is tiny, no ink at some side.
    """
    if max(grey.shape) > _CUT_SIZE or float(np.ptp(grey)) < _STRONG_CONTRAST:
        return None
    sides = grey[0], grey[-1], grey[:, 0], grey[:, -1]
    border, values = np.concatenate(sides), (grey.min(), grey.max())
    shares = [float((np.abs(border - paper) <= _SAME_PAPER).mean()) for paper in values]
    if not _LEAST_PAPER <= max(shares) < 1:
        return None
    paper = np.float32(values[0] if shares[0] > shares[1] else values[1])
    if max(grey.shape) > _TINY_SIZE:
        edge = _edge(grey)
        strips = grey[:edge], grey[-edge:], grey[:, :edge], grey[:, -edge:]
        if any(float(np.abs(strip - paper).max()) <= _INKED for strip in strips):
            return None
    return paper


def _is_cut_to_characters(ink: Grey) -> bool:
    """Return whether ink reaches all sides, and nearly all is one part or, in a line, tall parts."""
    parts = connected_parts(ink > _INKED, corners=True)
    if not len(parts.areas):
        return False
    height, width = ink.shape
    top, bottom, left, right = parts.boxes.T
    if max(top.min(), left.min(), height - bottom.max(), width - right.max()) > _edge(ink):
        return False
    of_characters = parts.areas.max()
    if width >= _LINE_RATIO * height:
        of_characters = max(of_characters, parts.areas[bottom - top >= _TALL * height].sum())
    return bool(of_characters >= _MOST_OF_INK * parts.areas.sum())


def _edge(grey: Grey) -> int:
    """Return the width of the border where ink reaches a side."""
    return max(1, round(_EDGE * len(grey)))


def _find_ink(grey: Grey) -> Grey:
    """Find the ink in an image that is not empty."""
    grey, coarse = without_margins(grey, _coarse(grey))
    sheet = _sheet(coarse)
    top, bottom = (round(share * grey.shape[0]) for share in sheet[0])
    left, right = (round(share * grey.shape[1]) for share in sheet[1])
    paper = grey[top:bottom, left:right]
    # In an image of a few columns, a light bar is taken for a sheet without pixels.
    if not paper.size or paper.shape == grey.shape:
        return _ink_on_sheet(grey, coarse)
    ink = np.zeros(grey.shape, dtype=np.float32)
    ink[top:bottom, left:right] = _ink_on_sheet(paper, _coarse(paper))
    return ink


def _ink_on_sheet(grey: Grey, coarse: Grey) -> Grey:
    """Find the ink in an image that is covered by paper; coarse: the reduced image."""
    if float(np.ptp(grey)) < MIN_CONTRAST:
        return np.zeros(grey.shape, dtype=np.float32)
    light_on_dark = _is_light_on_dark(coarse)
    paper = _paper(1 - coarse if light_on_dark else coarse)
    found = contrast_with_paper(grey, paper, light_on_dark=light_on_dark)
    contrast, local = found.values, _local_contrast(found.values)
    peak = float(local.max())
    reflection = min(_MIN_REFLECTION_RATIO * -quantile_of_sorted(found.ordered, 0.001), _MAX_REFLECTION)
    required = max(MIN_CONTRAST, _MIN_NOISE_RATIO * found.noise, reflection)
    if peak < 0.5 * required or float(found.ordered[-1]) < required:
        return np.zeros(grey.shape, dtype=np.float32)
    full = quantile(contrast[local > 0.5 * peak], 0.5)
    height, width = contrast.shape
    if width >= _LINE_RATIO * height:
        # Characters that a ruled line connects with the border would be foreign parts.
        contrast = erase_ruled_lines(contrast / full) * full
    kept = _ink_mask(contrast, local, full, required, 3 * found.noise, is_noisy=found.is_noisy)
    ink: Grey = np.maximum(contrast, 0) * kept
    if full < _STRONG_CONTRAST:
        ink /= full
    np.minimum(ink, 1, out=ink)
    return ink


def _coarse(grey: Grey) -> Grey:
    """Reduce the image by averaging blocks until its length fits the coarse size."""
    factor = math.ceil(image_length(grey.shape) / _COARSE_SIZE)
    return np.asarray(Image.fromarray(grey).reduce(factor)) if factor > 1 else grey


def _sheet(coarse: Grey) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return (top, bottom), (left, right) of a sheet on a dark table, or of the whole image, as shares."""
    everything = (0.0, 1.0), (0.0, 1.0)
    light = coarse > (float(coarse.min()) + float(coarse.max())) / 2
    border = np.concatenate((light[0], light[-1], light[:, 0], light[:, -1]))
    if border.mean() > 0.05 or light.mean() < _MIN_SHEET_SHARE:
        return everything
    parts = connected_parts(light, corners=False)
    largest = parts.areas.argmax()
    top, bottom, left, right = parts.boxes[largest].tolist()
    # A sheet nearly fills its bounding box; a thick light character does not.
    if parts.areas[largest] < 0.75 * (bottom - top) * (right - left):
        return everything
    height, width = coarse.shape
    margin = 0.03 * max(height, width)
    return (
        ((top + margin) / height, (bottom - margin) / height),
        ((left + margin) / width, (right - margin) / width),
    )


def _is_light_on_dark(coarse: Grey) -> bool:
    """Return whether the ink is lighter than the paper.

    Ink is rarer than the paper around it, whatever the illumination. If a tight crop makes ink and paper
    equally common, the border counts as paper.
    """
    coarse = _without_bars(coarse)
    factor = math.ceil(image_length(coarse.shape) / _POLARITY_SIZE)
    coarse = np.asarray(Image.fromarray(coarse).reduce(factor)) if factor > 1 else coarse
    difference = coarse - local_median(coarse, max(3, min(coarse.shape) // 2) | 1, _MEDIANS)
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


def _without_bars(coarse: Grey) -> Grey:
    """Leave out bars along the border, such as the dark edges of a scan.

    In a median of surroundings that end at the border, a bar looks like paper. Bars along all sides may be
    paper, or a frame.
    """
    light = coarse > (float(coarse.min()) + float(coarse.max())) / 2
    height, width = light.shape
    top, bottom = (_bar_width(rows) for rows in (light, light[::-1]))
    left, right = (_bar_width(columns) for columns in (light.T, light.T[::-1]))
    if all((top, bottom, left, right)):
        return coarse
    rest = coarse[top : height - bottom, left : width - right]
    return rest if rest.size else coarse


def _bar_width(rows: Mask) -> int:
    """Return the number of first rows that are all light or all dark before nearly all pixels change.

    The row that the edge of the bar may cut counts as part of it.
    """
    shares = rows.mean(axis=1)
    is_light = bool(shares[0] > 0.5)
    shares = shares if is_light else 1 - shares
    width = int(np.argmax(shares < _MIN_BAR_SHARE))
    is_bar = (
        0 < width <= _MAX_BAR_SHARE * len(shares) and shares[width : width + 2].min() < 1 - _MIN_BAR_SHARE
    )
    return width + 1 if is_bar else 0


def _paper(coarse: Grey) -> Grey:
    """Return the brightness of light paper: the shape of the coarse image, or (1, 1) if it is even."""
    closed = _closed(coarse)
    level = quantile(coarse[coarse > (float(coarse.min()) + float(coarse.max())) / 2], 0.5)
    even_share = np.mean(np.abs(coarse - level) < _EVEN_RANGE / 4 * level)
    lighter = np.mean(coarse > (1 + _EVEN_RANGE / 2) * level)
    darker = np.mean(closed < (1 - _EVEN_RANGE / 2) * level)  # a shadow, or a stroke along the border
    if even_share > 0.35 and lighter < 0.01 and darker < 0.25:
        return np.full((1, 1), level, dtype=np.float32)
    return _uneven_paper(coarse, closed)


def _closed(coarse: Grey) -> Grey:
    """Close everything that is darker than its surroundings and narrower than a bold stroke."""
    return closing(coarse, max(3, round(min(coarse.shape) * _MAX_STROKE_WIDTH)) | 1)


def _uneven_paper(coarse: Grey, closed: Grey) -> Grey:
    """Subtract from the closed image the mean by which noise has raised it on paper."""
    depth = closed - coarse
    is_paper = depth <= max(0.25 * float(depth.max()), 2.0 / 255)
    reach = 0.05 * image_length(coarse.shape)
    weight = gaussian(is_paper.astype(np.float32), reach)
    bias = gaussian(np.where(is_paper, depth, 0), reach)
    paper: Grey = (closed - bias / np.maximum(weight, 0.05)).astype(np.float32)
    return paper


def _local_contrast(contrast: Grey) -> Grey:
    """Return the contrast with the surroundings, which is small for stains and shadows."""
    window = round(0.06 * image_length(contrast.shape))
    if window < 8:  # too few pixels to distinguish an edge from a gradient
        return contrast
    return contrast - box_mean(contrast, window)


def _ink_mask(
    contrast: Grey, local: Grey, full: float, required: float, least: float, *, is_noisy: bool
) -> Mask:
    """Return the mask of the ink: clearly dark connected parts without specks and foreign parts."""
    # Without a limit above weak noise, paper would connect characters with each other and with the border.
    faint = contrast > (max(0.2 * full, least) if is_noisy else least)
    parts = connected_parts(faint, corners=True)
    if parts.count == 0:
        return faint
    specks = parts.areas < min(0.01 * parts.areas.max(), 0.001 * contrast.size)
    clear = max((0.4 if is_noisy else 0.1) * full, required)
    real = (parts.maxima(contrast) > clear) & ~specks
    if is_noisy:
        real &= parts.maxima(local) > max(0.25 * full, 0.5 * required)
    real &= ~foreign_parts(parts, real)
    top, bottom, left, right = parts.boxes.T
    extents = np.maximum(bottom - top, right - left)
    is_large = extents >= max(_MIN_EXTENT, _MIN_SHARE * image_length(contrast.shape))
    boxes = parts.boxes[real]
    if is_print(boxes) or not ((real & is_large).any() or are_small_characters(boxes)):
        real[:] = False
    return parts.image(real)
