"""Cache of computed arrays on disk. Files that cannot be read count as missing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import ARCHIVE_ERRORS, array_headers, declared_bytes, read_array
from desktop_app.core.files import new_file
from desktop_app.core.stopping import ShouldStop, StoppableFile

MOST_BYTES = 200_000_000
"""Largest total size of the files; the least recently used files are removed first."""

LARGEST_FILE = 64_000_000
"""Largest size of one file in bytes; larger results are not stored."""

_MOST_ARRAYS = 16
_SUFFIX = ".npz"

Arrays = Mapping[str, NDArray[Any]]


class ResultCache:
    """Arrays by key, in one folder per group, e.g. a network. Thread-safe."""

    def __init__(
        self,
        folder: Path,
        most_bytes: int = MOST_BYTES,
        largest_file: int = LARGEST_FILE,
        *,
        is_compressed: bool = True,
    ) -> None:
        """Use a folder, which need not exist, for at most this number of bytes."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._largest_file = min(largest_file, most_bytes)
        self._save: Callable[..., None] = np.savez_compressed if is_compressed else np.savez

    def get(self, group: str, key: str) -> Arrays | None:
        """Return the arrays of a key, or None if they are not in the cache.

        Args:
            group: name of the group, e.g. the hash of a network file, hexadecimal.
            key: any text.
        """
        path = self._path(group, key)
        try:
            if not path.is_file() or path.stat().st_size > self._largest_file:
                return None
            arrays = _read_arrays(path, 4 * self._largest_file)
        except ARCHIVE_ERRORS:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return arrays

    def put(self, group: str, key: str, arrays: Arrays, should_stop: ShouldStop = lambda: False) -> None:
        """Store arrays under a key, unless they are too large, and replace earlier ones.

        Raises:
            UserError: the file cannot be written.
            Stopped: should_stop(), which is called often, returned True; nothing was stored.
        """
        with contextlib.suppress(_TooLarge), new_file(self._path(group, key)) as file:
            self._save(StoppableFile(file, should_stop), **arrays)
            if file.tell() > self._largest_file:
                raise _TooLarge
        self._remove_oldest()

    def _path(self, group: str, key: str) -> Path:
        """Return the path of a key; its name is a hash, since keys contain any characters."""
        name = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
        return self._folder / group / f"{name}{_SUFFIX}"

    def _remove_oldest(self) -> None:
        """Remove the least recently used files until the rest fits."""
        files = []
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                status = path.stat()
                files.append((status.st_mtime_ns, status.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._most_bytes:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size


class _TooLarge(Exception):
    """The arrays are too large to be stored."""


def _read_arrays(path: Path, most_bytes: int) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz file after a check of their declared sizes."""
    with zipfile.ZipFile(path) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        if sum(map(declared_bytes, headers.values())) > most_bytes:
            raise ValueError("the arrays are too large")
        return {name: read_array(archive, name) for name in headers}
