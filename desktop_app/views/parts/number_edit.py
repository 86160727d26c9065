"""An editor for numbers of any size: "1e-3" can be typed, and the arrow keys go by steps or by factors."""

from __future__ import annotations

import math
import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

_DECIMALS = 16
_DIGITS = 12
_BEGUN = re.compile(r"-?\d*[.,]?\d*([eE][-+]?\d*)?")
_SERIES = (1.0, 2.0, 5.0, 10.0)
_SMALLEST = -6
"""Below ten to this power comes 0, where that is allowed."""

Validated = tuple[QValidator.State, str, int]


class NumberEdit(QDoubleSpinBox):
    """A number in a range. Without a step the arrow keys go through 0.001, 0.002, 0.005, 0.01."""

    def __init__(self, least: float, most: float, step: float = 0.0, parent: QWidget | None = None) -> None:
        """Start with the least number.

        Args:
            least, most: the range, both allowed.
            step: what an arrow key adds; 0 for factors.
            parent: the widget that it stands in.
        """
        super().__init__(parent)
        self._by_factors = step == 0
        self.setDecimals(_DECIMALS)
        self.setRange(least, most)
        self.setSingleStep(step)

    def textFromValue(self, value: float) -> str:
        """As short as the number allows."""
        return f"{value:.{_DIGITS}g}"

    def valueFromText(self, text: str) -> float:
        """The number, with a comma or a point."""
        number = _number(text)
        return self.value() if number is None else number

    def validate(self, text: str, position: int) -> Validated:
        """A number in the range is acceptable; the beginning of one may become it."""
        number = _number(text)
        if text == self.specialValueText() != "":
            return QValidator.State.Acceptable, text, position
        if number is not None and self.minimum() <= number <= self.maximum():
            return QValidator.State.Acceptable, text, position
        begun = _BEGUN.fullmatch(text.strip()) is not None and (self.minimum() < 0 or "-" not in text[:1])
        state = QValidator.State.Intermediate if begun else QValidator.State.Invalid
        return state, text, position

    def stepBy(self, steps: int) -> None:
        """Up or down by steps, or to the next number of the series 1, 2, 5, 10."""
        if not self._by_factors:
            super().stepBy(steps)
            return
        value = self.value()
        for _ in range(abs(steps)):
            value = _after(value) if steps > 0 else _before(value, self.minimum() < 0)
        self.setValue(value)
        self.selectAll()


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _after(value: float) -> float:
    """The next number of the series above this one."""
    if value < 0:
        return -_before(-value)
    power = _SMALLEST if value <= 0 else math.floor(math.log10(value) + 1e-9)
    if value <= 0:
        return 10.0**power
    return next(each for each in _at(power) if each > value * (1 + 1e-9))


def _before(value: float, signed: bool = False) -> float:
    """The next number of the series below this one; 0 below the smallest, and below that where signed."""
    if value <= 0 and signed:
        return -_after(-value)
    if value <= 10.0**_SMALLEST * (1 + 1e-9):
        return 0.0
    power = math.ceil(math.log10(value) - 1e-9) - 1
    return next(each for each in reversed(_at(power)) if each < value * (1 - 1e-9))


def _at(power: int) -> list[float]:
    """The series from one power of ten to the next."""
    return [float(f"{each}e{power}") for each in _SERIES]
