"""A grid of fields in columns of one width, as many as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt

from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.wrapping_layout import WrappingLayout

_NARROWEST = 16 * STEP
_MOST_COLUMNS = 4
_GAP = 2 * STEP
_LINE_GAP = STEP


class FieldGrid(WrappingLayout):
    """Places widgets row by row; those that are hidden leave no hole."""

    def expandingDirections(self) -> Qt.Orientation:
        """It takes the width that it is given."""
        return Qt.Orientation.Horizontal

    def sizeHint(self) -> QSize:
        """All columns."""
        width = _MOST_COLUMNS * _NARROWEST + (_MOST_COLUMNS - 1) * _GAP
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """One column."""
        return QSize(self._least_width(), 0)

    def arrange(self, area: QRect, *, apply: bool) -> int:
        """Place everything in an area of this width, or merely find out the height that it takes."""
        shown, least = self.shown(), self._least_width()
        columns = min(max((area.width() + _GAP) // (least + _GAP), 1), _MOST_COLUMNS)
        width = max((area.width() - (columns - 1) * _GAP) // columns, 1)
        y = area.y()
        for first in range(0, len(shown), columns):
            row = shown[first : first + columns]
            height = max(item.sizeHint().height() for item in row)
            for number, item in enumerate(row if apply else ()):
                # What has no caption stands level with the editors beside it.
                own = item.sizeHint().height()
                at = QPoint(area.x() + number * (width + _GAP), y + height - own)
                item.setGeometry(QRect(at, QSize(width, own)))
            y += height + _LINE_GAP
        return max(y - _LINE_GAP - area.y(), 0)

    def _least_width(self) -> int:
        """Of a column."""
        return max([_NARROWEST, *(item.minimumSize().width() for item in self.shown())])
