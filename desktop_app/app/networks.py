"""Networks come from elsewhere and go elsewhere: imports and exports, done in the background."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.app.controller import Controller
from desktop_app.core.errors import Refusal, printable, shown_name
from desktop_app.jobs.background import Background

_LIBRARIES = ("h5py", "keras", "tensorflow")
_LONGEST_TITLE = 60


class NetworkFiles(Controller):
    """Imports networks into the user's library and saves copies of those that are there."""

    imported = Signal(str)
    """The name of a network that is in the library from now on."""
    saved = Signal(str)
    """The name of the file that a network was saved as."""
    works = Signal(str)
    """What has begun and takes a while, in one sentence."""

    def __init__(self, models_dir: Path, parent: QObject) -> None:
        """Import into the folder, which need not exist yet."""
        super().__init__(parent)
        self._models_dir = models_dir
        self._background = Background(self)

    def import_network(self, path: Path) -> None:
        """Check, convert and put into the library a network that nobody vouches for."""
        self.works.emit(self.tr("{name} is being checked and converted…").format(name=shown_name(path.name)))
        name = _free_name(path, self._models_dir)
        title = printable(path.stem.strip())[:_LONGEST_TITLE] or name
        self._background.run(
            lambda: _import(path, self._models_dir / name, title),
            lambda _: self.imported.emit(name),
            lambda error: self.failed.emit(error, self.tr("The network could not be imported.")),
        )

    def save_network(self, folder: Path, path: Path) -> None:
        """Save a copy of a model folder's network as .keras, .h5 or .tflite."""
        self._background.run(
            _saving(folder, path),
            lambda _: self.saved.emit(path.name),
            lambda error: self.failed.emit(error, self.tr("The network could not be saved.")),
        )

    def close(self) -> None:
        """Wait for what has begun."""
        self._background.close()


def _free_name(path: Path, models_dir: Path) -> str:
    """A name for the library that no model has, made from the file's."""
    from desktop_app.recognition.library import model_folders

    stem = re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-_")[:36] or "network"
    taken = set(model_folders())
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken and not (models_dir / name).exists())


def _import(path: Path, folder: Path, title: str) -> None:
    if any(find_spec(library) is None for library in _LIBRARIES):
        raise Refusal("Importing needs more than reading: install handwriting[training].")
    from desktop_app.recognition.recognizer import open_recognizer
    from desktop_app.training.convert import convert_foreign

    convert_foreign(path, folder, title, "", try_out=open_recognizer)


def _saving(folder: Path, path: Path) -> Callable[[], None]:
    def save() -> None:
        from desktop_app.training.run_store import save_model_as

        if path.suffix.lower() in (".h5", ".hdf5"):
            if find_spec("keras") is None:
                raise Refusal("Saving as HDF5 needs Keras: install handwriting[training].")
            from desktop_app.training.export import save_as_h5

            save_as_h5(folder, path)
        else:
            save_model_as(folder, path)

    return save
