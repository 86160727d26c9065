"""Open a source by its name or path."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop_app.core.errors import Refusal, reason, shown_name
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.array_file import read_array_file
from desktop_app.data.sources.built_in import describe
from desktop_app.data.sources.checks import file_hash
from desktop_app.data.sources.class_folder import list_folder, read_class_folder
from desktop_app.data.sources.download import MNIST_FILE, NeedsDownload
from desktop_app.data.sources.formats import FORMATS, format_of
from desktop_app.data.sources.source_set import Places, SourceSet
from desktop_app.ink.inkml import INK_SUFFIX
from desktop_app.runs.events import Emit, Preparing

__all__ = ["INK_FILES", "MNIST_FILE", "file_hash", "open_source"]

INK_FILES = {"pendigits": "pendigits.npz", "unipen": "unipen_characters.npz"}


def open_source(
    source: str, places: Places, emit: Emit, should_stop: ShouldStop, *, to_look_at: bool = False
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
        Refusal: it is not there, damaged, too large, or of no kind that is known.
        Stopped: should_stop answered yes.
    """
    raise_if_stopped(should_stop)
    if source == "uci-digits":
        return _uci_digits()
    emit(Preparing(0, 1, f"reading {describe(source)}"))
    if source == "mnist":
        return _mnist(places, emit, should_stop)
    if source in INK_FILES:
        opened = read_array_file(_found(INK_FILES[source], places), emit, should_stop)
        return replace(opened, title=describe(source))
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
        raise Refusal(f"{shown_name(path)} is one drawing; choose a folder that has a folder for each label.")
    *others, last = [known.title for known in FORMATS]
    raise Refusal(
        f"{shown_name(path)} is of no kind that this program reads; choose an {', '.join(others)} or {last} "
        "file, or a folder that has a folder for each label."
    )


def _path(source: str, places: Places) -> Path:
    """The file or folder that a source's path means."""
    path = Path(source)
    candidates = [path] if path.is_absolute() else [folder / path for folder in _folders(places)]
    for candidate in candidates:
        if _is_there(candidate):
            return candidate
    raise Refusal(f"There is no data called {shown_name(source)}; choose another.")


def _folders(places: Places) -> list[Path]:
    return [folder for folder in (places.folder, places.downloads) if folder is not None]


def _found(file: str, places: Places) -> Path:
    """A known file, wherever it lies."""
    for folder in _folders(places):
        if _is_there(folder / file):
            return folder / file
    raise Refusal(f"{file} is not in the data folder; choose the folder that it lies in.")


def _is_there(path: Path) -> bool:
    """Whether there is an ordinary file or a folder."""
    try:
        return path.is_file() or path.is_dir()
    except OSError as error:
        raise Refusal(f"{shown_name(path)} cannot be read: {reason(error)}.") from error


def _mnist(places: Places, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """MNIST, which is what normalization goes after."""
    try:
        path = _found(MNIST_FILE, places)
    except Refusal as refusal:
        raise NeedsDownload("MNIST is not on this computer; it can be fetched once (11 MB).") from refusal
    return replace(read_array_file(path, emit, should_stop), title=describe("mnist"), is_normalized=True)


def _uci_digits() -> SourceSet:
    """The digits that come with scikit-learn, in its own installation."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise Refusal("Training needs more than reading: install handwriting[training].") from error
    digits = load_digits()
    # In a frame: where ink fills the image to its edges, ink and ground cannot be told apart.
    images = np.pad(np.rint(digits.images * (255 / 16)).astype(np.uint8), ((0, 0), (2, 2), (2, 2)))[..., None]
    labels = np.array(list("0123456789"))[digits.target]
    return SourceSet(
        title=describe("uci-digits"),
        file="digits.csv.gz",
        sha256=hashlib.sha256(images.tobytes() + "".join(labels.tolist()).encode()).hexdigest(),
        labels=labels,
        images=images,
    )
