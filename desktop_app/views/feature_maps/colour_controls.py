"""Controls of the colours of maps: contrast, fixed range, gamma, colour map."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QLocale, QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QBoxLayout, QDoubleSpinBox, QWidget

from desktop_app.inspection.colour import Palette
from desktop_app.inspection.colour_settings import ColourSettings, Contrast
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.number_edit import Validated, plain_number
from desktop_app.views.parts.theme import STEP

_GAMMA_RANGE = (0.2, 4.0)
_MAX_VALUE, _USUAL_VALUE = 1e6, 99.99


class _NumberBox(QDoubleSpinBox):
    """A spin box as wide as usual values, not as its limits; it accepts a decimal point and a comma."""

    def __init__(self) -> None:
        """Start with 0, written like all numbers of the program and not as in the locale."""
        super().__init__()
        self.setLocale(QLocale.c())

    def sizeHint(self) -> QSize:
        """Return a width for the prefix and a usual value."""
        usual = self.prefix() + self.textFromValue(max(self.minimum(), -_USUAL_VALUE))
        return QSize(self.fontMetrics().horizontalAdvance(usual) + 4 * STEP, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.sizeHint()

    def validate(self, text: str, position: int) -> Validated:
        """Validate what is being typed."""
        start = len(self.prefix())
        text = text[:start] + plain_number(text[start:]).replace(",", ".")
        state, text, position = super().validate(text, min(position, len(text)))
        return state, text, position


class ColourControls(QWidget):
    """A row or column of controls for ColourSettings."""

    settings_changed = Signal(object)
    """The ColourSettings that the user chose."""

    def __init__(self) -> None:
        """Start with the default settings."""
        super().__init__()
        self._settings = ColourSettings()
        self._range = (0.0, 1.0)
        self._contrast = ComboBox()
        for contrast, text in (
            (Contrast.LAYER, self.tr("Contrast per layer")),
            (Contrast.MAP, self.tr("Contrast per map")),
            (Contrast.FIXED, self.tr("Fixed range")),
        ):
            self._contrast.addItem(text, contrast)
        self._contrast.setAccessibleName(self.tr("Contrast"))
        self._contrast.setToolTip(
            self.tr("Range of the colours: the values of the whole layer, of each map, or fixed values")
        )
        self._low = self._number(self.tr("Minimum: value of the first colour"))
        self._high = self._number(self.tr("Maximum: value of the last colour"))
        self._gamma = self._number(self.tr("Gamma: values below 1 emphasize weak activations"))
        self._gamma.setRange(*_GAMMA_RANGE)
        self._gamma.setSingleStep(0.1)
        self._gamma.setDecimals(1)
        self._gamma.setPrefix(self.tr("gamma "))
        self._gamma.setValue(self._settings.gamma)
        self._palette = ComboBox()
        self._palette.addItem(self.tr("Colours"), Palette.COLOURS)
        self._palette.addItem(self.tr("Greys"), Palette.GREYS)
        self._palette.setAccessibleName(self.tr("Colour map"))
        self._palette.setToolTip(self.tr("Colour map of the values"))
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

    def set_colour_settings(self, settings: ColourSettings) -> None:
        """Show settings."""
        controls = (self._contrast, self._low, self._high, self._gamma, self._palette)
        blockers = [QSignalBlocker(control) for control in controls]
        self._settings = settings
        self._contrast.setCurrentIndex(self._contrast.findData(settings.contrast))
        self._low.setValue(settings.low)
        self._high.setValue(settings.high)
        self._gamma.setValue(settings.gamma)
        self._palette.setCurrentIndex(self._palette.findData(settings.palette))
        for blocker in blockers:
            blocker.unblock()
        self._show_range()

    def set_span(self, low: float, high: float) -> None:
        """Set the current range of values; a fixed range starts with it."""
        self._range = (low, high)

    def set_column(self, is_column: bool) -> None:
        """Place the controls in a column instead of a row."""
        delta = QBoxLayout.Direction
        self._row.setDirection(delta.TopToBottom if is_column else delta.LeftToRight)

    def _number(self, name: str) -> QDoubleSpinBox:
        spin = _NumberBox()
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        spin.setRange(-_MAX_VALUE, _MAX_VALUE)
        spin.setDecimals(2)
        spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        spin.setKeyboardTracking(False)
        return spin

    def _show_range(self) -> None:
        is_fixed = self._settings.contrast is Contrast.FIXED
        self._low.setVisible(is_fixed)
        self._high.setVisible(is_fixed)

    def _choose_contrast(self) -> None:
        contrast = Contrast(self._contrast.currentData())
        settings = replace(self._settings, contrast=contrast)
        if contrast is Contrast.FIXED:
            low, high = (float(f"{value:.2g}") for value in self._range)
            settings = replace(settings, low=low, high=max(high, low + 0.01))
        self.set_colour_settings(settings)
        self.settings_changed.emit(settings)

    def _change(self) -> None:
        low, high = self._low.value(), self._high.value()
        if high <= low:
            # Keep the minimum below the maximum: move the one that was not edited.
            low, high = (low, low + 0.01) if low != self._settings.low else (high - 0.01, high)
        palette = Palette(self._palette.currentData())
        settings = replace(
            self._settings, low=low, high=high, gamma=round(self._gamma.value(), 1), palette=palette
        )
        self.set_colour_settings(settings)
        self.settings_changed.emit(settings)
