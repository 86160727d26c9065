"""What to do if the libraries for training are missing, by the way the program was installed."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop_app.core.messages import Message, message

_DISTRIBUTION = "handwriting"
_FIRST_UNSUPPORTED = (3, 14)
"""Version of Python for which there is no TensorFlow yet."""


def install_advice() -> Message:
    """Return how to get the libraries that training and importing need."""
    if getattr(sys, "frozen", False):
        return message("This edition of the program only reads; install it from its source code.")
    if sys.version_info >= _FIRST_UNSUPPORTED:
        return message("TensorFlow needs Python 3.11 to 3.13; install the program with one of these.")
    folder = Path(__file__).resolve().parents[2]
    if (folder / "pyproject.toml").is_file():
        return message('Run pip install ".[training]" in the folder {folder}.', folder=folder)
    return message("Run pip install {libraries}.", libraries=" ".join(_libraries()))


def _libraries() -> list[str]:
    """Return the libraries for training as arguments of pip."""
    # Imported here to shorten the startup: it imports `email` and `socket`.
    from importlib.metadata import PackageNotFoundError, requires

    try:
        required = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        required = []
    extra = [line.partition(";")[0].strip() for line in required if "training" in line.partition(";")[2]]
    return [f'"{name}"' for name in extra] or ["keras", "tensorflow"]
