"""True texts in the names of files and folders."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path


def truth_of(source: str, labels: Collection[str]) -> str | None:
    """Return the true text that the name of a file or of its folder gives, or None.

    The name of the folder counts if it is one of the labels. Otherwise that of the file counts, up to the
    suffix or the first underscore, if an underscore follows or it is the whole name, and if it consists of
    labels of one character and spaces.

    Args:
        source: path of the file.
        labels: labels of the model.
    """
    path = Path(source)
    if path.parent.name in labels:
        return path.parent.name
    text = " ".join(path.stem.partition("_")[0].split())
    if text in labels:
        return text
    characters = {label for label in labels if len(label) == 1}
    return text if text and characters.issuperset(text.replace(" ", "")) else None


def is_correct(text: str, truth: str) -> bool:
    """Return whether a text is the true one; spaces and line breaks are not compared."""
    return "".join(text.split()) == "".join(truth.split())
