"""Suppression of messages that native libraries write to standard error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STDERR = 2


@contextmanager
def suppress_native_output() -> Iterator[None]:
    """Discard everything that the process writes to standard error inside the block.

    LiteRT announces its delegate there from native code and has no setting to turn it off. Keep the
    block short: messages of other threads are discarded as well.
    """
    try:
        saved = os.dup(_STDERR)
    except OSError:
        # A program that was started without a terminal may have no standard error.
        yield
        return
    try:
        with Path(os.devnull).open("wb") as null:
            os.dup2(null.fileno(), _STDERR)
        yield
    finally:
        os.dup2(saved, _STDERR)
        os.close(saved)
