"""Opening of data sources by name or path."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

from desktop_app.core.errors import UserError, reason, shown_list, shown_name
from desktop_app.core.messages import message
from desktop_app.core.paths import my_samples_dir, resources_dir
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.array_file import has_npy_files, read_npy_folder
from desktop_app.data.sources.built_in import MY_SAMPLES, SourceInfo, describe, source_info
from desktop_app.data.sources.class_folder import list_folder, read_class_folder
from desktop_app.data.sources.download import MissingData
from desktop_app.data.sources.file_samples import SampleMaker
from desktop_app.data.sources.formats import FORMATS, format_of
from desktop_app.data.sources.my_samples_source import read_my_samples
from desktop_app.data.sources.source_cache import read_cached
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.ink.inkml import INK_SUFFIX
from desktop_app.runs.training_events import Emit, PreparationProgress


def open_source(
    source: str,
    folders: DataFolders,
    emit: Emit,
    should_stop: ShouldStop,
    *,
    list_only: bool = False,
    maker: SampleMaker | None = None,
) -> SourceSet:
    """Return all samples of a data source.

    Args:
        source: name of a built-in data set, "my-samples", or path of a file or folder; relative paths are
            searched in the data folders.
        folders: folders with data sets.
        emit: receives the progress.
        should_stop: called often.
        list_only: whether the files of a folder or zip archive, also those without labels, are listed without
            opening them.
        maker: makes samples of image files of different sizes while they are read; None: none are made.

    Raises:
        MissingData: a built-in data set is missing.
        UserError: the source does not exist, is damaged, too large, or of an unknown format.
        Stopped: should_stop() returned True.
    """
    raise_if_stopped(should_stop)
    emit(PreparationProgress(0, 1, message("Reading {name}", name=describe(source))))
    if (info := source_info(source)) is not None:
        opened = _open_path(_built_in_path(info, folders), folders, emit, should_stop, maker)
        return replace(opened, title=info.title, is_normalized=opened.is_normalized or info.is_normalized)
    if source == MY_SAMPLES:
        return read_my_samples(my_samples_dir(), emit, should_stop, maker)
    path = _path(source, folders)
    if list_only and _has_class_folders(path) and not (path.is_dir() and has_npy_files(path)):
        return list_folder(path, should_stop)
    return _open_path(path, folders, emit, should_stop, maker)


def _has_class_folders(path: Path) -> bool:
    return path.is_dir() or path.name.lower().endswith(".zip")


def _open_path(
    path: Path, folders: DataFolders, emit: Emit, should_stop: ShouldStop, maker: SampleMaker | None
) -> SourceSet:
    """Return all samples of a file or folder."""
    if path.is_dir() and has_npy_files(path):
        return read_npy_folder(path, emit, should_stop)
    if _has_class_folders(path):
        return read_cached(path, folders.cache, read_class_folder, emit, should_stop, maker)
    if (file_format := format_of(path)) is not None:
        return file_format.read(path, emit, should_stop)
    if path.name.lower().endswith(INK_SUFFIX):
        raise UserError(
            "{name} is a single drawing; choose a folder with a folder for each label.", name=shown_name(path)
        )
    raise UserError(
        "{name} has an unknown format; choose a file ({formats}), or a folder with a folder for each label.",
        name=shown_name(path),
        formats=shown_list(known.title for known in FORMATS),
    )


def _path(source: str, folders: DataFolders) -> Path:
    """Return the file or folder of a relative or absolute path."""
    path = Path(source)
    candidates = [path] if path.is_absolute() else [folder / path for folder in _folders(folders)]
    for candidate in candidates:
        if _is_there(candidate):
            return candidate
    raise UserError("There is no data called {name}; choose other data.", name=shown_name(source))


def _folders(folders: DataFolders) -> list[Path]:
    return [folder for folder in (folders.folder, folders.downloads) if folder is not None]


def _built_in_path(info: SourceInfo, folders: DataFolders) -> Path:
    """Return the file of a built-in data set."""
    parents = [resources_dir() / "data"] if info.is_bundled else _folders(folders)
    files = [info.file] if info.download is None else [info.file, info.download.file]
    for path in (folder / file for folder in parents for file in files):
        if _is_there(path):
            return path
    raise MissingData(info)


def _is_there(path: Path) -> bool:
    """Return whether a regular file or a folder exists."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)
