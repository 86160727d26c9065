from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.task import Task
from desktop_app.tasks.verdict import SEVERAL, check_shape, judge, no_ink

TASK = Task(rejects=True)
THRESHOLD = 0.6


def answer(**shares: float) -> np.ndarray:
    """Return probabilities of named classes (d4=…, none=…); the others share the rest equally."""
    named = {(10 if name == "none" else int(name[1:])): share for name, share in shares.items()}
    rest = (1 - sum(named.values())) / (11 - len(named))
    return np.array([named.get(i, rest) for i in range(11)], dtype=np.float32)


def test_confident_answer_is_read() -> None:
    reading = judge(answer(d7=0.97), TASK, THRESHOLD, 1.5)
    assert (reading.verdict, reading.label, reading.alternatives) == (Verdict.READ, "7", ("7",))
    assert reading.confidence == pytest.approx(0.97)
    assert reading.milliseconds == 1.5


def test_alternatives_are_sorted_by_probability() -> None:
    reading = judge(answer(d4=0.5, d9=0.4), TASK, THRESHOLD, 0)
    assert (reading.verdict, reading.label, reading.alternatives) == (Verdict.UNSURE, "4", ("4", "9"))


def test_not_a_character_is_no_alternative() -> None:
    reading = judge(answer(d1=0.5, none=0.45), TASK, THRESHOLD, 0)
    assert (reading.verdict, reading.alternatives) == (Verdict.UNSURE, ("1",))


def test_not_a_character_has_no_label() -> None:
    reading = judge(answer(d1=0.3, none=0.6), TASK, THRESHOLD, 0)
    assert (reading.verdict, reading.label, reading.confidence) == (Verdict.NOT_A_CHARACTER, None, 0.0)
    assert reading.alternatives == ()
    assert reading.not_a_character == pytest.approx(0.6, abs=1e-6)


@given(st.lists(st.floats(0.001, 1.0), min_size=11, max_size=11))
def test_every_answer_has_one_verdict(weights: list[float]) -> None:
    probabilities = np.array(weights, np.float32) / np.float32(sum(weights))
    reading = judge(probabilities, TASK, THRESHOLD, 0)
    assert list(reading.probabilities) == list(TASK.labels)
    best = int(probabilities[:10].argmax())
    if reading.verdict is Verdict.NOT_A_CHARACTER:
        assert probabilities[10] > probabilities[best]
    else:
        assert reading.label == TASK.labels[best]
        assert (reading.verdict is Verdict.READ) == (float(probabilities[best]) >= THRESHOLD)


def test_label_has_up_to_two_alternatives() -> None:
    three = judge(answer(d4=0.4, d9=0.3, d7=0.2, d1=0.06), TASK, THRESHOLD, 0)
    assert three.alternatives == ("4", "9", "7")
    two = judge(answer(d4=0.5, d9=0.3, d7=0.04), TASK, THRESHOLD, 0)
    assert two.alternatives == ("4", "9")


def test_answer_at_the_threshold_is_read() -> None:
    probabilities = np.array([0.75, 0.25], np.float32)
    task = Task(labels=("a", "b"))
    at, above = (judge(probabilities, task, threshold, 0) for threshold in (0.75, 0.7500001))
    assert (at.verdict, at.alternatives) == (Verdict.READ, ("a",))
    assert (above.verdict, above.alternatives) == (Verdict.UNSURE, ("a", "b"))
    assert (above.label, above.confidence) == ("a", 0.75)


def test_ties_are_resolved_in_favour_of_the_first_label() -> None:
    probabilities = np.array([0.25, 0.375, 0.0, 0.375], np.float32)
    assert judge(probabilities, Task(labels=("a", "b", "c"), rejects=True), 0.3, 0).label == "b"
    equal = judge(np.full(4, 0.25, np.float32), Task(labels=tuple("abcd")), 0.9, 0)
    assert equal.alternatives == ("a", "b", "c")


def test_last_label_is_read_without_rejection() -> None:
    reading = judge(np.array([0.1, 0.2, 0.7], np.float32), Task(labels=("a", "b", "c")), 0.5, 0)
    assert (reading.verdict, reading.label) == (Verdict.READ, "c")
    assert reading.not_a_character == pytest.approx(0, abs=1e-6)


def test_alternatives_have_a_minimum_probability() -> None:
    task = Task(labels=("a", "b", "c"))
    for share, named in ((0.0501, ("a", "b")), (0.0499, ("a",))):
        probabilities = np.array([1 - share - 0.01, share, 0.01], np.float32)
        assert judge(probabilities, task, 0.99, 0).alternatives == named


def test_every_verdict_has_its_time() -> None:
    for named in (answer(d7=0.97), answer(d4=0.5, d9=0.4), answer(d1=0.3, none=0.6)):
        assert judge(named, TASK, THRESHOLD, 2.5).milliseconds == 2.5
    assert no_ink(3.5).milliseconds == 3.5


def ink_map(height: int, width: int, *boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Return an ink map with filled boxes: top, bottom, left, right."""
    values = np.zeros((height, width), np.float32)
    for top, bottom, left, right in boxes:
        values[top:bottom, left:right] = 1
    return values


PAIR = ink_map(100, 120, (10, 90, 10, 50), (20, 88, 60, 100))
READ_AS_1 = judge(answer(d1=0.97), TASK, THRESHOLD, 1.5)


@pytest.mark.parametrize("named", [{"d7": 0.97}, {"d4": 0.5, "d9": 0.4}, {"none": 0.6}])
def test_several_characters_are_not_a_character(named: dict[str, float]) -> None:
    before = judge(answer(**named), TASK, THRESHOLD, 1.5)
    reading = check_shape(before, PAIR)
    assert (reading.verdict, reading.label, reading.alternatives) == (Verdict.NOT_A_CHARACTER, None, ())
    assert (reading.probabilities, reading.milliseconds) == (before.probabilities, 1.5)
    assert str(reading.remark) == "Several characters were found; draw or crop to a single one."


@pytest.mark.parametrize(
    "ink",
    [
        ink_map(100, 120, (10, 90, 10, 50)),
        ink_map(100, 120, (10, 90, 10, 50), (20, 88, 50, 100)),  # not apart
        ink_map(100, 120, (10, 90, 10, 50), (55, 88, 60, 100)),  # a small part beside
        ink_map(100, 120, (10, 40, 10, 90), (60, 90, 10, 90)),  # one above the other
        ink_map(100, 120, (10, 30, 50, 54), (40, 60, 50, 54), (70, 90, 50, 54)),  # a dashed 1
        ink_map(100, 120, (10, 30, 20, 90), (40, 60, 20, 90), (70, 90, 20, 90)),  # wider than a column
        ink_map(100, 120),
    ],
)
def test_single_character_keeps_its_reading(ink: np.ndarray) -> None:
    assert check_shape(READ_AS_1, ink) is READ_AS_1


def test_lines_are_several_characters() -> None:
    # No column is empty.
    ink = ink_map(100, 120, (10, 40, 10, 60), (10, 40, 64, 110), (60, 90, 10, 40), (60, 90, 44, 110))
    assert check_shape(READ_AS_1, ink).remark is SEVERAL


def test_column_is_several_characters() -> None:
    reading = check_shape(READ_AS_1, ink_map(100, 120, (10, 30, 50, 66), (40, 60, 50, 64), (70, 90, 52, 66)))
    assert reading.verdict is Verdict.NOT_A_CHARACTER
    assert reading.remark is SEVERAL


def test_faint_ink_separates_characters() -> None:
    assert check_shape(READ_AS_1, np.maximum(PAIR, np.float32(0.2))).remark is not None


@pytest.mark.parametrize(("label", "width", "is_flat"), [("1", 50, True), ("1", 38, False), ("7", 50, False)])
def test_dash_is_not_a_digit(label: str, width: int, is_flat: bool) -> None:
    before = judge(answer(**{f"d{label}": 0.97}), TASK, THRESHOLD, 0)
    for flat, ink in (
        (is_flat, ink_map(100, 120, (40, 60, 10, 10 + width))),
        (False, ink_map(90, 9, (9, 80, 2, 7))),
    ):
        reading = check_shape(before, ink)
        assert (reading.verdict is Verdict.NOT_A_CHARACTER) == flat
        assert str(reading.remark) == ("The ink is too flat for a digit." if flat else "None")


def test_flat_labels_that_are_no_digits_keep_their_reading() -> None:
    reading = judge(np.array([0.9, 0.1], np.float32), Task(labels=("-", "1")), 0.5, 0)
    assert check_shape(reading, ink_map(100, 120, (45, 55, 10, 110))) is reading


def drawn(draw_on: Callable[[ImageDraw.ImageDraw], None], side: int = 120) -> np.ndarray:
    """Return the ink map of a drawing in a square of 120 by 120."""
    canvas = Image.new("L", (120, 120), 0)
    draw_on(ImageDraw.Draw(canvas))
    return np.asarray(canvas.resize((side, side)), dtype=np.float32) / np.float32(255)


def double_border(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((5, 20, 114, 100), outline=255, width=3)
    draw.rectangle((13, 28, 106, 92), outline=255, width=3)


def crossing_ends(draw: ImageDraw.ImageDraw) -> None:
    draw.arc((20, 20, 100, 112), -80, 260, fill=255, width=6)
    draw.line((46, 12, 70, 26), fill=255, width=6)
    draw.line((74, 10, 48, 26), fill=255, width=6)


HEART = [
    (60, 36),
    (46, 22),
    (28, 20),
    (14, 34),
    (16, 56),
    (60, 104),
    (104, 56),
    (106, 34),
    (92, 20),
    (74, 22),
]
NO_ZEROS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "heart": lambda draw: draw.line([*HEART, HEART[0]], fill=255, width=7, joint="curve"),
    "tilted heart": lambda draw: draw.line(
        [(x - 0.2 * y + 12, y + 0.15 * x - 9) for x, y in (*HEART, HEART[0])],
        fill=255,
        width=5,
        joint="curve",
    ),
    "heart without a notch": lambda draw: draw.line(
        [(60, 22), (34, 16), (16, 24), (14, 44), (60, 108), (106, 44), (104, 24), (86, 16), (60, 22)],
        fill=255,
        width=6,
        joint="curve",
    ),
    "square": lambda draw: draw.rectangle((10, 10, 109, 109), outline=255, width=6),
    "double border": double_border,
    "window": lambda draw: draw.rounded_rectangle((5, 5, 114, 114), radius=10, outline=255, width=3),
}
ZEROS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "circle": lambda draw: draw.ellipse((10, 10, 109, 109), outline=255, width=8),
    "narrow rectangle": lambda draw: draw.rectangle((35, 5, 88, 114), outline=255, width=8),
    "ends that cross at the top": crossing_ends,
    "egg on its tip": lambda draw: draw.polygon(
        [
            (60 + 38 * np.cos(a) * (1 - 0.25 * np.sin(a)), 60 + 50 * np.sin(a))
            for a in np.linspace(0, 6.2, 60)
        ],
        outline=255,
        width=6,
    ),
    "pointed, without a notch": lambda draw: draw.line(
        [(60, 8), (22, 50), (60, 112), (98, 50), (60, 8)], fill=255, width=6, joint="curve"
    ),
}


@pytest.mark.parametrize("side", [28, 120, 400])
@pytest.mark.parametrize("name", NO_ZEROS)
def test_hearts_and_rectangles_are_not_zeros(name: str, side: int) -> None:
    before = judge(answer(d0=0.97), TASK, THRESHOLD, 0)
    reading = check_shape(before, drawn(NO_ZEROS[name], side))
    assert reading.verdict is Verdict.NOT_A_CHARACTER
    assert str(reading.remark) == "The outline is not that of a 0."


@pytest.mark.parametrize("side", [28, 120, 400])
@pytest.mark.parametrize("name", ZEROS)
def test_unusual_zeros_keep_their_reading(name: str, side: int) -> None:
    before = judge(answer(d0=0.97), TASK, THRESHOLD, 0)
    assert check_shape(before, drawn(ZEROS[name], side)) is before


@pytest.mark.parametrize("label", ["2", "4", "8"])
@pytest.mark.parametrize(("lines", "is_grid"), [(2, False), (3, True), (7, True)])
def test_grid_is_not_a_digit(label: str, lines: int, is_grid: bool) -> None:
    def draw_on(draw: ImageDraw.ImageDraw) -> None:
        for place in np.linspace(5, 112, lines).tolist():
            draw.line((place, 5, place, 112), fill=255, width=4)
            draw.line((5, place, 112, place), fill=255, width=4)

    before = judge(answer(**{f"d{label}": 0.97}), TASK, THRESHOLD, 0)
    reading = check_shape(before, drawn(draw_on))
    assert (reading.verdict is Verdict.NOT_A_CHARACTER) == is_grid
    assert (str(reading.remark) == "The ink encloses too many areas for a digit.") == is_grid


@pytest.mark.parametrize("side", [60, 120, 400])
@pytest.mark.parametrize("label", ["0", "4", "8"])
@pytest.mark.parametrize(("contents", "is_grid"), [("", False), ("7", False), ("75", True), ("751", True)])
def test_cells_with_digits_are_not_a_digit(label: str, contents: str, is_grid: bool, side: int) -> None:
    def draw_on(draw: ImageDraw.ImageDraw) -> None:
        for place in (4, 40, 76, 112):
            draw.line((place, 40, place, 90), fill=255, width=4)
        draw.line((4, 40, 112, 40), fill=255, width=4)
        draw.line((4, 90, 112, 90), fill=255, width=4)
        for cell, text in enumerate(contents):
            draw.text((14 + 36 * cell, 48), text, fill=255, font=ImageFont.load_default(30))

    before = judge(answer(**{f"d{label}": 0.97}), TASK, THRESHOLD, 0)
    reading = check_shape(before, drawn(draw_on, side))
    assert (str(reading.remark) == "The ink encloses several shapes.") == is_grid


def test_labels_of_several_characters_keep_their_reading() -> None:
    reading = judge(np.array([0.9, 0.1], np.float32), Task(labels=("10", "11")), 0.5, 0)
    assert check_shape(reading, PAIR) is reading


def face(*parts: tuple[int, int, int, int], side: int = 100) -> np.ndarray:
    """Return the ink map of an outline with filled boxes inside."""
    outline = ((5, 95, 20, 28), (5, 95, 72, 80), (5, 13, 20, 80), (87, 95, 20, 80))
    return np.kron(ink_map(100, 100, *outline, *parts), np.ones((side // 100, side // 100), np.float32))


EYES, MOUTH = ((30, 36, 36, 42), (30, 36, 58, 64)), (65, 70, 38, 62)


@pytest.mark.parametrize("side", [100, 400])
@pytest.mark.parametrize(
    ("parts", "is_face"),
    [((), False), ((MOUTH,), False), (EYES, False), ((*EYES, MOUTH), True), (((20, 75, 28, 72),), False)],
)
def test_face_is_not_a_zero(parts: tuple[tuple[int, int, int, int], ...], is_face: bool, side: int) -> None:
    ink = face(*parts, side=side)
    reading = check_shape(judge(answer(d0=0.97), TASK, THRESHOLD, 0), ink)
    assert (reading.verdict is Verdict.NOT_A_CHARACTER) == is_face
    assert (str(reading.remark) == "There are other shapes inside the outline of the 0.") == is_face
    eight = judge(answer(d8=0.97), TASK, THRESHOLD, 0)
    assert check_shape(eight, ink) is eight


REJECTED = judge(answer(d4=0.1, none=0.8), TASK, THRESHOLD, 0)


@pytest.mark.parametrize(
    ("ink", "reason"),
    [
        (ink_map(40, 40, (18, 23, 18, 23)), "The ink is only a dot or a filled spot."),
        (ink_map(40, 40, (18, 23, 5, 35)), "The ink is too flat for a digit."),
        (
            drawn(lambda draw: draw.rectangle((20, 30, 90, 90), outline=255, width=4)),
            "The outline is not that of a 0.",
        ),
        (
            np.eye(40, dtype=np.float32),
            "The model is 80.0 % sure that this is none of its labels; the nearest is 4.",
        ),
    ],
)
def test_rejected_ink_has_a_reason(ink: np.ndarray, reason: str) -> None:
    reading = check_shape(REJECTED, ink)
    assert str(reading.remark) == reason
    assert reading.verdict is Verdict.NOT_A_CHARACTER


def test_reason_of_models_with_other_labels_does_not_speak_of_digits() -> None:
    task = Task(labels=("a", "b"), rejects=True)
    reading = judge(np.array([0.2, 0.1, 0.7], np.float32), task, THRESHOLD, 0)
    flat = check_shape(reading, ink_map(40, 40, (18, 23, 5, 35)))
    assert str(flat.remark) == "The model is 70.0 % sure that this is none of its labels; the nearest is a."
