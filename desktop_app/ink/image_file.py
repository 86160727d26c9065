"""Image files to pictures: any mode, any orientation, found ink; or a user error in one sentence."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import read_file
from desktop_app.ink.find_ink import find_ink
from desktop_app.ink.picture import Picture

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
"""Suffixes of the files that can be opened as pictures, in lower case."""

LARGEST_FILE = 100_000_000
MOST_PIXELS = 64_000_000
MOST_DECODED_PIXELS = 36_000_000
"""What is held in memory at once; a JPEG of more is decoded at a smaller size."""

LONGEST_SIDE = 1000
"""A larger picture is reduced until its longer side is at most this many pixels."""

Grey: TypeAlias = NDArray[np.float32]
Rgb: TypeAlias = NDArray[np.uint8]
Sources: TypeAlias = tuple[Image.Image | Grey, ...]
"""Grey versions of a picture in which ink is looked for, best first."""

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
_CHOOSE = "choose a PNG, JPEG, BMP, GIF, TIFF or WebP picture"

# Values that mean full brightness in pictures of numbers: shares, 8, 12 and 16 bits.
_FULL_SCALES = (1.0, 255.0, 4095.0, 65535.0)

# Colours of visible pixels that differ by no more than this are one colour (lossy compression).
_SAME_COLOUR = 24


def load_picture(path: Path) -> Picture:
    """Open an image file; the ink in it is looked for when somebody asks.

    Raises:
        UserError: it is missing, not an ordinary file, not a picture, damaged or too large.
    """
    return picture_from_bytes(read_file(path, LARGEST_FILE), path.name)


def picture_from_bytes(data: bytes, name: str) -> Picture:
    """Open an image file's content and find the ink in it.

    Args:
        data: a whole file of an allowed format.
        name: what the picture is called in the window and in a user error.

    Raises:
        UserError: it is not a picture, damaged or too large.
    """
    return _picture(*_opened(data, name), name)


def load_pixels(path: Path) -> Rgb:
    """Open an image file as `load_picture` does, without looking for ink.

    Returns:
        uint8 (height, width, 3), upright and on white.

    Raises:
        UserError: it is missing, not an ordinary file, not a picture, damaged or too large.
    """
    return _opened(read_file(path, LARGEST_FILE), path.name)[0]


def picture_from_pixels(pixels: NDArray[np.uint8], name: str) -> Picture:
    """Find the ink in an image of a data set as it is found in an image file.

    Args:
        pixels: uint8 (height, width, channels), 1 channel in grey, 3 in colour.
        name: what the picture is called.
    """
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return _picture(*_from_rgb(_reduced_in_mode(image, "RGB")), name)


def _opened(data: bytes, name: str) -> tuple[Rgb, Sources]:
    """As `_decoded`, with one sentence for whatever goes wrong."""
    if not data:
        raise UserError(
            "{name} is empty; choose a PNG, JPEG, BMP, GIF, TIFF or WebP image.", name=shown_name(name)
        )
    with _refusing(name):
        return _decoded(data, name)


def _picture(rgb: Rgb, sources: Sources, name: str) -> Picture:
    rgb.setflags(write=False)
    return Picture(rgb, partial(_ink_in, sources, rgb.shape[:2]), name)


def _ink_in(sources: Sources, shape: tuple[int, ...]) -> Grey:
    """The ink in the first grey version that has any."""
    ink_map = next((ink for ink in map(find_ink, map(_grey, sources)) if ink.any()), None)
    if ink_map is None:
        ink_map = np.zeros(shape, dtype=np.float32)
    ink_map.setflags(write=False)
    return ink_map


def _grey(source: Image.Image | Grey) -> Grey:
    if isinstance(source, Image.Image):
        return np.asarray(source, dtype=np.float32) / np.float32(255)
    return source


@contextlib.contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Turn whatever Pillow raises into one sentence."""
    shown = shown_name(name)
    try:
        with warnings.catch_warnings():
            # Remarks on odd metadata are no concern of the user; a bomb is.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UserError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise UserError(
            "{name} is not an image that can be opened; choose a PNG, JPEG, BMP, GIF, TIFF or WebP image.",
            name=shown,
        ) from error
    except Exception as error:  # Pillow's plugins raise a dozen kinds on damaged bytes
        raise UserError(
            "{name} is damaged or incomplete; open it in another program and save it again.", name=shown
        ) from error


def _too_large(name: str) -> UserError:
    most = MOST_DECODED_PIXELS // 1_000_000
    return UserError(
        "{name} has more than {most} million pixels; choose a smaller image.",
        name=shown_name(name),
        most=most,
    )


def _decoded(data: bytes, name: str) -> tuple[Rgb, Sources]:
    """The upright, reduced picture for display, and grey versions to look for ink in, best first."""
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(name)
        if image.format in ("JPEG", "MPO"):
            image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        if image.width * image.height > MOST_DECODED_PIXELS:
            raise _too_large(name)
        image.load()
        with contextlib.suppress(Exception):  # metadata that cannot be read turns nothing
            ImageOps.exif_transpose(image, in_place=True)
        if image.mode == "F" or image.mode.startswith("I"):
            return _from_numbers(image)
        if image.has_transparency_data:
            return _from_transparent(_reduced_in_mode(image, "RGBA"))
        return _from_rgb(_reduced_in_mode(image, "RGB"))


def _reduced_in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The picture reduced and in a mode; reduced first where its values can be averaged, to save memory."""
    if image.mode in ("1", "P", "PA"):
        return _reduced(image.convert(mode))
    return _reduced(image).convert(mode)


def _reduced(image: Image.Image) -> Image.Image:
    """The picture with its longer side at most LONGEST_SIDE, by averaging whole blocks."""
    factor = math.ceil(max(image.size) / LONGEST_SIDE)
    return image.reduce(factor) if factor > 1 else image


def _from_rgb(image: Image.Image) -> tuple[Rgb, Sources]:
    """Ink is looked for in the brightness, then in each colour (yellow on white, red on green)."""
    rgb = np.array(image)
    sources = [image.convert("L")]
    if int(np.ptp(rgb, axis=2).max()) > _SAME_COLOUR:
        sources += image.split()
    return rgb, tuple(sources)


def _from_transparent(image: Image.Image) -> tuple[Rgb, Sources]:
    """One colour on transparency: the opaque is the ink. Otherwise the picture on white."""
    rgba = np.asarray(image)
    visible = rgba[rgba[..., 3] >= 128][:, :3]
    if len(visible) == 0:
        visible = rgba[rgba[..., 3] > 0][:, :3]
    alpha_varies = int(np.ptp(rgba[..., 3])) > _SAME_COLOUR
    if alpha_varies and len(visible):
        low, high = np.quantile(visible, (0.02, 0.98), axis=0)
        if (high - low <= _SAME_COLOUR).all():
            grey = np.float32(1) - rgba[..., 3].astype(np.float32) / np.float32(255)
            return _shown(grey), (grey,)
    white = Image.new("RGBA", image.size, "white")
    return _from_rgb(Image.alpha_composite(white, image).convert("RGB"))


def _from_numbers(image: Image.Image) -> tuple[Rgb, Sources]:
    """Grey values of more than 8 bits, or floats, on the scale that they seem to use."""
    values = np.asarray(image, dtype=np.float64)
    known = np.isfinite(values)
    if not known.all():
        values = np.where(known, values, np.median(values[known]) if known.any() else 0.0)
    low, high = float(values.min()), float(values.max())
    full = next((f for f in _FULL_SCALES if high <= f and (f > 1 or image.mode == "F")), None)
    if low < 0 or full is None:
        values, full = values - low, max(high - low, 1e-300)
    shares = Image.fromarray((values / full).astype(np.float32))
    grey = np.array(_reduced(shares))
    return _shown(grey), (grey,)


def _shown(grey: Grey) -> Rgb:
    """Grey values in 0..1 as a picture for display."""
    return np.repeat(np.rint(grey * 255).astype(np.uint8)[..., None], 3, axis=2)
