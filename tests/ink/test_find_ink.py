import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np
from PIL import Image, ImageDraw, ImageFont

from desktop_app.core.paths import resources_dir
from desktop_app.ink.find_ink import find_ink
from desktop_app.ink.normalize import normalize
from desktop_app.ink.parts import connected_parts


def similarity(ink_map, truth):
    """Return the largest correlation of two normalized ink maps within a shift of one pixel."""
    seen, wanted = normalize(ink_map, 28, 1), normalize(truth, 28, 1)
    assert wanted is not None
    if seen is None:
        return 0.0
    shifted = (np.roll(seen.model_input, (y, x), axis=(0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1))
    return max(float(np.corrcoef(s.ravel(), wanted.model_input.ravel())[0, 1]) for s in shifted)


def sheet(ink_map, height, width, top, left):
    """Return the ink on an empty sheet."""
    empty = np.zeros((height, width), dtype=np.float32)
    empty[top : top + ink_map.shape[0], left : left + ink_map.shape[1]] = ink_map
    return empty


def without_margin(ink_map):
    """Return the ink from its first to its last row and column."""
    rows, columns = np.nonzero(ink_map > 0.2)
    return ink_map[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def grey(values):
    """Round values to 8 bits."""
    return (np.rint(np.clip(values, 0, 1) * 255) / 255).astype(np.float32)


def test_small_clean_digits_stay_unchanged(small_digits):
    for digit in small_digits:
        assert np.abs(find_ink(digit) - digit).max() < 1e-6
        assert np.abs(find_ink(1 - digit) - digit).max() < 1e-6


@pytest.mark.parametrize("light_on_dark", [True, False])
def test_digits_that_fill_a_small_image_are_found(light_on_dark):
    with np.load(resources_dir() / "data" / "uci_digits.npz", allow_pickle=False) as data:
        digits = data["x"][:300, 2:-2, 2:-2] / np.float32(255)
    assert (digits[:, 0] > 0.5).any(axis=1).mean() > 0.5
    for digit in digits:
        found = find_ink(digit if light_on_dark else 1 - digit)
        assert found.shape == digit.shape
        assert np.abs(found - digit).max() < 0.1


@pytest.mark.parametrize("light_on_dark", [True, False])
@pytest.mark.parametrize("size", [40, 120, 300])
def test_digits_to_which_an_image_is_cut_are_found(small_digits, size, light_on_dark):
    for digit in small_digits:
        cut = Image.fromarray(without_margin(digit))
        scale = size / max(cut.size)
        width, height = (max(1, round(side * scale)) for side in cut.size)
        truth = np.clip(np.asarray(cut.resize((width, height), Image.Resampling.BICUBIC)), 0, 1)
        assert similarity(find_ink(truth if light_on_dark else 1 - truth), truth) > 0.95


@pytest.mark.parametrize("light_on_dark", [True, False])
@pytest.mark.parametrize("height", [40, 120])
def test_numbers_to_which_an_image_is_cut_are_found(small_digits, height, light_on_dark):
    for first in range(6):
        digits = [
            np.pad(without_margin(digit), ((0, 0), (0, 4))) for digit in small_digits[first : first + 4]
        ]
        tallest = max(map(len, digits))
        line = np.concatenate([np.pad(each, ((0, tallest - len(each)), (0, 0))) for each in digits], axis=1)
        cut = Image.fromarray(without_margin(line))
        size = round(cut.width * height / cut.height), height
        truth = np.clip(np.asarray(cut.resize(size, Image.Resampling.BICUBIC)), 0, 1)
        assert np.abs(find_ink(truth if light_on_dark else 1 - truth) - truth).max() < 0.1


def test_bar_that_fills_an_image_of_four_columns_is_found():
    bar = np.tile(np.array([0.02, 0.98, 0.5, 0.02], np.float32), (20, 1))
    assert (find_ink(bar)[:, 1] > 0.9).all()


def test_digits_at_the_border_stay_unchanged(small_digits):
    for digit in small_digits:
        rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
        lowest = digit[: rows[-1] + 1]
        rightmost = digit[:, : columns[-1] + 1]
        for cut in (lowest, rightmost):
            assert np.abs(find_ink(np.ascontiguousarray(cut)) - cut).max() < 1e-6


@pytest.mark.parametrize("light_on_dark", [False, True])
def test_drawing_stays_unchanged(seven, light_on_dark):
    found = find_ink(seven if light_on_dark else 1 - seven)
    assert np.abs(found - seven).max() < 1e-6


@pytest.mark.parametrize(("paper", "pen"), [(0.5, 0.42), (0.3, 0.2), (0.2, 0.3), (0.95, 0.85)])
def test_faint_ink_is_stretched_to_full_contrast(seven, paper, pen):
    found = find_ink(grey(paper + (pen - paper) * seven))
    assert found.max() == pytest.approx(1, abs=0.02)
    assert similarity(found, seven) > 0.98


def test_uneven_illumination_is_removed(seven):
    ink = sheet(seven, 400, 500, 100, 200)
    y, x = np.mgrid[:400, :500] / 500
    random = np.random.default_rng(1)
    light = 0.95 - 0.5 * x - 0.2 * y
    found = find_ink(grey(light * (1 - 0.7 * ink) + random.normal(scale=0.01, size=ink.shape)))
    assert similarity(found, ink) > 0.95
    assert found[ink == 0].mean() < 0.01


@pytest.mark.parametrize("noise", [0.002, 0.003, 0.006])
def test_small_characters_on_a_large_uneven_page_stay_apart_and_sharp(seven, noise):
    small = np.asarray(Image.fromarray(seven).resize((15, 18), Image.Resampling.BOX))
    ink = np.zeros((800, 600), dtype=np.float32)
    for top in range(60, 700, 60):
        for left in range(40, 500, 30):
            ink[top : top + 18, left : left + 15] = small
    _, x = np.mgrid[:800, :600] / 600
    light = 0.97 - 0.15 * x + np.random.default_rng(1).normal(scale=noise, size=ink.shape)
    found = find_ink(grey(light * (1 - 0.7 * ink)))
    assert np.corrcoef(found.ravel(), ink.ravel())[0, 1] > 0.98
    assert connected_parts(found > 0.3, corners=True).count == 11 * 16


def test_dense_page_without_noise_stays_sharp():
    page = Image.new("L", (1240, 1754))
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(36)
    for top in range(40, 1694, 33):
        for left in range(40, 1180, 26):
            draw.text((left, top), str(left // 26 % 10), fill=255, font=font)
    ink = np.asarray(page, np.float32) / 255
    found = find_ink(grey(1 - ink))
    assert np.corrcoef(found.ravel(), ink.ravel())[0, 1] > 0.98


def test_shadow_is_not_ink(seven):
    ink = sheet(seven, 400, 500, 100, 60)
    _, x = np.mgrid[:400, :500] / 500
    light = np.where(x > 0.6, 0.5, 0.85)
    found = find_ink(grey(light * (1 - 0.7 * ink)))
    assert similarity(found, ink) > 0.95
    assert not found[:, 280:].any()


def test_pencil_on_grainy_paper_is_found(seven):
    ink = sheet(seven, 600, 600, 100, 300)
    random = np.random.default_rng(2)
    found = find_ink(grey(0.8 * (1 - 0.25 * ink) + random.normal(scale=0.02, size=ink.shape)))
    assert similarity(found, ink) > 0.92


def test_chalk_on_board_is_found(seven):
    ink = sheet(seven, 500, 600, 200, 100)
    random = np.random.default_rng(3)
    _, x = np.mgrid[:500, :600] / 600
    board = 0.15 + 0.15 * x
    found = find_ink(grey(board + 0.5 * ink + random.normal(scale=0.02, size=ink.shape)))
    assert similarity(found, ink) > 0.92


def test_specks_are_removed(seven):
    ink = sheet(seven, 500, 500, 100, 100)
    dusty = ink.copy()
    random = np.random.default_rng(4)
    for row, column in random.integers(0, 498, size=(25, 2)):
        dusty[row : row + 2, column : column + 2] = 1
    assert similarity(find_ink(1 - dusty), ink) > 0.98


@pytest.mark.parametrize("count", [5, 20, 60])
def test_characters_of_a_long_strip_are_found(small_digits, count):
    ink = np.zeros((88, 42 * count), np.float32)
    for number in range(count):
        digit = small_digits[number % len(small_digits)]
        ink[30 : 30 + digit.shape[0], 42 * number + 6 : 42 * number + 6 + digit.shape[1]] = digit
    assert np.abs(find_ink(1 - ink) - ink).max() < 1e-6


def test_sheet_on_dark_table_is_paper(seven):
    ink = sheet(seven, 600, 700, 200, 300)
    paper = np.zeros_like(ink)
    paper[60:540, 80:620] = 1
    found = find_ink(grey((0.2 + 0.65 * paper) * (1 - 0.75 * ink)))
    assert similarity(found, ink) > 0.95


def test_ink_on_ruled_paper_is_found(seven):
    ink = sheet(seven, 500, 500, 100, 100)
    rules = np.zeros_like(ink)
    rules[::50] = 0.15
    random = np.random.default_rng(5)
    image = 0.9 * (1 - np.maximum(0.8 * ink, rules)) + random.normal(scale=0.01, size=ink.shape)
    assert similarity(find_ink(grey(image)), ink) > 0.9


@pytest.mark.parametrize("value", [0.0, 0.37, 1.0])
@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (1, 1), (28, 28), (300, 200)])
def test_uniform_image_has_no_ink(shape, value):
    found = find_ink(np.full(shape, value, dtype=np.float32))
    assert found.shape == shape
    assert not found.any()


@pytest.mark.parametrize("size", [28, 100, 400])
@pytest.mark.parametrize("strength", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("paper", [0.0, 0.6, 1.0])
def test_noise_is_not_ink(size, strength, paper):
    random = np.random.default_rng(6)
    assert not find_ink(grey(paper + random.normal(scale=strength, size=(size, size)))).any()


@pytest.mark.parametrize("size", [28, 300])
def test_uniform_noise_is_not_ink(size):
    random = np.random.default_rng(7)
    assert not find_ink(grey(random.random((size, size)))).any()


def test_stains_are_not_ink():
    random = np.random.default_rng(8)
    coarse = Image.fromarray(random.normal(size=(6, 6)).astype(np.float32))
    stains = np.asarray(coarse.resize((400, 400), Image.Resampling.BICUBIC))
    assert not find_ink(grey(0.8 + 0.03 * stains + random.normal(scale=0.01, size=(400, 400)))).any()


@pytest.mark.parametrize("size", [28, 200])
@pytest.mark.parametrize("dot", [1, 2, 3])
def test_small_dot_is_not_ink(size, dot):
    image = np.ones((size, size), dtype=np.float32)
    image[9 : 9 + dot, 12 : 12 + dot] = 0
    assert not find_ink(image).any()
    assert not find_ink(1 - image).any()


@given(
    st_np.arrays(
        np.float32,
        st.tuples(st.integers(1, 40), st.integers(1, 40)),
        elements=st.floats(0, 1, width=32),
    )
)
def test_any_image_gives_an_ink_map(image):
    found = find_ink(image)
    assert found.shape == image.shape
    assert found.dtype == np.float32
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize("shape", [(1, 900), (900, 1), (2, 300), (300, 3)])
def test_very_narrow_images_are_accepted(shape):
    image = np.ones(shape, dtype=np.float32)
    image[shape[0] // 2, shape[1] // 2] = 0
    assert find_ink(image).shape == shape


def test_argument_is_not_changed(seven):
    before = seven.copy()
    find_ink(seven)
    assert (seven == before).all()


def test_border_is_paper_if_ink_and_paper_are_equally_common():
    squares = np.zeros((60, 60), dtype=np.float32)
    squares[6:54, 6:54] = 1
    squares[18:42, 18:42] = 0
    found = find_ink(1 - squares)
    assert np.abs(found - squares).max() < 0.05


def test_pixels_that_touch_at_corners_are_connected():
    # Without diagonal connections, the pixels of the line would be specks.
    ink_map = np.eye(120, dtype=np.float32)
    found = find_ink(1 - ink_map)
    assert np.abs(found - ink_map).max() < 1e-6


def test_small_part_of_character_is_not_a_speck(seven):
    height, width = seven.shape
    dotted = sheet(seven, height + 60, width + 60, 30, 30)
    dotted[4:12, 40:48] = 1
    assert np.abs(find_ink(1 - dotted) - dotted).max() < 1e-6


def test_chalk_on_grey_board_is_stretched_to_full_contrast():
    board = np.full((100, 100), 0.1, dtype=np.float32)
    board[20:80, 45:55] += 0.3
    found = find_ink(board)
    assert found.max() <= 1
    assert found[50, 50] == pytest.approx(1, abs=0.05)
