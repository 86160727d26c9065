"""Open a source by its name or path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.paths import resources_dir
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.built_in import SourceInfo, describe, source_info
from desktop_app.data.sources.class_folder import list_folder, read_class_folder
from desktop_app.data.sources.download import NeedsDownload
from desktop_app.data.sources.formats import FORMATS, format_of
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.ink.inkml import INK_SUFFIX
from desktop_app.runs.training_events import Emit, PreparationProgress


def open_source(
    source: str, places: DataFolders, emit: Emit, should_stop: ShouldStop, *, to_look_at: bool = False
) -> SourceSet:
    """All samples of a source.

    Args:
        source: "uci-digits", "mnist", "pendigits", "unipen", or the path of a file or folder; one that
            does not begin at the root is looked for in the places.
        places: where data sets are looked for.
        emit: told of what takes its time.
        should_stop: asked in between.
        to_look_at: whether some samples will be looked at, which need no labels: the files of a folder
            are listed and not opened, with those that lie in it beside each other.

    Raises:
        NeedsDownload: MNIST is not there; `download.download_mnist` fetches it.
        UserError: it is not there, damaged, too large, or of no kind that is known.
        Stopped: should_stop answered yes.
    """
    raise_if_stopped(should_stop)
    emit(PreparationProgress(0, 1, f"reading {describe(source)}"))
    if (info := source_info(source)) is not None:
        opened = _open_path(_known_path(info, places), emit, should_stop)
        return replace(opened, title=info.title, is_normalized=opened.is_normalized or info.is_normalized)
    path = _path(source, places)
    if path.is_dir() and to_look_at:
        return list_folder(path, should_stop)
    return _open_path(path, emit, should_stop)


def _open_path(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """All samples of the user's own file or folder."""
    if path.is_dir():
        return read_class_folder(path, emit, should_stop)
    if (known := format_of(path)) is not None:
        return known.read(path, emit, should_stop)
    if path.name.lower().endswith(INK_SUFFIX):
        raise UserError(
            f"{shown_name(path)} is one drawing; choose a folder that has a folder for each label."
        )
    *others, last = [known.title for known in FORMATS]
    raise UserError(
        f"{shown_name(path)} is of no kind that this program reads; choose an {', '.join(others)} or {last} "
        "file, or a folder that has a folder for each label."
    )


def _path(source: str, places: DataFolders) -> Path:
    """The file or folder that a source's path means."""
    path = Path(source)
    candidates = [path] if path.is_absolute() else [folder / path for folder in _folders(places)]
    for candidate in candidates:
        if _is_there(candidate):
            return candidate
    raise UserError(f"There is no data called {shown_name(source)}; choose another.")


def _folders(places: DataFolders) -> list[Path]:
    return [folder for folder in (places.folder, places.downloads) if folder is not None]


def _known_path(info: SourceInfo, places: DataFolders) -> Path:
    """The file of a source that is known by name, wherever it lies."""
    folders = [resources_dir() / "data"] if info.is_bundled else _folders(places)
    for folder in folders:
        if _is_there(folder / info.file):
            return folder / info.file
    if info.download_size:
        raise NeedsDownload(
            f"{info.title} is not on this computer; it can be fetched once ({info.download_size})."
        )
    raise UserError(f"{info.file} is not in the data folder; choose the folder that it lies in.")


def _is_there(path: Path) -> bool:
    """Whether there is an ordinary file or a folder."""
    try:
        return path.is_file() or path.is_dir()
    except OSError as error:
        raise UserError(f"{shown_name(path)} cannot be read: {reason(error)}.") from error
