"""What can be done with the list of layers: add, take out, duplicate, move, undo."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop_app.networks.layers.registry import FAMILIES
from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tool_button import IconButton

_ICON_SIZE = 16


class EditBar(QWidget):
    """A row of buttons."""

    kind_chosen = Signal(str)
    """The kind of a layer that is to be added."""
    removal_requested = Signal()
    """The chosen layer is to go."""
    copy_requested = Signal()
    """The chosen layer is wanted twice."""
    step_requested = Signal(int)
    """The chosen layer is to move by so many places."""
    undo_requested = Signal()
    """The last edit is to be taken back."""
    redo_requested = Signal()
    """What was undone is to be done again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing to undo."""
        super().__init__(parent)
        self._add = QToolButton()
        self._remove = IconButton(
            "clear", self.tr("Take the layer out"), self.tr("Take the layer out (Delete)")
        )
        self._copy = IconButton(
            "duplicate", self.tr("Duplicate the layer"), self.tr("A second layer like this one, behind it")
        )
        self._up = IconButton("up", self.tr("Move the layer up"), self.tr("Move the layer up (Alt+Up)"))
        self._down = IconButton(
            "down", self.tr("Move the layer down"), self.tr("Move the layer down (Alt+Down)")
        )
        self._undo = IconButton(
            "undo",
            self.tr("Undo the edit"),
            self._tip(self.tr("Take the last edit back"), QKeySequence.StandardKey.Undo),
        )
        self._redo = IconButton(
            "redo",
            self.tr("Redo the edit"),
            self._tip(self.tr("Do again what was undone"), QKeySequence.StandardKey.Redo),
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

    def set_place(self, place: int, count: int, most: int) -> None:
        """Say what can be done with the chosen layer.

        Args:
            place: of the layer; -1 for the input, with which nothing can be done.
            count: how many layers there are.
            most: how many there may be.
        """
        self._add.setEnabled(count < most)
        self._remove.setEnabled(place >= 0)
        self._copy.setEnabled(place >= 0 and count < most)
        self._up.setEnabled(place > 0)
        self._down.setEnabled(0 <= place < count - 1)

    def set_history(self, *, can_undo: bool, can_redo: bool) -> None:
        """Say whether there is anything to undo and to redo."""
        self._undo.setEnabled(can_undo)
        self._redo.setEnabled(can_redo)

    def changeEvent(self, event: QEvent) -> None:
        """The icon takes the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_icon()

    def _set_up(self) -> None:
        # Room for the little arrow, which the style paints over the end of the text.
        self._add.setText(self.tr("Add layer") + "  ")
        self._add.setAccessibleName(self.tr("Add a layer"))
        self._add.setToolTip(self.tr("Add a layer behind the chosen one"))
        self._add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._add.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self)
        for family, kinds in FAMILIES.items():
            of_family = menu.addMenu(self.tr(family)) if len(kinds) > 1 else menu
            of_family.setToolTipsVisible(True)
            for kind in kinds:
                action = of_family.addAction(kind.keras_name)
                action.setToolTip(self.tr(kind.about))
                action.triggered.connect(partial(self._choose_kind, kind.keras_name))
        self._add.setMenu(menu)
        self._remove.clicked.connect(self.removal_requested)
        self._copy.clicked.connect(self.copy_requested)
        self._up.clicked.connect(lambda: self.step_requested.emit(-1))
        self._down.clicked.connect(lambda: self.step_requested.emit(1))
        self._undo.clicked.connect(self.undo_requested)
        self._redo.clicked.connect(self.redo_requested)
        self.set_history(can_undo=False, can_redo=False)
        self._take_icon()

    @staticmethod
    def _tip(words: str, key: QKeySequence.StandardKey) -> str:
        return f"{words} ({QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)})"

    def _choose_kind(self, kind: str) -> None:
        self.kind_chosen.emit(kind)

    def _take_icon(self) -> None:
        self._add.setIcon(icon("larger", self.palette(), _ICON_SIZE))
