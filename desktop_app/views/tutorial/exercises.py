"""The exercises of the first page, each with numbers that show at once what it is about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from desktop_app.inspection.tutorial import LARGEST, MEAN, SUM, SlidingWindow, WindowStep
from desktop_app.views.parts.numerals import MINUS, TIMES, numeral

LARGEST_NUMBER = 999.0
"""Numbers that people may type are no larger, and no smaller than its opposite."""

_PARTS = (3, 9)
"""Denominators of fractions that are written as such."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A kernel, or a way of pooling.

    Attributes:
        name: for people.
        operation: see SlidingWindow.
        kernel: see SlidingWindow; None leaves the window as large as it is.
    """

    name: str
    operation: str
    kernel: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class Exercise:
    """Something to play with.

    Attributes:
        name: for people.
        words: what happens, in one or two sentences.
        lesson: to begin with.
        choices: kernels or ways of pooling; the first is the lesson's own.
        start: step to begin with, where there is something to see.
    """

    name: str
    words: str
    lesson: SlidingWindow
    choices: tuple[Choice, ...]
    start: int


def exercises() -> tuple[Exercise, ...]:
    """All exercises, the simplest first."""
    return _kernel_over_row(), _pooling(), _kernel_over_picture()


def _kernel_over_row() -> Exercise:
    third = 1 / 3
    choices = (
        Choice(_tr("Edges"), SUM, _array([[-1, 1]])),
        Choice(_tr("Smoothing"), SUM, _array([[third, third, third]])),
        Choice(_tr("Sharpening"), SUM, _array([[-1, 3, -1]])),
        Choice(_tr("Peaks"), SUM, _array([[-1, 2, -1]])),
        Choice(_tr("Shift"), SUM, _array([[1, 0, 0]])),
    )
    return Exercise(
        _tr("A kernel over a row"),
        _tr(
            "The kernel slides over the numbers. Each number is multiplied by the one below it, "
            "and the products are added up."
        ),
        _example(choices[0], [[0, 0, 3, 3, 3, 0, 0, 5, 1, 0]]),
        choices,
        1,
    )


def _pooling() -> Exercise:
    choices = (
        Choice(_tr("Largest number"), LARGEST, _array([[1, 1]])),
        Choice(_tr("Mean"), MEAN),
    )
    return Exercise(
        _tr("Pooling of a row"),
        _tr("The window slides over the numbers and keeps one number for all that it covers."),
        SlidingWindow(LARGEST, _array([[1, 4, 2, 2, 0, 3, 5, 1, 0, 6]]), _array([[1, 1]]), stride=2),
        choices,
        0,
    )


def _kernel_over_picture() -> Exercise:
    ninth = 1 / 9
    choices = (
        Choice(_tr("Edges"), SUM, _array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])),
        Choice(_tr("Left edges"), SUM, _array([[-1, 1, 0], [-1, 1, 0], [-1, 1, 0]])),
        Choice(_tr("Lower edges"), SUM, _array([[0, 0, 0], [1, 1, 1], [-1, -1, -1]])),
        Choice(_tr("Blur"), SUM, np.full((3, 3), ninth, dtype=np.float32)),
        Choice(_tr("Sharpening"), SUM, _array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])),
    )
    seven: list[list[float]] = [
        [0, 1, 1, 1, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0],
    ]
    return Exercise(
        _tr("A kernel over a picture"),
        _tr("The same with a picture: nine products, one sum, and the kernel slides row by row."),
        _example(choices[0], seven),
        choices,
        4,
    )


def written(value: float) -> str:
    """A number as people write it: 2, 0.5, 1/3."""
    for parts in _PARTS:
        count = value * parts
        if abs(count - round(count)) < 1e-5 and abs(value - round(value)) > 1e-5:
            return f"{MINUS if count < 0 else ''}{abs(round(count))}/{parts}"
    return numeral(value, 3)


def formula(lesson: SlidingWindow, step: WindowStep) -> str:
    """What is done in the window, e.g. "2 × 3 + 1 × 0 = 6"."""
    inside = [float(value) for value in step.patch[step.inside]]
    numbers = ", ".join(written(value) for value in inside)
    result = written(step.result)
    if lesson.operation == LARGEST:
        return _tr("the largest of {numbers} is {result}").format(numbers=numbers, result=result)
    if lesson.operation == MEAN:
        total = " + ".join(_bracketed(value) for value in inside)
        return f"({total}) ÷ {len(inside)} = {result}"
    pairs = zip(lesson.kernel.ravel().tolist(), step.patch.ravel().tolist(), strict=True)
    total = " + ".join(f"{_bracketed(weight)} {TIMES} {_bracketed(value)}" for weight, value in pairs)
    return f"{total} = {result}"


def parsed(text: str) -> float | None:
    """A number that somebody typed: 2, -0.5, 0,5 or 1/3; None if it is none."""
    plain = text.strip().replace(MINUS, "-").replace(",", ".")
    try:
        value = float(Fraction(plain))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return value if math.isfinite(value) and abs(value) <= LARGEST_NUMBER else None


def _bracketed(value: float) -> str:
    return f"({written(value)})" if value < 0 else written(value)


def _example(choice: Choice, numbers: list[list[float]]) -> SlidingWindow:
    assert choice.kernel is not None
    return SlidingWindow(choice.operation, _array(numbers), choice.kernel)


def _array(numbers: list[list[float]]) -> NDArray[np.float32]:
    return np.array(numbers, dtype=np.float32)


def _tr(text: str) -> str:
    return QCoreApplication.translate("SlidingWindow", text)
