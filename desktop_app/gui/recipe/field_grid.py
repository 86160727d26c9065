"""A grid of fields in columns of one width, as many as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem

from desktop_app.gui.parts.theme import STEP

_NARROWEST = 16 * STEP
_MOST_COLUMNS = 4
_GAP = 2 * STEP
_LINE_GAP = STEP


class FieldGrid(QLayout):
    """Places widgets row by row; those that are hidden leave no hole."""

    def __init__(self) -> None:
        """Start without widgets."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Called by Qt with a widget that comes last."""
        self._items.append(item)

    def count(self) -> int:
        """Number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a position, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """The item at a position, which is no longer here."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes the width that it is given."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Narrow grids have more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows."""
        return self._place(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, place: QRect) -> None:
        """Give every widget its place."""
        super().setGeometry(place)
        self._place(place, moves=True)

    def sizeHint(self) -> QSize:
        """All columns."""
        width = _MOST_COLUMNS * _NARROWEST + (_MOST_COLUMNS - 1) * _GAP
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """One column."""
        widest = max((item.minimumSize().width() for item in self._items if not item.isEmpty()), default=0)
        return QSize(max(widest, _NARROWEST), 0)

    def _place(self, area: QRect, *, moves: bool) -> int:
        """Place everything in an area of this width, or merely find out the height that it takes."""
        shown = [item for item in self._items if not item.isEmpty()]
        least = max([_NARROWEST, *(item.minimumSize().width() for item in shown)])
        columns = min(max((area.width() + _GAP) // (least + _GAP), 1), _MOST_COLUMNS)
        width = max((area.width() - (columns - 1) * _GAP) // columns, 1)
        y = area.y()
        for first in range(0, len(shown), columns):
            row = shown[first : first + columns]
            height = max(item.sizeHint().height() for item in row)
            for number, item in enumerate(row if moves else ()):
                # What has no caption stands level with the editors beside it.
                own = item.sizeHint().height()
                at = QPoint(area.x() + number * (width + _GAP), y + height - own)
                item.setGeometry(QRect(at, QSize(width, own)))
            y += height + _LINE_GAP
        return max(y - _LINE_GAP - area.y(), 0)
