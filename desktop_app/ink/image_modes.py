"""Pixels for display, and grey versions for ink detection, of images of any mode."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.ink.picture import LONGEST_SIDE

Grey: TypeAlias = NDArray[np.float32]
Rgb: TypeAlias = NDArray[np.uint8]
Source: TypeAlias = Image.Image | NDArray[np.uint8] | Grey
"""A grey version of an image: 8 bits, or float32 in 0..1."""
Sources: TypeAlias = Callable[[], tuple[Source, ...]]
"""Returns grey versions of an image for ink detection, best first."""

# Values of full brightness in images of numbers: shares, 8, 12 and 16 bits.
_FULL_SCALES = (1.0, 255.0, 4095.0, 65535.0)

_STRIP_PIXELS = 1_000_000

# Largest difference of channels that lossy compression can cause within one colour.
_COLOUR_TOLERANCE = 24

# Light colours on a transparent ground are ink if they cover at most this share, and a sheet otherwise.
_MOST_INK = 0.3


def srgb_colours(image: Image.Image, mode: str) -> Image.Image:
    """Return the reduced pixels of an image in sRGB; mode: RGB or RGBA."""
    colours = reduced_and_converted(image, mode)
    profile: bytes | None = image.info.get("icc_profile")
    if not profile:
        return colours
    from desktop_app.ink.colour_profile import to_srgb

    return to_srgb(colours, profile)


def _reduction(image: Image.Image) -> int:
    """Return the factor by which averaging blocks brings the longer side to at most LONGEST_SIDE."""
    return math.ceil(max(image.size) / LONGEST_SIDE)


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    """Yield strips of rows from top to bottom, which need little memory when they are converted."""
    factor = _reduction(image)
    rows = factor * max(1, _STRIP_PIXELS // (factor * image.width))
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _reduced(strips: Iterable[Image.Image], mode: str, image: Image.Image) -> Image.Image:
    """Return the strips of an image, reduced by averaging blocks, as one image of a mode."""
    factor = _reduction(image)
    size = math.ceil(image.width / factor), math.ceil(image.height / factor)
    reduced = Image.new(mode, size)
    top = 0
    for strip in strips:
        part = strip.reduce(factor).convert(mode)
        reduced.paste(part, (0, top))
        top += part.height
    return reduced


def reduced_and_converted(image: Image.Image, mode: str) -> Image.Image:
    """Reduce and convert an image; reduce first where its values can be averaged, to save memory."""
    if _reduction(image) == 1:
        return image.convert(mode)
    strips = _strips(image)
    if image.mode in ("1", "P", "PA"):
        strips = (strip.convert(mode) for strip in strips)
    return _reduced(strips, mode, image)


def from_grey(image: Image.Image) -> tuple[Rgb, Sources]:
    """Return the pixels and the only grey version of an image of mode L."""
    grey = np.asarray(image)
    return np.broadcast_to(grey[..., None], (*grey.shape, 3)), lambda: (grey,)


def from_rgb(image: Image.Image) -> tuple[Rgb, Sources]:
    """Return the pixels and the grey versions of an image of mode RGB.

    These are its brightness and, if it has colours, each channel (yellow on white, red on green).
    """
    rgb = np.array(image)

    def sources() -> tuple[Image.Image, ...]:
        # np.ptp along an axis of three values takes eighteen times as long.
        red, green, blue = np.moveaxis(rgb, 2, 0)
        most, least = (choose(choose(red, green), blue) for choose in (np.maximum, np.minimum))
        is_coloured = int((most - least).max()) > _COLOUR_TOLERANCE
        return image.convert("L"), *(image.split() if is_coloured else ())

    return rgb, sources


def from_transparent(image: Image.Image) -> tuple[Rgb, Sources]:
    """Return the pixels and the grey versions of an image of mode RGBA.

    The alpha channel is the ink if there is only one colour; otherwise the image is composited on paper.
    """
    rgba = np.asarray(image)
    visible = rgba[rgba[..., 3] >= 128][:, :3]
    if len(visible) == 0:
        visible = rgba[rgba[..., 3] > 0][:, :3]
    alpha_varies = int(np.ptp(rgba[..., 3])) > _COLOUR_TOLERANCE
    if alpha_varies and len(visible):
        low, high = np.quantile(visible, (0.02, 0.98), axis=0)
        if (high - low <= _COLOUR_TOLERANCE).all():
            grey = np.float32(1) - rgba[..., 3].astype(np.float32) / np.float32(255)
            return _pixels(grey), lambda: (grey,)
    # Light ink was made for dark paper and would vanish on white.
    is_dark_paper = (
        0 < len(visible) <= _MOST_INK * rgba[..., 3].size and np.quantile(_brightness(visible), 0.02) > 127
    )
    paper = Image.new("RGBA", image.size, "black" if is_dark_paper else "white")
    return from_rgb(Image.alpha_composite(paper, image).convert("RGB"))


def _brightness(rgb: Rgb) -> NDArray[np.uint8]:
    """Return the brightness of pixels (n, 3)."""
    grey: NDArray[np.uint8] = np.asarray(Image.fromarray(rgb[None]).convert("L"))[0]
    return grey


def reduced_shares(image: Image.Image) -> Image.Image:
    """Scale grey values of more than 8 bits, or floats, by their likely full brightness, and reduce them."""
    low, high, median = _finite_range(image)
    full = next((f for f in _FULL_SCALES if high <= f and (f > 1 or image.mode == "F")), None)
    offset = 0.0
    if low < 0 or full is None:
        offset, full = low, max(high - low, 1e-30)

    # float32 holds 16 bits exactly, but not 32.
    dtype = np.float64 if image.mode == "I" else np.float32

    def shares(strip: Image.Image) -> Image.Image:
        values: NDArray[Any] = np.array(strip, dtype=dtype)
        values[~np.isfinite(values)] = median
        values -= offset
        values /= full
        return Image.fromarray(values.astype(np.float32, copy=False))

    return _reduced(map(shares, _strips(image)), "F", image)


def _finite_range(image: Image.Image) -> tuple[float, float, float]:
    """Return minimum and maximum of the finite values, and the median of some; zeros if there are none."""
    factor = _reduction(image)
    ranges, sampled = [], []
    for strip in _strips(image):
        values = np.asarray(strip)
        finite = values[np.isfinite(values)]
        if len(finite):
            ranges.append((float(finite.min()), float(finite.max())))
            sampled.append(finite[:: factor**2])
    if not ranges:
        return 0.0, 0.0, 0.0
    low, high = np.array(ranges).T
    return float(low.min()), float(high.max()), float(np.median(np.concatenate(sampled)))


def from_numbers(shares: Image.Image, *, is_negative: bool) -> tuple[Rgb, Sources]:
    """Return the pixels and the grey version of an image of mode F, with all its precision.

    Args:
        shares: shares of full brightness.
        is_negative: whether they are shares of darkness.
    """
    grey = np.array(shares)
    if is_negative:
        np.subtract(1, grey, out=grey)
    return _pixels(grey), lambda: (grey,)


def _pixels(grey: Grey) -> Rgb:
    """Return grey values in 0..1 as pixels for display."""
    return np.repeat(np.rint(grey * 255).astype(np.uint8)[..., None], 3, axis=2)
