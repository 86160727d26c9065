"""The dialog that lists the models of the library, to rename, export and remove them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.text import shortened
from desktop_app.networks.naming import title_from, title_problem
from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.file_drop import FileDrop
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.mime_data import files_in, is_model_file
from desktop_app.views.parts.question_box import QuestionBox
from desktop_app.views.parts.text_cells import TextCells
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.networks.library import LibraryEntry

_LONGEST_TITLE = 40
_MEGABYTE = 1_000_000

UserModels = tuple[tuple[str, str], ...]
"""Names and titles of models."""


class ModelsDialog(QDialog):
    """Lists models with accuracy, training data, date and size. Shipped ones cannot be changed."""

    use_requested = Signal(str)
    """Name of the model to read with."""
    rename_requested = Signal(str, str)
    """Name of a model, and its new title."""
    remove_requested = Signal(str, str)
    """Name and title of a model to remove; the user has confirmed it."""
    save_requested = Signal(object, str)
    """Path of the folder of a model to save a copy of, and its title."""
    import_requested = Signal(object)
    """Path of a model that was dropped on the dialog."""

    def __init__(self, parent: QWidget) -> None:
        """Start without models."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Manage models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries: dict[str, LibraryEntry] = {}
        self._own: dict[str, str] = {}
        self._current = ""
        self._list, self._sentence = QTreeWidget(), QLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._drop = FileDrop(self, self.tr("Drop to import"), lambda data: data.hasUrls())
        self._set_up_list()
        self._add_buttons()
        self._sentence.setWordWrap(True)
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._list)
        layout.addWidget(self._sentence)
        layout.addWidget(self._buttons)
        self._connect()
        self._update_buttons()
        line = self.fontMetrics().height()
        self.resize(50 * line, 24 * line)

    def _set_up_list(self) -> None:
        self._list.setAccessibleName(self.windowTitle())
        self._list.setRootIsDecorated(False)
        self._list.setItemDelegate(TextCells(self._list))
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._list.setHeaderLabels(
            [
                self.tr("Model"),
                self.tr("Accuracy"),
                self.tr("Training data"),
                self.tr("Date"),
                self.tr("Size"),
            ]
        )
        header = self._list.headerItem()
        for column in (1, 4):
            header.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        # The training data, which may be long, take the room that the others leave.
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def _add_buttons(self) -> None:
        # The icon of the style is black in both appearances.
        self._buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        role = QDialogButtonBox.ButtonRole.ActionRole
        self._use = self._buttons.addButton(self.tr("Use"), role)
        self._rename = self._buttons.addButton(self.tr("Rename"), role)
        self._save = self._buttons.addButton(self.tr("Export…"), role)
        self._remove = self._buttons.addButton(self.tr("Remove…"), role)
        for button, explanation in (
            (self._use, self.tr("Read with the selected model")),
            (self._rename, self.tr("Change the title of the selected model")),
            (self._save, self.tr("Save a copy of the selected model as a file")),
            (self._remove, self.tr("Delete the selected model from the library")),
        ):
            button.setToolTip(explanation)

    def set_models(self, models: tuple[LibraryEntry, ...], user_models: UserModels, current: str) -> None:
        """List models, and keep the selected one; at first the one in use is selected.

        Args:
            models: those that can be used.
            user_models: names and titles of those that can be changed; damaged ones are listed too.
            current: name of the model in use; empty if none is open yet.
        """
        selected, self._current = self._selected(), current
        self._entries, self._own = {model.name: model for model in models}, dict(user_models)
        damaged = [name for name in self._own if name not in self._entries]
        with QSignalBlocker(self._list):
            self._list.clear()
            items = [self._item(name) for name in (*self._entries, *damaged)]
            self._list.addTopLevelItems(items)
            names = [*self._entries, *damaged]
            if chosen := [name for name in (selected, current) if name in names]:
                self._list.setCurrentItem(items[names.index(chosen[0])])
        header = self._list.header()
        header.resizeSections(QHeaderView.ResizeMode.ResizeToContents)
        for column in range(header.count()):
            header.resizeSection(column, header.sectionSize(column) + 2 * STEP)
        self._update_buttons()

    def _connect(self) -> None:
        self._buttons.rejected.connect(self.reject)
        self._drop.dropped.connect(self._request_import)
        self._use.clicked.connect(lambda: self.use_requested.emit(self._selected()))
        self._rename.clicked.connect(self._edit_title)
        self._save.clicked.connect(self._request_saving)
        self._remove.clicked.connect(self._confirm)
        self._list.currentItemChanged.connect(lambda _new, _old: self._update_buttons())
        self._list.itemChanged.connect(self._renamed)

    def _request_import(self, data: QMimeData) -> None:
        """Import a dropped model after the end of the drag, which still needs the dialog."""
        paths = files_in(data)
        if len(paths) == 1 and is_model_file(paths[0]):
            QTimer.singleShot(0, self, lambda: self._close_for_import(paths[0]))
        else:
            self._sentence.setText(self.tr("Drop one Keras model, a file that ends in .keras or .h5."))
            announce(self, self._sentence.text())

    def _close_for_import(self, path: Path) -> None:
        """Make room for the dialog with the questions about the model."""
        self.close()
        self.import_requested.emit(path)

    def _item(self, name: str) -> QTreeWidgetItem:
        entry = self._entries.get(name)
        if entry is None:
            item = QTreeWidgetItem([self._own[name], "", self.tr("damaged"), "", ""])
        else:
            accuracy = "" if entry.accuracy is None else f"{100 * entry.accuracy:.1f} %"
            size = self.tr("{size} MB").format(size=f"{entry.size / _MEGABYTE:.1f}")
            item = QTreeWidgetItem([entry.title, accuracy, entry.data, entry.date, size])
            if name in self._own:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setData(0, Qt.ItemDataRole.UserRole, name)
        item.setToolTip(2, item.text(2))
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(item.text(0)) + STEP
        item.setSizeHint(0, QSize(width, metrics.height() + STEP))
        for column in (1, 4):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _selected(self) -> str:
        """Return the name of the selected model; empty if there is none."""
        item: QTreeWidgetItem | None = self._list.currentItem()
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    def _update_buttons(self) -> None:
        name = self._selected()
        is_own, is_usable = name in self._own, name in self._entries
        self._use.setEnabled(is_usable and name != self._current)
        self._save.setEnabled(is_usable)
        self._rename.setEnabled(is_own and is_usable)
        self._remove.setEnabled(is_own)
        is_shipped = bool(name) and not is_own
        sentences = [
            *([self.tr("This model is in use.")] if name and name == self._current else []),
            *([self.tr("It ships with the program and cannot be renamed or removed.")] if is_shipped else []),
        ]
        self._sentence.setText(" ".join(sentences))

    def _edit_title(self) -> None:
        item, is_open = self._list.currentItem(), self._list.state() is QTreeWidget.State.EditingState
        if item is not None and not is_open:
            self._list.editItem(item, 0)

    def _renamed(self, item: QTreeWidgetItem, _: int) -> None:
        """Request a new title, or show the old one with the problem of the new one."""
        name = str(item.data(0, Qt.ItemDataRole.UserRole))
        entered, title = item.text(0), title_from(item.text(0))
        problem = title_problem(title)
        if problem is None and title != self._entries[name].title:
            self.rename_requested.emit(name, title)
            return
        with QSignalBlocker(self._list):
            item.setText(0, self._entries[name].title)
        if problem is not None and entered != self._entries[name].title:
            self._sentence.setText(translated(problem))

    def _request_saving(self) -> None:
        entry = self._entries[self._selected()]
        self.save_requested.emit(entry.folder, entry.title)

    def _confirm(self) -> None:
        name = self._selected()
        title = self._own[name]
        question = self.tr("Remove “{title}” from the library?").format(
            title=shortened(title, _LONGEST_TITLE)
        )
        box = QuestionBox(self.tr("Remove model"), question, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setInformativeText(
            self.tr("The model's files are deleted. Its run and the file it was imported from are kept.")
        )
        remove = box.addButton(self.tr("Remove"), QuestionBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QuestionBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        remove.clicked.connect(lambda: self.remove_requested.emit(name, title))
        box.open()
