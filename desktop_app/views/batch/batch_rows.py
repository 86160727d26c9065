"""Qt table model of a batch."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QUndoCommand, QUndoStack

from desktop_app.batch.row import Row
from desktop_app.batch.truth import truth_of
from desktop_app.core.errors import printable
from desktop_app.tasks.reading import Verdict, probability_text
from desktop_app.views.batch.entry import Entry
from desktop_app.views.batch.pictures import SIDE, RowPictures

PAGE, SEEN, FILE, TEXT, CONFIDENCE, VERDICT, ALTERNATIVES, TRUTH = range(8)

SORT_ROLE = int(Qt.ItemDataRole.UserRole)

_MOST_PICTURES = 1000
"""Rows whose pictures are kept in memory."""

_AT_TOP = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class BatchRows(QAbstractTableModel):
    """Rows of a batch in the order of the files."""

    pictures_needed = Signal()
    """The table shows rows without pictures, see `take_missing`."""
    corrected = Signal(object, str)
    """An Entry before its correction, and the text that the user has entered."""

    def __init__(self, parent: Any = None) -> None:
        """Create an empty model."""
        super().__init__(parent)
        self.undo = QUndoStack(self)
        self._entries: list[Entry] = []
        self._labels: Collection[str] = ()
        self._pictures: OrderedDict[str, tuple[QPixmap, QPixmap]] = OrderedDict()
        self._numbers: dict[str, int] = {}
        self._missing: dict[str, None] = {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All rows."""
        return tuple(self._entries)

    def entry(self, row: int) -> Entry:
        """Return a row."""
        return self._entries[row]

    def clear(self, labels: Collection[str]) -> None:
        """Remove all rows; labels: of the model that reads the next ones."""
        self.beginResetModel()
        self._entries, self._labels = [], labels
        self._pictures.clear()
        self._numbers.clear()
        self._missing.clear()
        self.undo.clear()
        self.endResetModel()

    def add_rows(self, rows: Iterable[Row], numbered: Collection[Path] = frozenset()) -> None:
        """Append rows; numbered: folders whose file names only number the files."""
        entries = [Entry(row, truth_of(row.source, self._labels, numbered)) for row in rows]
        if not entries:
            return
        first = len(self._entries)
        self.beginInsertRows(_AT_TOP, first, first + len(entries) - 1)
        self._numbers.update((entry.row.source, first + index) for index, entry in enumerate(entries))
        self._entries += entries
        self.endInsertRows()

    def take_missing(self, most: int) -> tuple[str, ...]:
        """Return the sources of the rows shown last that have no pictures, and forget them."""
        sources = tuple(self._missing)[-most:]
        self._missing.clear()
        return sources

    def set_pictures(self, pictures: Mapping[str, RowPictures]) -> None:
        """Set the pictures of rows by their sources."""
        for source, each in pictures.items():
            self._pictures[source] = QPixmap(each.page), QPixmap(each.seen)
            row = self._numbers.get(source)
            if row is not None:
                self.dataChanged.emit(self.index(row, PAGE), self.index(row, SEEN))
        while len(self._pictures) > _MOST_PICTURES:
            self._pictures.popitem(last=False)

    def correct(self, row: int, text: str) -> None:
        """Set the text of a row; the change can be undone."""
        before = self._entries[row]
        if text == before.text and (before.correction is not None or before.row.verdict == Verdict.READ):
            return
        self.undo.push(_Correction(self, row, before, replace(before, correction=text)))
        self.corrected.emit(before, text)

    def set_entry(self, row: int, entry: Entry) -> None:
        """Replace a row."""
        self._entries[row] = entry
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    # --- Qt ---

    def rowCount(self, parent: _Index = _AT_TOP) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = _AT_TOP) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else TRUTH + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Page"),
            self.tr("Input"),
            self.tr("File"),
            self.tr("Text"),
            self.tr("Confidence"),
            self.tr("Verdict"),
            self.tr("Alternatives"),
            self.tr("Name says"),
        )[section]

    def data(self, index: _Index, role: int = 0) -> Any:
        """Return text, sort key, tool tip and pictures of a cell."""
        entry, column = self._entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DecorationRole and column in (PAGE, SEEN):
            return self._picture(entry.row.source, column)
        if role == Qt.ItemDataRole.SizeHintRole and column in (PAGE, SEEN):
            return QSize(SIDE + 8, SIDE + 8)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(entry, column)
        if role == SORT_ROLE:
            return self._key(entry, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column in (PAGE, SEEN):
            return self.headerData(column, Qt.Orientation.Horizontal)
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Correct a text."""
        if role != Qt.ItemDataRole.EditRole or index.column() != TEXT:
            return False
        self.correct(index.row(), printable(" ".join(str(value).split())))
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Make the texts of files that were read editable."""
        flags = super().flags(index)
        if index.column() == TEXT and not self._entries[index.row()].row.error:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    # --- cells ---

    def _picture(self, source: str, column: int) -> QPixmap | None:
        found = self._pictures.get(source)
        if found is None:
            if not self._missing:
                self.pictures_needed.emit()
            self._missing.pop(source, None)
            self._missing[source] = None
            return None
        self._pictures.move_to_end(source)
        pixmap = found[0 if column == PAGE else 1]
        return None if pixmap.isNull() else pixmap

    def _text(self, entry: Entry, column: int) -> str:
        row = entry.row
        if column == FILE:
            return printable(Path(row.source).name)
        if column == TEXT:
            return row.error or entry.text.replace("\n", " / ")
        if column == CONFIDENCE:
            is_read = row.text and entry.correction is None
            return probability_text(row.confidence) if is_read else ""
        if column == VERDICT:
            return self.verdict_of(entry)
        if column == ALTERNATIVES:
            shown = [each for each in row.alternatives if each.probability >= 0.001]
            return ", ".join(f"{each.label} {probability_text(each.probability)}" for each in shown)
        return (entry.truth or "") if column == TRUTH else ""

    def verdict_of(self, entry: Entry) -> str:
        """Return the verdict of a row as shown."""
        if entry.row.error:
            return self.tr("unreadable")
        if entry.correction is not None:
            return self.tr("corrected")
        return {
            Verdict.READ: self.tr("read"),
            Verdict.UNSURE: self.tr("unsure"),
            Verdict.NOT_A_CHARACTER: self.tr("not recognized"),
            Verdict.NO_INK: self.tr("no ink"),
        }[Verdict(entry.row.verdict)]

    def _tip(self, entry: Entry, column: int) -> str | None:
        if column == FILE:
            return printable(entry.row.source)
        return self._text(entry, column) or None

    def _key(self, entry: Entry, column: int) -> Any:
        if column == CONFIDENCE:
            return entry.row.confidence if entry.row.text else -1.0
        if column in (PAGE, SEEN):
            return self._numbers[entry.row.source]
        return self._text(entry, column).casefold()


class _Correction(QUndoCommand):
    """The correction of a text."""

    def __init__(self, rows: BatchRows, row: int, before: Entry, after: Entry) -> None:
        super().__init__()
        self._rows, self._row, self._before, self._after = rows, row, before, after

    def redo(self) -> None:
        self._rows.set_entry(self._row, self._after)

    def undo(self) -> None:
        self._rows.set_entry(self._row, self._before)
