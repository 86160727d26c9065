"""A slider that trades checking texts against errors in accepted ones."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop_app.lines.line_model import DEFAULT_LEVEL, LEVELS, AcceptanceLevel
from desktop_app.tasks.reading import probability_text
from desktop_app.views.parts.slider import Slider
from desktop_app.views.parts.theme import STEP, caption_font

_WIDTH = 25 * STEP

_MEASURED = "digits"
"""Name of the model with which the figures of the levels were measured."""


class AcceptanceSlider(QWidget):
    """Chooses a level of acceptance, from the fewest errors to the least checking."""

    level_chosen = Signal(object)
    """The AcceptanceLevel that the user chose."""

    def __init__(self) -> None:
        """Start with the default level and a model without measured figures."""
        super().__init__()
        self._is_measured = False
        self._slider = Slider()
        self._slider.setObjectName("acceptance")
        self._slider.setAccessibleName(self.tr("Level of acceptance"))
        tip = self.tr(
            "How reliable a text must be to be accepted without checking it. "
            "The shares of wrong texts were measured with the model Digits on numbers by other writers."
        )
        self._slider.setToolTip(tip)
        self._slider.setRange(0, len(LEVELS) - 1)
        self._slider.setPageStep(1)
        self._slider.setFixedWidth(_WIDTH)
        self._slider.valueChanged.connect(self._choose)
        self._ends = QLabel(self.tr("Fewer errors")), QLabel(self.tr("Less checking"))
        self._effect = QLabel()
        self._effect.setObjectName("acceptance_effect")
        self._effect.setToolTip(tip)
        self._effect.setWordWrap(True)
        self._effect.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(STEP)
        layout.setVerticalSpacing(STEP // 2)
        layout.addWidget(self._ends[0], 0, 0)
        layout.addWidget(self._slider, 0, 1)
        layout.addWidget(self._ends[1], 0, 2)
        layout.addWidget(self._effect, 1, 0, 1, 4)
        layout.setColumnStretch(3, 1)
        for label in (*self._ends, self._effect):
            label.setFont(caption_font(self.font()))
        self.set_level(DEFAULT_LEVEL)

    def set_level(self, level: AcceptanceLevel) -> None:
        """Show a level of LEVELS."""
        self._slider.blockSignals(True)
        self._slider.setValue(LEVELS.index(level))
        self._slider.blockSignals(False)
        self._show(level)

    def set_model(self, name: str) -> None:
        """Set the model of the library that reads; the figures are shown if they were measured with it."""
        self._is_measured = name == _MEASURED
        self._show(LEVELS[self._slider.value()])

    def _choose(self, number: int) -> None:
        self._show(LEVELS[number])
        self.level_chosen.emit(LEVELS[number])

    def _show(self, level: AcceptanceLevel) -> None:
        sentence = self._measured_text(level) if self._is_measured else self._rule(level)
        self._effect.setText(sentence)
        self._slider.setAccessibleDescription(sentence)

    def _measured_text(self, level: AcceptanceLevel) -> str:
        """Return what a level leads to with the model that it was measured with."""
        checked = f"{100 * (1 - level.accepted):.0f}"
        if level.accepted == 1:
            text = self.tr("Every text is accepted; {wrong} of 1,000 are wrong.")
        else:
            text = self.tr(
                "At most {wrong} in 1,000 accepted texts are wrong; {checked} of 100 texts are to be checked."
            )
        return text.format(wrong=f"{1000 * level.wrong:g}", checked=checked)

    def _rule(self, level: AcceptanceLevel) -> str:
        """Return which texts are accepted at a level."""
        if level.accepted == 1:
            return self.tr("Every text is accepted.")
        text = self.tr("A text is accepted if all of it is correct with a probability of at least {share}.")
        return text.format(share=probability_text(level.confidence))
