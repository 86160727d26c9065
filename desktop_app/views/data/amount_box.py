"""Spin box for an amount: a fraction below 1, or a number of samples from 1 on."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox

from desktop_app.runs.recipe import DataPart, bounds
from desktop_app.views.parts.number_edit import plain_number
from desktop_app.views.parts.theme import STEP

_MOST = bounds(DataPart, "validation")[1]
_MAX_FRACTION = 0.999


class AmountBox(QDoubleSpinBox):
    """Accepts "10 %" as well as "5000"; steps are 1 %, or a round part of a number."""

    def __init__(self) -> None:
        """Create a box with the amount 0."""
        super().__init__()
        self._fixed_text = ""
        self.setDecimals(6)
        self.setRange(0, _MOST)
        # Emit valueChanged only when typing has ended.
        self.setKeyboardTracking(False)

    def sizeHint(self) -> QSize:
        """Return a size for usual amounts."""
        return QSize(self.fontMetrics().horizontalAdvance("100000") + 5 * STEP, super().sizeHint().height())

    def set_fixed(self, text: str) -> None:
        """Show a text instead of the amount and disable the box; an empty text ends that."""
        self._fixed_text = text
        self.setEnabled(not text)
        self.lineEdit().setText(self.textFromValue(self.value()))

    def textFromValue(self, value: float) -> str:
        """Return a fraction in percent, a number as it is."""
        if self._fixed_text:
            return self._fixed_text
        if value < 1:
            return f"{100 * value:.3g} %"
        return f"{value:.0f}"

    def valueFromText(self, text: str) -> float:
        """Return the amount of a text; the current one if the text is invalid."""
        found = _amount(text)
        return self.value() if found is None else found

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Validate what is being typed."""
        if self._fixed_text:
            return QValidator.State.Acceptable, text, position
        text = plain_number(text)
        position = min(position, len(text))
        if _amount(text) is not None:
            return QValidator.State.Acceptable, text, position
        plausible = all(letter in "0123456789.,% " for letter in text)
        state = QValidator.State.Intermediate if plausible else QValidator.State.Invalid
        return state, text, position

    def stepBy(self, steps: int) -> None:
        """Change a fraction by 1 %, a number by a round step; neither turns into the other."""
        value = self.value()
        if value < 1:
            self.setValue(min(max(round(value + steps / 100, 6), 0.0), 0.99))
        else:
            step = 10 ** max(0, int(math.log10(value)) - 1)
            self.setValue(max(1, value + steps * step))


def _amount(text: str) -> float | None:
    text = text.strip().replace(",", ".")
    is_percent = text.endswith("%")
    try:
        value = float(text.removesuffix("%")) / (100 if is_percent else 1)
    except ValueError:
        return None
    if not 0 <= value <= _MOST:
        return None
    if is_percent:
        return min(value, _MAX_FRACTION)
    return float(round(value)) if value >= 1 else value
