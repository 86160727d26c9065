"""Table of layers with names, options, shapes and parameters; layers are moved by dragging."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from desktop_app.core.text import shape_text
from desktop_app.networks.layer_list import INPUT, CheckedLayers
from desktop_app.views.network.layer_text import LayerText
from desktop_app.views.parts.delete_key import DeleteKey
from desktop_app.views.parts.icons import icon, icon_pixmap
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP, caption_font

_MIME = "application/x-layer-place"
_NAME, _LAYER, _OUTPUT, _PARAMETERS = range(4)
_ICON_SIZE = 16
_PADDING = STEP
_LEAST_LINES = 6

Index = QModelIndex | QPersistentModelIndex


class LayerModel(QAbstractTableModel):
    """Table model with the model input first, then the layers."""

    move_requested = Signal(int, int)
    """Index of a layer, and its new index."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Create an empty model."""
        super().__init__(parent)
        self._layer_text = LayerText(self)
        self._problem_icon = QIcon()
        self._checked = CheckedLayers((1, 1, 1), (), None)
        self._rows: list[tuple[str, str, str, str]] = []

    def set_layers(self, checked: CheckedLayers) -> None:
        """Set the list of layers."""
        rows = [(INPUT, self.tr("the image"), shape_text(checked.input_shape), "")]
        previous = INPUT
        for each in checked.layers:
            count = each.trainable + each.fixed
            shape = shape_text(each.shape) if each.shape is not None else "\N{EN DASH}"
            text = translated(each.problem) or self._layer_text.short_text(each.layer, previous)
            rows.append((each.layer.name, text, shape, f"{count:,}" if count else ""))
            previous = each.layer.name
        same_size = len(rows) == len(self._rows)
        if not same_size:
            self.beginResetModel()
        self._checked, self._rows = checked, rows
        if same_size:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, _PARAMETERS))
        else:
            self.endResetModel()

    def set_problem_icon(self, problem: QIcon) -> None:
        """Set the icon of problems."""
        self._problem_icon = problem

    def texts(self, column: int) -> set[str]:
        """Return all texts of a column."""
        return {row[column] for row in self._rows}

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return the number of layers plus one for the input."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Return 4: name, kind and options, output shape, parameters."""
        return 0 if parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, alignment, tool tip and problem icon of a cell."""
        row, column = index.row(), index.column()
        problem = translated(self._checked.layers[row - 1].problem) if row else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[row][column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return problem or "  ·  ".join(part for part in self._rows[row] if part)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return problem
        if role == Qt.ItemDataRole.DecorationRole and column == _LAYER and problem:
            return self._problem_icon
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return title and alignment of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Name"), self.tr("Layer"), self.tr("Output"), self.tr("Parameters"))[section]

    # --- dragging ---

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Make layers, but not the input, draggable."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.row() else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Return that layers are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Return the type of the index of a layer."""
        return [_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        """Return the index of the dragged layer."""
        data = QMimeData()
        data.setData(_MIME, str(indexes[0].row() - 1).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Emit move_requested; the new list is set by the receiver."""
        if action != Qt.DropAction.MoveAction or not data.hasFormat(_MIME):
            return False
        index = int(bytes(data.data(_MIME).data()))
        # row is -1 below the last row; nothing can be before the input.
        target = (len(self._rows) if row < 0 else max(1, row)) - 1
        target -= target > index
        if target != index:
            self.move_requested.emit(index, target)
        # False: the view must not remove the row by itself.
        return False


class PaddedRows(QStyledItemDelegate):
    """Delegate with some padding around texts."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of the text with padding."""
        return super().sizeHint(option, index) + QSize(STEP // 2, STEP - 1)


class LayerTable(QTreeView):
    """Layers of a network; one of them, or the input, is selected."""

    layer_chosen = Signal(int)
    """Index of the selected layer; -1 for the input."""
    move_requested = Signal(int, int)
    """Index of a layer, and its new index."""
    removal_requested = Signal()
    """The selected layer is to be removed."""

    def __init__(self) -> None:
        """Create an empty table."""
        super().__init__()
        self.setAccessibleName(self.tr("Layers of the network"))
        self._model = LayerModel(self)
        self.setModel(self._model)
        self.setItemDelegate(PaddedRows(self))
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        header = self.header()
        header.setFont(caption_font(self.font()))
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(4 * STEP)
        # Fixed widths: asking every cell for its size is slow.
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_LAYER, QHeaderView.ResizeMode.Stretch)
        self.setMinimumHeight(max(12 * STEP, _LEAST_LINES * self.fontMetrics().height()))
        self._update_icon()
        self._model.move_requested.connect(self.move_requested)
        DeleteKey(self).pressed.connect(self.removal_requested)
        self.selectionModel().currentRowChanged.connect(self._select)

    def set_layers(self, checked: CheckedLayers, index: int) -> None:
        """Show a list of layers and select one (-1: the input)."""
        self._model.set_layers(checked)
        self._fit_columns()
        self.choose(index)

    def choose(self, index: int) -> None:
        """Select a layer without emitting a signal, and scroll to it."""
        cell = self._model.index(index + 1, 0)
        if cell != self.currentIndex():
            with QSignalBlocker(self):
                self.setCurrentIndex(cell)
            self.scrollTo(cell)
        self.viewport().update()

    def index(self) -> int:
        """Return the index of the selected layer; -1 for the input."""
        return max(0, self.currentIndex().row()) - 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the layer with Alt and arrow keys."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()), 0)
        alt = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.AltModifier
        if alt and step:
            target = self.index() + step
            if self.index() >= 0 and 0 <= target < self._model.rowCount() - 1:
                self.move_requested.emit(self.index(), target)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the selected layer visible."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_icon()

    def _fit_columns(self) -> None:
        """Set the widths of all columns but the stretching one to their longest text."""
        metrics, header = self.fontMetrics(), self.header()
        for column in (_NAME, _OUTPUT, _PARAMETERS):
            widest = max(map(metrics.horizontalAdvance, self._model.texts(column)), default=0)
            header.resizeSection(column, max(widest + _PADDING, header.sectionSizeHint(column)))

    def _update_icon(self) -> None:
        problem_icon = icon("problem", self.palette(), _ICON_SIZE)
        chosen = self.palette().highlightedText().color()
        problem_icon.addPixmap(
            icon_pixmap("problem", chosen, _ICON_SIZE, self.devicePixelRatioF()), QIcon.Mode.Selected
        )
        self._model.set_problem_icon(problem_icon)

    def _select(self, current: QModelIndex) -> None:
        if current.isValid():
            self.layer_chosen.emit(current.row() - 1)


def _alignment(column: int) -> Qt.AlignmentFlag:
    alignment = Qt.AlignmentFlag.AlignLeft if column < _OUTPUT else Qt.AlignmentFlag.AlignRight
    return alignment | Qt.AlignmentFlag.AlignVCenter
