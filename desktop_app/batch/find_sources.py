"""Files of a batch: files, and all files of folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import find_files, is_folder
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.open_page import PAGE_SUFFIXES

Source: TypeAlias = tuple[Path, UserError | None]
"""A file, or a file or folder with the reason why it is not read."""


def find_sources(paths: Iterable[Path], should_stop: ShouldStop = lambda: False) -> Iterator[Source]:
    """Yield all files, in order: files as they are named, folders with their subfolders alphabetically.

    The names of one folder at a time are in memory. Links to folders are not followed.

    Args:
        paths: files and folders.
        should_stop: called for each folder.

    Raises:
        Stopped: should_stop() returned True.
    """
    for path in paths:
        if is_folder(path):
            yield from _files_of(path, should_stop)
        else:
            yield path, None


def _files_of(folder: Path, should_stop: ShouldStop) -> Iterator[Source]:
    is_empty = True
    errors: list[OSError] = []
    for file in find_files(folder, PAGE_SUFFIXES, should_stop, on_error=errors.append):
        is_empty = False
        yield file, None
    for error in errors:
        name = shown_name(error.filename)
        yield (
            Path(error.filename),
            UserError("{name} cannot be read: {reason}.", name=name, reason=reason(error)),
        )
    if is_empty and not errors:
        yield (
            folder,
            UserError(
                "{name} contains no image or InkML file; choose another folder.", name=shown_name(folder)
            ),
        )
