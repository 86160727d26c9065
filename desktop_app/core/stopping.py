"""Cooperative cancellation of long computations."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, TypeAlias

ShouldStop: TypeAlias = Callable[[], bool]
"""Returns whether the computation is to end; called often, in its thread."""


class Stopped(Exception):
    """The computation was stopped without a result."""


def raise_if_stopped(should_stop: ShouldStop) -> None:
    """Raise Stopped if should_stop() is true."""
    if should_stop():
        raise Stopped


class StoppableFile:
    """A file whose write() raises Stopped when should_stop() is true."""

    def __init__(self, file: IO[bytes], should_stop: ShouldStop) -> None:
        """Wrap an open file."""
        self._file, self._should_stop = file, should_stop

    def write(self, data: bytes) -> int:
        """Write to the file.

        Raises:
            Stopped: should_stop() returned True.
        """
        raise_if_stopped(self._should_stop)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the file."""
        return getattr(self._file, name)
