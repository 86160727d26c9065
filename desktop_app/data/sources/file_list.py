"""Reader for lists of image files with a label each, e.g. the train.csv of a competition."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.files import is_file
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.checks import file_hash, label_problem
from desktop_app.data.sources.labelled_files import MOST_FILES, LabelledFile, read_labelled_files
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import LeftOut, SourceSet
from desktop_app.ink.open_page import PAGE_SUFFIXES
from desktop_app.runs.training_events import Emit

_SEPARATORS = (";", "\t", ",", " ")
_MOST_COLUMNS = 20
_LONGEST_NAME = 1000
_MOST_BYTES = 50_000_000
_MOST_FOLDERS = 100
_TRIED_ROWS = 20
_FILES = (
    "filename",
    "file_name",
    "file",
    "image",
    "image_name",
    "image_path",
    "filepath",
    "path",
    "img",
    "id",
)
"""Names of the column with files, in lower case; also image_id and similar."""
_LABELS = ("label", "labels", "class", "category", "target", "digit", "character", "class_name", "y")
_WHOLE_NUMBER = re.compile(r"-?[0-9]+\.0*")
_STOP_INTERVAL = 500


@dataclass(frozen=True)
class _Columns:
    """Separator and columns of a list."""

    separator: str
    file: int
    label: int
    has_header: bool


def is_file_list(first_line: str) -> bool:
    """Return whether the first line of a table is that of a list of files with labels."""
    return _columns(first_line) is not None


def read_file_list(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read a table with the path of an image or InkML file and its label in each row.

    Separators are commas, semicolons, tabs or spaces. A header names the columns, for example filename or id,
    and label or class; without one, the file is the column that ends with a known suffix, the label the
    other. Paths are relative to the folder of the table or one of its subfolders; the suffix may be missing.
    Files that are missing, outside of the folder, damaged or without a label are left out.

    Raises:
        UserError: the table is damaged or too long, or no file of a label can be used.
        Stopped: should_stop() returned True.
    """
    rows = _rows(path)
    folder, suffix = _location(path.parent, [file for _, file, _ in rows[:_TRIED_ROWS]])
    root = os.path.realpath(path.parent)
    files: list[LabelledFile] = []
    left_out: list[LeftOut] = []
    for done, (line, file, label) in enumerate(rows):
        if done % _STOP_INTERVAL == 0:
            raise_if_stopped(should_stop)
        found = folder / (file + suffix)
        problem = _problem(found, file, label, root)
        if problem is None:
            files.append(LabelledFile(PageFile(found), (file,), label))
        else:
            left_out.append(LeftOut(printable(file)[:_LONGEST_NAME] or f"{shown_name(path)}:{line}", problem))
    if not files:
        raise UserError(
            "None of the files that {name} lists is in its folder or a subfolder; put them there.",
            name=shown_name(path),
        )
    source = read_labelled_files(path, file_hash(path), files, emit, should_stop)
    return replace(source, left_out=(*left_out, *source.left_out))


def _problem(found: Path, file: str, label: str, root: str) -> Message | None:
    """Return why a row cannot be used; None if it can."""
    if (problem := label_problem(label, is_number=False)) is not None:
        return problem
    real = os.path.realpath(found)
    if "\0" in file or not real.startswith(root + os.sep):
        return message("The file is not in the folder of the list.")
    if not real.lower().endswith(PAGE_SUFFIXES):
        return message("The file is not an image or InkML file.")
    return None if is_file(Path(real)) else message("The file does not exist.")


def _rows(path: Path) -> list[tuple[int, str, str]]:
    """Return line number, file and label of each row."""
    if path.stat().st_size > _MOST_BYTES:
        raise UserError("The data set {name} is too large; choose a part of it.", name=shown_name(path))
    text = path.read_text(encoding="utf-8-sig")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    columns = _columns(lines[0])
    assert columns is not None, "the caller has checked it"
    rows = _with_whole_numbers(list(islice(_values(lines, columns), MOST_FILES + 1)))
    if len(rows) > MOST_FILES:
        raise UserError(
            "{name} has more than {limit:,} files; choose a smaller folder.",
            name=shown_name(path),
            limit=MOST_FILES,
        )
    return rows


def _with_whole_numbers(rows: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Write labels like 7.0 as 7 if all labels are: so tables are saved from which some are missing."""
    if all(_WHOLE_NUMBER.fullmatch(label) for _, _, label in rows if label):
        return [(line, file, label.partition(".")[0]) for line, file, label in rows]
    return rows


def _values(lines: Sequence[str], columns: _Columns) -> Iterator[tuple[int, str, str]]:
    """Yield line number, file and label of each row; missing values are empty."""
    for number, line in enumerate(lines[columns.has_header :], 1 + columns.has_header):
        if line.strip():
            values = _split(line, columns.separator) + [""] * _MOST_COLUMNS
            yield number, values[columns.file].replace("\\", "/"), values[columns.label]


def _split(line: str, separator: str) -> list[str]:
    values = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    return [value.strip() for value in values]


def _columns(line: str) -> _Columns | None:
    """Return the columns of a list by its first line; None if it is another table."""
    if len(line) > _MOST_COLUMNS * _LONGEST_NAME:
        return None
    for separator in _SEPARATORS:
        values = _split(line, separator)
        if not 2 <= len(values) <= _MOST_COLUMNS:
            continue
        names = [value.lower().replace(" ", "_") for value in values]
        file = next((names.index(name) for name in (*_FILES, *_ids(names)) if name in names), None)
        label = next((names.index(name) for name in _LABELS if name in names), None)
        if file is not None and label is not None:
            return _Columns(separator, file, label, has_header=True)
        is_file = [name.endswith(PAGE_SUFFIXES) for name in names]
        if sum(is_file) == 1 and len(values) == 2:
            return _Columns(separator, is_file.index(True), is_file.index(False), has_header=False)
    return None


def _ids(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.endswith("_id")]


def _location(parent: Path, files: Sequence[str]) -> tuple[Path, str]:
    """Return the folder and the missing suffix with which most of the files exist."""
    folders = [parent, *sorted(islice((p for p in parent.iterdir() if p.is_dir()), _MOST_FOLDERS))]
    choices = [(folder, suffix) for suffix in ("", *PAGE_SUFFIXES) for folder in folders]

    def count(choice: tuple[Path, str]) -> int:
        folder, suffix = choice
        return sum(is_file(folder / (file + suffix)) for file in files)

    return max(choices, key=count)
