"""Controls for how maps are coloured: contrast, a fixed range, gamma, colours."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QDoubleSpinBox, QWidget

from desktop_app.inspection.colour import Palette
from desktop_app.inspection.colour_settings import ColourSettings, Contrast
from desktop_app.views.parts.theme import STEP

_GAMMAS = (0.2, 4.0)
_LARGEST = 1e6


class LookControls(QWidget):
    """One row, or one column, of controls that make a look."""

    style_changed = Signal(object)
    """The ColourSettings that the user wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the usual look."""
        super().__init__(parent)
        self._look = ColourSettings()
        self._range = (0.0, 1.0)
        self._contrast = QComboBox()
        for contrast, words in (
            (Contrast.LAYER, self.tr("Contrast per layer")),
            (Contrast.MAP, self.tr("Contrast per map")),
            (Contrast.FIXED, self.tr("Fixed range")),
        ):
            self._contrast.addItem(words, contrast)
        self._contrast.setAccessibleName(self.tr("Contrast"))
        self._contrast.setToolTip(
            self.tr(
                "Which values the colours span: those of the whole layer, of each map alone, or fixed ones"
            )
        )
        self._low = self._number(self.tr("Value of the first colour"))
        self._high = self._number(self.tr("Value of the last colour"))
        self._gamma = self._number(self.tr("Gamma: below 1 brings out weak values"))
        self._gamma.setRange(*_GAMMAS)
        self._gamma.setSingleStep(0.1)
        self._gamma.setDecimals(1)
        self._gamma.setPrefix(self.tr("gamma "))
        self._gamma.setValue(self._look.gamma)
        self._gamma.setFixedWidth(14 * STEP)
        self._palette = QComboBox()
        self._palette.addItem(self.tr("Colours"), Palette.COLOURS)
        self._palette.addItem(self.tr("Greys"), Palette.GREYS)
        self._palette.setAccessibleName(self.tr("Colour map"))
        self._palette.setToolTip(self.tr("The colours of the maps; negative values differ in both"))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(STEP // 2)
        for control in (self._contrast, self._low, self._high, self._gamma, self._palette):
            self._row.addWidget(control)
        self._show_range()
        self._contrast.currentIndexChanged.connect(self._choose_contrast)
        for spin in (self._low, self._high, self._gamma):
            spin.valueChanged.connect(self._change)
        self._palette.currentIndexChanged.connect(self._change)

    def set_look(self, look: ColourSettings) -> None:
        """Set a look."""
        controls = (self._contrast, self._low, self._high, self._gamma, self._palette)
        blockers = [QSignalBlocker(control) for control in controls]
        self._look = look
        self._contrast.setCurrentIndex(self._contrast.findData(look.contrast))
        self._low.setValue(look.low)
        self._high.setValue(look.high)
        self._gamma.setValue(look.gamma)
        self._palette.setCurrentIndex(self._palette.findData(look.palette))
        for blocker in blockers:
            blocker.unblock()
        self._show_range()

    def set_span(self, low: float, high: float) -> None:
        """The values that the colours span now; a fixed range begins with these."""
        self._range = (low, high)

    def set_column(self, is_column: bool) -> None:
        """Stand below each other instead of side by side."""
        way = QBoxLayout.Direction
        self._row.setDirection(way.TopToBottom if is_column else way.LeftToRight)

    def _number(self, name: str) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        spin.setRange(-_LARGEST, _LARGEST)
        spin.setDecimals(2)
        spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        spin.setKeyboardTracking(False)
        spin.setFixedWidth(10 * STEP)
        return spin

    def _show_range(self) -> None:
        is_fixed = self._look.contrast is Contrast.FIXED
        self._low.setVisible(is_fixed)
        self._high.setVisible(is_fixed)

    def _choose_contrast(self) -> None:
        contrast = Contrast(self._contrast.currentData())
        style = replace(self._look, contrast=contrast)
        if contrast is Contrast.FIXED:
            low, high = (float(f"{value:.2g}") for value in self._range)
            style = replace(style, low=low, high=max(high, low + 0.01))
        self.set_look(style)
        self.style_changed.emit(style)

    def _change(self) -> None:
        low, high = self._low.value(), self._high.value()
        if high <= low:
            # The one that was moved pushes the other before it.
            low, high = (low, low + 0.01) if low != self._look.low else (high - 0.01, high)
        palette = Palette(self._palette.currentData())
        style = replace(self._look, low=low, high=high, gamma=round(self._gamma.value(), 1), palette=palette)
        self.set_look(style)
        self.style_changed.emit(style)
