"""Buttons to add, remove, duplicate and move layers, and to undo edits."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.networks.layers.registry import FAMILIES
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import IconButton

_ICON_SIZE = 16


class EditBar(QWidget):
    """Row of buttons that edit the list of layers."""

    kind_chosen = Signal(str)
    """Kind of a layer to add."""
    removal_requested = Signal()
    """The selected layer is to be removed."""
    copy_requested = Signal()
    """The selected layer is to be duplicated."""
    step_requested = Signal(int)
    """The selected layer is to be moved by a number of positions."""
    undo_requested = Signal()
    """The last edit is to be undone."""
    redo_requested = Signal()
    """The last undone edit is to be redone."""

    def __init__(self) -> None:
        """Create the bar with nothing to undo."""
        super().__init__()
        self._add = QPushButton(self.tr("Add layer"))
        self._remove = IconButton("clear", self.tr("Remove layer"), self.tr("Remove the layer (Delete)"))
        self._copy = IconButton(
            "duplicate", self.tr("Duplicate layer"), self.tr("Insert a copy after the layer")
        )
        self._up = IconButton("up", self.tr("Move layer up"), self.tr("Move the layer up (Alt+Up)"))
        self._down = IconButton("down", self.tr("Move layer down"), self.tr("Move the layer down (Alt+Down)"))
        self._undo = IconButton(
            "undo",
            self.tr("Undo edit"),
            self._tip(self.tr("Undo the last edit"), QKeySequence.StandardKey.Undo),
        )
        self._redo = IconButton(
            "redo",
            self.tr("Redo edit"),
            self._tip(self.tr("Redo the last undone edit"), QKeySequence.StandardKey.Redo),
        )
        self._set_up()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._add)
        layout.addSpacing(STEP)
        for button in (self._remove, self._copy, self._up, self._down):
            layout.addWidget(button)
        layout.addStretch()
        layout.addWidget(self._undo)
        layout.addWidget(self._redo)

    def set_layer_index(self, index: int, count: int, most: int) -> None:
        """Enable what can be done with the selected layer.

        Args:
            index: of the layer; -1 for the input, which cannot be edited.
            count: number of layers.
            most: maximum number of layers.
        """
        self._add.setEnabled(count < most)
        self._remove.setEnabled(index >= 0)
        self._copy.setEnabled(index >= 0 and count < most)
        self._up.setEnabled(index > 0)
        self._down.setEnabled(0 <= index < count - 1)

    def set_history(self, *, can_undo: bool, can_redo: bool) -> None:
        """Enable the buttons to undo and redo."""
        self._undo.setEnabled(can_undo)
        self._redo.setEnabled(can_redo)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_icon()

    def _set_up(self) -> None:
        self._add.setToolTip(self.tr("Add a layer after the selected one"))
        self._add.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        menu = Menu(self)
        for family, kinds in FAMILIES.items():
            submenu = menu.submenu(translated(family)) if len(kinds) > 1 else menu
            submenu.setToolTipsVisible(True)
            for kind in kinds:
                action = submenu.addAction(kind.keras_name)
                action.setToolTip(translated(kind.description))
                action.triggered.connect(partial(self._emit_kind, kind.keras_name))
        self._add.setMenu(menu)
        self._remove.clicked.connect(self.removal_requested)
        self._copy.clicked.connect(self.copy_requested)
        self._up.clicked.connect(lambda: self.step_requested.emit(-1))
        self._down.clicked.connect(lambda: self.step_requested.emit(1))
        self._undo.clicked.connect(self.undo_requested)
        self._redo.clicked.connect(self.redo_requested)
        self.set_history(can_undo=False, can_redo=False)
        self._update_icon()

    @staticmethod
    def _tip(text: str, key: QKeySequence.StandardKey) -> str:
        return f"{text} ({QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)})"

    def _emit_kind(self, kind: str) -> None:
        self.kind_chosen.emit(kind)

    def _update_icon(self) -> None:
        self._add.setIcon(icon("larger", self.palette(), _ICON_SIZE))
