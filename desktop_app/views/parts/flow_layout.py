"""A layout that wraps widgets into lines."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem

from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.wrapping_layout import WrappingLayout


class FlowLayout(WrappingLayout):
    """Places widgets from left to right in as many lines as needed, each with its own size."""

    def expandingDirections(self) -> Qt.Orientation:
        """Return none: the layout takes no more than it needs."""
        return Qt.Orientation(0)

    def sizeHint(self) -> QSize:
        """Return the size of all widgets in one line."""
        sizes = [item.sizeHint() for item in self.shown()]
        width = sum(size.width() for size in sizes) + STEP * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """Return the size of the largest widget."""
        size = QSize()
        for item in self.shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def arrange(self, area: QRect, *, apply: bool) -> int:
        """Arrange all widgets in an area if apply is true; return the height they take."""
        x, y = area.x(), area.y()
        line: list[tuple[QLayoutItem, QRect]] = []
        height = 0
        for item in self.shown():
            size = item.sizeHint().boundedTo(QSize(max(1, area.width()), 10_000))
            if line and x + size.width() > area.x() + area.width():
                self._finish(line, height, apply=apply)
                x, y = area.x(), y + height + STEP // 2
                line, height = [], 0
            line.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + STEP
            height = max(height, size.height())
        self._finish(line, height, apply=apply)
        return y + height - area.y()

    def _finish(self, line: list[tuple[QLayoutItem, QRect]], height: int, *, apply: bool) -> None:
        """Centre the widgets of a line vertically."""
        if apply:
            for item, area in line:
                item.setGeometry(area.translated(0, (height - area.height()) // 2))
