"""Samples of data sources as pages, i.e. as if they were drawn or opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, printable
from desktop_app.data.sources.source_set import LeftOut, SourceSet, further_pages
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page, pages_of_file
from desktop_app.ink.picture import Picture
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink

_GREY_OF_RGB = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def brightness(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert images (n, height, width, channels) to grey, (n, height, width), by luminance."""
    if images.shape[3] == 1:
        return images[..., 0]
    grey: NDArray[np.uint8] = np.rint(images.astype(np.float32) @ _GREY_OF_RGB).astype(np.uint8)
    return grey


def sample_page_of(source: SourceSet, row: int) -> Page:
    """Return a sample as a page like `page_of`, but use normalized images as ink maps.

    Raises:
        UserError: see `page_of`.
    """
    if source.images is None or not source.is_normalized:
        return page_of(source, row)
    ink_map: NDArray[np.float32] = brightness(source.images[row : row + 1])[0] / np.float32(255)
    return Picture(pixels_of(source, row), ink_map, source.title)


def page_of(source: SourceSet, row: int) -> Page:
    """Return a sample as a page: ink, or a picture with the ink found in it.

    Raises:
        UserError: the file of the sample cannot be opened.
    """
    if source.inks is not None:
        return source.inks.ink(row)
    if source.images is not None:
        return picture_from_pixels(source.images[row], source.title)
    assert source.files is not None
    return source.files[row].page()


def pages_of(
    source: SourceSet, rows: Iterable[int], left_out: list[LeftOut]
) -> Iterator[tuple[int, Page | None]]:
    """Yield rows of a source with their pages, see `page_of`.

    Files that were only listed may be damaged, and have further pages.

    Args:
        source: the samples.
        rows: rows of the source.
        left_out: receives the files without a page, which is None, and the further pages of others.

    Raises:
        UserError: the file of a sample cannot be opened, although it could before.
    """
    listed = None if source.sha256 else source.files
    for row in rows:
        page: Page | None = None
        try:
            page = page_of(source, row)
        except UserError as error:
            if listed is None:
                raise
            left_out.append(LeftOut(printable(listed[row].name), error.message))
        if listed is not None and page is not None:
            left_out += further_pages(printable(listed[row].name), pages_of_file(page))
        yield row, page


def pixels_of(source: SourceSet, row: int) -> NDArray[np.uint8]:
    """Return a sample as pixels, uint8 (height, width, 3); ink is drawn in black on white.

    Raises:
        UserError: see `page_of`.
    """
    if source.images is not None:
        image = source.images[row]
        return np.repeat(image, 3 // image.shape[2], axis=2)
    page = page_of(source, row)
    if not isinstance(page, Ink):
        return page.rgb
    grey = np.rint((1 - rasterize(page)) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
