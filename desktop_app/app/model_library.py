"""Networks come from elsewhere and go elsewhere: imports and exports, done in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import UserError, shown_name
from desktop_app.jobs.background import Background
from desktop_app.networks.suffixes import HDF5_SUFFIXES, KERAS_SUFFIX, LITERT_SUFFIX

_IMPORTS_NEED = ("desktop_app.training", "h5py", "keras", "tensorflow")
_LARGEST_COPY = 1_000_000_000


class ModelLibrary(QObject):
    """Takes networks into the user's library, out of it, and saves copies of those that are there."""

    failed = Signal(object, str)
    """An exception, and the sentence for the user where it is no user error."""
    imported = Signal(str)
    """The name of a network that is in the library from now on."""
    removed = Signal(str, str)
    """The name and the title of one that is in it no more."""
    saved = Signal(str)
    """The name of the file that a network was saved as."""
    works = Signal(str)
    """What has begun and takes a while, in one sentence."""

    def __init__(self, models_dir: Path, parent: QObject) -> None:
        """Import into the folder, which need not exist yet."""
        super().__init__(parent)
        self._models_dir = models_dir
        self._background = Background(self)
        self._importing = False
        self._closing = threading.Event()

    def import_network(self, path: Path, title: str, labels: str) -> None:
        """Check, convert and put into the library a network that nobody vouches for, one at a time.

        Args:
            path: a .keras or .h5 file.
            title: what people see.
            labels: the character of each answer, in their order.
        """
        if self._importing:
            # Each may take gigabytes.
            words = "Another network is being imported; wait for it and import this one then."
            self.failed.emit(UserError(words), "")
            return
        self._importing = True
        self.works.emit(self.tr("{name} is being checked and converted…").format(name=shown_name(path.name)))
        folder = self._models_dir / _free_name(path, self._models_dir)
        self._background.run(
            lambda: _import(path, folder, title, labels, self._closing.is_set),
            lambda _: self._imported(folder.name),
            self._import_failed,
        )

    def save_network(self, folder: Path, path: Path) -> None:
        """Save a copy of a model folder's network as .keras, .h5 or .tflite."""
        if path.suffix.lower() in HDF5_SUFFIXES:
            # Loading Keras for it takes seconds.
            self.works.emit(self.tr("{name} is being saved…").format(name=shown_name(path.name)))
        self._background.run(
            _saving(folder, path),
            lambda _: self.saved.emit(path.name),
            lambda error: self.failed.emit(error, self.tr("The network could not be saved.")),
        )

    def remove_network(self, name: str, title: str) -> None:
        """Remove one of the user's own models from the library; the user was asked."""
        self._background.run(
            lambda: _remove(name),
            lambda _: self.removed.emit(name, title),
            lambda error: self.failed.emit(error, self.tr("The network could not be removed.")),
        )

    def close(self) -> None:
        """Give up an import, and wait for the rest of what has begun."""
        self._closing.set()
        self._background.close()

    def _imported(self, name: str) -> None:
        self._importing = False
        self.imported.emit(name)

    def _import_failed(self, error: Exception) -> None:
        self._importing = False
        self.failed.emit(error, self.tr("The network could not be imported."))


def _free_name(path: Path, models_dir: Path) -> str:
    """A name for the library that no model has, made from the file's."""
    from desktop_app.networks.library import model_folders
    from desktop_app.networks.naming import name_from

    stem = name_from(path.stem)[:36].rstrip("-_") or "network"
    taken = set(model_folders())
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken and not (models_dir / name).exists())


def _import(path: Path, folder: Path, title: str, labels: str, should_stop: Callable[[], bool]) -> None:
    if any(find_spec(library) is None for library in _IMPORTS_NEED):
        raise UserError("Importing needs more than reading: install handwriting[training].")
    from desktop_app.networks.recognizer import open_recognizer
    from desktop_app.training.import_process import import_foreign_model

    import_foreign_model(path, folder, title, labels, open_recognizer, should_stop)


def _remove(name: str) -> None:
    from desktop_app.networks.library import remove_model

    remove_model(name)


def _saving(folder: Path, path: Path) -> Callable[[], None]:
    kind = path.suffix.lower()
    if kind in HDF5_SUFFIXES:
        return lambda: _save_as_h5(folder, path)
    return lambda: _copy(folder, kind, path)


def _save_as_h5(folder: Path, path: Path) -> None:
    if any(find_spec(library) is None for library in _IMPORTS_NEED):
        raise UserError("Saving as HDF5 needs more than reading: install handwriting[training].")
    from desktop_app.training.export import save_as_h5

    save_as_h5(folder, path)


def _copy(folder: Path, kind: str, path: Path) -> None:
    from desktop_app.core.files import read_file, write_atomically
    from desktop_app.networks.card import NETWORK_FILE
    from desktop_app.networks.model_folder import KERAS_FILE

    name = {KERAS_SUFFIX: KERAS_FILE, LITERT_SUFFIX: NETWORK_FILE}.get(kind)
    if name is None:
        raise UserError(
            f"{shown_name(path)} ends neither in .keras nor in .h5 or .tflite; choose one of these."
        )
    if not (folder / name).is_file():
        raise UserError(f"This network has no {kind} file; save it as something else.")
    write_atomically(path, read_file(folder / name, _LARGEST_COPY))
