"""A box of choices that may be narrower than its words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from desktop_app.views.parts.theme import STEP

_LETTERS = 6


class NarrowBox(QComboBox):
    """Shows as much of its word as fits, with an ellipsis; its list is as wide as it needs to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without choices."""
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)

    def showPopup(self) -> None:
        """Open the list, wide enough for all words."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 4 * STEP)
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As the style paints it, which would cut the word off."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        area = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        words = option.currentText or self.placeholderText()
        option.currentText = option.fontMetrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
