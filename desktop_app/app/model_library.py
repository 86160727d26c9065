"""Importing, saving and removing models in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.installation import install_advice
from desktop_app.core.messages import Message
from desktop_app.core.stopping import ShouldStop, Stopped, raise_if_stopped
from desktop_app.jobs.background import Background, Job
from desktop_app.networks.suffixes import HDF5_SUFFIXES, KERAS_SUFFIX, LITERT_SUFFIX

if TYPE_CHECKING:
    from desktop_app.networks.import_facts import ImportFacts
    from desktop_app.training.import_process import ModelImport

_IMPORTS_NEED = ("desktop_app.training", "h5py", "keras", "tensorflow")


class ModelLibrary(QObject):
    """Imports models into the user's library, removes them, and saves copies of them."""

    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""
    imported = Signal(str)
    """Name of a model that has been added to the library."""
    removed = Signal(str, str)
    """Name and title of a model that has been removed."""
    renamed = Signal()
    """The title of a model and of its run has been changed."""
    saved = Signal(str, bool)
    """Name of the file that a model has been saved as, and whether the model has a line network besides."""
    job_started = Signal(str)
    """A sentence about a job that takes a while."""
    check_progressed = Signal(object)
    """What the check of a model file is doing, a message."""
    checked = Signal(object)
    """Facts about the model file that was checked last; see `networks.import_facts`."""
    check_failed = Signal(object, str)
    """Why that file cannot be imported: an exception, and the sentence to show if it is not a user error."""

    def __init__(self, models_dir: Path, parent: QObject) -> None:
        """Import into a folder, which is created if needed."""
        super().__init__(parent)
        self._models_dir = models_dir
        self._background = Background(self)
        self._checked: _CheckedFile | None = None
        self._job: Job | None = None
        self._saves = 0

    @property
    def is_saving(self) -> bool:
        """Whether a copy of a model is being saved."""
        return self._saves > 0

    def check_model(self, path: Path) -> None:
        """Check and convert an untrusted .keras or .h5 file, in place of one that is not imported yet."""
        self.cancel_import()
        self._checked = checked = _CheckedFile(path)
        self._job = self._background.run_reporting(
            lambda emit: checked.check(self._models_dir, emit),
            self.checked.emit,
            lambda error: self.check_failed.emit(error, self.tr("Could not import the model.")),
            self.check_progressed.emit,
            checked.close,
        )

    def import_model(self, title: str, labels: tuple[str, ...]) -> None:
        """Add the model that was checked to the library.

        Args:
            title: of the model.
            labels: label of each output, in order.
        """
        checked, self._checked = self._checked, None
        if checked is not None:
            self._background.run(
                lambda: checked.add(self._models_dir, title, labels),
                self.imported.emit,
                lambda error: self.failed.emit(error, self.tr("Could not import the model.")),
            )

    def cancel_import(self) -> None:
        """Stop the check of a file, and delete what it has converted."""
        if self._job is not None:
            self._background.drop(self._job)
        if self._checked is not None:
            self._checked.close()
        self._checked = self._job = None

    def save_model(self, folder: Path, path: Path) -> None:
        """Save a copy of the model in a folder as .keras, .h5 or .tflite."""
        if path.suffix.lower() in HDF5_SUFFIXES:
            # Loading Keras takes seconds.
            self.job_started.emit(self.tr("Saving {name}…").format(name=shown_name(path.name)))
        stopped = threading.Event()

        def saved(has_line_network: bool) -> None:
            self._saves -= 1
            self.saved.emit(path.name, has_line_network)

        def failed(error: Exception) -> None:
            self._saves -= 1
            self.failed.emit(error, self.tr("Could not save the model."))

        self._saves += 1
        self._background.run_reporting(
            lambda _: _save(folder, path, stopped.is_set), saved, failed, lambda _: None, stopped.set
        )

    def remove_model(self, name: str, title: str) -> None:
        """Remove a user's model from the library."""
        self._background.run(
            lambda: _remove(name),
            lambda _: self.removed.emit(name, title),
            lambda error: self.failed.emit(error, self.tr("Could not remove the model.")),
        )

    def rename_model(self, name: str, title: str) -> None:
        """Change the title of a user's model and of its run."""
        self._background.run(
            lambda: _rename(name, title),
            lambda _: self.renamed.emit(),
            self._renaming_failed,
        )

    def _renaming_failed(self, error: Exception) -> None:
        self.failed.emit(error, self.tr("Could not rename the model."))
        # The list shows the new title.
        self.renamed.emit()

    def close(self) -> None:
        """Cancel an import and the saving as HDF5, and wait for the other jobs."""
        self.cancel_import()
        self._background.close()


class _CheckedFile:
    """A model file that is checked in one thread and can be closed in another."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._found: ModelImport | None = None

    def check(self, models_dir: Path, on_step: Callable[[Message], None]) -> ImportFacts:
        """Check and convert the file; return what was measured."""
        if any(find_spec(library) is None for library in _IMPORTS_NEED):
            raise UserError("Importing models needs more libraries. {advice}", advice=install_advice())
        from desktop_app.training.import_process import prepare_import

        found = prepare_import(self._path, models_dir, self._closed.is_set, on_step)
        with self._lock:
            if self._closed.is_set():
                found.close()
                raise Stopped
            self._found = found
        return found.facts

    def add(self, models_dir: Path, title: str, labels: tuple[str, ...]) -> str:
        """Add the converted model to the library; return its name."""
        from desktop_app.networks.recognizer import open_recognizer

        with self._lock:
            found, self._found = self._found, None
        assert found is not None, "the file has been checked"
        name = _free_name(self._path, models_dir)
        with found:
            found.add(models_dir / name, title, labels, open_recognizer)
        return name

    def close(self) -> None:
        """Stop the check; delete what is not in the library."""
        self._closed.set()
        with self._lock:
            found, self._found = self._found, None
        if found is not None:
            found.close()


def _free_name(path: Path, models_dir: Path) -> str:
    """Return an unused model name made from the name of a file."""
    from desktop_app.networks.library import model_folders
    from desktop_app.networks.naming import name_from

    stem = name_from(path.stem)[:36].rstrip("-_") or "network"
    taken = set(model_folders())
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken and not (models_dir / name).exists())


def _remove(name: str) -> None:
    from desktop_app.networks.library import remove_model

    remove_model(name)


def _rename(name: str, title: str) -> None:
    from desktop_app.core.paths import runs_dir
    from desktop_app.runs.run_store import rename_model_and_run

    rename_model_and_run(name, title, runs_dir())


def _save(folder: Path, path: Path, should_stop: ShouldStop) -> bool:
    """Save a model without its line network; return whether it has one."""
    from desktop_app.networks.model_folder import read_card

    kind = path.suffix.lower()
    if kind in HDF5_SUFFIXES:
        _save_as_h5(folder, path, should_stop)
    else:
        _copy(folder, kind, path)
    return read_card(folder).has_line_network


def _save_as_h5(folder: Path, path: Path, should_stop: ShouldStop) -> None:
    if any(find_spec(library) is None for library in _IMPORTS_NEED):
        raise UserError("Saving as HDF5 needs more libraries. {advice}", advice=install_advice())
    from desktop_app.training.export import save_as_h5

    raise_if_stopped(should_stop)
    save_as_h5(folder, path, should_stop)


def _copy(folder: Path, kind: str, path: Path) -> None:
    from desktop_app.core.files import check_replaceable, write_atomically
    from desktop_app.networks.card import NETWORK_FILE
    from desktop_app.networks.keras_export import keras_with_card
    from desktop_app.networks.litert_export import answer_only
    from desktop_app.networks.model_folder import KERAS_FILE

    name = {KERAS_SUFFIX: KERAS_FILE, LITERT_SUFFIX: NETWORK_FILE}.get(kind)
    if name is None:
        raise UserError(
            "The name {name} must end in .keras, .h5 or .tflite; choose one of these.", name=shown_name(path)
        )
    if not (folder / name).is_file():
        raise UserError("This model has no {kind} file; choose another format.", kind=kind)
    check_replaceable(path)
    write_atomically(path, answer_only(folder) if kind == LITERT_SUFFIX else keras_with_card(folder))
