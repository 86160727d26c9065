"""Types of command line arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop_app.runs.run_queue import MOST_SEEDS


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


def seed_count(text: str) -> int:
    """Return the number of seeds in an argument.

    Raises:
        argparse.ArgumentTypeError: it is not a whole number from 1 to MOST_SEEDS.
    """
    if not text.isdecimal() or not 1 <= int(text) <= MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST_SEEDS}")
    return int(text)
