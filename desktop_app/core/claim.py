"""Files of which every running program uses one of its own."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import IO

_LOCK = ".lock"
_MOST_NAMES = 1000


class Claim:
    """A file in a folder that no other process claims, until close() or the end of this process.

    The file of a process that has ended, even by a crash, is claimed by the next one.

    Attributes:
        path: the file; it need not exist.
    """

    def __init__(self, folder: Path, suffix: str) -> None:
        """Claim the newest unclaimed file with a suffix, or a new name; make the folder if it is missing.

        Raises:
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        left = [(path.stat().st_mtime_ns, path) for path in folder.glob(f"[0-9]*{suffix}")]
        known = [path for _, path in sorted(left, reverse=True)]
        for path in (*known, *(folder / f"{number}{suffix}" for number in range(1, _MOST_NAMES))):
            lock = path.with_suffix(_LOCK).open("ab")
            if _lock(lock):
                self.path, self._lock = path, lock
                return
            lock.close()
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(folder))

    def close(self) -> None:
        """Let other processes claim the file."""
        self._lock.close()


def _lock(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed; return whether no other process has locked it.

    Raises:
        OSError: the file system has no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        with contextlib.suppress(PermissionError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
    else:
        import fcntl

        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False
