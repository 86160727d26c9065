"""Base class of layouts whose height depends on their width."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLayout, QLayoutItem


class WrappingLayout(QLayout):
    """Keeps the widgets in order; subclasses arrange them."""

    def __init__(self) -> None:
        """Start without widgets."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def arrange(self, area: QRect, *, apply: bool) -> int:
        """Arrange all widgets in an area if apply is true; return the height they take."""
        raise NotImplementedError

    def shown(self) -> list[QLayoutItem]:
        """Return the visible items in order."""
        return [item for item in self._items if not item.isEmpty()]

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item; called by Qt."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return the item at an index, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at an index, or return None."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Return True: a narrow layout has more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        return self.arrange(QRect(0, 0, width, 0), apply=False)

    def setGeometry(self, area: QRect) -> None:
        """Set the geometry of every widget."""
        super().setGeometry(area)
        self.arrange(area, apply=True)
