import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np
from PIL import Image
from scipy import ndimage

from desktop_app.ink.normalize import BOX_SIZE, CHANNELS, INK_THRESHOLD, INPUT_SIZE, SIZES, normalize

ink_maps = st_np.arrays(
    np.float32, st.tuples(st.integers(0, 45), st.integers(0, 45)), elements=st.floats(0, 1, width=32)
)


def centre_of_mass(model_input):
    """X and y of the centre of mass; 0.5 is the middle of the first pixel."""
    image = model_input[..., 0]
    middles = np.arange(INPUT_SIZE) + 0.5
    return (image.sum(axis=0) @ middles / image.sum(), image.sum(axis=1) @ middles / image.sum())


def extent(model_input):
    """Width and height of what is not empty."""
    image = model_input[..., 0]
    columns, rows = np.flatnonzero(image.any(axis=0)), np.flatnonzero(image.any(axis=1))
    return columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1


def inputs(ink_map):
    """The model input of ink that is there."""
    normalized = normalize(ink_map, 28, 1)
    assert normalized is not None
    return normalized.model_input


@given(ink_maps)
def test_every_ink_map_gives_a_model_input_or_nothing(ink_map):
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
def test_the_box_holds_all_ink_and_no_more(ink_map):
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
def test_without_ink_there_is_nothing(shape):
    assert normalize(np.zeros(shape, dtype=np.float32), 28, 1) is None


def test_the_longer_side_fills_the_box_and_the_aspect_is_kept(seven):
    rows, columns = np.flatnonzero(seven.any(axis=1)), np.flatnonzero(seven.any(axis=0))
    aspect = (columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1)
    width, height = extent(inputs(seven))
    assert height == BOX_SIZE
    assert width == pytest.approx(BOX_SIZE * aspect, abs=1)


def test_the_mass_lies_in_the_middle(seven):
    for ink_map in (seven, seven[::-1], seven[:, ::-1], seven.T):
        for place in centre_of_mass(inputs(np.ascontiguousarray(ink_map))):
            assert place == pytest.approx(INPUT_SIZE / 2, abs=1)


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (60, 1), (500, 3)])
def test_extreme_shapes_fit(size):
    model_input = inputs(np.ones(size, dtype=np.float32))
    width, height = extent(model_input)
    assert max(width, height) == BOX_SIZE
    assert min(width, height) == max(1, round(BOX_SIZE * min(size) / max(size)))


@pytest.mark.parametrize(("top", "left"), [(0, 0), (1, 0), (0, 13), (200, 321)])
def test_the_place_on_the_sheet_does_not_matter(seven, top, left):
    sheet = np.zeros((500, 600), dtype=np.float32)
    sheet[top : top + seven.shape[0], left : left + seven.shape[1]] = seven
    assert (inputs(sheet) == inputs(seven)).all()


@pytest.mark.parametrize("times", [2, 3, 5])
def test_the_size_does_not_matter(seven, times):
    larger = seven.repeat(times, axis=0).repeat(times, axis=1)
    assert np.abs(inputs(larger) - inputs(seven)).mean() < 0.01


@pytest.mark.parametrize("strength", [0.3, 0.5, 0.9])
def test_the_strength_of_the_ink_does_not_matter(seven, strength):
    assert np.abs(inputs(seven * np.float32(strength)) - inputs(seven)).mean() < 0.01


def test_what_is_normalized_stays_as_it_is(small_digits):
    for ink_map in small_digits:
        once = inputs(ink_map)
        normalized = normalize(once[..., 0], 28, 1)
        assert normalized is not None
        left, top, right, bottom = normalized.box
        if max(right - left, bottom - top) == BOX_SIZE:  # else its edge was too faint to be ink
            assert np.abs(normalized.model_input - once).max() < 0.01


def test_digits_as_mnist_keeps_them_stay_as_they_are(seven):
    once = inputs(seven)
    assert np.abs(inputs(once[..., 0]) - once).max() < 0.01


def test_the_model_input_cannot_be_changed(seven):
    with pytest.raises(ValueError, match="read-only"):
        inputs(seven)[0] = 1


def mnists(ink_map):
    """A 28x28 model input, made as MNIST was and of numbers only, or None."""
    rows, columns = np.nonzero(ink_map > 0.1)
    if len(rows) == 0:
        return None
    ink = ink_map[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    factor = 20 / max(ink.shape)
    height, width = (max(1, round(side * 20 / max(ink.shape))) for side in ink.shape)
    if factor != 1:
        ink = np.asarray(Image.fromarray(np.array(ink)).resize((width, height), Image.Resampling.BILINEAR))
    ink = np.minimum(ink / np.float32(np.quantile(ink[ink > 0.1 * ink.max()], 0.9)), 1)
    row, column = (14 - int(np.floor(place + 0.5)) for place in ndimage.center_of_mass(ink.astype(float)))
    row, column = min(max(row, 0), 28 - height), min(max(column, 0), 28 - width)
    whole = np.zeros((28, 28, 1), dtype=np.float32)
    whole[row : row + height, column : column + width, 0] = ink
    return whole


def test_28_is_what_mnist_did(seven, small_digits):
    for ink_map in (seven, seven.T, seven[::3, ::2], *small_digits):
        np.testing.assert_array_equal(inputs(ink_map), mnists(ink_map))


@pytest.mark.parametrize("size", [SIZES[0], 20, 32, 64, SIZES[-1]])
def test_other_sizes_keep_the_proportions(seven, size):
    normalized = normalize(seven, size, 1)
    assert normalized is not None
    assert normalized.model_input.shape == (size, size, 1)
    assert max(extent(normalized.model_input)) == round(size * 20 / 28)
    image = normalized.model_input[..., 0]
    for place in ndimage.center_of_mass(image):
        assert place + 0.5 == pytest.approx(size / 2 + 0.5, abs=0.51)
    # Seen in 28 pixels it is what 28 pixels show, as far as few pixels can show it.
    again = np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BILINEAR))
    assert np.abs(again - inputs(seven)[..., 0]).mean() < (0.05 if size >= 20 else 0.1)


@pytest.mark.parametrize("channels", CHANNELS)
def test_ink_is_the_same_in_every_channel(seven, channels):
    normalized = normalize(seven, 32, channels)
    one = normalize(seven, 32, 1)
    assert normalized is not None
    assert one is not None
    np.testing.assert_array_equal(normalized.model_input, one.model_input.repeat(channels, axis=2))


@given(ink_maps, st.integers(SIZES[0], SIZES[-1]))
def test_the_placement_leads_back_to_the_box(ink_map, size):
    normalized = normalize(ink_map, size, 1)
    if normalized is None:
        return
    image = normalized.model_input[..., 0]
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    left, top = normalized.placement.point(columns[0], rows[0])
    right, bottom = normalized.placement.point(columns[-1] + 1, rows[-1] + 1)
    slack_x, slack_y = normalized.placement.scale_x, normalized.placement.scale_y
    # Faint ink at the edge of the box may have vanished in the shrinking, but only there.
    assert normalized.box[0] - 1e-6 <= left <= right <= normalized.box[2] + 1e-6
    assert normalized.box[1] - 1e-6 <= top <= bottom <= normalized.box[3] + 1e-6
    assert right - left >= slack_x
    assert bottom - top >= slack_y


def test_the_placement_leads_back_to_every_mass(seven):
    normalized = normalize(seven, 28, 1)
    assert normalized is not None
    row, column = ndimage.center_of_mass(normalized.model_input[..., 0])
    x, y = normalized.placement.point(column + 0.5, row + 0.5)
    true_y, true_x = ndimage.center_of_mass(seven)
    assert x == pytest.approx(true_x + 0.5, abs=normalized.placement.scale_x / 4)
    assert y == pytest.approx(true_y + 0.5, abs=normalized.placement.scale_y / 4)


def test_it_keeps_what_it_came_from(seven):
    normalized = normalize(seven, 28, 1)
    assert normalized is not None
    assert (normalized.ink_map == seven).all()
