"""Random commands about texts, batches of files, corrections, the user's samples, and the list of models."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTreeWidget

from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.models_dialog import ModelsDialog
from desktop_app.tasks.character_sets import CHARACTER_SETS
from desktop_app.views.batch.batch_rows import TEXT
from desktop_app.views.batch.batch_table import BatchTable
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.samples.panel import SamplesPanel
from tests.fuzz.steps import Step

_ORDERS = (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder)


class TextCommands:
    """Chooses a command of a window at random."""

    def __init__(self, window: MainWindow, pages: Sequence[Path], rng: random.Random) -> None:
        """Start with a window; pages: files to read in batches."""
        self._window, self._pages, self._rng = window, pages, rng

    def text(self) -> Step:
        """Choose, correct, merge or split a character of the text on the canvas."""
        context, rng = self._window.context, self._rng
        shown = context.text.value
        if shown is None:
            name = rng.choice(CHARACTER_SETS)
            return f"characters {name}", lambda: context.characters.set(name)
        number = rng.randrange(len(shown.reading.characters))
        label = rng.choice((shown.reading.characters[number].label, "0", "7"))
        commands: list[Step] = [
            (f"character {number}", lambda: context.character_requested.emit(number)),
            (f"correct {number} as {label}", lambda: context.correction_requested.emit(number, label)),
            (f"correct the selected one as {label}", lambda: context.correct_selected(label)),
            (f"merge {number}", lambda: context.merge_requested.emit(number)),
            (f"split {number}", lambda: context.split_requested.emit(number, None)),
        ]
        return rng.choice(commands)

    def correct(self) -> Step:
        """Ask what is on the canvas; the popup is answered with keys and clicks like any other window."""
        return "correct", self._window.context.label_requested.emit

    def samples(self) -> Step:
        """Do something with the user's samples."""
        panel, rng = self._window.findChild(SamplesPanel), self._rng
        if panel is None:
            return "show my samples", lambda: self._window.workspaces.show_view("my-samples")
        some = panel.shown_samples[: rng.randint(1, 3)]
        is_used = rng.random() < 0.5
        commands: list[Step] = [
            (f"delete {len(some)} samples", lambda: panel.delete_requested.emit(some)),
            ("undo deletion", panel.undo_requested.emit),
            (f"use samples {is_used}", lambda: panel.use_changed.emit(is_used)),
            ("export samples", panel.export_samples_requested.emit),
            ("export what was learned", panel.export_learned_requested.emit),
            ("train with samples", panel.training_requested.emit),
        ]
        return rng.choice(commands)

    def batch(self) -> Step:
        """Read files, stop, choose a row, export the table, or ask for files."""
        panel, rng = self._window.findChild(BatchPanel), self._rng
        if panel is None:
            return "workspace batch", lambda: self._window.workspaces.choose("batch")
        paths = tuple(rng.sample(self._pages, rng.randint(1, 6)))
        if rng.random() < 0.3:
            paths = (paths[0].parent,)
        rows = panel.table.model()
        order = rng.choice(_ORDERS)
        row, column = rng.randrange(max(1, rows.rowCount())), rng.randrange(rows.columnCount())
        commands: list[Step] = [
            (f"read {len(paths)} files", lambda: panel.paths_dropped.emit(paths)),
            ("stop batch", panel.stop_requested.emit),
            (f"row {row}", lambda: panel.table.setCurrentIndex(rows.index(row, column))),
            (f"edit {row}", lambda: _edit(panel.table, row)),
            (f"sort by {column}", lambda: panel.table.sortByColumn(column, order)),
            ("undo in batch", panel.rows.undo),
            ("redo in batch", panel.rows.redo),
            ("export batch", panel.export_requested.emit),
            ("ask for files", panel.files_requested.emit),
            ("ask for a folder", panel.folder_requested.emit),
        ]
        return rng.choice(commands)

    def models(self) -> Step:
        """Open the list of models, select one, or click on a button of the list."""
        dialog = self._window.findChild(ModelsDialog)
        if dialog is None:
            (action,) = [a for a in self._window.findChildren(QAction) if a.text() == "Manage models…"]
            return "manage models", action.trigger
        tree = dialog.findChildren(QTreeWidget)[0]
        index = tree.model().index(self._rng.randrange(tree.topLevelItemCount()), 0)
        button = self._rng.choice(dialog.findChildren(QPushButton))
        if self._rng.random() < 0.5:
            return f"select model {index.row()}", lambda: tree.setCurrentIndex(index)
        return f"click {button.text()}", button.click


def _edit(table: BatchTable, row: int) -> None:
    """Edit a text as with F2."""
    table.setCurrentIndex(table.model().index(row, TEXT))
    QTest.keyClick(table, Qt.Key.Key_F2)
