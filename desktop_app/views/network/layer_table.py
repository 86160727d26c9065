"""The table of layers: names, options in short, shapes and parameters, to choose from and to move in."""

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
from desktop_app.networks.layer_list import INPUT, Traced
from desktop_app.views.network.layer_text import LayerText
from desktop_app.views.parts.icons import icon, icon_pixmap
from desktop_app.views.parts.theme import STEP, caption_font

_MIME = "application/x-layer-place"
_NAME, _LAYER, _OUTPUT, _PARAMETERS = range(4)
_ICON_SIZE = 16
_PADDING = STEP

Index = QModelIndex | QPersistentModelIndex


class LayerModel(QAbstractTableModel):
    """The rows: the model input first, then each layer."""

    move_requested = Signal(int, int)
    """The place of a layer, and the place that it is to have."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without layers."""
        super().__init__(parent)
        self._words = LayerText(self)
        self._problem_icon = QIcon()
        self._traced = Traced((1, 1, 1), (), "")
        self._rows: list[tuple[str, str, str, str]] = []

    def set_traced(self, traced: Traced) -> None:
        """Show a list of layers."""
        rows = [(INPUT, self.tr("the image"), shape_text(traced.input_shape), "")]
        before = INPUT
        for each in traced.layers:
            count = each.trainable + each.fixed
            shape = shape_text(each.shape) if each.shape is not None else "\N{EN DASH}"
            about = each.problem or self._words.in_short(each.layer, before)
            rows.append((each.layer.name, about, shape, f"{count:,}" if count else ""))
            before = each.layer.name
        same_size = len(rows) == len(self._rows)
        if not same_size:
            self.beginResetModel()
        self._traced, self._rows = traced, rows
        if same_size:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, _PARAMETERS))
        else:
            self.endResetModel()

    def set_problem_icon(self, problem: QIcon) -> None:
        """What stands before the sentence of a problem."""
        self._problem_icon = problem

    def words(self, column: int) -> set[str]:
        """All words of a column."""
        return {row[column] for row in self._rows}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """The input and the layers."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, kind and options, output shape, parameters."""
        return 0 if parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, their alignment, and the mark of a problem."""
        row, column = index.row(), index.column()
        problem = self._traced.layers[row - 1].problem if row else ""
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
        """What the columns show."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Name"), self.tr("Layer"), self.tr("Output"), self.tr("Parameters"))[section]

    # --- dragging ---

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Layers can be dragged, to between others."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.row() else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Layers are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """The place of a layer of this table."""
        return [_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        """The place of the layer that is dragged."""
        data = QMimeData()
        data.setData(_MIME, str(indexes[0].row() - 1).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Ask for the move; whoever edits the list shows the new order."""
        if action != Qt.DropAction.MoveAction or not data.hasFormat(_MIME):
            return False
        place = int(bytes(data.data(_MIME).data()))
        # Behind the last row there is no row; before the input nothing can stand.
        target = (len(self._rows) if row < 0 else max(1, row)) - 1
        target -= target > place
        if target != place:
            self.move_requested.emit(place, target)
        # The view takes nothing away by itself.
        return False


class RoomyRows(QStyledItemDelegate):
    """Rows that are easy to tell apart, and to hit."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A little more than the words need."""
        return super().sizeHint(option, index) + QSize(STEP // 2, STEP - 1)


class LayerTable(QTreeView):
    """The layers of a network; one of them, or the input, is chosen."""

    layer_chosen = Signal(int)
    """The place of the layer that the user chose; -1 for the input."""
    move_requested = Signal(int, int)
    """The place of a layer, and the place that it is to have."""
    removal_requested = Signal()
    """The chosen layer is to go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without layers."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Layers of the network"))
        self._model = LayerModel(self)
        self.setModel(self._model)
        self.setItemDelegate(RoomyRows(self))
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
        # Widths are ours: asking every cell for its size takes longer than everything else together.
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_LAYER, QHeaderView.ResizeMode.Stretch)
        self.setMinimumHeight(12 * STEP)
        self._take_icon()
        self._model.move_requested.connect(self.move_requested)
        self.selectionModel().currentRowChanged.connect(self._tell)

    def set_traced(self, traced: Traced, place: int) -> None:
        """Show a list of layers, the one at a place chosen (-1: the input)."""
        self._model.set_traced(traced)
        self._fit_columns()
        self.choose(place)

    def choose(self, place: int) -> None:
        """Choose a layer without telling anybody, and bring it to sight."""
        index = self._model.index(place + 1, 0)
        if index != self.currentIndex():
            with QSignalBlocker(self):
                self.setCurrentIndex(index)
            self.scrollTo(index)
        self.viewport().update()

    def place(self) -> int:
        """Which layer is chosen; -1 for the input."""
        return max(0, self.currentIndex().row()) - 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and arrows move the layer, Delete takes it out."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()), 0)
        alt = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.AltModifier
        if alt and step:
            target = self.place() + step
            if self.place() >= 0 and 0 <= target < self._model.rowCount() - 1:
                self.move_requested.emit(self.place(), target)
        elif event.key() == Qt.Key.Key_Delete:
            self.removal_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen layer stays in sight."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def changeEvent(self, event: QEvent) -> None:
        """The mark of problems takes the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_icon()

    def _fit_columns(self) -> None:
        """Give every column but the stretching one the width of its longest words."""
        letters, header = self.fontMetrics(), self.header()
        for column in (_NAME, _OUTPUT, _PARAMETERS):
            widest = max(map(letters.horizontalAdvance, self._model.words(column)), default=0)
            header.resizeSection(column, max(widest + _PADDING, header.sectionSizeHint(column)))

    def _take_icon(self) -> None:
        mark = icon("problem", self.palette(), _ICON_SIZE)
        chosen = self.palette().highlightedText().color()
        mark.addPixmap(
            icon_pixmap("problem", chosen, _ICON_SIZE, self.devicePixelRatioF()), QIcon.Mode.Selected
        )
        self._model.set_problem_icon(mark)

    def _tell(self, current: QModelIndex) -> None:
        if current.isValid():
            self.layer_chosen.emit(current.row() - 1)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < _OUTPUT else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
