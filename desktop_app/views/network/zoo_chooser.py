"""Choice of a predefined network, with its size and accuracy."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QPushButton, QTreeView, QVBoxLayout, QWidget

from desktop_app.runs.recipe import Recipe, check_recipe_layers
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.network.layer_table import PaddedRows
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.numerals import metric_text
from desktop_app.views.parts.theme import STEP, caption_font

_NUMBERS = (2, 3)
"""Columns of numbers, aligned to the right."""


class ZooChooser(QWidget):
    """List of the zoo; an entry is used as a network alone or as a whole recipe."""

    network_requested = Signal(object)
    """ZooEntry whose network is to replace the current one."""
    recipe_requested = Signal(object)
    """ZooEntry whose recipe is to replace the current one."""

    def __init__(self) -> None:
        """Create a chooser without a selected entry."""
        super().__init__()
        self._box, self._description = _TableBox(), QLabel()
        self._description.setObjectName("zoo_about")
        self._network_button, self._recipe_button = QPushButton(), QPushButton()
        self._set_up()
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addWidget(self._box, 1)
        head.addWidget(self._network_button)
        head.addWidget(self._recipe_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._description)
        self._show_entry(-1)

    def set_recipe(self, recipe: Recipe) -> None:
        """Select the entry with the network of a recipe; if there is none, keep the selection."""
        selected = ZOO[self._box.currentIndex()] if self._box.currentIndex() >= 0 else None
        same = [entry for entry in ZOO if entry.recipe.layers == recipe.layers]
        if same and selected not in same:
            named = [entry for entry in same if entry.name == recipe.name]
            self._box.setCurrentIndex(ZOO.index((named or same)[0]))

    def _set_up(self) -> None:
        self._box.setAccessibleName(self.tr("Predefined network"))
        self._box.setToolTip(self.tr("Networks to start from, with their parameters and published scores"))
        self._box.setPlaceholderText(self.tr("Choose a network…"))
        titles = (self.tr("Network"), self.tr("Task"), self.tr("Parameters"), self.tr("Score"))
        model = QStandardItemModel(len(ZOO), len(titles), self)
        for row, entry in enumerate(ZOO):
            task = translated(task_kind(entry.recipe.task).title)
            texts = (entry.title, task, self.parameters_of(entry), self.figure_of(entry))
            for column, text in enumerate(texts):
                item = QStandardItem(text)
                item.setToolTip(translated(entry.description))
                if column in _NUMBERS:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                model.setItem(row, column, item)
        model.setHorizontalHeaderLabels(titles)
        for column in _NUMBERS:
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            model.horizontalHeaderItem(column).setTextAlignment(right)
        self._box.set_rows(model)
        self._network_button.setText(self.tr("Use network"))
        self._network_button.setToolTip(self.tr("Use only its layers; keep data and training settings"))
        self._recipe_button.setText(self.tr("Use recipe"))
        self._recipe_button.setToolTip(self.tr("Use its layers, data and training settings"))
        self._description.setFont(caption_font(self.font()))
        self._description.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self._description.setWordWrap(True)
        self._description.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        # Constant height, so that the layout does not move.
        self._description.setMinimumHeight(2 * QFontMetrics(self._description.font()).lineSpacing())
        self._box.currentIndexChanged.connect(self._show_entry)
        self._network_button.clicked.connect(
            lambda: self.network_requested.emit(ZOO[self._box.currentIndex()])
        )
        self._recipe_button.clicked.connect(lambda: self.recipe_requested.emit(ZOO[self._box.currentIndex()]))

    @staticmethod
    def parameters_of(entry: ZooEntry) -> str:
        """Return the number of parameters of an entry's network."""
        return f"{check_recipe_layers(entry.recipe).parameters:,}"

    @staticmethod
    def figure_of(entry: ZooEntry) -> str:
        """Return the published metric of an entry, e.g. "99.18 %"; empty if unknown."""
        metric = task_kind(entry.recipe.task).metrics[0]
        return "" if entry.source_value is None else metric_text(metric, entry.source_value)

    def _show_entry(self, number: int) -> None:
        selected = number >= 0
        self._network_button.setEnabled(selected)
        self._recipe_button.setEnabled(selected)
        if not selected:
            self._description.setText(
                self.tr("Well-known networks, and those of the models shipped with this program.")
            )
            return
        entry = ZOO[number]
        parts = [
            translated(entry.description),
            self.tr("{number} parameters").format(number=self.parameters_of(entry)),
        ]
        if figure := self.figure_of(entry):
            parts.append(self.tr("{value} in its source").format(value=figure))
        self._description.setText("  ·  ".join(parts))


class _TableBox(NarrowBox):
    """Combo box with columns in its list."""

    def set_rows(self, model: QStandardItemModel) -> None:
        """Set the rows; the closed box shows the first column."""
        view = QTreeView()
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
        view.setItemDelegate(PaddedRows(view))
        self.setView(view)
        self.setModel(model)
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setMaxVisibleItems(model.rowCount())
        self.setCurrentIndex(-1)

    def showPopup(self) -> None:
        """Open the list wide enough for all columns."""
        super().showPopup()
        view = self.view()
        assert isinstance(view, QTreeView)
        widths = [
            max(view.sizeHintForColumn(column), view.header().sectionSizeHint(column))
            for column in range(view.model().columnCount())
        ]
        popup = view.window()
        popup.resize(max(popup.width(), sum(widths) + 4 * STEP), popup.height())
