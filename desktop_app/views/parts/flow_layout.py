"""A row of widgets that goes on in the next line where it is too wide for its place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem

from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.wrapping_layout import WrappingLayout


class FlowLayout(WrappingLayout):
    """Places widgets from left to right and in as many lines as they need, each in its own size."""

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more than it needs."""
        return Qt.Orientation(0)

    def sizeHint(self) -> QSize:
        """Everything in one line."""
        sizes = [item.sizeHint() for item in self.shown()]
        width = sum(size.width() for size in sizes) + STEP * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """The widest widget."""
        size = QSize()
        for item in self.shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def place(self, area: QRect, *, moves: bool) -> int:
        """Place everything in an area of this width, or merely find out the height that it takes."""
        x, y = area.x(), area.y()
        line: list[tuple[QLayoutItem, QRect]] = []
        height = 0
        for item in self.shown():
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
