"""My samples: the user's own handwriting with labels, in a folder with one subfolder for each class."""

from __future__ import annotations

import contextlib
import io
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import copy_file, is_folder, read_file, write_atomically
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.core.text import composed
from desktop_app.ink.inkml import INK_SUFFIX, inkml_bytes
from desktop_app.ink.open_page import PAGE_SUFFIXES
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.networks.naming import is_reserved

NO_CHARACTER = ""
"""Label of a drawing that is no character."""

PICTURE_SUFFIX = ".png"

_NO_CHARACTER_FOLDER = "_none"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_LARGEST_FILE = 64_000_000
_MOST_SAMPLES = 100_000


@dataclass(frozen=True, order=True)
class MySample:
    """A sample.

    Attributes:
        label: its label; empty if it is no character.
        path: its InkML or PNG file.
    """

    label: str
    path: Path


@dataclass(frozen=True, eq=False)
class RemovedSample:
    """A sample that was removed, with the content of its file, so that it can be restored."""

    sample: MySample
    content: bytes


def list_samples(folder: Path) -> tuple[MySample, ...]:
    """Return all samples, by label and then from the oldest to the newest; other files are ignored."""
    samples = []
    for each in _paths_in(folder):
        label = _label_of(each.name)
        if label is not None and is_folder(each):
            samples += [MySample(label, path) for path in _paths_in(each) if _is_sample(path.name)]
    return tuple(samples[:_MOST_SAMPLES])


def add_sample(folder: Path, page: Page, label: str) -> MySample:
    """Save a page with its label: ink as InkML, an image as PNG.

    Args:
        folder: of all samples; created if it does not exist.
        page: ink or an image.
        label: the right answer; empty if it is no character.

    Raises:
        UserError: the file cannot be written.
    """
    label, is_ink = composed(label), isinstance(page, Ink)
    content = inkml_bytes(page) if isinstance(page, Ink) else _png_bytes(page.rgb)
    name = f"{time.time_ns():020d}{INK_SUFFIX if is_ink else PICTURE_SUFFIX}"
    sample = MySample(label, folder / _folder_of(label) / name)
    write_atomically(sample.path, content)
    return sample


def remove_sample(sample: MySample) -> RemovedSample:
    """Delete a sample, and the folder of its class if it was the last one.

    Raises:
        UserError: it does not exist or cannot be deleted.
    """
    removed = RemovedSample(sample, read_file(sample.path, _LARGEST_FILE))
    try:
        sample.path.unlink()
    except OSError as error:
        raise UserError(
            "{name} cannot be deleted: {reason}.", name=shown_name(sample.path), reason=reason(error)
        ) from error
    with contextlib.suppress(OSError):
        sample.path.parent.rmdir()
    return removed


def restore_sample(removed: RemovedSample) -> None:
    """Write a removed sample again.

    Raises:
        UserError: the file cannot be written.
    """
    write_atomically(removed.sample.path, removed.content)


def export_samples(
    samples: Sequence[MySample], folder: Path, should_stop: ShouldStop = lambda: False
) -> None:
    """Copy samples into a new folder with one subfolder for each label, named like it.

    Raises:
        UserError: the folder is not empty, a file cannot be copied, or labels are no names of folders.
        Stopped: should_stop(), which is called before each sample, returned True; nothing was exported.
    """
    labels = sorted({sample.label for sample in samples})
    names = {label: label or "not a character" for label in labels}
    is_plain = all(name == name.strip(" .") and not set('/\\:*?"<>|') & set(name) for name in names.values())
    if not is_plain or len({name.casefold() for name in names.values()}) < len(names):
        # On Windows and macOS "a" and "A" are the same folder.
        names = {label: _folder_of(label) for label in labels}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UserError("The folder {name} is not empty; choose another.", name=shown_name(folder))
        for sample in samples:
            if should_stop():
                for name in names.values():
                    shutil.rmtree(folder / name, ignore_errors=True)
                raise Stopped
            target = folder / names[sample.label] / sample.path.name
            target.parent.mkdir(exist_ok=True)
            copy_file(sample.path, target)
    except OSError as error:
        raise UserError(
            "{name} cannot be saved: {reason}.", name=shown_name(folder), reason=reason(error)
        ) from error


def _png_bytes(rgb: NDArray[np.uint8]) -> bytes:
    """Return a PNG file of pixels, uint8 (height, width, 3)."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG")
    return buffer.getvalue()


def _paths_in(folder: Path) -> list[Path]:
    """Return what is in a folder, sorted; nothing if it cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_sample(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith(PAGE_SUFFIXES)


def _folder_of(label: str) -> str:
    """Return the name of the folder of a label, which differs on all systems from those of other labels."""
    if label == NO_CHARACTER:
        return _NO_CHARACTER_FOLDER
    codes = label.encode("utf-8", "surrogatepass")
    plain = frozenset() if is_reserved(label) else _PLAIN
    return "".join(chr(code) if chr(code) in plain else f"%{code:02x}" for code in codes)


def _label_of(name: str) -> str | None:
    """Return the label of a folder; None if it is not a folder of samples."""
    if name == _NO_CHARACTER_FOLDER:
        return NO_CHARACTER
    label = unquote(name, errors="replace")
    return composed(label) if label and _folder_of(label) == name else None
