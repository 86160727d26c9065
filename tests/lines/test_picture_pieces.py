"""Tests of the pieces of images."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from desktop_app.ink.picture import Picture
from desktop_app.ink.ruled_lines import erase_ruled_lines
from desktop_app.lines.cut_parts import cut_part
from desktop_app.lines.picture_pieces import picture_pieces
from desktop_app.lines.text_edits import FixedCharacter, TextEdits
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.task import Task


def ink_map(draw, size=(160, 100)):
    """Ink map of what a function draws."""
    image = Image.new("L", size, 0)
    draw(ImageDraw.Draw(image))
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def picture(ink):
    return Picture(np.zeros((*ink.shape, 3), np.uint8), ink)


def rings(distance):
    """Two rings, 50 wide and 70 tall, with this distance of their left edges."""

    def draw(draw):
        for left in (15, 15 + distance):
            draw.ellipse((left, 15, left + 50, 85), outline=255, width=6)

    return ink_map(draw)


def test_parts_are_pieces():
    pieces = picture_pieces(picture(rings(70)))
    boxes = np.array([item.box for item in pieces.items])
    assert boxes[:, :2].min(axis=0) == pytest.approx((15, 15), abs=1)
    assert boxes[:, 2:].max(axis=0) == pytest.approx((136, 86), abs=1)


def test_connected_rings_are_cut_between_them():
    ink = np.maximum(rings(60), ink_map(lambda draw: draw.line((60, 50, 80, 50), fill=255, width=5)))
    numbers = cut_part(ink[15:86, 15:126], 70).pieces
    is_ink = ink[15:86, 15:126] > 0.5
    left, right = numbers[:, :50][is_ink[:, :50]], numbers[:, 62:][is_ink[:, 62:]]
    assert left.max() < right.min()


def test_pieces_together_are_prepared_like_the_whole():
    task = Task()
    ink = rings(50)
    pieces = picture_pieces(picture(ink))
    together = pieces.prepare(range(len(pieces.items)), task)
    alone = prepare(picture(ink), task)
    assert together is not None
    assert alone is not None
    assert together.model_input == pytest.approx(alone.model_input, abs=0.02)
    assert together.placement.point(0, 0) == pytest.approx(alone.placement.point(0, 0), abs=1)


def test_many_candidates_are_prepared_like_each_alone(one_and_ring):
    task, count = Task(), len(one_and_ring.items)
    candidates = [range(first, last) for last in range(1, count + 1) for first in range(last)]
    inputs = one_and_ring.model_inputs(candidates, task)
    for numbers, model_input in zip(candidates, inputs, strict=True):
        prepared = one_and_ring.prepare(numbers, task)
        assert prepared is not None
        np.testing.assert_array_equal(model_input, prepared.model_input)


def test_page_of_pieces_has_their_ink_only():
    ink = rings(70)
    pieces = picture_pieces(picture(ink))
    right = [number for number, item in enumerate(pieces.items) if item.box[0] > 80]
    page = pieces.page(right)
    assert not page.ink_map[:, :80].any()
    assert np.array_equal(page.ink_map[:, 84:], ink[:, 84:])


def test_specks_are_ignored():
    ink = rings(70)
    ink[95, 150] = 1
    assert all(item.box[3] < 90 for item in picture_pieces(picture(ink)).items)


def test_empty_image_has_no_pieces():
    assert picture_pieces(picture(np.zeros((40, 50), np.float32))).items == ()


@pytest.mark.parametrize("slope", [0.0, 0.01])
def test_ruled_lines_are_erased_and_strokes_stay(slope):
    ink = rings(70)
    lines = ink_map(
        lambda draw: [draw.line((0, y, 160, y + 160 * slope), fill=110, width=2) for y in (10, 50)]
    )
    erased = erase_ruled_lines(np.maximum(ink, lines))
    assert erased[:, :12].max() == 0
    assert erased[:, 145:].max() == 0
    assert (erased[ink > 0.9] > 0.9).mean() > 0.97


def test_writing_is_not_a_ruled_line():
    ink = rings(70)
    assert erase_ruled_lines(ink) is ink


@pytest.fixture
def one_and_ring():
    """Pieces of an upright line that covers the left side of a ring; both are 70 tall."""

    def draw(draw):
        draw.ellipse((40, 15, 90, 85), outline=255, width=6)
        draw.line((43, 15, 43, 85), fill=255, width=6)

    return picture_pieces(picture(ink_map(draw)))


def test_ink_beside_a_cut_belongs_to_both_pieces(one_and_ring):
    rings = [number for number, item in enumerate(one_and_ring.items) if item.box[0] > 45]
    first = min(item.box[0] for item in one_and_ring.items)
    assert rings
    assert first < 45
    assert one_and_ring.page(rings).ink_map[45:55, 44:46].min() > 0.9


def test_shared_ink_follows_merged_and_split_pieces(one_and_ring):
    rings = [number for number, item in enumerate(one_and_ring.items) if item.box[0] > 45]
    merged = FixedCharacter(tuple(each for number in rings for each in one_and_ring.items[number].ranges))
    edited = one_and_ring.edited(TextEdits((merged,)))
    (number,) = [number for number, item in enumerate(edited.items) if item.fixed is not None]
    assert np.array_equal(edited.page([number]).ink_map, one_and_ring.page(rings).ink_map)


def test_pieces_that_share_other_ink_have_other_keys(one_and_ring):
    thinner = np.where(np.arange(160) < 43, 0, one_and_ring.ink)
    pieces = picture_pieces(picture(thinner.astype(np.float32)))
    same = [item for item in pieces.items if item.ranges in [each.ranges for each in one_and_ring.items]]
    keys = {item.key for item in one_and_ring.items}
    assert [item for item in same if item.key not in keys]
