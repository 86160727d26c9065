"""Importing, saving and removing models in the background."""

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
    """Imports models into the user's library, removes them, and saves copies of them."""

    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""
    imported = Signal(str)
    """Name of a model that has been added to the library."""
    removed = Signal(str, str)
    """Name and title of a model that has been removed."""
    saved = Signal(str)
    """Name of the file that a model has been saved as."""
    job_started = Signal(str)
    """A sentence about a job that takes a while."""

    def __init__(self, models_dir: Path, parent: QObject) -> None:
        """Import into a folder, which is created if needed."""
        super().__init__(parent)
        self._models_dir = models_dir
        self._background = Background(self)
        self._importing = False
        self._closing = threading.Event()

    def import_model(self, path: Path, title: str, labels: str) -> None:
        """Check an untrusted model file, convert it and add it to the library.

        Args:
            path: a .keras or .h5 file.
            title: of the model.
            labels: the character or word of each output, in order; see `labels_from`.
        """
        if self._importing:
            # An import may take gigabytes of memory.
            error = UserError("Another model is being imported; import this one when it is finished.")
            self.failed.emit(error, "")
            return
        self._importing = True
        self.job_started.emit(self.tr("Importing {name}…").format(name=shown_name(path.name)))
        folder = self._models_dir / _free_name(path, self._models_dir)
        self._background.run(
            lambda: _import(path, folder, title, labels, self._closing.is_set),
            lambda _: self._imported(folder.name),
            self._import_failed,
        )

    def save_model(self, folder: Path, path: Path) -> None:
        """Save a copy of the model in a folder as .keras, .h5 or .tflite."""
        if path.suffix.lower() in HDF5_SUFFIXES:
            # Loading Keras takes seconds.
            self.job_started.emit(self.tr("Saving {name}…").format(name=shown_name(path.name)))
        self._background.run(
            _save_job(folder, path),
            lambda _: self.saved.emit(path.name),
            lambda error: self.failed.emit(error, self.tr("Could not save the model.")),
        )

    def remove_model(self, name: str, title: str) -> None:
        """Remove a user's model from the library."""
        self._background.run(
            lambda: _remove(name),
            lambda _: self.removed.emit(name, title),
            lambda error: self.failed.emit(error, self.tr("Could not remove the model.")),
        )

    def close(self) -> None:
        """Cancel an import and wait for the other jobs."""
        self._closing.set()
        self._background.close()

    def _imported(self, name: str) -> None:
        self._importing = False
        self.imported.emit(name)

    def _import_failed(self, error: Exception) -> None:
        self._importing = False
        self.failed.emit(error, self.tr("Could not import the model."))


def _free_name(path: Path, models_dir: Path) -> str:
    """Return an unused model name made from the name of a file."""
    from desktop_app.networks.library import model_folders
    from desktop_app.networks.naming import name_from

    stem = name_from(path.stem)[:36].rstrip("-_") or "network"
    taken = set(model_folders())
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken and not (models_dir / name).exists())


def _import(path: Path, folder: Path, title: str, labels: str, should_stop: Callable[[], bool]) -> None:
    if any(find_spec(library) is None for library in _IMPORTS_NEED):
        raise UserError("Importing models needs more libraries. Install handwriting[training].")
    from desktop_app.networks.recognizer import open_recognizer
    from desktop_app.training.import_process import import_foreign_model

    import_foreign_model(path, folder, title, labels, open_recognizer, should_stop)


def _remove(name: str) -> None:
    from desktop_app.networks.library import remove_model

    remove_model(name)


def _save_job(folder: Path, path: Path) -> Callable[[], None]:
    kind = path.suffix.lower()
    if kind in HDF5_SUFFIXES:
        return lambda: _save_as_h5(folder, path)
    return lambda: _copy(folder, kind, path)


def _save_as_h5(folder: Path, path: Path) -> None:
    if any(find_spec(library) is None for library in _IMPORTS_NEED):
        raise UserError("Saving as HDF5 needs more libraries. Install handwriting[training].")
    from desktop_app.training.export import save_as_h5

    save_as_h5(folder, path)


def _copy(folder: Path, kind: str, path: Path) -> None:
    from desktop_app.core.files import read_file, write_atomically
    from desktop_app.networks.card import NETWORK_FILE
    from desktop_app.networks.model_folder import KERAS_FILE

    name = {KERAS_SUFFIX: KERAS_FILE, LITERT_SUFFIX: NETWORK_FILE}.get(kind)
    if name is None:
        raise UserError(
            "The name {name} must end in .keras, .h5 or .tflite; choose one of these.", name=shown_name(path)
        )
    if not (folder / name).is_file():
        raise UserError("This model has no {kind} file; choose another format.", kind=kind)
    write_atomically(path, read_file(folder / name, _LARGEST_COPY))
