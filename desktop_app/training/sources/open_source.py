"""Open a source by its name or path."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from desktop_app.core.errors import Refusal, shown_name
from desktop_app.core.training_events import Emit, ShouldStop
from desktop_app.imaging.ink_set import read_image_set, read_ink_set
from desktop_app.training.sources.source_set import Places, SourceSet

INK_FILES = {"pendigits": "pendigits.npz", "unipen": "unipen_characters.npz"}
_INK_TITLES = {"pendigits": "Pen digits", "unipen": "UNIPEN characters"}
MNIST_FILE = "mnist.npz"


def open_source(source: str, places: Places, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """All samples of a source.

    Args:
        source: "uci-digits", "mnist", "pendigits", "unipen", or the path of a file or folder.
        places: where data sets are looked for.
        emit: told of what takes its time, e.g. a download.
        should_stop: asked in between.

    Raises:
        Refusal: it is not there, damaged, too large, or of no kind that is known.
        Stopped: should_stop answered yes.
    """
    if source == "mnist":
        return _mnist(_found(MNIST_FILE, places))
    if source in INK_FILES:
        return _ink(source, _found(INK_FILES[source], places))
    raise Refusal(f"There is no data called {shown_name(source)}; choose another.")


def _found(file: str, places: Places) -> Path:
    for folder in (places.folder, places.downloads):
        if folder is not None and (folder / file).is_file():
            return folder / file
    raise Refusal(f"{file} is not in the data folder; choose the folder that it lies in.")


def _mnist(path: Path) -> SourceSet:
    parts = [read_image_set(path, "train"), read_image_set(path, "test")]
    return SourceSet(
        title="MNIST",
        file=path.name,
        sha256=file_hash(path),
        labels=np.concatenate([part.labels for part in parts]).astype(str),
        images=np.concatenate([part.images for part in parts]),
        is_normalized=True,
        is_test=np.repeat([False, True], [len(part) for part in parts]),
    )


def _ink(source: str, path: Path) -> SourceSet:
    inks = read_ink_set(path)
    return SourceSet(
        title=_INK_TITLES[source],
        file=path.name,
        sha256=file_hash(path),
        labels=inks.labels,
        inks=inks,
        writers=inks.writers,
    )


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
