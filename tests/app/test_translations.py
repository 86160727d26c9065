"""Translations: plural forms, texts that lupdate finds, and a window in which every text is translated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, partial
from html import unescape
from pathlib import Path
from string import ascii_lowercase
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QObject, QPoint, Qt, QTranslator
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QTabBar,
    QTableView,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app.start import SAMPLE, build_window
from desktop_app.app.views import VIEWS
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.errors import UserError
from desktop_app.core.paths import resources_dir, runs_dir, user_models_dir
from desktop_app.core.settings import Settings
from desktop_app.data.sources.built_in import BUILT_IN
from desktop_app.networks.layers.registry import KINDS
from desktop_app.networks.library import library_entries
from desktop_app.runs.answers import Answers, write_answers
from desktop_app.runs.run_folder import RunHistory, RunRecord
from desktop_app.runs.run_store import new_run
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.views.curves.plot import load
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.line_network.panel import LineNetworkPanel
from desktop_app.views.parts.messages import translated
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.view import INSIDE, READ, TRAIN
from tests import translation_files
from tests.small_model import small_card, write_small_model
from tests.synthetic_numbers import number
from tests.views_of_window import view_of


def sources(root: Element) -> set[tuple[str, str]]:
    return {
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in root.iter("context")
        for message in context.iter("message")
    }


def test_english_plurals_are_up_to_date(tmp_path: Path) -> None:
    current = translation_files.extract(tmp_path / "current.ts", "-pluralonly")
    stored = translation_files.read(translation_files.ENGLISH)
    assert sources(stored) == sources(current), "run: make translations"
    assert all(form.text for form in stored.iter("numerusform"))
    assert translation_files.ENGLISH.with_suffix(".qm").is_file()


def test_compiled_files_are_replaced(tmp_path: Path) -> None:
    root = translation_files.read(translation_files.ENGLISH)
    compiled = translation_files.compile_file(root, tmp_path / "new.ts")
    loaded = tmp_path / "loaded.qm"
    loaded.hardlink_to(compiled)
    content = loaded.read_bytes()
    root.clear()
    assert translation_files.compile_file(root, tmp_path / "new.ts").read_bytes() != content
    assert loaded.read_bytes() == content


@pytest.mark.usefixtures("qapp")
def test_plurals_are_english() -> None:
    texts = [QCoreApplication.translate("LayerText", "%n layer(s)", "", count) for count in (0, 1, 2)]
    assert texts == ["0 layers", "1 layer", "2 layers"]


# ------------------------------------------------------------------------------ pseudo-translation

FOREIGN = {ord(letter): chr(ord("ა") + number) for number, letter in enumerate(ascii_lowercase)}


def pseudo_translation(text: str) -> str:
    """Return a text in Georgian letters, 40 % longer; placeholders, tags and entities stay."""
    parts = re.split(r"(\{[^}]*\}|<[^>]*>|&\w+;|%\w)", text)
    parts[::2] = [part.lower().translate(FOREIGN) for part in parts[::2]]
    return "".join(parts) + "~" * max(1, round(0.4 * len(text)))


@pytest.fixture
def pseudo(qapp: QApplication, tmp_path: Path) -> Iterator[None]:
    root = translation_files.extract(tmp_path / "pseudo.ts", "-target-language", "en")
    translation_files.translate(root, lambda source: (pseudo_translation(source),))
    translator = QTranslator()
    assert translator.load(str(translation_files.compile_file(root, tmp_path / "pseudo.ts")))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.usefixtures("pseudo")
def test_errors_are_translated() -> None:
    error = UserError("{name} cannot be read: {reason}.", name="7.png", reason=UserError("it is a folder"))
    reason = pseudo_translation("it is a folder")
    template = pseudo_translation("{name} cannot be read: {reason}.")
    assert translated(error) == template.format(name="7.png", reason=reason)


WORD = r"[A-Za-z]{3,}[\w.-]*\w"


def texts_of(thing: QObject) -> Iterator[str]:
    """Yield every text that a widget or action shows or gives to assistive technology."""
    names = ("text", "title", "toolTip", "statusTip", "whatsThis", "placeholderText", "windowTitle")
    for name in (*names, "accessibleName", "accessibleDescription"):
        value = thing.property(name)
        if isinstance(value, str) and not (name == "text" and isinstance(thing, QLineEdit)):
            yield value
    if isinstance(thing, QTextBrowser):
        yield from thing.toPlainText().splitlines()
    if isinstance(thing, QTabBar):
        for index in range(thing.count()):
            yield from (thing.tabText(index), thing.tabToolTip(index))
    if isinstance(thing, QComboBox):
        yield from (thing.itemText(index) for index in range(thing.count()))
    if isinstance(thing, QTableView) and thing.model() is not None:
        yield from table_texts(thing)


def table_texts(table: QTableView) -> Iterator[str]:
    model = table.model()
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    for column in range(model.columnCount()):
        for role in roles:
            yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
            yield from (str(model.index(row, column).data(role) or "") for row in range(model.rowCount()))


def painted_texts(widget: QWidget) -> Iterator[str]:
    """Yield the texts that a widget and its children paint."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = QSvgGenerator()
    image.setOutputDevice(buffer)
    image.setSize(widget.size())
    widget.render(image)
    yield from map(unescape, re.findall(r"<text[^>]*>([^<]*)</text>", bytes(buffer.data().data()).decode()))


NAMES = {
    *KINDS,
    *(word for entry in ZOO for word in re.findall(WORD, f"{entry.title} {entry.name}")),
    *(
        word
        for info in BUILT_IN
        for word in re.findall(WORD, f"{info.title} {info.name} {info.file} {info.origin}")
    ),
    *("Adam", "AdamW", "RMSprop", "SGD", "float32", "float16", "bfloat16", "same", "valid"),
    *("Alt", "Backspace", "Ctrl", "Del", "Enter", "Shift"),
    *("Digits", "Small", "input", "conv1", "conv2", "conv3", "pool1", "relu", "keras"),
    *("Qt", "PySide6", "NumPy", "TensorFlow", "Python", "defusedxml", "matplotlib", "SciPy", "h5py"),
    *("msgspec", "threadpoolctl", "Pillow", "filelock", "platformdirs", "rich", "PSF", "LGPL", "Apache"),
    *("BSD", "MIT", "MIT-CMU", "Optical", "Recognition", "Handwritten", "Alpaydin", "Kaynak", "Alimoglu"),
    *("Pen", "digits", "UNIPEN", "train_r01_v07", "mnist.npz", "pendigits.npz", "unipen_characters.npz"),
    *("Keras", "HDF5", "LiteRT", "InkML", "MNIST", "PSNR"),
    *(SAMPLE.name, "uci_digits.npz", "cifar10.zip"),
}
"""Names of Keras, of networks, data and layers, of formats, keys and files."""

QT = {
    "&Cancel",
    "Cancel",
    "Close",
    "Closes the dock widget",
    "Float",
    "Undocks and re-attaches the dock widget",
    "All Files ",
    "INKML ",
    "Scroll Left",
    "Scroll Right",
}
"""Texts of Qt's own widgets."""


@cache
def long_names() -> tuple[str, ...]:
    """Return titles and names of training data that a table may shorten."""
    return (*(entry.title for entry in ZOO), *(entry.data for entry in library_entries()))


def untranslated(text: str) -> str:
    """Return what of a text looks like words of English."""
    # A table shows the beginning of a long title or of the names of the training data.
    if text.endswith("…") and any(name.startswith(text[:-1]) for name in long_names()):
        return ""
    # An entry of the recent files is a name and a folder.
    if text in QT or text == str(resources_dir() / SAMPLE) or text.startswith(f"{SAMPLE.name}  ("):
        return ""
    text = re.sub(r"<style.*?</style>|<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
    return " ".join(word for word in re.findall(WORD, text.replace("&", "")) if word not in NAMES)


def is_in_file_dialog(thing: QObject | None) -> bool:
    """Return whether a thing belongs to a dialog whose texts are Qt's."""
    return thing is not None and (isinstance(thing, QFileDialog) or is_in_file_dialog(thing.parent()))


def makes_context_menu(widget: QWidget) -> bool:
    """Return whether a widget of the program has a context menu besides its list of actions."""
    classes = (each for each in type(widget).mro() if each.__module__.startswith("desktop_app"))
    return any("contextMenuEvent" in vars(each) for each in classes)


class Walk:
    """Collects the texts that are not translated."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.found: dict[str, set[str]] = {}
        self._opened: set[str] = set()

    def look_at(self, widget: QWidget) -> None:
        """Look at the texts of a widget or window, and of everything in it."""
        for thing in (widget, *widget.findChildren(QWidget), *widget.findChildren(QAction)):
            if not is_in_file_dialog(thing):
                self._check(f"{type(thing).__name__} {thing.objectName()}", texts_of(thing))
        self._check(f"painted in {type(widget).__name__}", painted_texts(widget))

    def look_at_dialog(self) -> None:
        """Look at the dialog that is open, and close it."""
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                if isinstance(dialog, QFileDialog):
                    kinds = (kind.split("(")[0] for kind in dialog.nameFilters())
                    self._check("file dialog", (dialog.windowTitle(), *kinds))
                else:
                    self.look_at(dialog)
                dialog.reject()

    def open_menus(self) -> None:
        """Fill all menus."""
        for menu in self.window.findChildren(QMenu):
            menu.aboutToShow.emit()
            self.look_at(menu)

    def open_context_menus(self) -> None:
        """Open the context menus of all visible widgets that make one."""
        for widget in self.window.findChildren(QWidget):
            if widget.isVisible() and makes_context_menu(widget):
                point = widget.mapToGlobal(QPoint())
                event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), point)
                QApplication.sendEvent(widget, event)
                if isinstance(menu := QApplication.activePopupWidget(), QMenu):
                    self.look_at(menu)
                    menu.close()

    def open_dialogs(self) -> None:
        """Choose everything with an ellipsis, which opens a dialog or asks."""
        things: list[QAction | QPushButton] = [
            *self.window.findChildren(QAction),
            *self.window.findChildren(QPushButton),
        ]
        for thing in things:
            if "…" in thing.text() and thing.isEnabled() and thing.text() not in self._opened:
                self._opened.add(thing.text())
                if isinstance(thing, QAction):
                    thing.trigger()
                else:
                    thing.click()
                self.look_at_dialog()
        self.look_at(self.window)

    def _check(self, place: str, texts: Iterable[str]) -> None:
        for text in texts:
            if rest := untranslated(text):
                self.found.setdefault(rest, set()).add(f"{place}: {text[:70]}")


def write_run() -> str:
    """Write a run with a model and with answers to test samples; return its name."""
    recipe = zoo_entry("mlp-300-300").recipe
    run = new_run(runs_dir(), recipe)
    run.begin(recipe, RunRecord("Digits", state="finished", epochs=2, best_epoch=2))
    run.write_history(RunHistory(({"loss": 0.5, "val_loss": 0.6, "accuracy": 0.8, "val_accuracy": 0.7},) * 2))
    classes = np.arange(100) % 10
    probabilities = np.full((100, 10), 0.01, dtype=np.float32)
    probabilities[np.arange(100), (classes + (classes > 7)) % 10] = 0.91
    write_answers(
        run.path / "test.npz", Answers(probabilities, classes, np.zeros((100, 28, 28, 1), np.uint8))
    )
    write_small_model(run.path / "model", small_card())
    run.release()
    user_models_dir().mkdir(parents=True)
    write_small_model(user_models_dir() / "small", small_card())
    return run.name


def is_active(window: MainWindow, name: str) -> bool:
    return any(host.view.name == name and host.is_active for host in window.hosts)


def help_actions(window: MainWindow) -> list[QAction]:
    """Return the actions of the Help menu, and the one about the model."""
    title = pseudo_translation("&Help")
    (menu,) = (menu for menu in window.findChildren(QMenu) if menu.title() == title)
    about = pseudo_translation("About this model")
    actions = [*menu.actions(), *(a for a in window.findChildren(QAction) if a.text() == about)]
    return [action for action in actions if not action.isSeparator()]


@pytest.fixture(scope="module")
def _fonts_are_found() -> None:
    """Find fonts for plots, which is logged the first time."""
    load()


@pytest.mark.usefixtures("pseudo", "_fonts_are_found")
def test_every_text_of_the_window_is_translated(qtbot: QtBot) -> None:
    run = write_run()
    window = build_window(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.reading_painted):
        window.show()
        window.context.file_requested.emit(resources_dir() / SAMPLE)
    walk = Walk(window)
    window.workspaces.choose(TRAIN)
    window.workspaces.show_view("runs")
    view_of(window, RunsPanel).select_run(run)
    qtbot.waitUntil(lambda: view_of(window, RunsPanel).selected() != ())
    window.workspaces.show_view("evaluation")
    qtbot.waitUntil(lambda: bool(view_of(window, EvaluationPanel).numbers()))
    for workspace in (READ, INSIDE, TRAIN):
        window.workspaces.choose(workspace)
        for view in VIEWS:
            if workspace in view.positions:
                window.workspaces.show_view(view.name)
                qtbot.waitUntil(partial(is_active, window, view.name))
                (host,) = (each for each in window.hosts if each.view is view)
                walk.look_at(host)
        walk.open_context_menus()
        walk.open_menus()
        walk.open_dialogs()
    ImportDialog(Path("7.keras"), window).show()
    walk.look_at_dialog()
    for page in help_actions(window):
        page.trigger()
        walk.look_at_dialog()
    assert sorted(walk.found.items()) == []


@pytest.mark.usefixtures("pseudo")
def test_texts_about_a_line_are_translated(qtbot: QtBot) -> None:
    window = build_window(Settings(workspace=INSIDE))
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.shown):
        window.show()
    window.workspaces.show_view("line")
    qtbot.waitUntil(partial(is_active, window, "line"))
    window.show_page(number("7105").transformed(0.5, 60, 70))
    panel = view_of(window, LineNetworkPanel)
    qtbot.waitUntil(lambda: bool(panel.numbers()))
    walk = Walk(window)
    walk.look_at(next(host for host in window.hosts if host.view.name == "line"))
    assert sorted(walk.found.items()) == []
