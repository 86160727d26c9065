"""The choice of a network to begin with: each with what it shows, its size and what it reached."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QPushButton, QTreeView, QVBoxLayout, QWidget

from desktop_app.runs.recipe import Recipe, trace_recipe
from desktop_app.runs.zoo import ZOO, ZooEntry
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.network.layer_table import RoomyRows
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.numerals import metric_text
from desktop_app.views.parts.theme import STEP, caption_font


class ZooChooser(QWidget):
    """A list of networks; one is taken alone or with the recipe that trained it."""

    network_requested = Signal(object)
    """The ZooEntry whose network is to take the place of the present one."""
    recipe_requested = Signal(object)
    """The ZooEntry whose recipe is to take the place of the present one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with no entry chosen."""
        super().__init__(parent)
        self._box, self._about = _TableBox(), QLabel()
        self._about.setObjectName("zoo_about")
        self._network, self._recipe = QPushButton(), QPushButton()
        self._set_up()
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addWidget(self._box, 1)
        head.addWidget(self._network)
        head.addWidget(self._recipe)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._about)
        self._tell(-1)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the entry whose network this is; another one that was chosen stays if there is none."""
        chosen = ZOO[self._box.currentIndex()] if self._box.currentIndex() >= 0 else None
        same = [entry for entry in ZOO if entry.recipe.layers == recipe.layers]
        if same and chosen not in same:
            named = [entry for entry in same if entry.name == recipe.name]
            self._box.setCurrentIndex(ZOO.index((named or same)[0]))

    def _set_up(self) -> None:
        self._box.setAccessibleName(self.tr("A network to begin with"))
        self._box.setPlaceholderText(self.tr("Begin with a network…"))
        model = QStandardItemModel(len(ZOO), 3, self)
        for row, entry in enumerate(ZOO):
            texts = (entry.title, self.parameters_of(entry), self.figure_of(entry))
            for column, text in enumerate(texts):
                item = QStandardItem(text)
                item.setToolTip(entry.remark)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                model.setItem(row, column, item)
        model.setHorizontalHeaderLabels([self.tr("Network"), self.tr("Parameters"), self.tr("Read right")])
        for column in (1, 2):
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            model.horizontalHeaderItem(column).setTextAlignment(right)
        self._box.set_rows(model)
        self._network.setText(self.tr("Take network"))
        self._network.setToolTip(self.tr("Only its layers; the data and the training stay as they are"))
        self._recipe.setText(self.tr("Take recipe"))
        self._recipe.setToolTip(self.tr("Its layers, and also the data and the training it was made by"))
        self._about.setFont(caption_font(self.font()))
        self._about.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self._about.setWordWrap(True)
        self._about.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        # So that nothing moves from entry to entry.
        self._about.setMinimumHeight(2 * QFontMetrics(self._about.font()).lineSpacing())
        self._box.currentIndexChanged.connect(self._tell)
        self._network.clicked.connect(lambda: self.network_requested.emit(ZOO[self._box.currentIndex()]))
        self._recipe.clicked.connect(lambda: self.recipe_requested.emit(ZOO[self._box.currentIndex()]))

    @staticmethod
    def parameters_of(entry: ZooEntry) -> str:
        """How many parameters an entry's network has."""
        return f"{trace_recipe(entry.recipe).parameters:,}"

    @staticmethod
    def figure_of(entry: ZooEntry) -> str:
        """How good the network is where the entry comes from, e.g. "99.18 %"; empty where unknown."""
        metric = task_kind(entry.recipe.task).metrics[0]
        return "" if entry.source_value is None else metric_text(metric, entry.source_value)

    def _tell(self, number: int) -> None:
        chosen = number >= 0
        self._network.setEnabled(chosen)
        self._recipe.setEnabled(chosen)
        if not chosen:
            self._about.setText(self.tr("Well-known networks, and those that ship with this program."))
            return
        entry = ZOO[number]
        parts = [entry.remark, self.tr("{number} parameters").format(number=self.parameters_of(entry))]
        if figure := self.figure_of(entry):
            parts.append(self.tr("{share} read right at its source").format(share=figure))
        self._about.setText("  ·  ".join(parts))


class _TableBox(NarrowBox):
    """A box whose list has columns."""

    def set_rows(self, model: QStandardItemModel) -> None:
        """Offer rows; the first column is shown when the list is closed."""
        view = QTreeView()
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
        view.setItemDelegate(RoomyRows(view))
        self.setView(view)
        self.setModel(model)
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setMaxVisibleItems(model.rowCount())
        self.setCurrentIndex(-1)

    def showPopup(self) -> None:
        """Open the list, with room for all columns."""
        super().showPopup()
        view = self.view()
        assert isinstance(view, QTreeView)
        widths = [max(view.sizeHintForColumn(at), view.header().sectionSizeHint(at)) for at in range(3)]
        popup = view.window()
        popup.resize(max(popup.width(), sum(widths) + 4 * STEP), popup.height())
