"""Recognition of many files into a CSV file, in several processes; an interrupted one is resumed."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path

from desktop_app.batch.export import check_replaceable_by_csv, write_csv
from desktop_app.batch.find_sources import find_sources
from desktop_app.batch.journal import Journal, read_rows
from desktop_app.batch.model_choice import ModelChoice
from desktop_app.batch.read_files import read_in_processes

_MOST_PROCESSES = 61
"""Largest number of processes that Windows can wait for."""

_SECONDS_BETWEEN_REPORTS = 2.0


def write_batch(path: Path, paths: Sequence[Path], choice: ModelChoice) -> int:
    """Recognize files and write the CSV file; return the exit code.

    The rows are first written to a journal beside the file, FILE.partial, from which the same command resumes
    if it was interrupted.

    Args:
        path: the CSV file.
        paths: files and folders.
        choice: the model.

    Raises:
        UserError: the model cannot be loaded, a file cannot be written, or the CSV file would replace one that is
            no such table.
    """
    model = choice.batch_model
    try:
        # Before hours of reading.
        check_replaceable_by_csv(path)
        journal = Journal(path.with_name(f"{path.name}.partial"), model)
        try:
            _fill(journal, paths, choice)
        finally:
            journal.close()
        write_csv(path, read_rows(journal.path), model)
    except BrokenProcessPool:
        print("handwriting: a process ended unexpectedly; repeat the command to resume.", file=sys.stderr)
        return 1
    journal.remove()
    return 1 if journal.has_errors else 0


def _fill(journal: Journal, paths: Iterable[Path], model: ModelChoice) -> None:
    """Read the files that the journal lacks."""
    if journal.count:
        print(f"handwriting: resuming after {journal.count} files", file=sys.stderr)
    missing = (source for source in find_sources(paths) if not journal.take(str(source[0])))
    count, started = 0, time.monotonic()
    reported = started
    # New interpreters: a copy of this process may hold locks of its threads.
    context = get_context("spawn")
    with ProcessPoolExecutor(_processes(), context, _end_with_parent) as executor:
        for row in read_in_processes(executor, model, missing):
            journal.add(row)
            count += 1
            now = time.monotonic()
            if now - reported >= _SECONDS_BETWEEN_REPORTS:
                reported = now
                rate = count / (now - started)
                print(f"{journal.count + count} files, {rate:.0f} per second", file=sys.stderr)


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
