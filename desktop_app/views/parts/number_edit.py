"""Spin boxes for whole numbers and for numbers of any size, which explain their limits."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QCoreApplication, QLocale, QPoint
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QToolTip, QWidget

from desktop_app.core.text import with_latin_digits
from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.numerals import MINUS

_DECIMALS = 16
_DIGITS = 12
_WHOLE = re.compile(r"[-+]?[0-9]{1,30}")
_BEGINNING = re.compile(r"-?\d*[.,]?\d*([eE][-+]?\d*)?")
_GROUPS = re.compile(r"(?<=[0-9])[\s'](?=[0-9]{3}(?![0-9]))")
"""Separators of thousands that are no decimal mark."""
_WIDE = {code + 0xFEE0: chr(code) for code in range(ord("!"), ord("~") + 1)}
"""Characters as wide as those of Chinese and Japanese."""
_PLAIN = _WIDE | str.maketrans(
    {MINUS: "-", "\N{ARABIC DECIMAL SEPARATOR}": ".", "\N{ARABIC THOUSANDS SEPARATOR}": ""}
)
_SERIES = (1.0, 2.0, 5.0, 10.0)
_SMALLEST = -6
"""Exponent of the smallest power of ten; the value below it is 0."""


Validated = tuple[QValidator.State, str, int]


def plain_number(text: str) -> str:
    """Return a number, as it was typed or pasted, in the characters that the program shows.

    Digits of other scripts and widths become 0 to 9; spaces between thousands are removed.
    """
    return _GROUPS.sub("", with_latin_digits(text).translate(_PLAIN))


def explain_limit(edit: QWidget, entered: float, limit: float) -> None:
    """Show and announce that a number that was entered is replaced by the limit beyond which it is."""
    if entered > limit:
        text = QCoreApplication.translate("NumberEdit", "The largest possible value is {limit}.")
    else:
        text = QCoreApplication.translate("NumberEdit", "The smallest possible value is {limit}.")
    sentence = text.format(limit=f"{limit:.12g}")
    QToolTip.showText(edit.mapToGlobal(QPoint(0, edit.height())), sentence, edit)
    announce(edit, sentence)


class WholeNumberEdit(QSpinBox):
    """A spin box in which numbers beyond the limits can be typed; at the end the limit replaces them."""

    def __init__(self) -> None:
        """Start with 0, written like all numbers of the program and not with the digits of the locale."""
        super().__init__()
        self.setLocale(QLocale.c())

    def validate(self, text: str, position: int) -> Validated:
        """Accept numbers in the range; other whole numbers are intermediate."""
        start = len(self.prefix())
        text = text[:start] + plain_number(text[start:])
        state, text, position = super().validate(text, min(position, len(text)))
        if state == QValidator.State.Invalid and self._number(text) is not None:
            state = QValidator.State.Intermediate
        return state, text, position

    def fixup(self, text: str) -> str:
        """Return the limit for a number beyond it, and explain it."""
        number = self._number(text)
        if number is None or self.minimum() <= number <= self.maximum():
            return text
        limit = min(max(number, self.minimum()), self.maximum())
        explain_limit(self, number, limit)
        return f"{self.prefix()}{self.textFromValue(limit)}{self.suffix()}"

    def _number(self, text: str) -> int | None:
        """Return the whole number in a text with prefix and suffix."""
        text = text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()
        return int(text) if _WHOLE.fullmatch(text) else None


class NumberEdit(QDoubleSpinBox):
    """A spin box that accepts "1e-3". Without a step its arrows go through 0.001, 0.002, 0.005, 0.01."""

    def __init__(self, least: float, most: float, step: float = 0.0) -> None:
        """Start with the smallest number.

        Args:
            least, most: the range, inclusive.
            step: what an arrow adds; 0: arrows go to the next number of 1, 2, 5, 10.
        """
        super().__init__()
        self._by_factors = step == 0
        self.setDecimals(_DECIMALS)
        self.setRange(least, most)
        self.setSingleStep(step)

    def textFromValue(self, value: float) -> str:
        """Return the shortest text of a number."""
        return f"{value:.{_DIGITS}g}"

    def valueFromText(self, text: str) -> float:
        """Return the number; a comma is a decimal point."""
        number = _number(text)
        return self.value() if number is None else number

    def validate(self, text: str, position: int) -> Validated:
        """Accept numbers in the range; the beginning of a number is intermediate."""
        text = plain_number(text) if text != self.specialValueText() else text
        position = min(position, len(text))
        number = _number(text)
        if text == self.specialValueText() != "":
            return QValidator.State.Acceptable, text, position
        if number is not None and self.minimum() <= number <= self.maximum():
            return QValidator.State.Acceptable, text, position
        is_beginning = _BEGINNING.fullmatch(text.strip()) is not None and (
            self.minimum() < 0 or "-" not in text[:1]
        )
        state = QValidator.State.Intermediate if is_beginning else QValidator.State.Invalid
        return state, text, position

    def fixup(self, text: str) -> str:
        """Return the limit for a number beyond it, and explain it."""
        number = _number(text)
        if number is None or self.minimum() <= number <= self.maximum():
            return text
        limit = min(max(number, self.minimum()), self.maximum())
        explain_limit(self, number, limit)
        return self.textFromValue(limit)

    def stepBy(self, steps: int) -> None:
        """Step up or down."""
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
    """Return the next larger number of the series."""
    if value < 0:
        return -_before(-value)
    power = _SMALLEST if value <= 0 else math.floor(math.log10(value) + 1e-9)
    if value <= 0:
        return 10.0**power
    return next(each for each in _at(power) if each > value * (1 + 1e-9))


def _before(value: float, signed: bool = False) -> float:
    """Return the next smaller number of the series: 0 after the smallest, then negative numbers if signed."""
    if value <= 0 and signed:
        return -_after(-value)
    if value <= 10.0**_SMALLEST * (1 + 1e-9):
        return 0.0
    power = math.ceil(math.log10(value) - 1e-9) - 1
    return next(each for each in reversed(_at(power)) if each < value * (1 - 1e-9))


def _at(power: int) -> list[float]:
    """Return the series from one power of ten to the next."""
    return [float(f"{each}e{power}") for each in _SERIES]
