"""Cooperative cancellation of long computations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

ShouldStop: TypeAlias = Callable[[], bool]
"""Returns whether the computation is to end; called often, in its thread."""


class Stopped(Exception):
    """The computation was stopped without a result."""


def raise_if_stopped(should_stop: ShouldStop) -> None:
    """Raise Stopped if should_stop() is true."""
    if should_stop():
        raise Stopped
