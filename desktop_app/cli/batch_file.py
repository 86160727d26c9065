"""Recognition of many files into a CSV file, in several processes; an interrupted one is resumed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from typing import ParamSpec, TypeVar

from desktop_app.batch.export import check_replaceable_by_csv, write_csv
from desktop_app.batch.find_sources import Source, find_sources
from desktop_app.batch.journal import Journal, Stamp, stamp_of
from desktop_app.batch.model_choice import BatchModel, ModelChoice
from desktop_app.batch.read_files import read_in_processes
from desktop_app.batch.row import Row
from desktop_app.core.child_process import unaware_of_interrupts
from desktop_app.core.errors import UserError, reason

_P = ParamSpec("_P")
_T = TypeVar("_T")

_MOST_PROCESSES = 61
"""Largest number of processes that Windows can wait for."""

_SECONDS_BETWEEN_REPORTS = 2.0


@contextmanager
def _explaining_failed_starts() -> Iterator[None]:
    """Raise UserError if processes cannot be started, such as with too many open files."""
    try:
        yield
    except OSError as error:
        raise UserError(
            "No process could be started to read the files: {reason}. Close other programs and repeat the "
            "command.",
            reason=reason(error),
        ) from error


class _Readers(ProcessPoolExecutor):
    """Processes that Ctrl+C does not reach: it ends the program, which ends them."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Submit a call, for which a process may be started.

        Raises:
            UserError: it cannot be started.
        """
        with _explaining_failed_starts(), unaware_of_interrupts():
            return super().submit(fn, *args, **kwargs)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for the processes; if the program was interrupted, end them, and read their files later."""
        if kind is None or not issubclass(kind, KeyboardInterrupt):
            self.shutdown()
            return
        # Another Ctrl+C would leave processes that read on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # The thread of the executor drops what is cancelled before it sees that processes ended.
        self.shutdown(wait=False, cancel_futures=True)
        for process in active_children():
            process.terminate()


def write_batch(path: Path, paths: Sequence[Path], choice: ModelChoice) -> int:
    """Recognize files and write the CSV file; return the exit code.

    The rows are first written to a journal beside the file, FILE.partial, from which the same command resumes
    if it was interrupted. The table has only the rows of files that are there now, as they are now.

    Args:
        path: the CSV file.
        paths: files and folders.
        choice: the model.

    Raises:
        UserError: the model cannot be loaded, a file cannot be written, or the CSV file would replace another
            one than such a table.
    """
    model = choice.batch_model
    try:
        # Before hours of reading.
        check_replaceable_by_csv(path)
        journal = Journal(path.with_name(f"{path.name}.partial"), model)
        try:
            _fill(journal, paths, choice)
            failures = _write_table(path, journal, model)
        finally:
            journal.close()
    except BrokenProcessPool:
        print("handwriting: a process ended unexpectedly; repeat the command to resume.", file=sys.stderr)
        return 1
    journal.remove()
    if failures:
        sentence = f"{_counted(failures, 'file')} could not be read; the column “error” says why."
        print(f"handwriting: {sentence}", file=sys.stderr)
    return 1 if failures else 0


def _fill(journal: Journal, paths: Iterable[Path], model: ModelChoice) -> None:
    """Read the files that the journal lacks."""
    if journal.count:
        print(f"handwriting: resuming after {_counted(journal.count, 'file')}", file=sys.stderr)
    progress = _Progress()
    # Stamps of the files that are being read: one that changes meanwhile must be read again.
    stamps = deque[Stamp | None]()

    def missing() -> Iterator[Source]:
        for source in find_sources(paths):
            stamp = stamp_of(source[0])
            if journal.take(str(source[0]), stamp):
                progress.taken += 1
            else:
                stamps.append(stamp)
                yield source

    # New interpreters: a copy of this process may hold locks of its threads.
    context = get_context("spawn")
    with _explaining_failed_starts():
        readers = _Readers(_processes(), context, _end_with_parent)
    with readers as executor:
        for row in read_in_processes(executor, model, missing()):
            journal.add(row, stamps.popleft())
            progress.add()
    if journal.left:
        answers = _counted(journal.left, "earlier answer")
        print(f"handwriting: left out {answers}, to files that changed or are not named now", file=sys.stderr)


def _write_table(path: Path, journal: Journal, model: BatchModel) -> int:
    """Write the CSV file; return the number of files that could not be read."""
    failures = 0

    def rows() -> Iterator[Row]:
        nonlocal failures
        for row in journal.rows():
            failures += bool(row.error)
            yield row

    write_csv(path, rows(), model)
    return failures


class _Progress:
    """Prints every two seconds how many files have answers, and how many are read per second.

    Attributes:
        taken: number of files that were read before an interruption.
    """

    def __init__(self) -> None:
        self.taken = 0
        self._read, self._reported = 0, time.monotonic()
        self._first = 0.0

    def add(self) -> None:
        """Count one more file."""
        now = time.monotonic()
        self._read += 1
        if self._read == 1:
            self._first = now
        if now - self._reported >= _SECONDS_BETWEEN_REPORTS:
            self._reported = now
            print(f"{_counted(self.taken + self._read, 'file')}{self._rate(now)}", file=sys.stderr)

    def _rate(self, now: float) -> str:
        """Return how many files are read per second; empty while it is not known, or if it is at most 1."""
        elapsed = now - self._first
        if elapsed < _SECONDS_BETWEEN_REPORTS or self._read - 1 <= elapsed:
            return ""
        return f", {(self._read - 1) / elapsed:.0f} per second"


def _counted(count: int, noun: str) -> str:
    """Return a number of things, e.g. "1 file" or "2 files"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _end_with_parent() -> None:
    """End this process with the one that started it, which would leave it waiting if it was killed."""
    parent = parent_process()
    assert parent is not None, "it is started by another process"

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def _processes() -> int:
    return min(os.cpu_count() or 1, _MOST_PROCESSES)
