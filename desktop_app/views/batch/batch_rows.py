"""Qt table model of a batch: the rows that pass the filter, sorted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPixmap

from desktop_app.batch.row import Row
from desktop_app.batch.truth import NO_PATTERN, FolderNames, truth_of
from desktop_app.core.errors import printable
from desktop_app.core.text import with_digits_of
from desktop_app.lines.text_reading import LabelProbability
from desktop_app.tasks.reading import Verdict, probability_text
from desktop_app.tasks.task import Task
from desktop_app.views.batch.entry import Classes, Entry, RowFilter
from desktop_app.views.batch.pictures import SIDE, RowPictures
from desktop_app.views.batch.tally import Tally

PAGE, SEEN, FILE, TEXT, CONFIDENCE, VERDICT, ALTERNATIVES, TRUTH = range(8)

_MOST_PICTURES = 1000
"""Rows whose pictures are kept in memory."""

_LEAST = 0.001
"""Smallest probability of an alternative that is shown."""

_AT_TOP = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_NO_CLASSES = Classes(Task(labels=()))


@dataclass(eq=False)
class Correction:
    """A text that the user has entered.

    Attributes:
        number: of the file.
        before: the entry without it.
        text: the text.
        is_undone: whether it was undone.
    """

    number: int
    before: Entry
    text: str
    is_undone: bool = False


class BatchRows(QAbstractTableModel):
    """Rows of a batch. Entries are numbered in the order of the files; rows of the table are those shown."""

    pictures_needed = Signal()
    """The table shows rows without pictures, see `take_missing`."""
    corrected = Signal(object)
    """A Correction that was made or redone."""
    correction_undone = Signal(object)
    """A Correction that `undo` has undone."""
    counts_changed = Signal()
    """`tally` changed because an entry was replaced."""

    def __init__(self, parent: Any = None) -> None:
        """Create an empty model."""
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._shown: list[int] = []
        self._filter = RowFilter()
        self._column, self._is_descending = PAGE, False
        self._classes, self._rejected = _NO_CLASSES, ""
        self.tally = Tally(_NO_CLASSES)
        self._done: list[Correction] = []
        self._undone: list[Correction] = []
        self._pictures: OrderedDict[str, tuple[QPixmap, QPixmap]] = OrderedDict()
        self._missing: dict[str, None] = {}

    @property
    def shown_entries(self) -> tuple[Entry, ...]:
        """Entries that pass the filter, in the order of the table."""
        return tuple(self._entries[number] for number in self._shown)

    @property
    def count(self) -> int:
        """Number of all entries."""
        return len(self._entries)

    def entry_at(self, index: _Index) -> Entry:
        """Return the entry of a row of the table."""
        return self._entries[self._shown[index.row()]]

    def is_label(self, text: str) -> bool:
        """Return whether a text is one of the labels or of their aliases."""
        return text in self._classes.index

    def clear(self, task: Task, rejected: str) -> None:
        """Remove all entries and show all next ones.

        Args:
            task: of their model.
            rejected: name of "none of the labels", empty if there is none.
        """
        self.beginResetModel()
        self._rejected = rejected
        self._entries, self._shown, self._filter = [], [], RowFilter()
        self._classes = Classes(task)
        self.tally = Tally(self._classes)
        self._done, self._undone = [], []
        self._pictures.clear()
        self._missing.clear()
        self.endResetModel()

    def add_rows(self, rows: Iterable[Row], names: FolderNames = NO_PATTERN) -> None:
        """Append entries; names: folders in which the names of files follow a pattern."""
        first = len(self._entries)
        for row in rows:
            entry = Entry(row, truth_of(row.source, self._classes.index, names))
            self._entries.append(entry)
            self.tally.add(entry)
        shown = [
            number for number in range(first, len(self._entries)) if self._is_accepted(self._entries[number])
        ]
        if self._column in (PAGE, SEEN) and not self._is_descending:
            self._insert(len(self._shown), shown)
        else:
            for number in shown:
                self._insert(self._position_of(number), [number])

    def set_filter(self, chosen: RowFilter) -> None:
        """Show the entries that pass a filter."""
        if chosen != self._filter:
            self._filter = chosen
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._column, self._is_descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def take_missing(self, most: int) -> tuple[str, ...]:
        """Return the sources of the rows shown last that have no pictures, and forget them."""
        sources = tuple(self._missing)[-most:]
        self._missing.clear()
        return sources

    def set_pictures(self, pictures: Mapping[str, RowPictures]) -> None:
        """Set the pictures of rows by their sources."""
        for source, each in pictures.items():
            self._pictures[source] = QPixmap(each.page), QPixmap(each.seen)
        while len(self._pictures) > _MOST_PICTURES:
            self._pictures.popitem(last=False)
        if self._shown:
            self.dataChanged.emit(self.index(0, PAGE), self.index(len(self._shown) - 1, SEEN))

    # --- corrections ---

    def correct(self, number: int, text: str) -> None:
        """Set the text of an entry; the change can be undone."""
        before = self._entries[number]
        if text == before.text and (before.correction is not None or before.row.verdict == Verdict.READ):
            return
        self._undone.clear()
        self._apply(Correction(number, before, text))

    def undo(self) -> QModelIndex:
        """Undo the last correction; return its text in the table, invalid if it is not shown."""
        if not self._done:
            return QModelIndex()
        correction = self._done[-1]
        self.take_back(correction)
        self._undone.append(correction)
        self.correction_undone.emit(correction)
        return self._text_index(correction.number)

    def redo(self) -> QModelIndex:
        """Make the correction that was undone last again; return its text like `undo`."""
        if not self._undone:
            return QModelIndex()
        correction = self._undone.pop()
        correction.before, correction.is_undone = self._entries[correction.number], False
        self._apply(correction)
        return self._text_index(correction.number)

    def take_back(self, correction: Correction) -> None:
        """Undo a correction, also if it is not the last one; unknown ones are ignored."""
        if correction not in self._done:
            return
        later = self._done[self._done.index(correction) + 1 :]
        self._done.remove(correction)
        correction.is_undone = True
        next_one = next((each for each in later if each.number == correction.number), None)
        if next_one is not None:
            next_one.before = correction.before
        else:
            self._set_entry(correction.number, correction.before)

    def _text_index(self, number: int) -> QModelIndex:
        """Return the text of an entry in the table; invalid if it is not shown."""
        return self.index(self._shown.index(number), TEXT) if number in self._shown else QModelIndex()

    def _apply(self, correction: Correction) -> None:
        self._done.append(correction)
        self._set_entry(correction.number, replace(correction.before, correction=correction.text))
        self.corrected.emit(correction)

    def _set_entry(self, number: int, entry: Entry) -> None:
        self.tally.add(self._entries[number], -1)
        self.tally.add(entry)
        self._entries[number] = entry
        row = self._shown.index(number) if number in self._shown else None
        is_accepted = self._is_accepted(entry)
        if row is None and is_accepted:
            self._insert(self._position_of(number), [number])
        elif row is not None and is_accepted:
            self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))
        elif row is not None:
            self.beginRemoveRows(_AT_TOP, row, row)
            del self._shown[row]
            self.endRemoveRows()
        self.counts_changed.emit()

    # --- order ---

    def _is_accepted(self, entry: Entry) -> bool:
        return self._filter.accepts(entry, self._classes)

    def _arrange(self) -> None:
        """Filter and sort all entries; the current row stays the current one if it is still shown."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        numbers = [self._shown[index.row()] for index in kept]
        self._shown = [number for number, entry in enumerate(self._entries) if self._is_accepted(entry)]
        self._shown.sort(key=self._sort_key, reverse=self._is_descending)
        rows = {number: row for row, number in enumerate(self._shown)} if numbers else {}
        moved = [
            self.index(rows[number], index.column()) if number in rows else QModelIndex()
            for number, index in zip(numbers, kept, strict=True)
        ]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def _insert(self, row: int, numbers: list[int]) -> None:
        if numbers:
            self.beginInsertRows(_AT_TOP, row, row + len(numbers) - 1)
            self._shown[row:row] = numbers
            self.endInsertRows()

    def _position_of(self, number: int) -> int:
        """Return the row at which an entry is inserted."""
        key, low, high = self._sort_key(number), 0, len(self._shown)
        while low < high:
            middle = (low + high) // 2
            other = self._sort_key(self._shown[middle])
            if key > other if self._is_descending else key < other:
                high = middle
            else:
                low = middle + 1
        return low

    def _sort_key(self, number: int) -> Any:
        entry = self._entries[number]
        if self._column == CONFIDENCE:
            return entry.row.confidence if entry.row.text else -1.0
        return number if self._column in (PAGE, SEEN) else self._text(entry, self._column).casefold()

    # --- Qt ---

    def rowCount(self, parent: _Index = _AT_TOP) -> int:
        """Return the number of rows that are shown."""
        return 0 if parent.isValid() else len(self._shown)

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
        """Return text, tool tip and pictures of a cell."""
        entry, column = self.entry_at(index), index.column()
        if role == Qt.ItemDataRole.DecorationRole and column in (PAGE, SEEN):
            return self._picture(entry.row.source, column)
        if role == Qt.ItemDataRole.SizeHintRole and column in (PAGE, SEEN):
            return QSize(SIDE + 8, SIDE + 8)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(entry, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column in (PAGE, SEEN):
            return self.headerData(column, Qt.Orientation.Horizontal)
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Correct a text."""
        if role != Qt.ItemDataRole.EditRole or index.column() != TEXT:
            return False
        text = printable(" ".join(str(value).split()))
        self.correct(self._shown[index.row()], with_digits_of(self._classes.index, text))
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Make the texts of files that were read editable."""
        flags = super().flags(index)
        if index.column() == TEXT and not self.entry_at(index).row.error:
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
            return self._with_page(Path(row.source).name, row)
        if column == TEXT:
            return row.error or _on_one_line(entry.text)
        if column == CONFIDENCE:
            is_read = row.text and entry.correction is None
            return probability_text(row.confidence) if is_read else ""
        if column == VERDICT:
            return self.verdict_of(entry)
        if column == ALTERNATIVES:
            return self._alternatives(row)
        return (entry.truth or "") if column == TRUTH else ""

    def _alternatives(self, row: Row) -> str:
        """Return the other answers with their probabilities, "none of the labels" among them."""
        others = list(row.alternatives)
        if self._rejected and row.text and row.not_a_character is not None:
            others.append(LabelProbability(self._rejected, row.not_a_character))
        others.sort(key=lambda other: -other.probability)
        shown = [
            f"{_on_one_line(each.label)} {probability_text(each.probability)}"
            for each in others
            if each.probability >= _LEAST
        ]
        return ", ".join(shown)

    def _with_page(self, name: str, row: Row) -> str:
        """Return the name of a file as shown, with the page that was read if the file has several."""
        if row.pages == 1:
            return printable(name)
        return self.tr("{name}, page 1 of {count}").format(name=printable(name), count=row.pages)

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
            return self._with_page(entry.row.source, entry.row)
        return self._text(entry, column) or None


def _on_one_line(text: str) -> str:
    """Return the lines of a text, separated by slashes."""
    return text.replace("\n", " / ")
