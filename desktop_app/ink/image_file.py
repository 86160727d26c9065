"""Loading of image files of any mode and orientation, with ink detection."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, TiffImagePlugin, UnidentifiedImageError

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import read_file
from desktop_app.ink.count_pages import count_pages
from desktop_app.ink.find_ink import find_ink
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

Grey: TypeAlias = NDArray[np.float32]
Rgb: TypeAlias = NDArray[np.uint8]
Source: TypeAlias = Image.Image | NDArray[np.uint8] | Grey
"""A grey version of an image: 8 bits, or float32 in 0..1."""
Sources: TypeAlias = Callable[[], tuple[Source, ...]]
"""Returns grey versions of an image for ink detection, best first."""

_GREY_MODES = ("1", "L")

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")

# Values of full brightness in images of numbers: shares, 8, 12 and 16 bits.
_FULL_SCALES = (1.0, 255.0, 4095.0, 65535.0)

_STRIP_PIXELS = 1_000_000

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

# Largest difference of channels that lossy compression can cause within one colour.
_COLOUR_TOLERANCE = 24

# Light colours on a transparent ground are ink if they cover at most this share, and a sheet otherwise.
_MOST_INK = 0.3


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
        return _picture(*_from_grey(_reduced_and_converted(Image.fromarray(pixels[..., 0]), "L")), name)
    return _picture(*_from_rgb(_reduced_and_converted(Image.fromarray(pixels), "RGB")), name)


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
            return _from_numbers(
                _upright(_reduced_shares(image), orientation), is_negative=_is_negative(image)
            )
        if image.has_transparency_data:
            # Pillow converts grey that is multiplied by its alpha only to grey.
            plain = image.convert("LA") if image.mode == "La" else image
            return _from_transparent(_upright(_colours(plain, "RGBA"), orientation))
        if image.mode in _GREY_MODES:
            return _from_grey(_upright(_reduced_and_converted(image, "L"), orientation))
        return _from_rgb(_upright(_colours(image, "RGB"), orientation))


def _colours(image: Image.Image, mode: str) -> Image.Image:
    """Return the reduced pixels of an image in sRGB; mode: RGB or RGBA."""
    colours = _reduced_and_converted(image, mode)
    profile: bytes | None = image.info.get("icc_profile")
    if not profile:
        return colours
    from desktop_app.ink.colour_profile import to_srgb

    return to_srgb(colours, profile)


def _is_negative(image: Image.Image) -> bool:
    """Return whether 0 is white in a TIFF file; Pillow respects this only for up to 8 bits."""
    tags = getattr(image, "tag_v2", {})
    return bool(tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO)


def _upright(image: Image.Image, orientation: object) -> Image.Image:
    """Rotate and mirror an image by the orientation in its metadata, 1 to 8; ignore other values."""
    method = _ORIENTATIONS.get(orientation)
    return image if method is None else image.transpose(method)


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


def _reduced_and_converted(image: Image.Image, mode: str) -> Image.Image:
    """Reduce and convert an image; reduce first where its values can be averaged, to save memory."""
    if _reduction(image) == 1:
        return image.convert(mode)
    strips = _strips(image)
    if image.mode in ("1", "P", "PA"):
        strips = (strip.convert(mode) for strip in strips)
    return _reduced(strips, mode, image)


def _from_grey(image: Image.Image) -> tuple[Rgb, Sources]:
    """Use a grey image, which needs no search for colours."""
    grey = np.asarray(image)
    return np.broadcast_to(grey[..., None], (*grey.shape, 3)), lambda: (grey,)


def _from_rgb(image: Image.Image) -> tuple[Rgb, Sources]:
    """Use the brightness for ink detection, then each channel (yellow on white, red on green)."""
    rgb = np.array(image)

    def sources() -> tuple[Image.Image, ...]:
        # np.ptp along an axis of three values takes eighteen times as long.
        red, green, blue = np.moveaxis(rgb, 2, 0)
        most, least = (choose(choose(red, green), blue) for choose in (np.maximum, np.minimum))
        is_coloured = int((most - least).max()) > _COLOUR_TOLERANCE
        return image.convert("L"), *(image.split() if is_coloured else ())

    return rgb, sources


def _from_transparent(image: Image.Image) -> tuple[Rgb, Sources]:
    """Use the alpha channel as ink if there is only one colour; otherwise composite on paper."""
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
    return _from_rgb(Image.alpha_composite(paper, image).convert("RGB"))


def _brightness(rgb: Rgb) -> NDArray[np.uint8]:
    """Return the brightness of pixels (n, 3)."""
    grey: NDArray[np.uint8] = np.asarray(Image.fromarray(rgb[None]).convert("L"))[0]
    return grey


def _reduced_shares(image: Image.Image) -> Image.Image:
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


def _from_numbers(shares: Image.Image, *, is_negative: bool) -> tuple[Rgb, Sources]:
    """Use shares of full brightness, or of darkness, in an image of mode F with all their precision."""
    grey = np.array(shares)
    if is_negative:
        np.subtract(1, grey, out=grey)
    return _pixels(grey), lambda: (grey,)


def _pixels(grey: Grey) -> Rgb:
    """Return grey values in 0..1 as pixels for display."""
    return np.repeat(np.rint(grey * 255).astype(np.uint8)[..., None], 3, axis=2)
