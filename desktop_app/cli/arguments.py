"""Types of command line arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
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


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return the type of arguments that are whole numbers from `least` to `most`."""

    def parse(text: str) -> int:
        # int() refuses numbers of more than 4300 digits.
        if not text.isdecimal() or len(text) > 20 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most:,}")
        return int(text)

    return parse


seed_count = whole_number(1, MOST_SEEDS)
