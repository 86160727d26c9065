"""Random commands of the window: views, workspaces, models, trainings, files, appearance, closing."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QColor, QDropEvent, QFont, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDockWidget, QFileDialog

from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.view_dock import ViewDock
from desktop_app.core.paths import models_dir, resources_dir
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.networks.library import model_folders
from desktop_app.runs.recipe import DataPart, Fitting, Recipe, Schedule
from desktop_app.views.run.panel import RunPanel
from tests.fuzz.steps import Step
from tests.fuzz.text_commands import TextCommands
from tests.other_tasks import MIXER, SHARPENER, write_pictures
from tests.synthetic_numbers import image_of, number
from tests.training_fixtures import write_ink_set, write_small_mnist

_DIGITS = Recipe(
    name="tiny",
    title="Tiny",
    data=(DataPart("mnist", validation=100, normalize=False),),
    layers=with_names(
        [
            Layer("Flatten"),
            Layer("Dense", options={"units": 12, "activation": "relu"}),
            Layer("Dense", "probabilities", options={"units": CLASSES, "activation": "softmax"}),
        ]
    ),
    fitting=Fitting(epochs=4, batch_size=50),
    schedule=Schedule(rate=0.003),
)
_NOT_AT_RANDOM = ("Quit", "Import model…", "Data folder…")
_STATES = (Qt.WindowState.WindowNoState, Qt.WindowState.WindowMaximized, Qt.WindowState.WindowFullScreen)


@dataclass(frozen=True)
class Files:
    """A folder with files to open, and one to write to.

    Attributes:
        pages: images and ink, some of them damaged.
        model: a Keras model to import.
        out: folder for files that are saved.
    """

    pages: tuple[Path, ...]
    model: Path
    out: Path


def write_files(folder: Path) -> Files:
    """Write data sets for trainings, and files to open."""
    data, out = folder / "data", folder / "out"
    for each in (data, out):
        each.mkdir(parents=True)
    write_small_mnist(data / "mnist.npz", 600, 40)
    write_ink_set(data / "pendigits.npz", "0123456789", writers=4, seed=1)
    write_pictures(data)
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 256, (300, 400, 3), np.uint8)).save(folder / "noise.png")
    for text in ("42", "2026", "0171 555"):
        ink = number(text)
        (folder / f"{text}.inkml").write_bytes(inkml_bytes(ink))
        image_of(ink).save(folder / f"{text}.png")
    Image.fromarray(np.full((900, 1200), 255, np.uint8)).save(folder / "empty.jpg")
    (folder / "broken.png").write_bytes((folder / "noise.png").read_bytes()[:2000])
    (folder / "text.txt").write_text("no image", encoding="utf-8")
    samples = sorted(path for path in (resources_dir() / "samples").rglob("*") if path.is_file())
    others = sorted(path for path in folder.iterdir() if path.is_file())
    pages = (*samples[:10], *others, *sorted((data / "spots").rglob("*.png"))[:3], folder / "missing.png")
    return Files(pages, models_dir() / "dense" / "model.keras", out)


class Commands:
    """Chooses a command of a window at random."""

    def __init__(self, window: MainWindow, files: Files, rng: random.Random) -> None:
        """Start with a window."""
        self._window, self._files, self._rng = window, files, rng
        self._docks = window.findChildren(ViewDock)
        self._texts = TextCommands(window, files.pages, rng)

    def choose(self) -> Step:
        """Return a command that has not been given yet."""
        kinds: list[tuple[float, Callable[[], Step]]] = [
            (30, self.layout),
            (6, self._model),
            (6, self._run),
            (14, self._action),
            (5, self._open),
            (4, self._paste),
            (4, self._edit),
            (4, self._layer),
            (3, self._appearance),
            (2, self._train),
            (2, self._collect),
            (6, self._texts.text),
            (2, self._texts.correct),
            (3, self._texts.samples),
            (6, self._texts.batch),
            (1, self._texts.models),
            (0.1, self._import),
            (0.2, self._close),
        ]
        (function,) = self._rng.choices([each for _, each in kinds], [weight for weight, _ in kinds])
        return function()

    def answer(self, dialog: QFileDialog) -> Step:
        """Return a choice of a file, or the cancelling of a dialog."""
        if self._rng.random() < 0.5:
            return "cancel file dialog", dialog.reject
        is_save = dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        path = self._files.out / f"file{self._rng.randrange(1000)}" if is_save else self._page()
        if dialog.fileMode() is QFileDialog.FileMode.Directory:
            path = self._files.out

        def accept() -> None:
            dialog.selectFile(str(path))
            # A file that cannot be chosen leaves the dialog open.
            dialog.fileSelected.emit(str(path))
            dialog.reject()

        return f"choose {path}", accept

    def _page(self) -> Path:
        return self._rng.choice(self._files.pages)

    # --- layout ---

    def layout(self) -> Step:
        """Return a change of the layout that has not been made yet."""
        (function,) = self._rng.choices((self._dock, self._resize, self._workspace), (14, 8, 8))
        return function()

    def _dock(self) -> Step:
        window, rng = self._window, self._rng
        dock = rng.choice(self._docks)
        name = dock.objectName()
        size, at = rng.randint(50, 900), (rng.randint(-100, 1500), rng.randint(-100, 900))
        commands: list[Step] = [
            (f"float {name}", lambda: _press(dock, lambda: dock.setFloating(not dock.isFloating()))),
            (f"float and show {name}", lambda: _press(dock, lambda: _show(dock, is_floating=True))),
            (f"close {name}", lambda: _press(dock, dock.close)),
            (f"show {name}", lambda: _press(dock, lambda: _show(dock, is_floating=dock.isFloating()))),
            (f"show view {name}", lambda: window.workspaces.show_view(name.removesuffix("_dock"))),
            (f"move {name}", lambda: dock.move(*at) if dock.isFloating() else None),
            (f"resize {name}", lambda: dock.resize(size, size) if dock.isFloating() else None),
            ("reset layout", window.workspaces.reset_layout),
            ("restore layouts", lambda: window.workspaces.restore(window.workspaces.layouts(), "")),
        ]
        return rng.choice(commands)

    def _resize(self) -> Step:
        window, rng = self._window, self._rng
        if rng.random() < 0.2:
            state = rng.choice((*_STATES, Qt.WindowState.WindowMinimized))
            return f"state {state.name}", lambda: window.setWindowState(state)
        size = QSize(rng.randint(300, 1900), rng.randint(200, 1200))
        return f"resize {size.width()},{size.height()}", lambda: window.resize(size)

    def _workspace(self) -> Step:
        name = self._rng.choice(self._window.workspaces.names)
        return f"workspace {name}", lambda: self._window.workspaces.choose(name)

    def _appearance(self) -> Step:
        if self._rng.random() < 0.3:
            size = self._rng.choice((7, 9, 9, 12, 18))

            def set_font() -> None:
                font = QFont(QApplication.font())
                font.setPointSize(size)
                QApplication.setFont(font)

            return f"font {size}", set_font
        appearance = self._rng.choice(self._window.menu_actions.appearances)
        return f"appearance {appearance.text()}", appearance.trigger

    # --- reading ---

    def _model(self) -> Step:
        window, names = self._window, sorted(model_folders())
        # Many models of earlier trainings would leave out those that come with the program.
        name = self._rng.choice(names[-8:])
        if self._rng.random() < 0.2:
            return f"second model {name}", lambda: window.context.second_model.set(name)
        return f"model {name}", lambda: window.context.model_requested.emit(name)

    def _layer(self) -> Step:
        window = self._window
        if window.network is None:
            return "no layer", lambda: None
        name = self._rng.choice([layer.name for layer in window.network.layers])
        return f"layer {name}", lambda: window.context.layer_requested.emit(name)

    def _edit(self) -> Step:
        canvas = self._window.canvas
        commands: list[Step] = [("undo", canvas.undo), ("redo", canvas.redo), ("clear", canvas.clear)]
        return self._rng.choice(commands)

    def _action(self) -> Step:
        actions = [
            action
            for action in self._window.findChildren(QAction)
            if action.isEnabled()
            and action.isVisible()
            and action.text().replace("&", "") not in _NOT_AT_RANDOM
        ]
        action = self._rng.choice(actions)
        return f"action {action.text()}", action.trigger

    def _collect(self) -> Step:
        """Collect garbage in another thread, which must not own anything of Qt."""
        generation = self._rng.choice((0, 0, 1, 1, 1, 2))
        return (
            f"collect {generation}",
            threading.Thread(target=gc.collect, args=(generation,), name="collector").start,
        )

    # --- files ---

    def _open(self) -> Step:
        window, path = self._window, self._page()
        if self._rng.random() < 0.6:
            return f"open {path}", lambda: window.context.file_requested.emit(path)

        def drop() -> None:
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(path))])
            copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
            none, kind = Qt.KeyboardModifier.NoModifier, QEvent.Type.Drop
            QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, left, none, kind))

        return f"drop {path}", drop

    def _paste(self) -> Step:
        window, clipboard = self._window, QGuiApplication.clipboard()
        image = QImage(self._rng.randint(1, 800), self._rng.randint(1, 800), QImage.Format.Format_RGB32)
        image.fill(QColor(self._rng.choice(("white", "black", "red"))))
        commands: list[Step] = [
            ("copy an image", lambda: clipboard.setImage(image)),
            ("copy text", lambda: clipboard.setText("12")),
            ("clear the clipboard", clipboard.clear),
            ("paste an image", lambda: window.context.image_requested.emit(image)),
        ]
        return self._rng.choice(commands)

    def _import(self) -> Step:
        return "import model", self._drop_model

    def _drop_model(self) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self._files.model))])
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none, kind = Qt.KeyboardModifier.NoModifier, QEvent.Type.Drop
        QApplication.sendEvent(self._window, QDropEvent(QPointF(50, 50), copy, data, left, none, kind))

    # --- training ---

    def _train(self) -> Step:
        window, rng = self._window, self._rng
        recipe = rng.choice((_DIGITS, _DIGITS, _DIGITS, MIXER, SHARPENER))
        epochs, seeds = rng.choice((1, 2, 5, 300)), rng.choice((1, 1, 1, 3))
        recipe = replace(recipe, fitting=replace(recipe.fitting, epochs=epochs), seed=rng.randrange(100))

        def train() -> None:
            window.workspaces.choose("train")
            window.workspaces.show_view("run")
            window.context.training.draft.set(recipe)
            if (panel := window.findChild(RunPanel)) is not None:
                panel.buttons.train_requested.emit(seeds)

        return f"train {recipe.name} {epochs} {seeds}", train

    def _run(self) -> Step:
        panel = self._window.findChild(RunPanel)
        if panel is None:
            return "no run", lambda: None
        commands: list[Step] = [
            ("pause", panel.buttons.pause_requested.emit),
            ("continue", panel.buttons.unpause_requested.emit),
            ("continue", panel.buttons.unpause_requested.emit),
            ("stop", panel.buttons.stop_requested.emit),
            ("cancel", panel.buttons.cancel_requested.emit),
        ]
        return self._rng.choice(commands)

    def _close(self) -> Step:
        return "close", self._window.close


def _press(dock: ViewDock, act: Callable[[], object]) -> None:
    """Do what a button of a panel does, after saying that it is pressed, which ends drags."""
    dock.title.buttons.pressed.emit()
    act()


def _show(dock: QDockWidget, *, is_floating: bool) -> None:
    dock.setFloating(is_floating)
    dock.show()
    dock.raise_()
