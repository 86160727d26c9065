"""List of the recipes that wait to be trained."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from desktop_app.views.parts.delete_key import DeleteKey
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import IconButton

_SPACING = 1
_MOST_ROWS = 4
"""Rows that are visible without scrolling."""


class QueueList(QWidget):
    """Shows the queue, to change its order, remove recipes, and start it; hidden while it is empty."""

    start_requested = Signal()
    """The user wants to train the first recipe of the queue."""
    move_requested = Signal(int, int)
    """Position of a recipe, and its new position."""
    remove_requested = Signal(int)
    """Position of a recipe to remove."""

    def __init__(self) -> None:
        """Create a hidden list."""
        super().__init__()
        self._title, self._list = QLabel(), QListWidget()
        self._start = QPushButton(self.tr("Train queue"))
        self._up = IconButton("up", self.tr("Move up"), self.tr("Train the selected recipe earlier"))
        self._down = IconButton("down", self.tr("Move down"), self.tr("Train the selected recipe later"))
        self._remove = IconButton(
            "close", self.tr("Remove from queue"), self.tr("Do not train the selected recipe (Del)")
        )
        self._title.setObjectName("queue_title")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setWordWrap(False)
        self._list.setSpacing(_SPACING)
        self._list.setAccessibleName(self.tr("Queue"))
        self._list.setToolTip(self.tr("Recipes that are trained one after another, the first one next"))
        self._start.setToolTip(self.tr("Train the recipes of the queue one after another"))
        self._start.clicked.connect(self.start_requested)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._remove.clicked.connect(self._remove_selected)
        DeleteKey(self._list).pressed.connect(self._remove_selected)
        self._list.currentRowChanged.connect(lambda _: self._show_buttons())
        head = QHBoxLayout()
        head.setSpacing(STEP // 2)
        head.addWidget(self._title, 1)
        for widget in (self._up, self._down, self._remove, self._start):
            head.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._list)
        self.hide()

    def set_recipes(self, texts: Sequence[str]) -> None:
        """Show the descriptions of the recipes, the next one first."""
        if [self._list.item(row).text() for row in range(self._list.count())] != list(texts):
            row = self._list.currentRow()
            self._list.clear()
            self._list.addItems(list(texts))
            for number, text in enumerate(texts):
                self._list.item(number).setToolTip(text)
            self._list.setCurrentRow(min(max(row, 0), len(texts) - 1))
        self._title.setText(self.tr("%n run(s) in the queue", "", len(texts)))
        rows = min(max(1, len(texts)), _MOST_ROWS)
        frame = 2 * self._list.frameWidth()
        self._list.setFixedHeight(rows * (max(1, self._list.sizeHintForRow(0)) + 2 * _SPACING) + frame)
        self.setVisible(bool(texts))
        self._show_buttons()

    def set_can_start(self, can: bool) -> None:
        """Set whether the queue waits for the user to start it."""
        self._start.setVisible(can)

    def _show_buttons(self) -> None:
        row = self._list.currentRow()
        self._up.setEnabled(row > 0)
        self._down.setEnabled(0 <= row < self._list.count() - 1)
        self._remove.setEnabled(row >= 0)

    def _move(self, by: int) -> None:
        row = self._list.currentRow()
        self.move_requested.emit(row, row + by)
        self._list.setCurrentRow(row + by)

    def _remove_selected(self) -> None:
        if (row := self._list.currentRow()) >= 0:
            self.remove_requested.emit(row)
