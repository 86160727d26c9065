"""Tests of the choice of characters and of the level of acceptance in the reading panel."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.lines.line_model import DEFAULT_LEVEL, LEVELS
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.character_sets import CharacterSet, restriction
from desktop_app.tasks.reading import probability_text
from desktop_app.tasks.task import DIGITS, Task
from desktop_app.tasks.verdict import judge
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.slider import Slider
from desktop_app.views.reading.acceptance_slider import AcceptanceSlider
from desktop_app.views.reading.panel import ReadingPanel
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.stages import Stages
from tests.finding import child
from tests.views.conftest import GRAPH, INFO

SAME_SHAPE = "cijklmopsuvwxyz"
LETTERS = Task(
    labels=(*DIGITS, *ascii_uppercase, *(letter for letter in ascii_lowercase if letter not in SAME_SHAPE)),
    aliases=tuple((letter, letter.upper()) for letter in SAME_SHAPE),
    rejects=True,
)
LETTERS_INFO = NetworkInfo("letters", "Letters", LETTERS, INFO.layers)


@pytest.fixture
def panel(qtbot: QtBot) -> ReadingPanel:
    widget = ReadingPanel()
    qtbot.addWidget(widget)
    widget.set_network(LETTERS_INFO, GRAPH)
    widget.resize(480, 800)
    widget.show()
    return widget


def show(panel: ReadingPanel, characters: CharacterSet, **probabilities: float) -> None:
    outputs = np.full(len(LETTERS.labels) + 1, 1e-4, np.float32)
    for label, share in probabilities.items():
        outputs[LETTERS.labels.index(label)] = share
    chosen = restriction(LETTERS, characters)
    task = LETTERS if chosen is None else chosen.task
    shares = outputs / outputs.sum() if chosen is None else chosen.apply(outputs / outputs.sum())
    panel.set_observation(Observation(judge(shares, task, 0.9, 1.0)))


def combo(panel: ReadingPanel) -> QComboBox:
    return child(panel, QComboBox, "character_set")


def bars(panel: ReadingPanel) -> ProbabilityBars:
    return child(panel, ProbabilityBars, "probabilities")


def test_sets_of_the_model_can_be_chosen(panel: ReadingPanel, qtbot: QtBot) -> None:
    box = combo(panel)
    assert [box.itemData(row) for row in range(box.count())] == [
        "all",
        "digits",
        "capitals",
        "small-letters",
        "letters",
    ]
    with qtbot.waitSignal(panel.characters_chosen) as chosen:
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert chosen.args == ["digits"]


@pytest.mark.parametrize("height", [370, 380, 400])
def test_nothing_overlaps_when_the_choice_appears(qtbot: QtBot, height: int) -> None:
    window, panel = QWidget(), ReadingPanel()
    qtbot.addWidget(window)
    panel.setParent(window)
    panel.resize(640, height)
    panel.set_network(INFO, GRAPH)
    window.resize(640, height)
    window.show()
    panel.grab()
    column, stages = child(panel, ColumnView), child(panel, Stages)
    panel.set_network(LETTERS_INFO, GRAPH)
    qtbot.waitUntil(lambda: combo(panel).height() > 0 and column.geometry().bottom() < stages.y())
    assert panel.height() == height
    assert stages.geometry().bottom() < height


def test_choice_is_hidden_for_a_model_with_one_set(panel: ReadingPanel) -> None:
    assert combo(panel).isVisible()
    panel.set_network(INFO, GRAPH)
    assert not combo(panel).isVisible()
    assert not child(panel, QToolButton, "show_all_labels").isVisible()


def test_labels_are_those_of_the_set(panel: ReadingPanel) -> None:
    panel.set_characters("small-letters")
    assert combo(panel).currentData() == "small-letters"
    show(panel, "small-letters", C=0.9, h=0.05)
    assert bars(panel).rows()[0] == "c"
    assert set(bars(panel).values()) == {*ascii_lowercase, "not a small letter"}
    panel.set_characters("digits")
    assert bars(panel).rows() == (*DIGITS, "not a digit")


def test_rejected_ink_is_named_after_the_set(panel: ReadingPanel) -> None:
    panel.set_characters("digits")
    show(panel, "digits", A=0.99)
    assert child(panel, QLabel, "verdict_label").accessibleDescription() == "Not a digit"


def test_probable_labels_are_listed_first_and_all_on_request(panel: ReadingPanel) -> None:
    show(panel, "all", A=0.6, h=0.3)
    button = child(panel, QToolButton, "show_all_labels")
    assert bars(panel).rows()[:2] == ("A", "h")
    assert len(bars(panel).rows()) == 11
    button.click()
    assert len(bars(panel).rows()) == 48
    button.click()
    assert len(bars(panel).rows()) == 11


def test_bar_of_a_set_compares_with_the_output_of_the_network(panel: ReadingPanel) -> None:
    panel.set_characters("small-letters")
    show(panel, "small-letters", C=0.6, h=0.3)
    rivals: list[object] = []
    panel.rival_chosen.connect(rivals.append)
    labels = list(bars(panel).values())
    for label in ("h", "z", "not a small letter"):
        bars(panel).label_chosen.emit(labels.index(label))
    assert rivals == [LETTERS.labels.index("h"), LETTERS.labels.index("Z"), len(LETTERS.labels)]


def test_set_that_the_model_does_not_have_restricts_nothing(qtbot: QtBot) -> None:
    widget = ReadingPanel()
    qtbot.addWidget(widget)
    widget.set_characters("capitals")
    widget.set_network(replace(LETTERS_INFO, task=Task(rejects=True)), GRAPH)
    assert bars(widget).rows() == (*DIGITS, "not a digit")


# --- level of acceptance ---


@pytest.fixture
def slider(qtbot: QtBot) -> AcceptanceSlider:
    widget = AcceptanceSlider()
    qtbot.addWidget(widget)
    return widget


def test_slider_starts_at_the_default_level(slider: AcceptanceSlider) -> None:
    assert child(slider, Slider, "acceptance").value() == LEVELS.index(DEFAULT_LEVEL)


def test_slider_chooses_a_level_and_says_what_it_means(slider: AcceptanceSlider, qtbot: QtBot) -> None:
    slider.set_model("digits")
    with qtbot.waitSignal(slider.level_chosen) as chosen:
        child(slider, Slider, "acceptance").setValue(len(LEVELS) - 1)
    assert chosen.args == [LEVELS[-1]]
    assert "1,000" in child(slider, QLabel, "acceptance_effect").text()


def test_figures_are_shown_only_for_the_model_that_they_were_measured_with(slider: AcceptanceSlider) -> None:
    effect = child(slider, QLabel, "acceptance_effect")
    slider.set_model("letters")
    assert effect.text() == (
        "A text is accepted if all of it is correct with a probability of at least "
        f"{probability_text(DEFAULT_LEVEL.confidence)}."
    )
    slider.set_level(LEVELS[-1])
    assert effect.text() == "Every text is accepted."
    slider.set_model("digits")
    assert "of 1,000 are wrong" in effect.text()


def test_slider_names_the_model_that_its_figures_were_measured_with(slider: AcceptanceSlider) -> None:
    for widget in (child(slider, Slider, "acceptance"), child(slider, QLabel, "acceptance_effect")):
        assert "measured with the model Digits" in widget.toolTip()


def test_level_from_outside_is_not_chosen_again(slider: AcceptanceSlider, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(slider.level_chosen):
        slider.set_level(LEVELS[-1])
    assert child(slider, Slider, "acceptance").value() == len(LEVELS) - 1
