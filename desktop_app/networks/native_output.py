"""Suppression of messages that native libraries write to standard error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

_STDERR = 2


class _Suppression:
    """Discards standard error while at least one thread asks for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._blocks = 0
        self._saved: int | None = None

    def begin(self) -> None:
        with self._lock:
            self._blocks += 1
            if self._blocks > 1:
                return
            try:
                with Path(os.devnull).open("wb") as null:
                    self._saved = os.dup(_STDERR)
                    os.dup2(null.fileno(), _STDERR)
            except OSError:
                # A program that was started without a terminal may have no standard error.
                return

    def end(self) -> None:
        with self._lock:
            self._blocks -= 1
            if self._blocks or self._saved is None:
                return
            os.dup2(self._saved, _STDERR)
            os.close(self._saved)
            self._saved = None


_suppression = _Suppression()


@contextmanager
def suppress_native_output() -> Iterator[None]:
    """Discard everything that the process writes to standard error inside the block.

    LiteRT announces its delegate there from native code and has no setting to turn it off. Keep the
    block short: messages of other threads are discarded as well. Blocks of several threads may overlap.
    """
    _suppression.begin()
    try:
        yield
    finally:
        _suppression.end()
