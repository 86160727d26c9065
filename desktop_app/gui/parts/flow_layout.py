"""A row of widgets that goes on in the next line where it is too wide for its place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem

from desktop_app.gui.parts.theme import STEP


class FlowLayout(QLayout):
    """Places widgets from left to right and in as many lines as they need, each in its own size."""

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
        """It takes no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrow rows need more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return self._place(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, place: QRect) -> None:
        """Give every widget its place."""
        super().setGeometry(place)
        self._place(place, moves=True)

    def sizeHint(self) -> QSize:
        """Everything in one line."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + STEP * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        """The widest widget."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, area: QRect, *, moves: bool) -> int:
        """Place everything in an area of this width, or merely find out the height that it takes."""
        x, y = area.x(), area.y()
        line: list[tuple[QLayoutItem, QRect]] = []
        height = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(1, area.width()), 10_000))
            if line and x + size.width() > area.x() + area.width():
                self._finish(line, height, moves=moves)
                x, y = area.x(), y + height + STEP // 2
                line, height = [], 0
            line.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + STEP
            height = max(height, size.height())
        self._finish(line, height, moves=moves)
        return y + height - area.y()

    def _finish(self, line: list[tuple[QLayoutItem, QRect]], height: int, *, moves: bool) -> None:
        """Put the widgets of a line on one middle."""
        if moves:
            for item, place in line:
                item.setGeometry(place.translated(0, (height - place.height()) // 2))
