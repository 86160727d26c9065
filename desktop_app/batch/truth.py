"""True texts in the names of files and folders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

_FEWEST_NUMBERS = 3


def numbered_folders(paths: Iterable[Path]) -> frozenset[Path]:
    """Return the folders whose file names only number the files, e.g. 1.png, 2.png, 3.png.

    These have at least three names that are numbers, and for at least half of them the next number as well.
    """
    numbers = defaultdict[Path, set[int]](set)
    for path in paths:
        if path.stem.isdecimal() and len(path.stem) < 10:
            numbers[path.parent].add(int(path.stem))
    return frozenset(
        folder
        for folder, found in numbers.items()
        if len(found) >= _FEWEST_NUMBERS and 2 * sum(each + 1 in found for each in found) >= len(found)
    )


def truth_of(source: str, labels: Collection[str], numbered: Collection[Path] = frozenset()) -> str | None:
    """Return the true text that the name of a file or of its folder gives, or None.

    The name of the folder counts if it is one of the labels. Otherwise that of the file counts, up to the
    suffix or the first underscore, if an underscore follows or it is the whole name, and if it consists of
    labels of one character and spaces.

    Args:
        source: path of the file.
        labels: labels of the model and their aliases.
        numbered: folders in which file names that are numbers say nothing, see `numbered_folders`.
    """
    path = Path(source)
    if path.parent.name in labels:
        return path.parent.name
    if path.stem.isdecimal() and path.parent in numbered:
        return None
    text = " ".join(path.stem.partition("_")[0].split())
    if text in labels:
        return text
    characters = {label for label in labels if len(label) == 1}
    return text if text and characters.issuperset(text.replace(" ", "")) else None


def is_correct(text: str, truth: str, index: Mapping[str, int]) -> bool:
    """Return whether a text is the true one, or has the same label; spaces and line breaks are not compared.

    Args:
        text: any text.
        truth: the true one.
        index: number of each label and alias, see `Task.label_index`.
    """
    if truth in index:
        return index.get(text) == index[truth]
    return "".join(text.split()) == "".join(truth.split())
