"""The exercises of the tutorial."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from desktop_app.inspection.sliding_window import MAXIMUM, MEAN, SUM, SlidingWindow, WindowStep
from desktop_app.views.parts.number_edit import plain_number
from desktop_app.views.parts.numerals import MINUS, TIMES, numeral

LARGEST_NUMBER = 999.0
"""Largest absolute value of numbers that the user may enter."""

_DENOMINATORS = (3, 9)
"""Denominators of numbers that are written as fractions."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A kernel, or a kind of pooling.

    Attributes:
        name: translated.
        operation: see SlidingWindow.
        kernel: see SlidingWindow; None: keep the size of the window.
    """

    name: str
    operation: str
    kernel: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class Exercise:
    """An exercise of the tutorial.

    Attributes:
        name: translated.
        explanation: one or two translated sentences.
        example: numbers and window at the start.
        choices: kernels or kinds of pooling; the first is that of the example.
        start: first step to show.
    """

    name: str
    explanation: str
    example: SlidingWindow
    choices: tuple[Choice, ...]
    start: int


def exercises() -> tuple[Exercise, ...]:
    """Return all exercises, the simplest first."""
    return _convolution_1d(), _pooling(), _convolution_2d()


def _convolution_1d() -> Exercise:
    third = 1 / 3
    choices = (
        Choice(QCoreApplication.translate("Exercises", "Edges"), SUM, _array([[-1, 1]])),
        Choice(QCoreApplication.translate("Exercises", "Smoothing"), SUM, _array([[third, third, third]])),
        Choice(QCoreApplication.translate("Exercises", "Sharpening"), SUM, _array([[-1, 3, -1]])),
        Choice(QCoreApplication.translate("Exercises", "Peaks"), SUM, _array([[-1, 2, -1]])),
        Choice(QCoreApplication.translate("Exercises", "Shift"), SUM, _array([[1, 0, 0]])),
    )
    return Exercise(
        QCoreApplication.translate("Exercises", "Convolution of a row"),
        QCoreApplication.translate(
            "Exercises",
            "The kernel slides over the numbers. Each number is multiplied by the weight below it, "
            "and the products are added up.",
        ),
        _example(choices[0], [[0, 0, 3, 3, 3, 0, 0, 5, 1, 0]]),
        choices,
        1,
    )


def _pooling() -> Exercise:
    choices = (
        Choice(QCoreApplication.translate("Exercises", "Maximum"), MAXIMUM, _array([[1, 1]])),
        Choice(QCoreApplication.translate("Exercises", "Mean"), MEAN),
    )
    return Exercise(
        QCoreApplication.translate("Exercises", "Pooling of a row"),
        QCoreApplication.translate(
            "Exercises", "The window slides over the numbers and reduces those it covers to one."
        ),
        SlidingWindow(MAXIMUM, _array([[1, 4, 2, 2, 0, 3, 5, 1, 0, 6]]), _array([[1, 1]]), stride=2),
        choices,
        0,
    )


def _convolution_2d() -> Exercise:
    ninth = 1 / 9
    choices = (
        Choice(
            QCoreApplication.translate("Exercises", "Edges"),
            SUM,
            _array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
        ),
        Choice(
            QCoreApplication.translate("Exercises", "Left edges"),
            SUM,
            _array([[-1, 1, 0], [-1, 1, 0], [-1, 1, 0]]),
        ),
        Choice(
            QCoreApplication.translate("Exercises", "Bottom edges"),
            SUM,
            _array([[0, 0, 0], [1, 1, 1], [-1, -1, -1]]),
        ),
        Choice(
            QCoreApplication.translate("Exercises", "Blur"), SUM, np.full((3, 3), ninth, dtype=np.float32)
        ),
        Choice(
            QCoreApplication.translate("Exercises", "Sharpening"),
            SUM,
            _array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        ),
    )
    seven: list[list[float]] = [
        [0, 1, 1, 1, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0],
    ]
    return Exercise(
        QCoreApplication.translate("Exercises", "Convolution of an image"),
        QCoreApplication.translate(
            "Exercises",
            "The kernel slides over the image row by row. Each result is the sum of nine products.",
        ),
        _example(choices[0], seven),
        choices,
        4,
    )


def written(value: float) -> str:
    """Return a number as text: 2, 0.5, 1/3."""
    for denominator in _DENOMINATORS:
        count = value * denominator
        if abs(count - round(count)) < 1e-5 and abs(value - round(value)) > 1e-5:
            return f"{MINUS if count < 0 else ''}{abs(round(count))}/{denominator}"
    return numeral(value, 3)


def formula(example: SlidingWindow, step: WindowStep) -> str:
    """Return the formula of a step, e.g. "2 × 3 + 1 × 0 = 6"."""
    inside = [float(value) for value in step.patch[step.inside]]
    numbers = ", ".join(written(value) for value in inside)
    result = written(step.result)
    if example.operation == MAXIMUM:
        return QCoreApplication.translate("Exercises", "max({numbers}) = {result}").format(
            numbers=numbers, result=result
        )
    if example.operation == MEAN:
        total = " + ".join(_bracketed(value) for value in inside)
        return f"({total}) ÷ {len(inside)} = {result}"
    pairs = zip(example.kernel.ravel().tolist(), step.patch.ravel().tolist(), strict=True)
    total = " + ".join(f"{_bracketed(weight)} {TIMES} {_bracketed(value)}" for weight, value in pairs)
    return f"{total} = {result}"


def parsed(text: str) -> float | None:
    """Return the number in a text such as 2, -0.5, 0,5 or 1/3; None if it is not a number."""
    plain = plain_number(text).strip().replace(",", ".")
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
