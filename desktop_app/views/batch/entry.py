"""A row of the table: the result of a file, what its name says, and what the user says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from desktop_app.batch.row import Row
from desktop_app.batch.truth import is_correct
from desktop_app.core.errors import printable
from desktop_app.tasks.reading import Verdict

Cell: TypeAlias = tuple[int, int]
"""True class and answer of a confusion matrix."""


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

    @property
    def is_wrong(self) -> bool:
        """Whether the text differs from the true one."""
        return self.truth is not None and not self.row.error and not is_correct(self.text, self.truth)

    def passes(self, chosen: Filter) -> bool:
        """Return whether the row is shown with a filter."""
        if chosen is Filter.UNREADABLE:
            return bool(self.row.error)
        if chosen is Filter.WRONG:
            return self.is_wrong
        is_sure = self.row.verdict == Verdict.READ or self.correction is not None
        return chosen is Filter.ALL or not (is_sure or self.row.error)

    def cells(self, classes: Mapping[str, int]) -> tuple[Cell, ...]:
        """Return the cells of the confusion matrix that count the row.

        These are one for a true label, and one per character for a text that was read with as many
        characters as the true one.

        Args:
            classes: indices of the labels; the index after the last is that of any other text.
        """
        if self.truth is None or self.row.error:
            return ()
        if self.truth in classes:
            return ((classes[self.truth], classes.get(self.text, len(classes))),)
        true, text = ("".join(each.split()) for each in (self.truth, self.text))
        if len(true) != len(text):
            return ()
        return tuple((classes[a], classes.get(b, len(classes))) for a, b in zip(true, text, strict=True))

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
        text: part of the file name or the text, in any case.
        cell: cell of the confusion matrix; None: any.
    """

    chosen: Filter = Filter.ALL
    text: str = ""
    cell: Cell | None = None

    def accepts(self, entry: Entry, classes: Mapping[str, int]) -> bool:
        """Return whether a row is shown; classes: indices of the labels."""
        if not entry.passes(self.chosen):
            return False
        if self.cell is not None and self.cell not in entry.cells(classes):
            return False
        text = self.text.casefold()
        return not text or text in printable(entry.row.source).casefold() or text in entry.text.casefold()
