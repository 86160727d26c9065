from __future__ import annotations

import numpy as np
import pytest

from desktop_app.data.augment_ink import augment_character, augment_ink, side_by_side, unit_strokes
from desktop_app.data.drawings import draw_no_character, scribble
from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.augmentation import InkAugmentation

SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)], [(25, 50), (50, 50)]])


def test_ink_is_unchanged_without_augmentation() -> None:
    strokes = unit_strokes(SEVEN)
    none = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0, stroke_shift=0)
    varied = augment_ink(strokes, none, np.random.default_rng(0))
    for before, after in zip(strokes, varied.strokes, strict=True):
        np.testing.assert_allclose(before, after.points, atol=1e-6)


def test_augmented_ink_depends_on_the_seed() -> None:
    strokes = unit_strokes(SEVEN)
    first, again, other = (
        augment_ink(strokes, InkAugmentation(), np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_unit_strokes_fill_the_unit_square() -> None:
    points = np.concatenate(unit_strokes(SEVEN))
    np.testing.assert_allclose(np.ptp(points, axis=0).max(), 1.0, rtol=1e-6)
    np.testing.assert_allclose(points.max(axis=0), -points.min(axis=0), atol=1e-6)


def test_side_by_side_keeps_both_and_does_not_overlap() -> None:
    strokes = unit_strokes(SEVEN)
    pair = side_by_side(strokes, strokes, np.random.default_rng(3))
    first = np.concatenate([s.points for s in pair.strokes[:2]])
    second = np.concatenate([s.points for s in pair.strokes[2:]])
    assert len(pair.strokes) == 4
    assert second[:, 0].mean() > first[:, 0].max()


def test_drawings_are_ink_and_differ() -> None:
    rng = np.random.default_rng(4)
    drawings = [draw_no_character([SEVEN], rng) for _ in range(100)]
    assert all(normalize(rasterize(ink), 28, 1) is not None for ink in drawings)
    assert len({ink.strokes for ink in drawings}) == 100


def test_strokes_are_shifted_separately_and_together() -> None:
    strokes = unit_strokes(SEVEN)
    shift = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0, stroke_shift=0.1)
    shifted = augment_ink(strokes, shift, np.random.default_rng(1))
    moves = [after.points - before for before, after in zip(strokes, shifted.strokes, strict=True)]
    for move in moves:
        np.testing.assert_allclose(move, np.broadcast_to(move[0], move.shape), atol=1e-6)
    # Both coordinates and all strokes are shifted independently.
    values = [round(float(value), 4) for move in moves for value in move[0]]
    assert len(set(values)) == 4


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (InkAugmentation(rotation=20, shear=0, aspect=0, bend=0, stroke_shift=0), "rotation"),
        (InkAugmentation(rotation=0, shear=0.3, aspect=0, bend=0, stroke_shift=0), "shear"),
        (InkAugmentation(rotation=0, shear=0, aspect=0.3, bend=0, stroke_shift=0), "aspect"),
    ],
)
def test_rotation_shear_and_aspect_are_linear_maps(settings: InkAugmentation, name: str) -> None:
    axes = [np.eye(2, dtype=np.float32)]
    rng = np.random.default_rng(2)
    maps = np.stack([augment_ink(axes, settings, rng).strokes[0].points for _ in range(400)]).astype(float)
    np.testing.assert_allclose(np.linalg.det(maps), 1, atol=1e-5)
    if name == "rotation":
        angles = np.rad2deg(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
        np.testing.assert_allclose(maps @ maps.transpose(0, 2, 1), np.tile(np.eye(2), (400, 1, 1)), atol=1e-5)
        assert np.std(angles) == pytest.approx(20, rel=0.15)
    elif name == "shear":
        np.testing.assert_allclose(maps[:, 0], np.tile([1, 0], (400, 1)), atol=1e-6)
        np.testing.assert_allclose(maps[:, 1, 1], 1, atol=1e-6)
        assert np.std(maps[:, 1, 0]) == pytest.approx(0.3, rel=0.15)
    else:
        np.testing.assert_allclose(maps[:, [0, 1], [1, 0]], 0, atol=1e-6)
        assert np.std(np.log(maps[:, 0, 0])) == pytest.approx(0.3, rel=0.15)


def test_chosen_share_of_zeros_is_crossed() -> None:
    angles = np.linspace(0, 2 * np.pi, 40)
    zero = Ink.from_points([list(zip(30 * np.cos(angles), 45 * np.sin(angles), strict=True))])
    crossing = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0, stroke_shift=0, crossed_zeros=0.3)
    rng = np.random.default_rng(6)
    zeros = [augment_character(zero, "0", crossing, rng) for _ in range(300)]
    crossed = [ink for ink in zeros if len(ink.strokes) == 2]
    assert 0.22 < len(crossed) / 300 < 0.38
    for ring, line in (ink.strokes for ink in crossed):
        np.testing.assert_allclose(ring.points, unit_strokes(zero)[0], atol=1e-6)
        # The line passes near the centre of the ring, which is 0.67 wide and 1 high.
        assert np.abs(line.points.mean(axis=0)).max() < 0.35
        assert 0.3 < np.hypot(*(line.points[-1] - line.points[0])) < 2
    for label, settings in (("7", crossing), ("0", InkAugmentation())):
        inks = [augment_character(zero, label, settings, rng) for _ in range(50)]
        assert {len(ink.strokes) for ink in inks} == {1}


def test_bend_moves_points_of_a_stroke_by_different_amounts() -> None:
    line = [np.stack([np.linspace(-0.5, 0.5, 50), np.zeros(50)], axis=1).astype(np.float32)]
    bent = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0.05, stroke_shift=0)
    rng = np.random.default_rng(3)
    moves = np.stack([augment_ink(line, bent, rng).strokes[0].points - line[0] for _ in range(400)])
    assert (np.ptp(moves, axis=1) > 1e-4).all()
    # Four sines with random phases, two per coordinate, each with variance amplitude² / 2.
    assert np.sqrt(np.square(moves).mean()) == pytest.approx(0.05, rel=0.15)
    # Less than two waves across the character.
    assert np.abs(np.diff(moves, axis=1)).max() < 0.05


def kinds_of_scribbles(count: int) -> dict[str, list[Ink]]:
    """Scribbles by kind."""
    rng = np.random.default_rng(5)
    found: dict[str, list[Ink]] = {"lines": [], "dots": [], "blots": [], "short lines": []}
    for _ in range(count):
        ink = scribble(rng)
        longest = max(len(stroke.points) for stroke in ink.strokes)
        if longest > 2:
            found["lines"].append(ink)
        elif longest == 1:
            found["dots"].append(ink)
        else:
            found["blots" if len(ink.strokes) > 8 else "short lines"].append(ink)
    return found


def test_most_scribbles_are_long_lines() -> None:
    found = kinds_of_scribbles(1000)
    for name, share in (("lines", 0.55), ("dots", 0.15), ("blots", 0.15), ("short lines", 0.15)):
        assert len(found[name]) / 1000 == pytest.approx(share, abs=0.05)
    assert {len(ink.strokes) for ink in found["lines"]} == {1, 2, 3, 4}
    strokes = [stroke.points for ink in found["lines"] for stroke in ink.strokes]
    lengths = [len(points) for points in strokes]
    assert min(lengths) == pytest.approx(60, abs=2)
    assert max(lengths) == pytest.approx(199, abs=2)
    sizes = np.array([np.ptp(points, axis=0).max() for points in strokes])
    assert 0.5 <= sizes.min() < 0.52
    assert 0.98 < sizes.max() <= 1 + 1e-6
    middles = np.stack([points.mean(axis=0) for points in strokes])
    np.testing.assert_allclose(middles.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(middles.std(axis=0), 0.1, rtol=0.15)
    # All steps of a line have the same length.
    for points in strokes[:50]:
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        np.testing.assert_allclose(steps, steps.mean(), rtol=1e-3)


def test_long_lines_are_smooth_or_jagged() -> None:
    strokes = [stroke.points for ink in kinds_of_scribbles(1500)["lines"] for stroke in ink.strokes]
    turns, jagged = [], 0
    for points in strokes:
        steps = np.diff(points.astype(np.float64), axis=0)
        headings = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        # Jagged lines turn by multiples of 2.2 radians.
        units = np.stack([np.cos(headings), np.sin(headings)], axis=1)
        angles = np.arange(-100, 101) * 2.2
        nearest = np.linalg.norm(units[:, None] - np.stack([np.cos(angles), np.sin(angles)], axis=1), axis=2)
        if nearest.min(axis=1).max() < 0.001:
            jagged += 1
        else:
            turns.append(headings[1] - headings[0])
    assert jagged / len(strokes) == pytest.approx(0.3, abs=0.04)
    # The third turn is the sum of three normal values, of scale 0.1 to 0.5, and a uniform one.
    assert np.mean(turns) == pytest.approx(0, abs=0.01)
    assert np.std(turns) == pytest.approx(0.15 * np.sqrt(3 * 0.31 / 3 + 0.03), rel=0.1)


def test_dots_and_short_lines_are_in_the_unit_square() -> None:
    found = kinds_of_scribbles(1000)
    assert {len(ink.strokes) for ink in found["dots"]} == set(range(1, 9))
    dots = np.concatenate([stroke.points for ink in found["dots"] for stroke in ink.strokes])
    assert {len(ink.strokes) for ink in found["short lines"]} == set(range(3, 9))
    lines = np.stack([stroke.points for ink in found["short lines"] for stroke in ink.strokes])
    for positions in (dots, lines[:, 0]):
        np.testing.assert_allclose(positions.min(axis=0), -0.5, atol=0.02)
        np.testing.assert_allclose(positions.max(axis=0), 0.5, atol=0.02)
        assert np.abs(positions).max() <= 0.5
    np.testing.assert_allclose((lines[:, 1] - lines[:, 0]).std(axis=0), 0.25, rtol=0.1)


def test_blots_are_filled_rectangles_and_ellipses() -> None:
    smooth, round_ones, heights, widths = 0, 0, [], []
    blots = kinds_of_scribbles(3000)["blots"]
    for ink in blots:
        ends = np.stack([stroke.points for stroke in ink.strokes])
        rows, left, right = ends[:, 0, 1], ends[:, 0, 0], ends[:, 1, 0]
        np.testing.assert_array_equal(rows, ends[:, 1, 1])
        np.testing.assert_allclose(np.diff(rows), 0.05, atol=1e-4)
        height = -2 * rows[0]
        assert height / 2 - 0.0501 <= rows[-1] <= height / 2
        heights.append(height)
        middle = int(np.abs(rows).argmin())
        if not np.allclose(left, -right, atol=1e-6):
            assert np.abs(left + right).max() < 0.4
            continue
        smooth += 1
        widths.append(2 * right[middle])
        is_round = right[0] < 0.5 * right[middle]
        round_ones += is_round
        outline = np.sqrt(np.clip(1 - (rows / (height / 2)) ** 2, 0, 1)) if is_round else np.ones(len(rows))
        np.testing.assert_allclose(right, outline * right[middle] / outline[middle], atol=1e-3)
    assert smooth / len(blots) == pytest.approx(0.5, abs=0.1)
    assert round_ones / smooth == pytest.approx(0.5, abs=0.1)
    for sizes in (heights, widths):
        assert min(sizes) == pytest.approx(0.4, abs=0.05)
        assert max(sizes) == pytest.approx(1.0, abs=0.05)
