"""Images with lines, frames, bars and neighbours around a character."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from desktop_app.ink.find_ink import find_ink

Grey = NDArray[np.float32]
Draw = Callable[[Any], None]

SEVEN = [(50, 30), (100, 30), (70, 115)]
NEIGHBOUR = [(0, 20), (14, 60), (6, 110)]


def image(*drawings: Draw) -> Grey:
    """Return drawings on white paper, float32 (150, 150)."""
    canvas = Image.new("L", (150, 150), 255)
    for draw in drawings:
        draw(ImageDraw.Draw(canvas))
    return np.asarray(canvas, dtype=np.float32) / np.float32(255)


def seven(draw: Any) -> None:
    draw.line(SEVEN, fill=0, width=8, joint="curve")


def window(draw: Any) -> None:
    draw.rectangle((4, 4, 145, 145), outline=60, width=2)
    draw.rectangle((4, 4, 145, 22), fill=60)
    draw.rectangle((132, 9, 140, 17), fill=255)


def two_bars(draw: Any) -> None:
    for x in (0, 116):
        draw.rectangle((x, 0, x + 33, 149), fill=20)


AROUND: dict[str, Draw] = {
    "neighbour": lambda draw: draw.line(NEIGHBOUR, fill=0, width=8),
    "neighbour on the right": lambda draw: draw.line([(149 - x, y) for x, y in NEIGHBOUR], fill=0, width=8),
    "line above": lambda draw: draw.line((0, 12, 149, 14), fill=90, width=2),
    "line below": lambda draw: draw.line((0, 136, 149, 133), fill=90, width=2),
    "line on the left": lambda draw: draw.line((30, 0, 32, 149), fill=0, width=3),
    "full stop": lambda draw: draw.ellipse((143, 108, 153, 118), fill=0),
    "title bar": lambda draw: draw.rectangle((0, 0, 149, 18), fill=70),
    "border": lambda draw: draw.rectangle((0, 0, 149, 149), outline=0, width=3),
    "frame": lambda draw: draw.rectangle((6, 7, 143, 142), outline=0, width=2),
    "window": window,
    "edge of a scan": lambda draw: draw.polygon([(0, 0), (12, 0), (15, 149), (0, 149)], fill=0),
    "corner of a scan": lambda draw: draw.polygon(
        [(0, 0), (149, 0), (149, 11), (13, 9), (15, 149), (0, 149)], fill=20
    ),
    "lower corner of a scan": lambda draw: draw.polygon(
        [(149, 0), (149, 149), (0, 149), (0, 138), (137, 136), (139, 0)], fill=20
    ),
    "bar on the right": lambda draw: draw.rectangle((131, 0, 149, 149), fill=20),
    "wide bar": lambda draw: draw.rectangle((0, 0, 37, 149), fill=20),
    "two bars": two_bars,
    "wide corner of a scan": lambda draw: draw.polygon(
        [(0, 0), (149, 0), (149, 17), (32, 17), (32, 149), (0, 149)], fill=20
    ),
    "folded corner": lambda draw: draw.polygon([(149, 59), (149, 149), (59, 149)], fill=20),
    "block in a corner": lambda draw: draw.rectangle((112, 70, 149, 149), fill=20),
    "three sides of a scan": lambda draw: draw.polygon(
        [(0, 0), (149, 0), (149, 149), (125, 149), (125, 17), (24, 17), (24, 149), (0, 149)], fill=20
    ),
}


ALONE = set(AROUND) - {
    *("neighbour", "neighbour on the right", "line below", "line on the left", "full stop"),
    *("wide corner of a scan", "three sides of a scan"),
}
"""What is not ink without a character either; the others may be a character."""


@pytest.mark.parametrize("noise", [0.0, 0.01])
@pytest.mark.parametrize("around", AROUND)
def test_character_is_found_without_its_surroundings(around: str, noise: float) -> None:
    grain = np.random.default_rng(1).normal(scale=noise, size=(150, 150)).astype(np.float32)
    alone = find_ink(np.clip(image(seven) - np.abs(grain), 0, 1))
    found = find_ink(np.clip(image(seven, AROUND[around]) - np.abs(grain), 0, 1))
    assert ((found > 0.5) == (alone > 0.5)).mean() > 0.999


def test_neighbour_and_line_are_left_out_together() -> None:
    found = find_ink(image(seven, AROUND["neighbour"], AROUND["line below"]))
    assert ((found > 0.5) == (image(seven) < 0.5)).all()


@pytest.mark.parametrize("around", sorted(ALONE))
def test_lines_and_frames_alone_are_not_ink(around: str) -> None:
    assert not find_ink(image(AROUND[around])).any()


# Characters that touch the border: a digit cut out to its ink, in one part and in two.
CUT: dict[str, list[Draw]] = {
    "one": [lambda draw: draw.line((75, 0, 72, 149), fill=0, width=10)],
    "zero": [lambda draw: draw.ellipse((0, 0, 149, 149), outline=0, width=12)],
    "five": [
        lambda draw: draw.line((70, 6, 149, 6), fill=0, width=12),
        lambda draw: draw.line([(50, 20), (40, 70), (120, 80), (110, 144), (0, 144)], fill=0, width=12),
    ],
    "four": [
        lambda draw: draw.line([(40, 0), (5, 90), (149, 95)], fill=0, width=12),
        lambda draw: draw.line((110, 20, 105, 75), fill=0, width=12),
    ],
    "crossed seven": [
        lambda draw: draw.line([(0, 6), (140, 6), (60, 149)], fill=0, width=12),
        lambda draw: draw.line((50, 70, 75, 68), fill=0, width=12),
    ],
}


@pytest.mark.parametrize("name", CUT)
def test_character_that_touches_the_border_stays_whole(name: str) -> None:
    drawn = image(*CUT[name])
    assert ((find_ink(drawn) > 0.5) == (drawn < 0.5)).mean() > 0.99


def test_crossing_line_stays() -> None:
    # A line through the box of the character may belong to it.
    drawn = image(seven, lambda draw: draw.line((0, 128, 149, 105), fill=0, width=3))
    assert ((find_ink(drawn) > 0.5) == (drawn < 0.5)).all()


@pytest.mark.parametrize("shape", [(150, 150), (200, 300), (600, 800)])
@pytest.mark.parametrize("share", [0.02, 0.05, 0.08, 0.12, 0.2])
@pytest.mark.parametrize("side", range(4))
def test_dark_bar_along_a_side_is_not_ink(side: int, share: float, shape: tuple[int, int]) -> None:
    grey = np.rot90(np.full(shape, 0.9, dtype=np.float32), side).copy()
    grey[:, -round(share * grey.shape[1]) :] = 0.1
    assert not find_ink(np.rot90(grey, -side).copy()).any()


@pytest.mark.parametrize("thickness", [3, 5, 12])
def test_dash_on_a_wide_sheet_stays_whole(thickness: int) -> None:
    grey = np.ones((120, 200), dtype=np.float32)
    grey[58 : 58 + thickness, 20:181] = 0
    assert ((find_ink(grey) > 0.5) == (grey < 0.5)).all()


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize(("first", "last"), [(0.0, 1.0), (0.0, 0.6), (0.3, 1.0)])
def test_gradient_is_not_ink(first: float, last: float, turn: int) -> None:
    steps = np.rint(np.linspace(first, last, 280) * 255).astype(np.float32) / np.float32(255)
    assert not find_ink(np.rot90(np.tile(steps, (280, 1)), turn).copy()).any()


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize(("share", "is_u"), [(0.25, False), (0.4, False), (0.2, True), (0.3, True)])
def test_wide_dark_margins_along_several_sides_are_not_ink(share: float, turn: int, *, is_u: bool) -> None:
    grey = np.full((400, 300), 0.9, dtype=np.float32)
    grey[:, : round(share * 300)] = grey[-round(share * 400) :] = 0.1
    if is_u:
        grey[:, -round(share * 300) :] = 0.1
    assert not find_ink(np.rot90(grey, turn).copy()).any()


@pytest.mark.parametrize("size", [16, 28, 60, 150])
@pytest.mark.parametrize("name", sorted(CUT.keys() - {"one"}))
def test_light_character_cut_out_to_its_ink_is_not_paper(name: str, size: int) -> None:
    canvas = Image.fromarray((image(*CUT[name]) * 255).astype(np.uint8))
    cut = ImageOps.contain(canvas.crop(ImageOps.invert(canvas).getbbox()), (size, size))
    grey = np.asarray(cut, dtype=np.float32) / np.float32(255)
    assert ((find_ink(1 - grey) > 0.5) == (grey < 0.5)).mean() > 0.9


@pytest.mark.parametrize("row", [[1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 1, 1, 0], [0, 1]])
def test_stripes_of_a_few_pixels_are_accepted(row: list[float]) -> None:
    grey = np.tile(np.array(row, np.float32), (8, 1))
    assert find_ink(grey).shape == grey.shape


def test_bold_seven_that_fills_the_image_is_no_margin() -> None:
    canvas = Image.new("L", (100, 120), 255)
    points = [(0, 0), (99, 0), (99, 20), (55, 119), (30, 119), (70, 22), (0, 22)]
    ImageDraw.Draw(canvas).polygon(points, fill=20)
    grey = np.asarray(canvas, dtype=np.float32) / np.float32(255)
    assert ((find_ink(grey) > 0.5) == (grey < 0.5)).all()
