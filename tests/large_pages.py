"""Pages that are too large or no writing at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from tests.synthetic_numbers import image_of, number


def empty_ink() -> Ink:
    """Return an empty canvas."""
    return Ink()


def empty_image() -> Picture:
    """Return a scan of an empty page: white with a little noise."""
    noise = np.random.default_rng(0).normal(250, 1.5, (3508, 2480))
    return _picture(np.clip(noise, 0, 255))


def photo(height: int = 1500, width: int = 2000) -> Picture:
    """Return a shape with texture at all scales before a soft background, like an animal."""
    rng = np.random.default_rng(1)
    image = np.zeros((height, width))
    for cells in (4, 8, 16, 32, 64, 128, 256, 512):
        coarse = Image.fromarray(rng.normal(0, 90 / cells**0.6, (cells, cells)).astype(np.float32))
        image += np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    image += np.where((x * 1.4) ** 2 + (y * 1.2) ** 2 < 0.5, 70, 140)
    return _picture(np.clip(image, 0, 255))


def scribble(strokes: int = 1000, seed: int = 2) -> Ink:
    """Return a scribble of many strokes all over the canvas."""
    rng = np.random.default_rng(seed)
    starts = rng.uniform(50, 950, (strokes, 1, 2))
    steps = rng.normal(0, 12, (strokes, 30, 2)).cumsum(axis=1)
    return Ink.from_points((starts + steps).astype(np.float32))


def print_page(size: int = 40) -> Picture:
    """Return a page of print: 60 lines of text at 300 dots per inch."""
    rng = np.random.default_rng(3)
    letters = np.array(list("etaoinshrdlucmfwypvbgkETAOIN"))
    page = Image.new("L", (2480, 3508), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size)
    for y in range(250, 3250, 50):
        words = ["".join(rng.choice(letters, rng.integers(2, 10))) for _ in range(14)]
        draw.text((200, y), " ".join(words)[:85], fill=20, font=font)
    return _picture(np.asarray(page, np.float64))


def many_lines(lines: int = 200, digits: int = 10) -> Ink:
    """Return lines of numbers, one below the other."""
    strokes = []
    for line in range(lines):
        ink = number("".join(str((line * 7 + place * 3) % 10) for place in range(digits)))
        strokes += [stroke.points + np.array([0, 180 * line], np.float32) for stroke in ink.strokes]
    return Ink.from_points(strokes)


def dense_digits() -> Picture:
    """Return an image without noise of 50 lines of 20 small digits."""
    image = image_of(many_lines(50, 20), height=1700, pen=3)
    return _picture(np.asarray(image, np.float64))


def _picture(grey: NDArray[np.float64]) -> Picture:
    pixels = np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)
    return picture_from_pixels(pixels, "page")


def silhouette(height: int = 1500, width: int = 2000) -> Picture:
    """Return a photo of a large dark shape with a ragged outline before a light background."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    edge = 0.6 + 0.08 * np.sin(9 * np.arctan2(y, x)) + 0.02 * np.sin(60 * x)
    return _picture(np.where(x**2 + y**2 < edge**2, 40.0, 225.0))


def crowded(columns: int = 40, rows: int = 30) -> Picture:
    """Return a picture with a grid of dark marks of the size of characters."""
    page = np.full((rows * 38, columns * 22), 245.0)
    for row in range(rows):
        for column in range(columns):
            page[row * 38 + 4 : row * 38 + 34, column * 22 + 8 : column * 22 + 13] = 30
    return _picture(page)
