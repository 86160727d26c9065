"""Layout of fields in columns of equal width."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt

from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.wrapping_layout import WrappingLayout

_NARROWEST = 16 * STEP
_MOST_COLUMNS = 4
_GAP = 2 * STEP
_LINE_GAP = STEP


class FieldGrid(WrappingLayout):
    """Lays out visible widgets row by row in as many columns as fit."""

    def expandingDirections(self) -> Qt.Orientation:
        """Return that it expands horizontally."""
        return Qt.Orientation.Horizontal

    def sizeHint(self) -> QSize:
        """Return the size with all columns."""
        width = _MOST_COLUMNS * _NARROWEST + (_MOST_COLUMNS - 1) * _GAP
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """Return the width of one column."""
        return QSize(self._minimum_width(), 0)

    def arrange(self, area: QRect, *, apply: bool) -> int:
        """Lay out the widgets, or only compute the height, and return the height."""
        shown, minimum = self.shown(), self._minimum_width()
        columns = min(max((area.width() + _GAP) // (minimum + _GAP), 1), _MOST_COLUMNS)
        width = max((area.width() - (columns - 1) * _GAP) // columns, 1)
        y = area.y()
        for first in range(0, len(shown), columns):
            row = shown[first : first + columns]
            height = max(item.sizeHint().height() for item in row)
            for number, item in enumerate(row if apply else ()):
                # Widgets without a caption are aligned with the editors beside them.
                item_height = item.sizeHint().height()
                at = QPoint(area.x() + number * (width + _GAP), y + height - item_height)
                item.setGeometry(QRect(at, QSize(width, item_height)))
            y += height + _LINE_GAP
        return max(y - _LINE_GAP - area.y(), 0)

    def _minimum_width(self) -> int:
        """Return the minimum width of a column."""
        return max([_NARROWEST, *(item.minimumSize().width() for item in self.shown())])
