"""Reader for folders and zip archives with one subfolder of image and InkML files for each label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.files import find_files
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop
from desktop_app.core.text import composed
from desktop_app.data.sources.checks import file_hash, label_problem
from desktop_app.data.sources.file_samples import SampleMaker
from desktop_app.data.sources.labelled_files import MOST_FILES, LabelledFile, part_mask, read_labelled_files
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import LeftOut, SourceSet
from desktop_app.data.sources.zip_entries import zip_entries
from desktop_app.ink.open_page import PAGE_SUFFIXES
from desktop_app.runs.training_events import Emit
from desktop_app.tasks.task import MOST_LABELS

_PARTS = (("train", "training"), ("val", "valid", "validation"), ("test", "testing"))
"""Names of the folders of training, validation and test samples."""


def read_class_folder(
    folder: Path, emit: Emit, should_stop: ShouldStop, maker: SampleMaker | None = None
) -> SourceSet:
    """Read a folder or zip archive with one subfolder for each label.

    The names of the subfolders are the labels; they contain image and InkML files, possibly in subfolders.
    The folder may be divided into the folders train, val and test; an archive may contain it as its only
    folder, also in further ones. If all files are InkML, the samples are ink; if all are images of the same
    size, images; else files. Damaged files, drawings without ink, all pages of a file but the first, folders
    whose names cannot be labels, and what is beside train, val and test are left out; files whose names start
    with a dot are ignored.

    Args:
        folder: the folder or archive.
        emit: receives the progress.
        should_stop: called often.
        maker: makes samples of the files if they are images of different sizes; None: none are made.

    Raises:
        UserError: there is no such folder, it has too many files or labels, a label has no valid file, or the
            archive is damaged.
        Stopped: should_stop() returned True.
    """
    sha256 = "" if folder.is_dir() else file_hash(folder)
    found = _all_files(folder, should_stop)
    files = _in_parts(found)
    problems = {label: label_problem(label, is_number=False) for label in {file.label for file in files}}
    labelled = [file for file in files if problems[file.label] is None]
    if not labelled and (problem := next((problems[file.label] for file in files if file.label), None)):
        raise UserError("No folder in {name} is a label. {problem}", name=shown_name(folder), problem=problem)
    _check_labels(labelled, shown_name(folder))
    source = read_labelled_files(folder, sha256, labelled, emit, should_stop, maker)
    others = (*_without_label(files, problems), *_beside_parts(found, files))
    return replace(source, left_out=(*source.left_out, *others))


def list_folder(folder: Path, should_stop: ShouldStop) -> SourceSet:
    """List the image and InkML files in a folder or zip archive and its subfolders without opening them.

    Labels are as in `read_class_folder`; files directly in the folder have none. At most MOST_FILES files are
    listed.

    Raises:
        UserError: there are no files, or the archive is damaged.
        Stopped: should_stop() returned True.
    """
    files = _in_parts(_all_files(folder, should_stop))[:MOST_FILES]
    if not files:
        raise UserError(
            "{name} contains no image or InkML file; choose another folder.", name=shown_name(folder)
        )
    return SourceSet(
        title=shown_name(folder),
        file=printable(folder.name),
        sha256="",
        labels=np.array([file.label for file in files]),
        files=tuple(file.file for file in files),
        is_validation=part_mask([file.is_validation for file in files]),
        is_test=part_mask([file.is_test for file in files]),
    )


def _check_labels(files: Sequence[LabelledFile], name: str) -> None:
    """Check the number of files and labels.

    Raises:
        UserError: there are no files, too many files, or too many labels.
    """
    if not files:
        raise UserError(
            "{name} has no folders with images or InkML files; choose a folder with a folder for "
            "each label, or a data file.",
            name=name,
        )
    if len({file.label for file in files}) > MOST_LABELS:
        raise UserError(
            "{name} has more than {limit} folders; choose a folder with fewer.", name=name, limit=MOST_LABELS
        )
    if len(files) > MOST_FILES:
        raise UserError(
            "{name} has more than {limit:,} files; choose a smaller folder.", name=name, limit=MOST_FILES
        )


def _all_files(folder: Path, should_stop: ShouldStop) -> list[tuple[tuple[str, ...], PageFile]]:
    """Return the paths of all image and InkML files and the files, sorted, at most MOST_FILES + 1."""
    if folder.is_dir():
        paths = islice(find_files(folder, PAGE_SUFFIXES, should_stop), MOST_FILES + 1)
        depth = len(folder.parts)
        found = {path.parts[depth:]: PageFile(path) for path in paths}
    else:
        entries = (entry for entry in zip_entries(folder) if entry.parts[-1].lower().endswith(PAGE_SUFFIXES))
        found = _unwrapped({entry.parts: PageFile(folder, entry) for entry in entries})
    return sorted(found.items(), key=lambda item: item[0])[: MOST_FILES + 1]


def _in_parts(files: Sequence[tuple[tuple[str, ...], PageFile]]) -> list[LabelledFile]:
    """Return files with their labels.

    If there is a folder train with subfolders, only it and the folders val and test, if any, are used.
    """
    nested = {parts[0] for parts, _ in files if len(parts) > 2}
    training, validation, test = ({name for name in nested if name.lower() in part} for part in _PARTS)
    if not training:
        return [LabelledFile(file, parts, _label(parts)) for parts, file in files]
    return [
        LabelledFile(file, parts, _label(parts[1:]), parts[0] in validation, parts[0] in test)
        for names in (training, validation, test)
        for parts, file in files
        if parts[0] in names
    ]


def _without_label(
    files: Sequence[LabelledFile], problems: Mapping[str, Message | None]
) -> Iterator[LeftOut]:
    """Yield the files that are in no folder, and the folders whose names cannot be labels."""
    for file in files:
        if not file.label:
            yield LeftOut(
                printable("/".join(file.parts)), message("The file is not in a folder for a label.")
            )
    counts = Counter(file.label for file in files if file.label)
    for label, count in counts.items():
        if problem := problems[label]:
            yield LeftOut(shown_name(label), problem, count)


def _beside_parts(
    found: Sequence[tuple[tuple[str, ...], PageFile]], used: Sequence[LabelledFile]
) -> Iterator[LeftOut]:
    """Yield the folders, each with the number of its files, and files that are beside train, val and test."""
    used_paths = {file.parts for file in used}
    counts = Counter((parts[0], len(parts) > 1) for parts, _ in found if parts not in used_paths)
    for (name, is_folder), count in counts.items():
        reason = (
            message("The folder is beside train, val and test and is not one of them.")
            if is_folder
            else message("The file is not in a folder for a label.")
        )
        yield LeftOut(printable(name), reason, count)


def _unwrapped(files: dict[tuple[str, ...], PageFile]) -> dict[tuple[str, ...], PageFile]:
    """Remove folders that contain everything in an archive, and folders in turn, from the paths."""
    while (
        len({parts[0] for parts in files}) == 1
        and all(len(parts) > 1 for parts in files)
        and any(len(parts) > 2 for parts in files)
    ):
        files = {parts[1:]: file for parts, file in files.items()}
    return files


def _label(parts: Sequence[str]) -> str:
    """Return the first folder of a relative path; empty if there is none."""
    return composed(parts[0]) if len(parts) > 1 else ""
