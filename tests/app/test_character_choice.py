"""The characters that are possible answers and the level of acceptance, in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import settings_path, user_models_dir
from desktop_app.core.settings import Settings, load_settings, save_settings
from desktop_app.ink.strokes import Ink
from desktop_app.lines.line_model import LEVELS
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card, write_card
from desktop_app.tasks.reading import Verdict
from desktop_app.views.parts.slider import Slider
from tests.finding import child
from tests.synthetic_numbers import number

WAIT_MS = 60_000
SEVEN = Ink.from_points([[[100, 100], [300, 100], [200, 350]]])


@pytest.fixture
def renamed() -> str:
    """Name of a copy of the digits model whose labels 7, 8 and 9 are letters."""
    folder = user_models_dir() / "renamed"
    folder.mkdir(parents=True)
    for file in find_model("digits").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    card = read_card(folder)
    task = replace(card.task, labels=(*"0123456", "X", "Y", "Z"))
    write_card(folder, replace(card, name="renamed", task=task))
    return "renamed"


@pytest.fixture
def open_window(qtbot: QtBot) -> Callable[[Settings], MainWindow]:
    def open_with(settings: Settings) -> MainWindow:
        save_settings(settings, settings_path())
        window = build_window()
        qtbot.addWidget(window)
        window.resize(1200, 800)
        with qtbot.waitSignal(window.shown):
            window.show()
        return window

    return open_with


def verdict_of(window: MainWindow) -> str:
    label = window.findChild(QLabel, "verdict_label")
    return "" if label is None else label.accessibleDescription()


def test_rejected_ink_is_none_of_the_chosen_characters(
    open_window: Callable[[Settings], MainWindow], qtbot: QtBot
) -> None:
    window = open_window(Settings(model="letters", character_sets={"letters": "capitals"}))
    window.canvas.set_page(number("4"))
    qtbot.waitUntil(lambda: verdict_of(window) == "Not a capital letter", timeout=WAIT_MS)
    sentence = child(window, QLabel, "reading_hint").text()
    assert "this is none of the chosen characters; the nearest is" in sentence


def test_characters_are_chosen_and_remembered(
    renamed: str, open_window: Callable[[Settings], MainWindow], qtbot: QtBot
) -> None:
    window = open_window(Settings(model=renamed))
    window.canvas.set_page(SEVEN)
    answer = child(window, QLabel, "reading_label")
    qtbot.waitUntil(lambda: answer.accessibleDescription() == "X", timeout=WAIT_MS)
    box = child(window, QComboBox, "character_set")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentData() == "digits"
    qtbot.waitUntil(lambda: verdict_of(window) == "Not a digit", timeout=WAIT_MS)
    window.close()
    settings, _ = load_settings(settings_path())
    assert settings.character_sets == {renamed: "digits"}

    again = open_window(settings)
    qtbot.waitUntil(lambda: verdict_of(again) == "Not a digit", timeout=WAIT_MS)
    assert child(again, QComboBox, "character_set").currentData() == "digits"


def test_level_of_acceptance_changes_the_verdict_on_the_text(
    open_window: Callable[[Settings], MainWindow], qtbot: QtBot
) -> None:
    window = open_window(Settings(sheet=True, most_wrong=LEVELS[0].wrong))
    window.canvas.set_page(number("0171 2026"))
    text = window.context.text
    qtbot.waitUntil(lambda: text.value is not None, timeout=WAIT_MS)
    slider = child(window, Slider, "acceptance")
    assert slider.value() == 0
    slider.setValue(len(LEVELS) - 1)
    assert text.value is not None
    assert (text.value.verdict.verdict, text.value.verdict.to_check) == (Verdict.READ, ())
    assert text.value.verdict.level == LEVELS[-1]
    window.close()
    assert load_settings(settings_path())[0].most_wrong == LEVELS[-1].wrong
