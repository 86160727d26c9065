from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_app.runs.answers import Answers
from desktop_app.runs.measures import Evaluation, measure, wilson_interval
from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.task import Task
from desktop_app.tasks.verdict import judge
from tests.user_errors import user_error

DIGITS = tuple("0123456789")


def answers_of(rows: list[list[float]], classes: list[int]) -> Answers:
    inputs = np.zeros((len(rows), 28, 28, 1), dtype=np.uint8)
    return Answers(np.array(rows, dtype=np.float32), np.array(classes, dtype=np.int64), inputs)


def five() -> Evaluation:
    """Five answers of a network with the classes a, b and "not a character"."""
    rows = [[0.9, 0.1, 0], [0.2, 0.8, 0], [0.4, 0.6, 0], [0.05, 0.9, 0.05], [0.1, 0.2, 0.7]]
    return measure(answers_of(rows, [0, 0, 1, 1, 0]), ("a", "b"), 0.7)


def test_metrics_of_five_answers() -> None:
    of = five()
    assert of.accuracy == pytest.approx(3 / 5)
    assert of.interval == wilson_interval(3, 5)
    assert of.labels == ("a", "b")
    assert of.loss == pytest.approx(-sum(map(math.log, (0.9, 0.2, 0.6, 0.9, 0.1))) / 5, rel=1e-6)
    assert of.confusion.tolist() == [[1, 1, 1], [0, 2, 0], [0, 0, 0]]
    a, b, neither = of.classes
    assert (a.label, a.support, a.precision, a.recall, a.f1) == ("a", 3, 1.0, 1 / 3, 0.5)
    assert (b.label, b.support, b.precision, b.recall, b.f1) == ("b", 2, 2 / 3, 1.0, 0.8)
    assert (neither.label, neither.support, neither.precision, neither.recall) == (None, 0, 0.0, None)
    assert of.at_threshold is not None
    assert (of.at_threshold.threshold, of.at_threshold.read) == (0.7, 3 / 5)
    assert of.at_threshold.accuracy_of_read == pytest.approx(2 / 3)
    assert of.bins.counts.sum() == 5


def test_f1_of_classes() -> None:
    a, b = measure(answers_of([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], [0, 0, 1]), ("a", "b")).classes
    assert (a.support, a.precision, a.recall, a.f1) == (2, 0.5, 0.5, 0.5)
    assert (b.support, b.precision, b.recall, b.f1) == (1, 0.0, 0.0, 0.0)
    absent = measure(answers_of([[1.0, 0.0]], [0]), ("a", "b")).classes[1]
    assert (absent.support, absent.precision, absent.recall, absent.f1) == (0, None, None, None)


def test_bins_use_the_confidence_of_the_most_probable_class() -> None:
    bins = five().bins
    assert bins.counts.sum() == 5
    assert bins.right.sum() == 3
    assert bins.confidence.sum() == pytest.approx(0.9 + 0.8 + 0.6 + 0.9 + 0.7)
    assert bins.confidence[10] == pytest.approx(0.7)
    # With half precision the sum may be slightly above 1.
    rounded = measure(answers_of([[1.004, 0.0], [1.0, 0.0]], [0, 1]), ("a", "b")).bins
    assert (rounded.counts[-1], rounded.right[-1], rounded.confidence[-1]) == (2, 1, 2.0)


def test_samples_of_a_cell_are_sorted_by_confidence() -> None:
    of = five()
    assert of.rows_of(1, 1).tolist() == [2, 3]
    assert of.rows_of(0, 1).tolist() == [1]
    assert of.rows_of(1, 0).tolist() == []
    assert of.errors.tolist() == [1, 4]


def test_loss_equals_that_of_keras_for_zero_probability() -> None:
    of = measure(answers_of([[1, 0], [1, 0]], [1, 0]), ("a", "b"))
    assert of.loss == pytest.approx((-math.log(1e-7) - math.log(1 - 1e-7)) / 2)


def test_loss_is_positive_for_certain_answers() -> None:
    of = measure(answers_of([[1, 0]], [0]), ("a", "b"))
    assert of.loss == pytest.approx(1e-7, rel=1e-3)


def test_wilson_interval_has_published_values() -> None:
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)  # Newcombe (1998)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(29, 29) == pytest.approx((0.8830, 1.0), abs=5e-5)


@given(st.integers(1, 10**7).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_interval_contains_the_proportion(pair: tuple[int, int]) -> None:
    hits, count = pair
    low, high = wilson_interval(hits, count)
    assert 0 <= low <= hits / count <= high <= 1


# -------------------------------------------------------------------------------- ten characters


def ten_digits(wrong_of_three: int = 0) -> tuple[list[list[float]], list[int]]:
    """Ten samples of each digit: one correct but unsure; some threes taken for eights with confidence."""
    rows, classes = [], []
    for digit in range(10):
        for number in range(10):
            row = [0.0] * 10
            answer = 8 if digit == 3 and number < wrong_of_three else digit
            row[answer] = 0.6 if number == 9 else 0.99
            row[(answer + 1) % 10] = 1 - row[answer]
            rows.append(row)
            classes.append(digit)
    return rows, classes


def test_expected_shares_of_ten_digit_numbers() -> None:
    rows, classes = ten_digits(wrong_of_three=2)
    row = measure(answers_of(rows, classes), DIGITS, 0.9).ten_characters
    assert row is not None
    assert row.are_digits
    assert row.all_correct == pytest.approx(0.98**10)
    assert row.checked == pytest.approx(1 - 0.9**10)
    assert row.accepted_wrong == pytest.approx(0.9**10 - 0.88**10)


def test_all_digits_have_equal_weight() -> None:
    rows, classes = ten_digits(wrong_of_three=2)
    more = [row for row, digit in zip(rows, classes, strict=True) if digit == 1] * 9
    row = measure(answers_of(rows + more, classes + [1] * len(more)), DIGITS, 0.9).ten_characters
    assert row is not None
    assert row.all_correct == pytest.approx(0.98**10)


def test_shares_without_threshold() -> None:
    rows, classes = ten_digits()
    of = measure(answers_of(rows, classes), DIGITS)
    assert of.at_threshold is None
    assert of.ten_characters is not None
    assert (of.ten_characters.all_correct, of.ten_characters.checked, of.ten_characters.accepted_wrong) == (
        1.0,
        None,
        None,
    )


def test_shares_for_other_labels_than_digits() -> None:
    row = five().ten_characters
    assert row is not None
    assert not row.are_digits
    # One of three a is correct, b always; negatives have a most probable label, too.
    assert row.all_correct == pytest.approx((2 / 3) ** 10)


def test_no_shares_without_characters() -> None:
    of = measure(answers_of([[0.1, 0.1, 0.8]], [2]), ("a", "b"), 0.5)
    assert of.accuracy == 1
    assert of.ten_characters is None
    assert of.at_threshold is None


@st.composite
def some_answers(draw: st.DrawFn) -> Answers:
    labels, count = draw(st.integers(2, 12)), draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    classes = random.integers(0, labels + 1, count)
    rows = random.random((count, labels + 1)) ** 6
    rows[np.arange(count), classes] += draw(st.floats(0, 3))
    probabilities: NDArray[np.float32] = (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)
    return Answers(probabilities, classes, np.zeros((count, 28, 28, 1), dtype=np.uint8))


@given(some_answers(), st.floats(0, 1))
def test_shares_are_in_range_and_confusion_is_complete(answers: Answers, threshold: float) -> None:
    classes = answers.probabilities.shape[1]
    of = measure(answers, tuple(map(str, range(classes - 1))), threshold)
    cells = [of.rows_of(true, answer).tolist() for true in range(classes) for answer in range(classes)]
    assert [len(cell) for cell in cells] == of.confusion.ravel().tolist()
    assert sorted(row for cell in cells for row in cell) == list(range(len(answers)))
    assert len(of.errors) == len(answers) - of.confusion.trace()
    confidence = of.confidence[of.errors]
    assert (np.diff(confidence) <= 0).all()
    if of.ten_characters is None:
        return
    row = of.ten_characters
    assert row.checked is not None
    assert row.accepted_wrong is not None
    assert 0 <= row.accepted_wrong <= 1 - row.all_correct + 1e-9
    assert row.accepted_wrong <= 1 - row.checked + 1e-9


@given(some_answers(), st.floats(0, 1))
def test_verdicts_equal_those_of_recognition(answers: Answers, threshold: float) -> None:
    labels = tuple(chr(97 + number) for number in range(answers.probabilities.shape[1] - 1))
    task = Task(labels=labels, rejects=True)
    characters = np.flatnonzero(answers.classes < len(labels))
    readings = [judge(answers.probabilities[row], task, threshold, 0.0) for row in characters]
    read = [reading.verdict is Verdict.READ for reading in readings]
    of = measure(answers, labels, threshold).at_threshold
    if of is None:
        assert not readings
    else:
        assert of.read == pytest.approx(np.mean(read))
        right = [
            reading.label == labels[int(answers.classes[row])]
            for row, reading, was_read in zip(characters, readings, read, strict=True)
            if was_read
        ]
        assert of.accuracy_of_read == (pytest.approx(np.mean(right)) if right else None)


@pytest.mark.parametrize("labels", [("a",), ("a", "b", "c", "d")])
def test_wrong_number_of_labels_raises_user_error(labels: tuple[str, ...]) -> None:
    with user_error("labels"):
        measure(answers_of([[0.1, 0.2, 0.7]], [0]), labels)


def test_no_samples_raise_user_error() -> None:
    nothing = Answers(
        np.zeros((0, 2), dtype=np.float32),
        np.zeros(0, dtype=np.int64),
        np.zeros((0, 28, 28, 1), dtype=np.uint8),
    )
    with user_error("test share"):
        measure(nothing, ("a", "b"))
