"""A row of the table: the result of a file, what its name says, and what the user says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop_app.batch.row import Row
from desktop_app.batch.truth import is_correct
from desktop_app.tasks.reading import Verdict


class Filter(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    TO_CHECK = "to check"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
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

    def exported(self) -> Row:
        """Return the row with the correction, which is certain."""
        if self.correction is None:
            return self.row
        return replace(self.row, text=self.correction, verdict="corrected", confidence=1.0)


def accuracy(entries: Sequence[Entry]) -> tuple[int, int]:
    """Return how many texts are correct, and of how many the truth is known."""
    known = [entry for entry in entries if entry.truth is not None and not entry.row.error]
    return sum(not entry.is_wrong for entry in known), len(known)
