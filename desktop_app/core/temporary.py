"""Temporary files and folders, locked by their process; if it was killed, a later start removes them."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PREFIX = ".tmp-"

_LOCK = "lock"
_LONGEST_SUFFIX = 20
"""Characters; names of files have at most 255."""
_LEAST_AGE = 5.0
"""Seconds; a younger file may not be locked yet, or, on Windows, is closed and about to be renamed."""

_VARIABLES = ("TEMP", "TMP", "TMPDIR")


def temporary_neighbour(path: Path) -> Path:
    """Return an unused hidden name in the folder of a file, with the same suffix unless that is long."""
    suffix = path.suffix if len(path.suffix) <= _LONGEST_SUFFIX else ""
    return path.with_name(f"{PREFIX}{secrets.token_hex(8)}{suffix}")


def lock_file(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed; return whether no other process has locked it.

    Always true on Windows, which does not delete files that are open.
    """
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class TemporaryFolder:
    """A hidden folder, deleted by close(), or by `remove_abandoned` after its process was killed.

    Attributes:
        path: the folder; it contains a lock file.
    """

    def __init__(self, parent: Path) -> None:
        """Create the folder, and its parent if it is missing.

        Raises:
            OSError: the parent cannot be written.
        """
        parent.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = (self.path / _LOCK).open("xb")
        lock_file(self._lock)

    def __enter__(self) -> Path:
        """Return the path."""
        return self.path

    def __exit__(self, *_: object) -> None:
        """Delete the folder with what is in it."""
        self.close()

    def close(self) -> None:
        """Delete the folder with what is in it."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def own_temporary_files(parent: Path) -> Iterator[None]:
    """Let this process and its children put temporary files into a folder of their own, deleted at the end.

    TensorFlow leaves files behind when it is killed. Where the parent cannot be written, they go to the
    system's folder.
    """
    try:
        folder = TemporaryFolder(parent)
    except OSError:
        yield
        return
    default, variables = tempfile.tempdir, {name: os.environ.get(name) for name in _VARIABLES}
    tempfile.tempdir = str(folder.path)
    os.environ.update(dict.fromkeys(_VARIABLES, str(folder.path)))
    try:
        yield
    finally:
        tempfile.tempdir = default
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        folder.close()


def write_error(folder: Path) -> OSError | None:
    """Return the error that a file in this folder would raise; create the folder if it is missing."""
    try:
        TemporaryFolder(folder).close()
    except OSError as error:
        return error
    return None


def remove_abandoned(*parents: Path) -> None:
    """Delete temporary files and folders in some folders and their subfolders if their process has ended."""
    for parent in parents:
        for place, folders, names in os.walk(parent):
            for name in (*folders, *names):
                if name.startswith(PREFIX):
                    with contextlib.suppress(OSError):
                        _remove_if_abandoned(Path(place, name))
            folders[:] = [name for name in folders if not name.startswith(".")]


def _remove_if_abandoned(path: Path) -> None:
    """Delete a temporary file or folder unless it is young or locked.

    Raises:
        OSError: it is locked, on Windows, or cannot be deleted.
    """
    if time.time() - path.lstat().st_mtime < _LEAST_AGE:
        return
    if path.is_symlink():
        path.unlink()
    elif not path.is_dir():
        _remove_unlocked(path)
    elif not (path / _LOCK).exists() or _remove_unlocked(path / _LOCK):
        shutil.rmtree(path, ignore_errors=True)


def _remove_unlocked(file: Path) -> bool:
    """Delete a file unless a process has locked it; return whether it was deleted.

    Raises:
        OSError: it is locked, on Windows, or cannot be deleted.
    """
    with file.open("rb") as opened:
        if not lock_file(opened):
            return False
    file.unlink()
    return True
