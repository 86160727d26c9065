"""Reading of files one after another, in this process or in several."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from itertools import islice
from pathlib import Path

from desktop_app.batch.find_sources import Source
from desktop_app.batch.model_choice import ModelChoice
from desktop_app.batch.row import Row, row_of
from desktop_app.core.allocation import keep_freed_memory
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.ink.open_page import load_page
from desktop_app.ink.page import pages_of_file
from desktop_app.lines.text_reader import LineProgress
from desktop_app.networks.model_folder import is_model_folder
from desktop_app.networks.recognizer import Recognizer, open_recognizer

_CHUNK = 32
"""Files that another process reads at once."""

_CHUNKS_AHEAD = 8
"""Chunks that are given to other processes before the first result is awaited."""


def read_sources(
    recognizer: Recognizer,
    sources: Iterable[Source],
    should_stop: ShouldStop = lambda: False,
    on_line: LineProgress = lambda *_: None,
) -> Iterator[Row]:
    """Yield the row of each file, in order.

    Args:
        recognizer: the model.
        sources: the files.
        should_stop: called before each file and each line of a long page.
        on_line: receives the progress within a long page.

    Raises:
        Stopped: should_stop() returned True.
    """

    def before_line(done: int, total: int) -> None:
        raise_if_stopped(should_stop)
        on_line(done, total)

    for path, problem in sources:
        raise_if_stopped(should_stop)
        yield _read(recognizer, path, problem, before_line)


def read_chunk(model: ModelChoice, paths: tuple[str, ...]) -> tuple[Row, ...]:
    """Return the rows of files. Arguments and result can be sent to other processes and computers.

    The model is loaded once in each thread. A call has no side effects and can be repeated.

    Raises:
        UserError: the model cannot be loaded, or it is no longer the one with the hash.
    """
    recognizer = _recognizer_of(model)
    return tuple(_read(recognizer, Path(path), None, lambda *_: None) for path in paths)


def read_in_processes(executor: Executor, model: ModelChoice, sources: Iterable[Source]) -> Iterator[Row]:
    """Yield the row of each file, in order, from the processes of an executor.

    Closing the iterator cancels what has not begun.

    Args:
        executor: a `ProcessPoolExecutor`, or that of a `dask.distributed.Client`.
        model: the model.
        sources: the files.

    Raises:
        UserError: the model cannot be loaded.
    """
    waiting: deque[tuple[tuple[Source, ...], Future[tuple[Row, ...]]]] = deque()
    remaining = iter(sources)
    try:
        while chunk := tuple(islice(remaining, _CHUNK)):
            readable = tuple(str(path) for path, problem in chunk if problem is None)
            waiting.append((chunk, executor.submit(read_chunk, model, readable)))
            if len(waiting) > _CHUNKS_AHEAD:
                yield from _rows_of(*waiting.popleft())
        while waiting:
            yield from _rows_of(*waiting.popleft())
    finally:
        for _, future in waiting:
            future.cancel()


def _rows_of(chunk: tuple[Source, ...], future: Future[tuple[Row, ...]]) -> Iterator[Row]:
    rows = iter(future.result())
    for path, problem in chunk:
        yield next(rows) if problem is None else Row(str(path), error=str(problem))


def _read(recognizer: Recognizer, path: Path, problem: UserError | None, on_line: LineProgress) -> Row:
    try:
        if problem is not None:
            raise problem
        page = load_page(path)
        return row_of(str(path), recognizer.read_page(page, on_line), pages_of_file(page))
    except UserError as error:
        return Row(str(path), error=str(error))


def open_choice(model: ModelChoice) -> Recognizer:
    """Load the model of a batch.

    Raises:
        UserError: the model was removed or cannot be loaded, or it is no longer the one with the hash.
    """
    if not is_model_folder(model.folder):
        raise UserError(
            "The model {name} was removed; choose another model and start the batch again.",
            name=shown_name(model.folder),
        )
    recognizer = open_recognizer(model.folder)
    if recognizer.card.sha256 != model.sha256:
        raise UserError(
            "The model {title} was replaced during the batch; start the batch again.",
            title=recognizer.card.title,
        )
    recognizer.restrict(model.characters)
    recognizer.replace_last_layer(model.learned)
    keep_freed_memory()
    return recognizer


_loaded = threading.local()


def _recognizer_of(model: ModelChoice) -> Recognizer:
    # The layer that was learned is another object in each call.
    key = model, model.batch_model.learned_sha256
    if getattr(_loaded, "key", None) != key:
        _loaded.key, _loaded.recognizer = key, open_choice(model)
    result: Recognizer = _loaded.recognizer
    return result
