from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from desktop_app.data.augment_ink import augment_ink, scribble, side_by_side, unit_strokes
from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.augment_images import augment_images, augment_pairs, warp
from desktop_app.tasks.augmentation import UNCHANGED, ImageAugmentation, InkAugmentation

FLIPS: tuple[Literal["none", "horizontal"], ...] = ("none", "horizontal")
SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)], [(25, 50), (50, 50)]])


def test_without_variety_ink_stays_as_it_is() -> None:
    strokes = unit_strokes(SEVEN)
    none = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0, stroke_shift=0)
    varied = augment_ink(strokes, none, np.random.default_rng(0))
    for before, after in zip(strokes, varied.strokes, strict=True):
        np.testing.assert_allclose(before, after.points, atol=1e-6)


def test_varied_ink_differs_and_repeats_by_seed() -> None:
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


def test_scribbles_are_ink() -> None:
    rng = np.random.default_rng(4)
    for _ in range(60):
        assert normalize(rasterize(scribble(rng))) is not None


def test_strokes_are_shifted_each_on_its_own_and_as_a_whole() -> None:
    strokes = unit_strokes(SEVEN)
    shift = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0, stroke_shift=0.1)
    shifted = augment_ink(strokes, shift, np.random.default_rng(1))
    moves = [after.points - before for before, after in zip(strokes, shifted.strokes, strict=True)]
    for move in moves:
        np.testing.assert_allclose(move, np.broadcast_to(move[0], move.shape), atol=1e-6)
    # Across and down are drawn apart, and so is every stroke.
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
def test_rotation_shear_and_aspect_are_linear_maps_of_their_kind(
    settings: InkAugmentation, name: str
) -> None:
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


def test_a_bend_moves_places_of_one_stroke_by_different_amounts() -> None:
    line = [np.stack([np.linspace(-0.5, 0.5, 50), np.zeros(50)], axis=1).astype(np.float32)]
    bent = InkAugmentation(rotation=0, shear=0, aspect=0, bend=0.05, stroke_shift=0)
    rng = np.random.default_rng(3)
    moves = np.stack([augment_ink(line, bent, rng).strokes[0].points - line[0] for _ in range(400)])
    assert (np.ptp(moves, axis=1) > 1e-4).all()
    # Four sines of random phase, two for each coordinate: their variance is amplitude² / 2 each.
    assert np.sqrt(np.square(moves).mean()) == pytest.approx(0.05, rel=0.15)
    # Slow: less than two waves across the character.
    assert np.abs(np.diff(moves, axis=1)).max() < 0.05


def kinds_of_scribbles(count: int) -> dict[str, list[Ink]]:
    """Scribbles by what their strokes look like."""
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


def test_scribbles_are_long_lines_mostly() -> None:
    found = kinds_of_scribbles(1000)
    for name, share in (("lines", 0.55), ("dots", 0.15), ("blots", 0.15), ("short lines", 0.15)):
        assert len(found[name]) / 1000 == pytest.approx(share, abs=0.05)
    assert {len(ink.strokes) for ink in found["lines"]} == {1, 2, 3, 4}
    strokes = [stroke.points for ink in found["lines"] for stroke in ink.strokes]
    lengths = [len(points) for points in strokes]
    assert (min(lengths), max(lengths)) == (pytest.approx(60, abs=2), pytest.approx(199, abs=2))
    sizes = np.array([np.ptp(points, axis=0).max() for points in strokes])
    assert 0.5 <= sizes.min() < 0.52
    assert 0.98 < sizes.max() <= 1 + 1e-6
    middles = np.stack([points.mean(axis=0) for points in strokes])
    np.testing.assert_allclose(middles.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(middles.std(axis=0), 0.1, rtol=0.15)
    # Steps of one line have one length.
    for points in strokes[:50]:
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        np.testing.assert_allclose(steps, steps.mean(), rtol=1e-3)


def test_dots_and_short_lines_lie_where_a_character_would() -> None:
    found = kinds_of_scribbles(1000)
    assert {len(ink.strokes) for ink in found["dots"]} == set(range(1, 9))
    dots = np.concatenate([stroke.points for ink in found["dots"] for stroke in ink.strokes])
    assert {len(ink.strokes) for ink in found["short lines"]} == set(range(3, 9))
    lines = np.stack([stroke.points for ink in found["short lines"] for stroke in ink.strokes])
    for places in (dots, lines[:, 0]):
        np.testing.assert_allclose(places.min(axis=0), -0.5, atol=0.02)
        np.testing.assert_allclose(places.max(axis=0), 0.5, atol=0.02)
        assert np.abs(places).max() <= 0.5
    np.testing.assert_allclose((lines[:, 1] - lines[:, 0]).std(axis=0), 0.25, rtol=0.1)


def test_blots_are_filled_rectangles_and_ellipses_smooth_or_ragged() -> None:
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


def test_warp_agrees_with_scipy() -> None:
    rng = np.random.default_rng(5)
    images = rng.random((3, 9, 11, 2)).astype(np.float32)
    rows, columns = (rng.uniform(-4, 14, images.shape[:3]).astype(np.float32) for _ in range(2))
    expected = np.stack(
        [
            np.stack(
                [
                    ndimage.map_coordinates(image[..., k], [r, c], order=1, mode="grid-constant", cval=0.0)
                    for k in range(2)
                ],
                axis=-1,
            )
            for image, r, c in zip(images, rows, columns, strict=True)
        ]
    )
    np.testing.assert_allclose(warp(images, rows, columns), expected, atol=1e-5)


def test_strength_zero_moves_nothing() -> None:
    images = np.random.default_rng(6).random((4, 28, 20, 3)).astype(np.float32)
    still = ImageAugmentation(thickness=0, gamma=0)
    varied = augment_images(images, np.zeros(4, np.float32), still, np.random.default_rng(0))
    np.testing.assert_allclose(varied, images, atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_varied_images_stay_images(seed: int) -> None:
    rng = np.random.default_rng(seed)
    normalized = normalize(rasterize(SEVEN))
    assert normalized is not None
    images = np.repeat(normalized.model_input[None], 32, axis=0)
    varied = augment_images(images, np.ones(32, np.float32), ImageAugmentation(), rng)
    assert varied.dtype == np.float32
    assert varied.shape == images.shape
    assert varied.min() >= 0
    assert varied.max() <= 1
    share = varied.sum(axis=(1, 2, 3)) / images[0].sum()
    assert share.min() > 0.4
    assert share.max() < 2.2
    assert np.ptp(share) > 0.05


def corner_images(count: int) -> NDArray[np.float32]:
    """Images with one bright spot, above on the left."""
    images = np.zeros((count, 28, 28, 1), dtype=np.float32)
    images[:, 6:10, 4:9] = 1
    return images


@pytest.mark.parametrize(("flip", "axis"), [("horizontal", 2), ("vertical", 1)])
def test_about_half_of_the_images_are_mirrored(flip: Literal["horizontal", "vertical"], axis: int) -> None:
    images = corner_images(400)
    varied = augment_images(
        images, np.ones(400, np.float32), replace(UNCHANGED, flip=flip), np.random.default_rng(1)
    )
    is_mirrored = np.isclose(varied, np.flip(images, axis), atol=1e-4).all(axis=(1, 2, 3))
    is_same = np.isclose(varied, images, atol=1e-4).all(axis=(1, 2, 3))
    assert (is_mirrored ^ is_same).all()
    assert 150 < is_mirrored.sum() < 250


def test_both_ways_of_mirroring_are_drawn_each_on_its_own() -> None:
    images = corner_images(400)
    both = replace(UNCHANGED, flip="both")
    varied = augment_images(images, np.ones(400, np.float32), both, np.random.default_rng(2))
    quarters = [
        int(np.isclose(varied, np.flip(images, axes), atol=1e-4).all(axis=(1, 2, 3)).sum())
        for axes in ((), (1,), (2,), (1, 2))
    ]
    assert sum(quarters) == 400
    assert min(quarters) > 60


def test_mirroring_changes_nothing_else() -> None:
    images = np.repeat(corner_images(1), 60, axis=0)
    strength = np.ones(60, np.float32)
    before, mirrored = (
        augment_images(images, strength, replace(ImageAugmentation(), flip=flip), np.random.default_rng(3))
        for flip in FLIPS
    )
    is_same = (before == mirrored).all(axis=(1, 2, 3))
    assert (is_same | (before == mirrored[:, :, ::-1]).all(axis=(1, 2, 3))).all()
    assert 10 < is_same.sum() < 50


def test_channels_of_an_image_are_augmented_alike() -> None:
    grey = np.random.default_rng(4).random((20, 16, 24, 1)).astype(np.float32)
    colour = np.repeat(grey, 3, axis=3)
    strong = replace(ImageAugmentation(), flip="both", thickness=1.0)
    strength = np.ones(20, np.float32)
    one = augment_images(grey, strength, strong, np.random.default_rng(5))
    several = augment_images(colour, strength, strong, np.random.default_rng(5))
    np.testing.assert_array_equal(several, np.repeat(one, 3, axis=3))


def test_an_image_and_the_one_that_it_is_to_become_are_flipped_alike() -> None:
    targets = np.random.default_rng(6).integers(0, 256, (50, 8, 8, 3), np.uint8)
    inputs = targets[:, ::2, ::2].astype(np.float32) / np.float32(255)
    both = replace(ImageAugmentation(), flip="both")
    flipped, wanted = augment_pairs(inputs, targets, np.ones(50, np.float32), both, np.random.default_rng(7))
    # Each place of the small image is still one of the four that it was taken from.
    places = [wanted[:, row::2, column::2] / np.float32(255) for row in (0, 1) for column in (0, 1)]
    alike = np.stack([np.isclose(flipped, place).all(axis=(1, 2, 3)) for place in places])
    assert alike.any(axis=0).all()
    assert (alike.sum(axis=1) > 3).all()
    assert wanted.dtype == np.uint8
    assert not np.array_equal(wanted, targets)
