"""Standard streams that are closed, or whose reader is gone."""

from __future__ import annotations

import os
import sys


def replace_closed_streams() -> None:
    """Discard what is written to closed standard streams; the process of a window may have none.

    Otherwise the next files that are opened get their numbers, and messages of libraries.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 (stays open, is no Path)
            setattr(sys, name, stream)


def discard_output() -> None:
    """Write nothing to standard output at exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
