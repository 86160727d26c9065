"""What layouts have in common that place widgets in as many rows as their width asks for."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLayout, QLayoutItem


class WrappingLayout(QLayout):
    """Keeps widgets in order; where each of them comes to lie is for `place` to say."""

    def __init__(self) -> None:
        """Start without widgets."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def place(self, area: QRect, *, moves: bool) -> int:
        """Place everything in an area of this width, or merely find out the height that it takes."""
        raise NotImplementedError

    def shown(self) -> list[QLayoutItem]:
        """What takes room, in order."""
        return [item for item in self._items if not item.isEmpty()]

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

    def hasHeightForWidth(self) -> bool:
        """Where it is narrow there are more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows."""
        return self.place(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, place: QRect) -> None:
        """Give every widget its place."""
        super().setGeometry(place)
        self.place(place, moves=True)
