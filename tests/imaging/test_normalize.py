import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from desktop_app.imaging.normalize import BOX_SIZE, INK_THRESHOLD, INPUT_SIZE, normalize

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
    normalized = normalize(ink_map)
    assert normalized is not None
    return normalized.model_input


@given(ink_maps)
def test_every_ink_map_gives_a_model_input_or_nothing(ink_map):
    normalized = normalize(ink_map)
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
    normalized = normalize(ink_map)
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
    assert normalize(np.zeros(shape, dtype=np.float32)) is None


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
        normalized = normalize(once[..., 0])
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
