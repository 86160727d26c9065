"""Loading of image files of any mode and orientation, with ink detection."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, TiffImagePlugin, UnidentifiedImageError

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import read_file
from desktop_app.ink.count_pages import count_pages
from desktop_app.ink.find_ink import find_ink
from desktop_app.ink.image_modes import (
    Grey,
    Rgb,
    Source,
    Sources,
    from_grey,
    from_numbers,
    from_rgb,
    from_transparent,
    reduced_and_converted,
    reduced_shares,
    srgb_colours,
)
from desktop_app.ink.picture import LONGEST_SIDE, Picture

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
"""Suffixes of the image files that can be opened, in lower case."""

LARGEST_FILE = 100_000_000
"""Bytes."""

MOST_PIXELS = 64_000_000
MOST_DECODED_PIXELS = 36_000_000
"""Pixels in memory at once; a JPEG with more pixels is decoded at a smaller size."""
MOST_WEBP_PIXELS = 12_500_000
"""Pixels of a WebP image, of which Pillow's decoder needs four copies at once."""

_GREY_MODES = ("1", "L")

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")

_WHITE_IS_ZERO = 0  # photometric interpretation of a TIFF file

# How images of each orientation in the metadata become upright.
_ORIENTATIONS: Mapping[object, Image.Transpose] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)


def load_picture(path: Path) -> Picture:
    """Load an image file; its ink is computed when it is first needed.

    Raises:
        UserError: the file is missing, not an ordinary file, not an image, damaged or too large.
    """
    return picture_from_bytes(read_file(path, LARGEST_FILE), path.name)


def picture_from_bytes(data: bytes, name: str) -> Picture:
    """Load an image from the content of a file; its ink is computed when it is first needed.

    Args:
        data: content of an image file.
        name: name of the image for users.

    Raises:
        UserError: the data is not an image, damaged or too large.
    """
    return _picture(*_decode_or_raise(data, name), name, count_pages(data))


def load_pixels(path: Path) -> Rgb:
    """Load the pixels of an image file, without ink detection.

    Returns:
        uint8 (height, width, 3), upright and composited on white.

    Raises:
        UserError: the file is missing, not an ordinary file, not an image, damaged or too large.
    """
    return pixels_from_bytes(read_file(path, LARGEST_FILE), path.name)


def pixels_from_bytes(data: bytes, name: str) -> Rgb:
    """Decode the content of an image file; see `load_pixels`."""
    return _decode_or_raise(data, name)[0]


def picture_from_pixels(pixels: NDArray[np.uint8], name: str) -> Picture:
    """Return an image of a data set in the form of a loaded image file.

    Args:
        pixels: uint8 (height, width, channels) with 1 or 3 channels.
        name: name of the image for users.
    """
    if pixels.shape[2] == 1:
        return _picture(*from_grey(reduced_and_converted(Image.fromarray(pixels[..., 0]), "L")), name)
    return _picture(*from_rgb(reduced_and_converted(Image.fromarray(pixels), "RGB")), name)


def _decode_or_raise(data: bytes, name: str) -> tuple[Rgb, Sources]:
    """Decode the content of an image file; raise a UserError if that fails."""
    if not data:
        raise UserError(
            "{name} is empty; choose a PNG, JPEG, BMP, GIF, TIFF or WebP image.", name=shown_name(name)
        )
    with _pillow_errors_as_user_errors(name):
        return _decode(data, name)


def _picture(rgb: Rgb, sources: Sources, name: str, pages: int = 1) -> Picture:
    rgb.setflags(write=False)
    return Picture(rgb, partial(_first_ink_map, sources, rgb.shape[:2]), name, pages)


def _first_ink_map(sources: Sources, shape: tuple[int, ...]) -> Grey:
    """Return the first ink map with any ink, or an empty one of a shape (height, width)."""
    ink_map = next((ink for ink in map(find_ink, map(_grey, sources())) if ink.any()), None)
    if ink_map is None:
        ink_map = np.zeros(shape, dtype=np.float32)
    ink_map.setflags(write=False)
    return ink_map


def _grey(source: Source) -> Grey:
    """Return a grey version as shares of full brightness."""
    pixels = np.asarray(source)
    if pixels.dtype == np.float32:
        return pixels
    grey: Grey = np.divide(pixels, np.float32(255), dtype=np.float32)
    return grey


@contextlib.contextmanager
def _pillow_errors_as_user_errors(name: str) -> Iterator[None]:
    """Turn exceptions of Pillow into a UserError."""
    try:
        with warnings.catch_warnings():
            # Also Pillow's about many pixels: fewer are allowed here.
            warnings.simplefilter("ignore")
            yield
    except UserError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise UserError(
            "{name} is not an image that can be opened; choose a PNG, JPEG, BMP, GIF, TIFF or WebP image.",
            name=shown_name(name),
        ) from error
    except Exception as error:  # Pillow's plugins raise a dozen kinds on damaged bytes
        raise UserError(
            "{name} is damaged or incomplete; open it in another program and save it again.",
            name=shown_name(name),
        ) from error


def _too_large(name: str) -> UserError:
    most = MOST_DECODED_PIXELS // 1_000_000
    return UserError(
        "{name} has more than {most} million pixels; choose a smaller image.",
        name=shown_name(name),
        most=most,
    )


def _decode(data: bytes, name: str) -> tuple[Rgb, Sources]:
    """Return upright, reduced pixels for display, and grey versions for ink detection."""
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(name)
        if image.format in ("JPEG", "MPO") and max(image.size) > LONGEST_SIDE:
            image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        if image.width * image.height > MOST_DECODED_PIXELS:
            raise _too_large(name)
        if image.format == "WEBP" and image.width * image.height > MOST_WEBP_PIXELS:
            raise UserError(
                "{name} has more than {most} million pixels, too many for WebP; save it as JPEG or PNG.",
                name=shown_name(name),
                most=MOST_WEBP_PIXELS // 1_000_000,
            )
        image.load()
        orientation = 1
        with contextlib.suppress(Exception):  # invalid metadata is ignored
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        if image.mode == "F" or image.mode.startswith("I"):
            return from_numbers(_upright(reduced_shares(image), orientation), is_negative=_is_negative(image))
        if image.has_transparency_data:
            # Pillow converts grey that is multiplied by its alpha only to grey.
            plain = image.convert("LA") if image.mode == "La" else image
            return from_transparent(_upright(srgb_colours(plain, "RGBA"), orientation))
        if image.mode in _GREY_MODES:
            return from_grey(_upright(reduced_and_converted(image, "L"), orientation))
        return from_rgb(_upright(srgb_colours(image, "RGB"), orientation))


def _is_negative(image: Image.Image) -> bool:
    """Return whether 0 is white in a TIFF file; Pillow respects this only for up to 8 bits."""
    tags = getattr(image, "tag_v2", {})
    return bool(tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO)


def _upright(image: Image.Image, orientation: object) -> Image.Image:
    """Rotate and mirror an image by the orientation in its metadata, 1 to 8; ignore other values."""
    method = _ORIENTATIONS.get(orientation)
    return image if method is None else image.transpose(method)
