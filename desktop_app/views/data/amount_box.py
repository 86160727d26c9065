"""A field for an amount that is a share below 1 and a number from 1 on."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from desktop_app.runs.recipe import DataPart, bounds
from desktop_app.views.parts.theme import STEP

_MOST = bounds(DataPart, "validation")[1]
_LARGEST_SHARE = 0.999


class AmountBox(QDoubleSpinBox):
    """Takes "10 %" as well as "5000"; steps are one in a hundred, or about one in fifty of a number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing."""
        super().__init__(parent)
        self._fixed_words = ""
        self.setDecimals(6)
        self.setRange(0, _MOST)
        # What is half typed is no amount yet.
        self.setKeyboardTracking(False)

    def sizeHint(self) -> QSize:
        """Room for what amounts usually are."""
        return QSize(self.fontMetrics().horizontalAdvance("100000") + 5 * STEP, super().sizeHint().height())

    def set_fixed(self, words: str) -> None:
        """Show words in place of an amount, which cannot be changed then; empty words end that."""
        self._fixed_words = words
        self.setEnabled(not words)
        self.lineEdit().setText(self.textFromValue(self.value()))

    def textFromValue(self, value: float) -> str:
        """A share in percent, a number as it is."""
        if self._fixed_words:
            return self._fixed_words
        if value < 1:
            return f"{100 * value:.3g} %"
        return f"{value:.0f}"

    def valueFromText(self, text: str) -> float:
        """The amount that a text stands for; the present one where it stands for none."""
        found = _amount(text)
        return self.value() if found is None else found

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Called by Qt while somebody types."""
        if _amount(text) is not None or self._fixed_words:
            return QValidator.State.Acceptable, text, position
        plausible = all(letter in "0123456789.,% " for letter in text)
        state = QValidator.State.Intermediate if plausible else QValidator.State.Invalid
        return state, text, position

    def stepBy(self, steps: int) -> None:
        """A hundredth more or less of a share, a round step of a number; neither turns into the other."""
        value = self.value()
        if value < 1:
            self.setValue(min(max(round(value + steps / 100, 6), 0.0), 0.99))
        else:
            step = 10 ** max(0, int(math.log10(value)) - 1)
            self.setValue(max(1, value + steps * step))


def _amount(text: str) -> float | None:
    words = text.strip().replace(",", ".")
    is_share = words.endswith("%")
    try:
        value = float(words.removesuffix("%")) / (100 if is_share else 1)
    except ValueError:
        return None
    if not 0 <= value <= _MOST:
        return None
    if is_share:
        return min(value, _LARGEST_SHARE)
    return float(round(value)) if value >= 1 else value
