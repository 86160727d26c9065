"""Memory of the process between allocations."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's options, see mallopt(3)."""

_KEPT, _LARGEST = 1 << 26, 1 << 25
"""Bytes of freed memory that are kept, and of the largest array for which they are used."""


def keep_freed_memory() -> None:
    """Let the process keep up to 64 MiB of freed memory for its next arrays, if its allocator is glibc's.

    Otherwise glibc returns the memory of each image to the system and gets it again page by page, which
    takes a third of the time of reading a scan.
    """
    if sys.platform == "linux":
        # Other C libraries have no mallopt.
        with contextlib.suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_M_MMAP_THRESHOLD, _LARGEST)
            mallopt(_M_TRIM_THRESHOLD, _KEPT)
