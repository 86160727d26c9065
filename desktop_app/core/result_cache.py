"""Cache of computed arrays on disk. Files that cannot be read count as missing."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError
from desktop_app.core.files import read_file, write_atomically

MOST_BYTES = 200_000_000
"""Largest total size of the files; the least recently used files are removed first."""

_LARGEST_FILE = 64_000_000
_MOST_ARRAYS = 16
_SUFFIX = ".npz"

Arrays = Mapping[str, NDArray[Any]]


class ResultCache:
    """Arrays by key, in one folder per network. Thread-safe."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Use a folder, which need not exist, for at most this number of bytes."""
        self._folder = folder
        self._most_bytes = most_bytes

    def get(self, network: str, key: str) -> Arrays | None:
        """Return the arrays of a key, or None if they are not in the cache.

        Args:
            network: hash of the network file, hexadecimal.
            key: any text.
        """
        path = self._path(network, key)
        if not path.is_file():
            return None
        try:
            arrays = _read_arrays(read_file(path, _LARGEST_FILE))
        except (
            UserError,
            KeyError,
            ValueError,
            EOFError,
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
        ):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return arrays

    def put(self, network: str, key: str, arrays: Arrays) -> None:
        """Store arrays under a key, unless they are too large, and replace earlier ones.

        Raises:
            UserError: the file cannot be written.
        """
        file = io.BytesIO()
        by_name: dict[str, Any] = dict(arrays)
        np.savez_compressed(file, **by_name)
        if file.tell() > min(_LARGEST_FILE, self._most_bytes):
            return
        write_atomically(self._path(network, key), file.getvalue())
        self._remove_oldest()

    def _path(self, network: str, key: str) -> Path:
        """Return the path of a key; its name is a hash, since keys contain any characters."""
        name = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
        return self._folder / network / f"{name}{_SUFFIX}"

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


def _read_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz file after a check of their declared sizes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        if sum(map(declared_bytes, headers.values())) > 4 * _LARGEST_FILE:
            raise ValueError("the arrays are too large")
        return {name: read_array(archive, name) for name in headers}
