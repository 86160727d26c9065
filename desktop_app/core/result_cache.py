"""Views that took long to compute, kept on disk for the next time.

Whatever is wrong with a file, it merely has to be computed again; nothing is refused.
"""

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
"""Largest sum of all files that are kept; those that were not used for longest go first."""

_LARGEST_FILE = 64_000_000
_MOST_ARRAYS = 16
_SUFFIX = ".npz"

Arrays = Mapping[str, NDArray[Any]]


class ResultCache:
    """Arrays by name, in a folder with one folder for each network. May be used from any thread."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Keep at most so many bytes in a folder, which need not exist yet."""
        self._folder = folder
        self._most_bytes = most_bytes

    def get(self, network: str, view: str) -> Arrays | None:
        """The arrays that were kept under a name, or None.

        Args:
            network: the hash of the network file, hexadecimal.
            view: any text that says what the view shows and of what.
        """
        path = self._path(network, view)
        if not path.is_file():
            return None
        try:
            arrays = _unpacked(read_file(path, _LARGEST_FILE))
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

    def put(self, network: str, view: str, arrays: Arrays) -> None:
        """Keep arrays under a name, in place of those that were kept there.

        Raises:
            UserError: they cannot be written.
        """
        file = io.BytesIO()
        named: dict[str, Any] = dict(arrays)
        np.savez_compressed(file, **named)
        if file.tell() > min(_LARGEST_FILE, self._most_bytes):
            return
        write_atomically(self._path(network, view), file.getvalue())
        self._make_room()

    def _path(self, network: str, view: str) -> Path:
        """The file of a view; its name is a hash, since layers have any names."""
        name = hashlib.sha256(view.encode("utf-8", "replace")).hexdigest()[:32]
        return self._folder / network / f"{name}{_SUFFIX}"

    def _make_room(self) -> None:
        """Remove files until the rest fits, the one that was used last longest ago first."""
        files = []
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                about = path.stat()
                files.append((about.st_mtime_ns, about.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._most_bytes:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size


def _unpacked(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file, after the sizes they declare were found to be allowed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        if sum(map(declared_bytes, headers.values())) > 4 * _LARGEST_FILE:
            raise ValueError("more than any view has")
        return {name: read_array(archive, name) for name in headers}
