"""Pages as .npz files: every page comes back equal, damaged files are refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.ink.page_arrays import page_bytes, page_from_bytes
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import PEN_WIDTH, Ink, Stroke

POINTS = np.array([[1, 2], [3.25, 1e-7], [400, 0]], np.float32)
INK = Ink((Stroke(POINTS), Stroke(POINTS[:1], np.array([0.5], np.float32), 8.0), Stroke(POINTS, width=22.5)))


@pytest.mark.parametrize("ink", [Ink(), INK], ids=["empty", "with and without pressure"])
def test_ink_is_restored(ink: Ink) -> None:
    assert page_from_bytes(page_bytes(ink)) == ink


def test_strokes_of_earlier_versions_have_the_usual_width() -> None:
    restored = page_from_bytes(ink_archive())
    assert isinstance(restored, Ink)
    assert [stroke.width for stroke in restored.strokes] == [PEN_WIDTH]


@pytest.mark.parametrize("is_computed", [False, True])
def test_an_image_is_restored_with_its_ink_map(is_computed: bool) -> None:
    rgb = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    ink = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
    restored = page_from_bytes(page_bytes(Picture(rgb, (lambda: ink) if is_computed else ink, "“Ä”.png")))
    assert isinstance(restored, Picture)
    assert np.array_equal(restored.rgb, rgb)
    assert np.array_equal(restored.ink_map, ink)
    assert restored.name == "“Ä”.png"
    assert not restored.rgb.flags.writeable
    assert not restored.ink_map.flags.writeable


def archive(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def ink_archive(**changes: object) -> bytes:
    whole = {"points": POINTS, "ends": np.array([3]), "pressure": np.full(3, np.nan, np.float32)}
    return archive(**{**whole, **changes})


def picture_archive(**changes: object) -> bytes:
    whole = {"rgb": np.zeros((2, 2, 3), np.uint8), "ink": np.zeros((2, 2), np.float32), "name": "a"}
    return archive(**{**whole, **changes})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        page_bytes(INK)[:-30],
        archive(),
        archive(points=POINTS),
        ink_archive(widths=np.array([0.0])),
        ink_archive(widths=np.array([14.0, 14.0])),
        ink_archive(points=POINTS * np.nan),
        ink_archive(points=POINTS.astype("U")),
        ink_archive(ends=np.array([2, 1])),
        ink_archive(ends=np.array(3)),
        ink_archive(pressure=np.full(3, 2, np.float32)),
        picture_archive(rgb=np.zeros((2, 3, 3), np.uint8)),
        picture_archive(rgb=np.zeros((0, 0, 3), np.uint8), ink=np.zeros((0, 0), np.float32)),
        picture_archive(rgb=np.zeros((1, 1001, 3), np.uint8), ink=np.zeros((1, 1001), np.float32)),
        picture_archive(ink=np.full((2, 2), np.nan, np.float32)),
        picture_archive(name=np.array(["a", "b"])),
        archive(points=np.zeros((9_000_000, 2), np.float32)),
    ],
)
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(UserError, match="damaged"):
        page_from_bytes(data)


def test_intact_archives_of_these_tests_are_read() -> None:
    assert page_from_bytes(ink_archive()) == Ink((Stroke(POINTS),))
    assert isinstance(page_from_bytes(picture_archive()), Picture)
