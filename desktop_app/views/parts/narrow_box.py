"""A combo box that can be narrower than its texts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.theme import STEP

_MINIMUM_LETTERS = 6


class NarrowBox(ComboBox):
    """Elides its current text; its list is as wide as needed."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_MINIMUM_LETTERS)

    def showPopup(self) -> None:
        """Open the list, wide enough for all texts."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 4 * STEP)
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the combo box with an elided text; the style would clip it."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        area = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        text = option.currentText or self.placeholderText()
        option.currentText = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
