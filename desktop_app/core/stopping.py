"""Stopping: how a long computation is asked to end, and how it says that it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

ShouldStop: TypeAlias = Callable[[], bool]
"""Whether the computation is to end; called often, from its own thread."""


class Stopped(Exception):
    """The computation was asked to stop before it had a result, or to leave nothing behind."""


def raise_if_stopped(should_stop: ShouldStop) -> None:
    """Raise Stopped if should_stop() is true."""
    if should_stop():
        raise Stopped
