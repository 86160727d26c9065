"""The job that reads the files of a batch in a background thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.batch.find_sources import Source, find_sources
from desktop_app.batch.model_choice import ModelChoice
from desktop_app.batch.row import Row
from desktop_app.batch.truth import NO_PATTERN, FolderNames, folder_names
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.jobs.background import Emit

_SECONDS_BETWEEN_REPORTS = 0.1
_MOST_ROWS = 200
"""Largest number of rows that the table inserts at once."""


@dataclass(frozen=True)
class BatchProgress:
    """New rows of a batch.

    Attributes:
        rows: rows since the last report.
        count: number of files read so far.
        total: number of all files; 0 while they are counted.
        seconds_left: estimated remaining time; None at the beginning.
        names: folders in which the names of files follow a pattern.
        line: number of the line of a long page that is read, and number of its lines; None: no such page.
    """

    rows: tuple[Row, ...]
    count: int
    total: int
    seconds_left: float | None = None
    names: FolderNames = NO_PATTERN
    line: tuple[int, int] | None = None


def batch_job(model: ModelChoice, paths: Sequence[Path]) -> Callable[[Emit, ShouldStop], int]:
    """Return a job for `LongJob` that reads files and returns their number; its progress is BatchProgress.

    Args:
        model: the model.
        paths: files and folders.
    """

    def read(emit: Emit, should_stop: ShouldStop) -> int:
        # Imported in the background: importing LiteRT takes long.
        from desktop_app.batch.read_files import open_choice, read_sources

        count, sources, rows = 0, list[Source](), list[Row]()
        names = NO_PATTERN
        try:
            recognizer = open_choice(model)
            sources = list(find_sources(paths, should_stop))
            names = folder_names((path for path, _ in sources), recognizer.task.label_index)
            emit(BatchProgress((), 0, len(sources)))
            started = reported = time.monotonic()

            def report_line(done: int, lines: int) -> None:
                emit(BatchProgress(tuple(rows), count, len(sources), None, names, (done + 1, lines)))
                rows.clear()

            for row in read_sources(recognizer, sources, should_stop, report_line):
                rows.append(row)
                count += 1
                now = time.monotonic()
                if now - reported > _SECONDS_BETWEEN_REPORTS or len(rows) >= _MOST_ROWS:
                    left = (now - started) / count * (len(sources) - count)
                    emit(BatchProgress(tuple(rows), count, len(sources), left, names))
                    rows, reported = [], now
            emit(BatchProgress(tuple(rows), count, len(sources), 0.0, names))
        except Stopped:
            emit(BatchProgress(tuple(rows), count, len(sources), None, names))
        return count

    return read
