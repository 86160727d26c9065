"""A row of the table: the result of a file, what its name says, and what the user says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from desktop_app.batch.row import Row
from desktop_app.batch.truth import is_correct
from desktop_app.core.errors import printable
from desktop_app.core.text import composed
from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.task import Task

Cell: TypeAlias = tuple[int, int]
"""True class and answer of a confusion matrix."""


class Classes:
    """Classes of the confusion matrix of a batch: the labels of a task, then any other text.

    Attributes:
        index: class of each label and each alias.
        other: class of any other text.
    """

    def __init__(self, task: Task) -> None:
        """Use the labels of a task."""
        self.index = task.label_index
        self.other = len(task.labels)

    def of(self, text: str) -> int:
        """Return the class of a text."""
        return self.index.get(text, self.other)


class Filter(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    TO_CHECK = "to check"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table.

    Attributes:
        row: result of the file.
        truth: true text that the names of the file or its folder give; None if they give none.
        correction: text that the user has entered; None if none.
    """

    row: Row
    truth: str | None = None
    correction: str | None = None

    @property
    def text(self) -> str:
        """The correction, else the text that was read."""
        return self.row.text if self.correction is None else self.correction

    def is_wrong(self, classes: Classes) -> bool:
        """Return whether the text differs from the true one."""
        if self.truth is None or self.row.error:
            return False
        return not is_correct(self.text, self.truth, classes.index)

    def passes(self, chosen: Filter, classes: Classes) -> bool:
        """Return whether the row is shown with a filter."""
        if chosen is Filter.UNREADABLE:
            return bool(self.row.error)
        if chosen is Filter.WRONG:
            return self.is_wrong(classes)
        is_sure = self.row.verdict == Verdict.READ or self.correction is not None
        return chosen is Filter.ALL or not (is_sure or self.row.error)

    def cells(self, classes: Classes) -> tuple[Cell, ...]:
        """Return the cells of the confusion matrix that count the row.

        These are one for a true label, and one per character for a text that was read with as many
        characters as the true one.
        """
        if self.truth is None or self.row.error:
            return ()
        if self.truth in classes.index:
            return ((classes.of(self.truth), classes.of(self.text)),)
        true, text = ("".join(each.split()) for each in (self.truth, self.text))
        if len(true) != len(text):
            return ()
        return tuple((classes.of(a), classes.of(b)) for a, b in zip(true, text, strict=True))

    def exported(self) -> Row:
        """Return the row with the correction, which is certain."""
        if self.correction is None:
            return self.row
        return replace(self.row, text=self.correction, verdict="corrected", confidence=1.0)


@dataclass(frozen=True)
class RowFilter:
    """Which rows are shown; the default shows all.

    Attributes:
        chosen: which verdicts.
        text: part of the file name or the text, in any case; accents may be characters of their own, and
            spaces around it are ignored.
        cell: cell of the confusion matrix; None: any.
    """

    chosen: Filter = Filter.ALL
    text: str = ""
    cell: Cell | None = None

    def accepts(self, entry: Entry, classes: Classes) -> bool:
        """Return whether a row is shown."""
        if not entry.passes(self.chosen, classes):
            return False
        if self.cell is not None and self.cell not in entry.cells(classes):
            return False
        text = composed(self.text).strip().casefold()
        searched = printable(entry.row.source), entry.text
        return not text or any(text in composed(each).casefold() for each in searched)
