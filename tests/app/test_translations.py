"""Translations: plural forms, texts that lupdate finds, and a window in which every text is translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, QTranslator
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app.start import SAMPLE, build_window
from desktop_app.app.views import VIEWS
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.errors import UserError
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Settings
from desktop_app.data.sources.built_in import BUILT_IN
from desktop_app.networks.layers.registry import KINDS
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.parts.messages import translated
from desktop_app.views.view import INSIDE, READ, TRAIN
from tests import translation_files


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


@pytest.mark.usefixtures("qapp")
def test_plurals_are_english() -> None:
    texts = [QCoreApplication.translate("LayerText", "%n layer(s)", "", count) for count in (0, 1, 2)]
    assert texts == ["0 layers", "1 layer", "2 layers"]


# ------------------------------------------------------------------------------ pseudo-translation


def marked(text: str) -> str:
    """Return a text in brackets, 40 % longer; placeholders and mnemonics stay."""
    return f"⟦{text}{'~' * max(1, round(0.4 * len(text)))}⟧"


@pytest.fixture
def pseudo(qapp: QApplication, tmp_path: Path) -> Iterator[None]:
    root = translation_files.extract(tmp_path / "pseudo.ts", "-target-language", "en")
    translation_files.translate(root, lambda source: (marked(source),))
    translator = QTranslator()
    assert translator.load(str(translation_files.compile_file(root, tmp_path / "pseudo.ts")))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.usefixtures("pseudo")
def test_errors_are_translated() -> None:
    error = UserError("{name} cannot be read: {reason}.", name="7.png", reason=UserError("it is a folder"))
    assert translated(error) == "⟦7.png cannot be read: ⟦it is a folder~~~~~~⟧.~~~~~~~~~~~~~⟧"


WORD = r"[A-Za-z]{3,}[\w.-]*\w"


def texts_of(thing: QObject) -> Iterator[str]:
    """Yield every text that a widget or action shows or gives to assistive technology."""
    names = ("text", "title", "toolTip", "statusTip", "whatsThis", "placeholderText", "windowTitle")
    for name in (*names, "accessibleName", "accessibleDescription"):
        value = thing.property(name)
        if isinstance(value, str) and not (name == "text" and isinstance(thing, QLineEdit)):
            yield value
    if isinstance(thing, QTabBar):
        for index in range(thing.count()):
            yield from (thing.tabText(index), thing.tabToolTip(index))
    if isinstance(thing, QComboBox):
        yield from (thing.itemText(index) for index in range(thing.count()))
    if isinstance(thing, QTableView) and thing.model() is not None:
        model = thing.model()
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")


NAMES = {
    *KINDS,
    *(word for entry in ZOO for word in re.findall(WORD, entry.title)),
    *(word for info in BUILT_IN for word in re.findall(WORD, f"{info.title} {info.name} {info.origin}")),
    *("Adam", "AdamW", "RMSprop", "SGD", "float32", "float16", "bfloat16", "same", "valid"),
    *("Alt", "Backspace", "Ctrl", "Shift"),
    *("Digits", "conv1", SAMPLE.name, "keras"),
}
"""Names of Keras, of networks, data and layers, of keys and files."""

QT = {
    "&Cancel",
    "Cancel",
    "Close",
    "Closes the dock widget",
    "Float",
    "Undocks and re-attaches the dock widget",
    "Scroll Left",
    "Scroll Right",
}
"""Texts of Qt's own widgets."""


def is_active(window: MainWindow, name: str) -> bool:
    return any(host.view.name == name and host.is_active for host in window.hosts)


def open_context_menu(widget: QWidget) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), widget.mapToGlobal(QPoint()))
    QApplication.sendEvent(widget, event)
    for menu in widget.findChildren(QMenu):
        menu.close()


def untranslated(text: str) -> str:
    """Return what of a text is outside of all marks and looks like words."""
    if text in QT or text == str(resources_dir() / SAMPLE):
        return ""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    text = re.sub(r"<style.*?</style>|<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
    return " ".join(word for word in re.findall(WORD, text.replace("&", "")) if word not in NAMES)


@pytest.mark.usefixtures("pseudo")
def test_every_text_of_the_window_is_translated(qtbot: QtBot) -> None:
    window = build_window(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.reading_painted):
        window.show()
        window.file_chosen.emit(resources_dir() / SAMPLE)
    ImportDialog(Path("7.keras"), window).show()
    found: dict[str, set[str]] = {}
    for workspace in (READ, INSIDE, TRAIN):
        window.workspaces.choose(workspace)
        for view in VIEWS:
            if workspace in view.positions:
                window.workspaces.show_view(view.name)
                qtbot.waitUntil(partial(is_active, window, view.name))
        for maps in window.findChildren(FeatureMapView):
            open_context_menu(maps)
        for thing in (window, *window.findChildren(QWidget), *window.findChildren(QAction)):
            for text in texts_of(thing):
                if rest := untranslated(text):
                    found.setdefault(rest, set()).add(
                        f"{type(thing).__name__} {thing.objectName()}: {text[:70]}"
                    )
    assert not found
