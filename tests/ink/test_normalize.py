import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np
from PIL import Image
from scipy import ndimage

from desktop_app.ink.normalize import (
    BOX_SIZE,
    CHANNELS,
    INK_THRESHOLD,
    INPUT_SIZE,
    SIZES,
    normalize,
    normalize_drawn,
    normalize_maps,
)

ink_maps = st_np.arrays(
    np.float32, st.tuples(st.integers(0, 45), st.integers(0, 45)), elements=st.floats(0, 1, width=32)
)


def centre_of_mass(model_input):
    """Return x and y of the centre of mass; 0.5 is the centre of the first pixel."""
    image = model_input[..., 0]
    middles = np.arange(INPUT_SIZE) + 0.5
    return (image.sum(axis=0) @ middles / image.sum(), image.sum(axis=1) @ middles / image.sum())


def extent(model_input):
    """Return width and height of the bounding box."""
    image = model_input[..., 0]
    columns, rows = np.flatnonzero(image.any(axis=0)), np.flatnonzero(image.any(axis=1))
    return columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1


def inputs(ink_map):
    """Return the model input of an ink map with ink."""
    normalized = normalize(ink_map, 28, 1)
    assert normalized is not None
    return normalized.model_input


@given(ink_maps)
def test_every_ink_map_gives_a_model_input_or_none(ink_map):
    normalized = normalize(ink_map, 28, 1)
    if normalized is None:
        assert not (ink_map > INK_THRESHOLD).any()
        return
    assert normalized.model_input.shape == (INPUT_SIZE, INPUT_SIZE, 1)
    assert normalized.model_input.dtype == np.float32
    assert ((normalized.model_input >= 0) & (normalized.model_input <= 1)).all()
    assert normalized.model_input.max() == 1
    assert max(extent(normalized.model_input)) <= BOX_SIZE


@given(ink_maps)
def test_box_is_the_bounding_box_of_the_ink(ink_map):
    normalized = normalize(ink_map, 28, 1)
    if normalized is not None:
        left, top, right, bottom = normalized.box
        outside = ink_map.copy()
        outside[top:bottom, left:right] = 0
        assert not (outside > INK_THRESHOLD).any()
        inside = ink_map[top:bottom, left:right] > INK_THRESHOLD
        assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
        x, y = normalized.centre_of_mass
        assert left <= x <= right
        assert top <= y <= bottom


@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (28, 28)])
def test_normalize_returns_none_without_ink(shape):
    assert normalize(np.zeros(shape, dtype=np.float32), 28, 1) is None


def test_longer_side_fills_the_box_with_aspect_ratio_kept(seven):
    rows, columns = np.flatnonzero(seven.any(axis=1)), np.flatnonzero(seven.any(axis=0))
    aspect = (columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1)
    width, height = extent(inputs(seven))
    assert height == BOX_SIZE
    assert width == pytest.approx(BOX_SIZE * aspect, abs=1)


def test_centre_of_mass_is_in_the_middle(seven):
    for ink_map in (seven, seven[::-1], seven[:, ::-1], seven.T):
        for centre in centre_of_mass(inputs(np.ascontiguousarray(ink_map))):
            assert centre == pytest.approx(INPUT_SIZE / 2, abs=1)


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (60, 1), (500, 3)])
def test_extreme_shapes_fit_into_the_box(size):
    model_input = inputs(np.ones(size, dtype=np.float32))
    width, height = extent(model_input)
    assert max(width, height) == BOX_SIZE
    assert min(width, height) == max(1, round(BOX_SIZE * min(size) / max(size)))


@pytest.mark.parametrize(("top", "left"), [(0, 0), (1, 0), (0, 13), (200, 321)])
def test_result_does_not_depend_on_position(seven, top, left):
    sheet = np.zeros((500, 600), dtype=np.float32)
    sheet[top : top + seven.shape[0], left : left + seven.shape[1]] = seven
    assert (inputs(sheet) == inputs(seven)).all()


@pytest.mark.parametrize("times", [2, 3, 5])
def test_result_does_not_depend_on_size(seven, times):
    larger = seven.repeat(times, axis=0).repeat(times, axis=1)
    assert np.abs(inputs(larger) - inputs(seven)).mean() < 0.01


@pytest.mark.parametrize("strength", [0.3, 0.5, 0.9])
def test_result_does_not_depend_on_ink_strength(seven, strength):
    assert np.abs(inputs(seven * np.float32(strength)) - inputs(seven)).mean() < 0.01


def test_normalized_digits_stay_unchanged(small_digits):
    for ink_map in small_digits:
        once = inputs(ink_map)
        normalized = normalize(once[..., 0], 28, 1)
        assert normalized is not None
        left, top, right, bottom = normalized.box
        if max(right - left, bottom - top) == BOX_SIZE:  # otherwise its edge was below the threshold
            assert np.abs(normalized.model_input - once).max() < 0.01


def test_normalizing_twice_changes_nothing(seven):
    once = inputs(seven)
    assert np.abs(inputs(once[..., 0]) - once).max() < 0.01


def test_model_input_is_read_only(seven):
    with pytest.raises(ValueError, match="read-only"):
        inputs(seven)[0] = 1


def mnist_input(ink_map):
    """Return a 28x28 model input computed with the method of MNIST, or None."""
    rows, columns = np.nonzero(ink_map > 0.1)
    if len(rows) == 0:
        return None
    ink = ink_map[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    factor = 20 / max(ink.shape)
    height, width = (max(1, round(side * 20 / max(ink.shape))) for side in ink.shape)
    if factor != 1:
        ink = np.asarray(Image.fromarray(np.array(ink)).resize((width, height), Image.Resampling.BILINEAR))
    ink = np.minimum(ink / np.float32(np.quantile(ink[ink > 0.1 * ink.max()], 0.9)), 1)
    row, column = (14 - int(np.floor(centre + 0.5)) for centre in ndimage.center_of_mass(ink.astype(float)))
    row, column = min(max(row, 0), 28 - height), min(max(column, 0), 28 - width)
    whole = np.zeros((28, 28, 1), dtype=np.float32)
    whole[row : row + height, column : column + width, 0] = ink
    return whole


def test_size_28_follows_mnist(seven, small_digits):
    for ink_map in (seven, seven.T, seven[::3, ::2], *small_digits):
        np.testing.assert_array_equal(inputs(ink_map), mnist_input(ink_map))


@pytest.mark.parametrize("size", [SIZES[0], 20, 32, 64, SIZES[-1]])
def test_other_sizes_have_the_same_proportions(seven, size):
    normalized = normalize(seven, size, 1)
    assert normalized is not None
    assert normalized.model_input.shape == (size, size, 1)
    assert max(extent(normalized.model_input)) == round(size * 20 / 28)
    image = normalized.model_input[..., 0]
    for centre in ndimage.center_of_mass(image):
        assert centre + 0.5 == pytest.approx(size / 2 + 0.5, abs=0.51)
    # Resized to 28 pixels, it is similar to the input of 28 pixels.
    again = np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BILINEAR))
    assert np.abs(again - inputs(seven)[..., 0]).mean() < (0.05 if size >= 20 else 0.1)


@pytest.mark.parametrize("channels", CHANNELS)
def test_all_channels_are_equal(seven, channels):
    normalized = normalize(seven, 32, channels)
    one = normalize(seven, 32, 1)
    assert normalized is not None
    assert one is not None
    np.testing.assert_array_equal(normalized.model_input, one.model_input.repeat(channels, axis=2))


@given(ink_maps, st.integers(SIZES[0], SIZES[-1]))
def test_placement_maps_input_to_the_box(ink_map, size):
    normalized = normalize(ink_map, size, 1)
    if normalized is None:
        return
    image = normalized.model_input[..., 0]
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    left, top = normalized.placement.point(columns[0], rows[0])
    right, bottom = normalized.placement.point(columns[-1] + 1, rows[-1] + 1)
    slack_x, slack_y = normalized.placement.scale_x, normalized.placement.scale_y
    # Faint ink at the edge of the box may disappear in downscaling.
    assert normalized.box[0] - 1e-6 <= left <= right <= normalized.box[2] + 1e-6
    assert normalized.box[1] - 1e-6 <= top <= bottom <= normalized.box[3] + 1e-6
    assert right - left >= slack_x
    assert bottom - top >= slack_y


def test_placement_maps_centre_of_mass(seven):
    normalized = normalize(seven, 28, 1)
    assert normalized is not None
    row, column = ndimage.center_of_mass(normalized.model_input[..., 0])
    x, y = normalized.placement.point(column + 0.5, row + 0.5)
    true_y, true_x = ndimage.center_of_mass(seven)
    assert x == pytest.approx(true_x + 0.5, abs=normalized.placement.scale_x / 4)
    assert y == pytest.approx(true_y + 0.5, abs=normalized.placement.scale_y / 4)


def test_result_contains_the_ink_map(seven):
    normalized = normalize(seven, 28, 1)
    assert normalized is not None
    assert (normalized.ink_map == seven).all()


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("size", [8, 28, 64])
def test_drawn_inks_are_normalized_like_ink_maps(seven, size, channels):
    drawn = [(np.roll(seven, 9, axis=1)[::step] > 0.5).astype(np.uint8) for step in (1, 2, 5)]
    inputs = normalize_drawn([Image.fromarray(image) for image in drawn], size, channels)
    for (model_input, placement), image in zip(inputs, drawn, strict=True):
        normalized = normalize(image.astype(np.float32), size, channels)
        assert normalized is not None
        np.testing.assert_array_equal(model_input, normalized.model_input)
        assert placement == normalized.placement
        assert not model_input.flags.writeable


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("size", [8, 28, 64])
def test_many_ink_maps_are_normalized_like_each_alone(seven, size, channels):
    maps = [seven, np.zeros((9, 9), np.float32), 0.4 * np.roll(seven, 9, axis=1), seven[::2, ::5]]
    inputs = normalize_maps(maps, size, channels)
    alone = [normalized for each in maps if (normalized := normalize(each, size, channels)) is not None]
    for model_input, normalized in zip(inputs, alone, strict=True):
        np.testing.assert_array_equal(model_input, normalized.model_input)
        assert not model_input.flags.writeable
