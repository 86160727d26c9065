from __future__ import annotations

import pytest

from desktop_app.tasks.evaluation import measure
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task

TASK = Task(labels=("a", "b"), aliases=(("A", "a"),))


def reading(verdict: Verdict, a: float, b: float) -> Reading:
    label = None if verdict in (Verdict.NOT_A_CHARACTER, Verdict.NO_INK) else ("a" if a >= b else "b")
    probabilities = {} if verdict is Verdict.NO_INK else {"a": a, "b": b}
    return Reading(verdict, label, (), probabilities, max(a, b) if label else 0.0)


def test_figures_of_a_few_readings() -> None:
    answers = [
        ("a", reading(Verdict.READ, 0.9, 0.1)),
        ("a", reading(Verdict.READ, 0.2, 0.8)),
        ("a", reading(Verdict.READ, 0.7, 0.3)),
        ("b", reading(Verdict.UNSURE, 0.4, 0.5)),
        ("b", reading(Verdict.NO_INK, 0, 0)),
        ("x", reading(Verdict.NOT_A_CHARACTER, 0.1, 0.2)),
        ("o", reading(Verdict.READ, 1.0, 0.0)),
    ]
    figures = measure(answers, TASK, look_alikes=("o",))
    assert figures.count == 5
    assert figures.accuracy == 0.6
    assert figures.rejected == 0.4
    assert figures.accuracy_of_read == 2 / 3
    assert figures.confusion == ((2, 1), (0, 1))
    assert (figures.other.count, figures.other.rejected) == (2, 0.5)
    assert (figures.other_without_look_alikes.count, figures.other_without_look_alikes.rejected) == (1, 1.0)


def test_figures_without_readings_are_none() -> None:
    figures = measure([], TASK, ())
    assert (figures.count, figures.accuracy, figures.ece, figures.other.rejected) == (0, None, None, None)


def test_calibration_error_of_readings() -> None:
    answers = [("a", reading(Verdict.READ, 0.9, 0.1)), ("a", reading(Verdict.UNSURE, 0.3, 0.7))]
    figures = measure(answers, TASK, ())
    # One bin each: confidence 0.9 and correct, confidence 0.7 and wrong.
    assert figures.ece == pytest.approx((0.1 + 0.7) / 2)
    blank = measure([("a", reading(Verdict.NO_INK, 0, 0))], TASK, ())
    assert (blank.ece, blank.accuracy, blank.rejected, blank.accuracy_of_read) == (0, 0, 1, None)
    assert blank.confusion == ((0, 0), (0, 0))


def test_unknown_labels_are_counted_separately_in_any_order() -> None:
    unknown = ("x", reading(Verdict.READ, 0.9, 0.1))
    known = ("b", reading(Verdict.READ, 0.1, 0.9))
    for answers in ([unknown, known], [known, unknown]):
        figures = measure(answers, TASK, ())
        assert (figures.count, figures.accuracy, figures.confusion) == (1, 1, ((0, 0), (0, 1)))
        assert (figures.other.count, figures.other.rejected) == (1, 0)
        assert figures.other_without_look_alikes == figures.other


def test_alias_counts_as_its_label() -> None:
    answers = [("A", reading(Verdict.READ, 0.9, 0.1)), ("A", reading(Verdict.READ, 0.1, 0.9))]
    figures = measure(answers, TASK, ())
    assert (figures.count, figures.accuracy, figures.confusion) == (2, 0.5, ((1, 1), (0, 0)))
    assert figures.other.count == 0
