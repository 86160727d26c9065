"""True texts in the names of files and folders."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.text import composed

_FEWEST_NUMBERS = 3

_DEVICE = r"(?:dsc[fn]?|image|img|mvimg|page|photo|picture|pxl|scan|screenshot)"
_NUMBERED_BY_DEVICE = re.compile(rf"{_DEVICE}[-_ ]*\d[-_ \d]*", re.ASCII | re.IGNORECASE)
_DATED = re.compile(
    rf"(?:{_DEVICE}[-_ ]*)?(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-_]\d{{4,9}}",
    re.ASCII | re.IGNORECASE,
)
"""Names that cameras and scanners give, such as IMG_0012 and 20260101_101500: words with numbers, and dates
with times."""


@dataclass(frozen=True)
class FolderNames:
    """Folders in which the names of files follow a pattern.

    Attributes:
        numbered: names that are numbers only number the files, see `numbered_folders`.
        at_end: the text is after the last underscore, see `folders_with_text_at_end`.
    """

    numbered: frozenset[Path] = frozenset()
    at_end: frozenset[Path] = frozenset()


NO_PATTERN = FolderNames()


def folder_names(paths: Iterable[Path], labels: Collection[str]) -> FolderNames:
    """Return in which folders the names of files follow a pattern; labels: of the model and their aliases."""
    found = tuple(paths)
    return FolderNames(numbered_folders(found), folders_with_text_at_end(found, labels))


def numbered_folders(paths: Iterable[Path]) -> frozenset[Path]:
    """Return the folders whose file names only number the files, e.g. 1.png, 2.png, 3.png.

    These have at least three names that are numbers, and for at least half of them the next number as well.
    """
    numbers = defaultdict[Path, set[int]](set)
    for path in paths:
        if path.stem.isdecimal() and len(path.stem) < 10:
            numbers[path.parent].add(int(path.stem))
    return frozenset(folder for folder, found in numbers.items() if _is_running(found))


def folders_with_text_at_end(paths: Iterable[Path], labels: Collection[str]) -> frozenset[Path]:
    """Return the folders whose file names end with the text, e.g. 0000_7.png, 0001_3.png, 0002_7.png.

    All names have the same number of parts between underscores. The last ones consist of labels, differ, and
    some occur several times. Of the others, at least one only numbers the files, with a fixed number of
    digits, and the rest is the same in all names. Or the last ones are labels, and what is before them is
    another name for each file, none of which begins with a text, e.g. anna_7.png, ben_3.png, carl_7.png.
    """
    names = defaultdict[Path, list[list[str]]](list)
    for path in paths:
        names[path.parent].append(composed(path.stem).split("_"))
    return frozenset(folder for folder, parts in names.items() if _ends_with_text(parts, labels))


def _ends_with_text(names: Sequence[Sequence[str]], labels: Collection[str]) -> bool:
    if len({len(parts) for parts in names}) > 1:
        return False
    *before, last = zip(*names, strict=True)
    if not before or not 1 < len(set(last)) < len(last):
        return False
    if all(text in labels for text in last) and _name_files(before, labels):
        return True
    differing = [column for column in before if len(set(column)) > 1]
    return (
        bool(differing)
        and all(_numbers_files(column) for column in differing)
        and all(_consists_of(text, labels) for text in last)
    )


def _name_files(before: Sequence[Sequence[str]], labels: Collection[str]) -> bool:
    """Return whether parts of names, by position, differ for all files and none begins with a text."""
    is_different = len(set(zip(*before, strict=True))) == len(before[0])
    return is_different and not any(_consists_of(text, labels) for text in before[0])


def _numbers_files(parts: Sequence[str]) -> bool:
    """Return whether parts of names are different numbers with the same number of digits, mostly in a row."""
    if not all(part.isdecimal() and len(part) == len(parts[0]) < 10 for part in parts):
        return False
    found = {int(part) for part in parts}
    return len(found) == len(parts) and _is_running(found)


def _is_running(numbers: Collection[int]) -> bool:
    """Return whether there are at least three numbers, and for at least half of them the next one as well."""
    return len(numbers) >= _FEWEST_NUMBERS and 2 * sum(each + 1 in numbers for each in numbers) >= len(
        numbers
    )


def _consists_of(text: str, labels: Collection[str]) -> bool:
    """Return whether a text is a label, or consists of labels of one character and spaces."""
    return text in labels or (bool(text.strip()) and all(each in labels for each in text if each != " "))


def truth_of(source: str, labels: Collection[str], names: FolderNames = NO_PATTERN) -> str | None:
    """Return the true text that the name of a file or of its folder gives, or None.

    The name of the folder counts if it is one of the labels. Otherwise that of the file counts, up to the
    suffix or the first underscore, if it consists of labels; in some folders, after the last underscore.
    Names that cameras and scanners give say nothing.

    Args:
        source: path of the file.
        labels: labels of the model and their aliases.
        names: folders in which the names of files follow a pattern.
    """
    path, folder = Path(composed(source)), Path(source).parent
    if path.parent.name in labels:
        return path.parent.name
    is_at_end = folder in names.at_end
    if (path.stem.isdecimal() and folder in names.numbered) or _DATED.fullmatch(path.stem):
        return None
    if not is_at_end and _NUMBERED_BY_DEVICE.fullmatch(path.stem):
        return None
    text = " ".join(path.stem.split("_")[-1 if is_at_end else 0].split())
    return text if _consists_of(text, labels) else None


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
