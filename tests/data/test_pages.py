from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.data.pages import brightness, page_of, pixels_of, sample_page_of
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink

BAR = Ink.from_points([[(50, 0), (50, 90)]])


def images_of(pixels: NDArray[np.uint8], *, normalized: bool = False) -> SourceSet:
    return SourceSet("Some", "some.npz", "", np.array(["1"]), images=pixels, is_normalized=normalized)


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_have_three_channels(channels: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1, 9, 7, channels)).astype(np.uint8)
    shown = pixels_of(images_of(pixels), 0)
    assert shown.shape == (9, 7, 3)
    for channel in range(3):
        assert (shown[..., channel] == pixels[0, ..., channel % channels]).all()


def test_ink_map_of_normalized_image_is_the_image() -> None:
    pixels = np.arange(0, 60, dtype=np.uint8).reshape(1, 10, 6, 1)
    page = sample_page_of(images_of(pixels, normalized=True), 0)
    assert isinstance(page, Picture)
    np.testing.assert_allclose(page.ink_map, pixels[0, ..., 0] / 255, atol=1e-6)
    assert (page.rgb == pixels[0]).all()
    assert page.name == "Some"


def test_brightness_is_luminance() -> None:
    colours = np.array([[[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]]], dtype=np.uint8)
    grey = brightness(colours)
    assert grey.tolist() == [[[76, 150, 29, 255]]]
    assert grey.dtype == np.uint8
    assert brightness(colours[..., :1]).tolist() == [[[255, 0, 0, 255]]]


def test_files_are_opened_as_images_or_ink(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 5), 200, dtype=np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "b.inkml").write_bytes(inkml_bytes(BAR))
    source = SourceSet(
        "Files",
        "files",
        "",
        np.array(["1", "1"]),
        files=(PageFile(tmp_path / "a.png"), PageFile(tmp_path / "b.inkml")),
    )
    assert (pixels_of(source, 0) == np.full((8, 5, 3), 200)).all()
    assert page_of(source, 1) == BAR
    drawn = pixels_of(source, 1)
    assert drawn.shape[2] == 3
    assert (drawn.min(), drawn.max()) == (0, 255)
    # The background is white, the ink black.
    assert drawn[0, 0].tolist() == [255, 255, 255]
    assert drawn[drawn.shape[0] // 2, drawn.shape[1] // 2].tolist() == [0, 0, 0]
