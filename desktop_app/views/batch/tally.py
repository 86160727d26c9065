"""Counts over the rows of a batch."""

from __future__ import annotations

import numpy as np

from desktop_app.views.batch.entry import Classes, Entry, Filter


class Tally:
    """Counts that change with each row, so that no count needs all rows.

    Attributes:
        errors: number of files that cannot be read.
        to_check: number of rows to check.
        of_several: number of files with more pages than the one that was read.
        known: number of rows whose true text is known.
        correct: number of these whose text is the true one.
        confusion: int64 (labels + 1, labels + 1), true class by row and answer by column; the last class is
            any other text.
    """

    def __init__(self, classes: Classes) -> None:
        """Count nothing."""
        self._classes = classes
        self.errors = self.to_check = self.of_several = self.known = self.correct = 0
        self.confusion = np.zeros((classes.other + 1, classes.other + 1), dtype=np.int64)

    def add(self, entry: Entry, sign: int = 1) -> None:
        """Count a row; sign -1: a row that was counted is removed."""
        self.errors += sign * bool(entry.row.error)
        self.of_several += sign * (entry.row.pages > 1)
        self.to_check += sign * entry.passes(Filter.TO_CHECK, self._classes)
        if entry.truth is not None and not entry.row.error:
            self.known += sign
            self.correct += sign * (not entry.is_wrong(self._classes))
        for cell in entry.cells(self._classes):
            self.confusion[cell] += sign
