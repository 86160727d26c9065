"""Quiet: keep a native library's greeting off the user's terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STDERR = 2


@contextmanager
def suppress_native_output() -> Iterator[None]:
    """Discard what is written to the process's standard error meanwhile.

    LiteRT announces its delegate there, below Python's reach, and has no setting against it. Keep
    the block short: other threads' messages are lost as well.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:
        # A program without a terminal may have no standard error at all.
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
