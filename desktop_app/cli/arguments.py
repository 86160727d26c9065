"""Types of command line arguments."""

from __future__ import annotations

import argparse
from pathlib import Path


def not_empty(text: str) -> str:
    """Return an argument.

    Raises:
        argparse.ArgumentTypeError: it is empty.
    """
    if not text:
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def not_empty_path(text: str) -> Path:
    """Return the path in an argument. As a path, an empty argument would be the current folder.

    Raises:
        argparse.ArgumentTypeError: it is empty.
    """
    return Path(not_empty(text))
