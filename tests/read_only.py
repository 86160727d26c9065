"""Folders in which nothing can be written, also by root: every call that would write raises OSError."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGES = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.utime", "os.link", "os.symlink"})

_folders: list[Path] = []
_refused: list[str] = []


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook that raises OSError for changes in the folders."""
    if not _folders or (event != "open" and event not in _CHANGES):
        return
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITES):
        return
    paths = [Path(os.fsdecode(path)) for path in arguments[:2] if isinstance(path, str | bytes | os.PathLike)]
    if any(path.is_relative_to(folder) for path in paths for folder in _folders):
        _refused.append(f"{event} {paths[0]}")
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(paths[0]))


sys.addaudithook(_refuse)


@contextlib.contextmanager
def read_only(*folders: Path) -> Iterator[list[str]]:
    """Make folders read-only; yields the changes that were refused."""
    _refused.clear()
    _folders.extend(folders)
    try:
        yield _refused
    finally:
        _folders.clear()
