"""The Help menu, the page about a model, and the menu of models, by keys and clicks."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QTextBrowser
from pytestqt.qtbot import QtBot

from desktop_app import __version__
from desktop_app.app.help.help_dialog import HelpDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.workspace import workspaces
from desktop_app.core.paths import models_dir
from desktop_app.networks.card import card_from_json
from desktop_app.networks.layers.registry import KINDS
from tests.finding import child


def menu(window: MainWindow, title: str) -> QMenu:
    return next(m for m in window.findChildren(QMenu) if m.title().replace("&", "") == title)


def choose(qtbot: QtBot, window: MainWindow, title: str, text: str) -> HelpDialog:
    """Choose an entry of a menu with the keyboard; return the page that it opens."""
    opened = menu(window, title)
    action = next(a for a in opened.actions() if a.text() == text)
    opened.popup(window.mapToGlobal(window.rect().topLeft()))
    opened.setActiveAction(action)
    QTest.keyClick(opened, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(pages(window)) == 1)
    (page,) = pages(window)
    return page


def pages(window: MainWindow) -> list[HelpDialog]:
    return [page for page in window.findChildren(HelpDialog) if page.isVisible()]


def text_of(page: HelpDialog) -> str:
    browser = child(page, QTextBrowser)
    assert browser.accessibleName() == page.windowTitle()
    return browser.toPlainText()


def test_getting_started_is_shown_beside_the_window_and_closed_with_escape(
    qtbot: QtBot, window: MainWindow
) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: len(pages(window)) == 1)
    (page,) = pages(window)
    assert not page.isModal()
    assert "Draw a digit on the canvas" in text_of(page)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert pages(window) == [page]
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: pages(window) == [])


def test_getting_started_has_a_section_for_each_workspace(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: len(pages(window)) == 1)
    text = text_of(pages(window)[0])
    assert {workspace.title for workspace in workspaces()} <= set(text.splitlines())
    assert "unless the current one is better" in text
    assert "To write several digits" not in text, "they are read on the square canvas as well"


def test_all_shortcuts_of_the_menus_are_listed(qtbot: QtBot, window: MainWindow) -> None:
    text = text_of(choose(qtbot, window, "Help", "Keyboard shortcuts"))
    actions = [
        action for action in window.findChildren(QAction) if action.shortcuts() and action.parent() is window
    ]
    assert len(actions) > 15
    for action in actions:
        assert action.text().replace("&", "") in text
        assert action.shortcut().toString(action.shortcut().SequenceFormat.NativeText) in text
    assert "other end of the pen" in text


def test_the_glossary_explains_every_layer_kind_and_can_be_searched(qtbot: QtBot, window: MainWindow) -> None:
    page = choose(qtbot, window, "Help", "Glossary")
    text = text_of(page)
    assert all(f"{name}\n{kind.description}" in text.replace("\u2028", "\n") for name, kind in KINDS.items())
    search = child(page, QLineEdit)
    qtbot.waitUntil(search.hasFocus)
    QTest.keyClicks(search, "feature m")
    assert text_of(page).startswith("Feature map")
    assert "Conv2D" not in text_of(page)
    QTest.keyClicks(search, "<b>")
    assert text_of(page) == "The glossary does not contain “feature m<b>”."


def test_about_names_versions_licences_and_privacy(qtbot: QtBot, window: MainWindow) -> None:
    text = text_of(choose(qtbot, window, "Help", "About Handwriting"))
    for part in (__version__, "PySide6", "NumPy", "LiteRT", "LGPL 3", "Nothing leaves your computer"):
        assert part in text


def test_about_this_model_shows_data_accuracy_and_weaknesses(qtbot: QtBot, window: MainWindow) -> None:
    page = choose(qtbot, window, "Model", "About this model")
    text = text_of(page)
    for part in ("340,203", "129", "unipen_characters.npz", "179", "99.69 %", "98.52 %", "line network"):
        assert part in text
    rows = text[text.index("Weaknesses") :].split()
    # 4 is answered as 1 eight times, more often than anything else.
    assert rows[rows.index("samples") + 1 :][:3] == ["4", "1", "8"]
    with qtbot.waitSignal(window.canvas.page_changed, raising=False, timeout=1):
        next(a for a in menu(window, "Model").actions() if a.data() == "dense").trigger()
    qtbot.waitUntil(lambda: "101,311" in text_of(page))
    assert "line network" not in text_of(page)
    next(a for a in menu(window, "Model").actions() if a.data() == "letters").trigger()
    qtbot.waitUntil(lambda: "617,928" in text_of(page))
    assert "digits 70.0 %, capital letters 85.9 %, small letters 95.4 %, letters 97.6 %" in text_of(page)


def test_the_menu_of_models_shows_accuracy_and_date(window: MainWindow) -> None:
    (text,) = [a.text() for a in menu(window, "Model").actions() if a.data() == "digits"]
    title, _, results = text.partition("\t")
    assert title == "Digits"
    assert results == "2026-11-29 · 99.7 %"


@pytest.mark.parametrize("confusion", [None, "x", [[1]], [["a"] * 10] * 10, [[0] * 10] * 9])
def test_cards_with_other_figures_have_no_confused_pairs(confusion: object) -> None:
    values = json.loads((models_dir() / "digits" / "card.json").read_text(encoding="utf-8"))
    values["figures"] = [7, {"confusion": confusion}]
    assert card_from_json(json.dumps(values).encode(), "digits").most_confused(3) == ()
