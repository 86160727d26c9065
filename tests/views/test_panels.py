from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.messages import message
from desktop_app.ink.picture import Picture
from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.prepare import PREPARATIONS, prepare
from desktop_app.tasks.prepared import Step
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Preparation, Task
from desktop_app.views.reading.answer_label import AnswerLabel
from desktop_app.views.reading.panel import ReadingPanel
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.stages import Stages, StepView, reduced
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, LABELS, observation_of, reading_of


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def text_of(widget: QWidget, name: str) -> str:
    label = child(widget, QLabel, name)
    return label.text()


def hint_of(panel: ReadingPanel) -> str:
    return text_of(panel, "reading_hint")


# --- reading panel ---


@pytest.fixture
def panel(qtbot: QtBot) -> ReadingPanel:
    widget = ReadingPanel()
    qtbot.addWidget(widget)
    widget.set_network(INFO, GRAPH)
    widget.resize(480, 560)
    widget.show()
    return widget


@pytest.mark.parametrize(
    ("reading", "label", "verdict"),
    [
        (reading_of("7"), "7", "90.0 %"),
        (Reading(Verdict.UNSURE, "4", ("4", "9"), {"4": 0.5, "9": 0.4}, 0.5), "4", "Unsure: 4 or 9?"),
        (Reading(Verdict.NOT_A_CHARACTER, probabilities={"4": 0.1}), "", "Not a digit"),
        (Reading(Verdict.NO_INK), "", "No ink"),
    ],
)
def test_every_verdict_has_a_text(panel: ReadingPanel, reading: Reading, label: str, verdict: str) -> None:
    panel.show_reading(reading_of("1"))
    panel.show_reading(reading)
    assert text_of(panel, "reading_label") == label
    assert text_of(panel, "verdict_label") == verdict


def test_verdicts_differ_in_shape_not_only_in_colour(panel: ReadingPanel) -> None:
    shapes = set()
    for verdict in Verdict:
        panel.show_reading(Reading(verdict))
        alpha = (
            child(panel, QLabel, "verdict_icon")
            .pixmap()
            .toImage()
            .convertToFormat(QImage.Format.Format_Alpha8)
        )
        shapes.add(bytes(alpha.constBits()))
    assert len(shapes) == len(Verdict)


def test_the_tooltip_has_the_time_and_an_empty_panel_has_a_hint(panel: ReadingPanel) -> None:
    panel.show_reading(reading_of("7"))
    assert child(panel, QLabel, "verdict_label").toolTip() == "Computed in 1.2 ms"
    assert hint_of(panel) == ""
    panel.show_reading(Reading(Verdict.NO_INK))
    assert "while you draw" in hint_of(panel)


@pytest.mark.parametrize("height", [420, 560, 900])
def test_the_answer_is_the_largest_type(panel: ReadingPanel, height: int) -> None:
    panel.resize(480, height)
    panel.show_reading(reading_of("7"))
    answer, verdict = child(panel, QLabel, "reading_label"), child(panel, QLabel, "verdict_label")
    assert answer.fontInfo().pixelSize() > 0.32 * height
    assert answer.fontInfo().pixelSize() > 4 * panel.fontInfo().pixelSize()
    assert verdict.fontInfo().pixelSize() > 2 * panel.fontInfo().pixelSize()


def test_the_panel_can_become_as_low_as_it_was(panel: ReadingPanel) -> None:
    least = panel.minimumSizeHint().height()
    panel.resize(480, 900)
    panel.show_reading(reading_of("7"))
    assert panel.minimumSizeHint().height() == least


@pytest.mark.parametrize(
    ("reading", "rivals"),
    [
        (Reading(Verdict.READ, "7", ("7",), {"7": 0.87, "1": 0.09, "4": 0.02}, 0.87), "or 1 (9.0 %)"),
        (Reading(Verdict.READ, "7", ("7",), {"7": 0.97, "1": 0.03}, 0.97), ""),
        (Reading(Verdict.READ, "7", ("7",), {"7": 0.9}, 0.9), "or not a digit (10.0 %)"),
        (Reading(Verdict.UNSURE, "4", ("4", "9"), {"4": 0.5, "9": 0.47}, 0.5), "4 (50.0 %), 9 (47.0 %)"),
        (Reading(Verdict.NOT_A_CHARACTER, probabilities={"4": 0.1}), "or 4 (10.0 %)"),
        (Reading(Verdict.NO_INK), ""),
    ],
)
def test_rivals_above_5_percent_are_named(panel: ReadingPanel, reading: Reading, rivals: str) -> None:
    panel.show_reading(reading)
    assert text_of(panel, "reading_rivals") == rivals


def test_an_unsure_answer_without_rival_is_explained(panel: ReadingPanel) -> None:
    panel.show_reading(Reading(Verdict.UNSURE, "4", ("4",), {"4": 0.96}, 0.96))
    assert "confidence is too low" in text_of(panel, "reading_hint")
    panel.show_reading(Reading(Verdict.UNSURE, "4", ("4", "9"), {"4": 0.5, "9": 0.47}, 0.5))
    assert text_of(panel, "reading_hint") == ""


def test_long_verdicts_fit_beside_the_answer(panel: ReadingPanel) -> None:
    panel.set_network(PICTURES, GRAPH)
    reading = Reading(Verdict.UNSURE, WORDS[1], WORDS[:2], {WORDS[1]: 0.5, WORDS[0]: 0.4}, 0.5)
    panel.show_reading(reading)
    verdict = child(panel, QLabel, "verdict_label")
    assert verdict.fontMetrics().horizontalAdvance(verdict.text()) <= verdict.width()
    assert verdict.accessibleDescription() == "Unsure: airplane or automobile?"


def test_there_is_nothing_in_the_place_of_the_answer_without_ink(panel: ReadingPanel) -> None:
    """An empty light area would look like a second canvas."""
    panel.show_reading(Reading(Verdict.NO_INK))
    base = panel.palette().base().color()
    assert base != panel.palette().window().color()
    image = image_of(panel)
    colours = [image.pixelColor(x, y) for x in range(0, 200, 4) for y in range(0, 160, 4)]
    assert base not in colours


def test_arrows_stand_between_the_steps(panel: ReadingPanel) -> None:
    steps = panel.findChildren(StepView)
    arrows = panel.findChildren(QWidget, "step_arrow")
    assert len(arrows) == len(steps) - 1
    for before, arrow, after in zip(steps, arrows, steps[1:], strict=False):
        assert before.geometry().right() < arrow.geometry().left() < after.geometry().left()
        assert after.geometry().left() - before.geometry().right() < 40


def test_the_squares_of_narrow_steps_are_equally_large(qtbot: QtBot) -> None:
    """A long caption leaves its step more room than the others have."""
    stages = Stages()
    qtbot.addWidget(stages)
    stages.set_preparation(PREPARATIONS["mnist"])
    stages.show()
    stages.resize(stages.minimumSizeHint().width(), 200)
    steps = stages.findChildren(StepView)
    assert len({step.width() for step in steps}) > 1
    assert len({step.middle for step in steps}) == 1


def test_a_clicked_bar_is_compared_with_the_answer(panel: ReadingPanel) -> None:
    rivals: list[object] = []
    panel.rival_chosen.connect(rivals.append)
    bars = child(panel, ProbabilityBars)

    def click(row: int) -> None:
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(100, round((row + 0.5) * row_height)))

    row_height = min(bars.height() / 11, 40)
    click(1)
    assert rivals == []
    panel.show_reading(reading_of("7"))
    click(1)
    click(10)
    click(7)
    assert rivals == [1, 10, None]


def test_a_bar_is_chosen_with_the_keyboard(panel: ReadingPanel) -> None:
    rivals: list[object] = []
    panel.rival_chosen.connect(rivals.append)
    bars = child(panel, ProbabilityBars)
    panel.show_reading(reading_of("7"))
    bars.setFocus(Qt.FocusReason.TabFocusReason)
    before = image_of(bars)
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Down)
    assert image_of(bars) != before
    QTest.keyClick(bars, Qt.Key.Key_Return)
    QTest.keyClick(bars, Qt.Key.Key_End)
    QTest.keyClick(bars, Qt.Key.Key_Space)
    assert rivals == [2, 10]


WORDS = ("airplane", "automobile", "a label as long as a label may be, 40 letters")
PICTURES = replace(INFO, task=Task("picture", 28, 28, 3, "fit", WORDS))


def test_words_fit_in_the_answer(panel: ReadingPanel) -> None:
    panel.set_network(PICTURES, GRAPH)
    answer = child(panel, AnswerLabel)
    for word in WORDS[:2]:
        panel.show_reading(Reading(Verdict.READ, word, (word,), {word: 0.9}, 0.9))
        assert answer.text() == word
        assert answer.fontMetrics().horizontalAdvance(word) <= answer.width()
        assert answer.fontInfo().pixelSize() > 2 * panel.fontInfo().pixelSize()
    panel.show_reading(Reading(Verdict.READ, WORDS[2], WORDS[2:], {WORDS[2]: 0.9}, 0.9))
    assert answer.answer() == WORDS[2]
    assert answer.fontMetrics().horizontalAdvance(answer.text()) <= answer.width()


def test_the_box_of_the_answer_keeps_its_size(panel: ReadingPanel) -> None:
    answer = child(panel, AnswerLabel)
    panel.set_network(PICTURES, GRAPH)
    sizes = set()
    for label in WORDS:
        panel.show_reading(Reading(Verdict.READ, label, (label,), {label: 0.9}, 0.9))
        sizes.add((answer.width(), answer.height()))
    assert len(sizes) == 1


def test_the_answer_leaves_room_for_the_verdict(panel: ReadingPanel) -> None:
    panel.set_network(PICTURES, GRAPH)
    panel.resize(1600, 900)
    assert child(panel, AnswerLabel).width() <= 400


@pytest.mark.parametrize("width", [420, 480, *range(500, 640, 4), 900])
def test_plausible_words_are_never_cut_off(panel: ReadingPanel, width: int) -> None:
    panel.set_network(PICTURES, GRAPH)
    panel.resize(width, 560)
    words = (*WORDS[:2], "cat")
    shares = dict(zip(words, (0.7, 0.12, 0.08), strict=True))
    panel.show_reading(Reading(Verdict.UNSURE, words[0], words, shares, 0.7))
    assert text_of(panel, "verdict_label") in (f"Unsure: {', '.join(words)}?", "Unsure")
    rivals = child(panel, QLabel, "reading_rivals")
    assert rivals.text().startswith("airplane (70.0 %)")
    assert rivals.fontMetrics().horizontalAdvance(rivals.text()) <= rivals.width()


def test_texts_are_those_of_the_task(panel: ReadingPanel) -> None:
    panel.set_network(PICTURES, GRAPH)
    assert text_of(panel, "verdict_label") == "No image"
    assert "Open, drop or paste an image" in hint_of(panel)
    assert [view.objectName() for view in panel.findChildren(StepView)] == ["step_picture", "step_input"]
    problem = message("Why it cannot be read.")
    panel.set_observation(Observation(Reading(Verdict.NO_INK), problem=problem))
    assert hint_of(panel) == "Why it cannot be read."
    panel.set_network(INFO, GRAPH)
    assert text_of(panel, "verdict_label") == "No ink"
    assert "while you draw" in hint_of(panel)


def test_many_labels_are_listed_by_probability(panel: ReadingPanel) -> None:
    labels = tuple(f"class {number}" for number in range(100))
    few = panel.minimumSizeHint().height()
    panel.set_network(replace(INFO, task=Task("picture", 28, 28, 3, "fit", labels)), GRAPH)
    # One row more, for the choice of showing all labels.
    assert panel.minimumSizeHint().height() <= few + 40
    bars = child(panel, ProbabilityBars)
    panel.show_reading(Reading(Verdict.READ, "class 70", ("class 70",), {"class 3": 0.2, "class 70": 0.8}))
    assert bars.rows()[:2] == ("class 70", "class 3")


# --- probabilities ---


@pytest.fixture
def bars(qtbot: QtBot) -> ProbabilityBars:
    widget = ProbabilityBars()
    qtbot.addWidget(widget)
    widget.set_labels(LABELS, "not a character")
    widget.resize(400, 220)
    widget.show()
    return widget


def test_every_class_has_its_exact_number(bars: ProbabilityBars) -> None:
    bars.set_reading(reading_of("3", 0.9998))
    assert bars.objectName() == "probabilities"
    assert list(bars.values()) == [*LABELS, "not a character"]
    assert bars.values()["3"] == 0.9998
    assert bars.texts()["3"] == ">99.9 %"
    assert bars.texts()["not a character"] == "<0.1 %"
    assert "3: >99.9 %" in bars.accessibleDescription()


def test_bars_are_as_long_as_their_share(bars: ProbabilityBars) -> None:
    bars.set_reading(Reading(Verdict.UNSURE, "4", ("4", "9"), {"4": 0.6, "9": 0.3, "1": 0.1}, 0.6))
    image = image_of(bars)
    window = bars.palette().window().color().rgb()
    groove = bars.palette().mid().color().rgb()

    def length(row: int) -> int:
        y = round((row + 0.5) * bars.height() / 11)
        # Left and right of the bars are words, in letters of any width; their round ends are mixed colours.
        left, right = bars.span()
        colours = [image.pixelColor(x, y).rgb() for x in range(math.ceil(left) + 2, int(right) - 2)]
        return sum(colour not in (window, groove) for colour in colours)

    assert 0 == length(0) < length(1) < length(9) < length(4)


def test_labels_have_room_but_leave_some_for_the_bars(bars: ProbabilityBars) -> None:
    metrics = QFontMetricsF(bars.font())
    bars.set_labels(("7", "automobile"), "")
    assert metrics.horizontalAdvance("automobile") <= bars.span()[0] < bars.width() / 3
    bars.set_labels(WORDS, "")
    left, right = bars.span()
    assert right - left > bars.width() / 3


def test_bars_are_no_longer_than_useful(bars: ProbabilityBars) -> None:
    bars.resize(1500, 220)
    left, right = bars.span()
    assert right - left <= 400


def test_without_ink_there_are_no_numbers(bars: ProbabilityBars) -> None:
    bars.set_reading(reading_of("3"))
    bars.set_reading(Reading(Verdict.NO_INK))
    assert bars.values() == {}
    assert bars.accessibleDescription() == ""


# --- stages ---


def test_the_model_input_has_square_sharp_pixels(qtbot: QtBot) -> None:
    view = StepView("input", "Model input", is_of_ink=True)
    qtbot.addWidget(view)
    view.resize(28 * 5, 28 * 5 + 20)
    board = (np.indices((28, 28)).sum(axis=0) % 2).astype(np.float32)
    view.set_step(Step("input", board))
    image = image_of(view)
    for row in range(28):
        for column in range(28):
            shade = 255 * int(board[row, column])
            for dx, dy in ((0, 0), (4, 4)):
                pixel = image.pixelColor(column * 5 + dx, 20 + row * 5 + dy)
                assert (pixel.red(), pixel.green(), pixel.blue()) == (shade, shade, shade)


def test_stages_show_the_preparation(panel: ReadingPanel) -> None:
    view = child(panel, StepView, "step_input")
    empty = image_of(view)
    panel.set_observation(observation_of("1"))
    shown = image_of(view)
    assert shown != empty
    panel.set_observation(Observation(Reading(Verdict.NO_INK)))
    assert image_of(view) == empty


def test_the_box_is_drawn_around_the_ink(panel: ReadingPanel) -> None:
    marked = child(panel, StepView, "step_box")
    panel.set_observation(observation_of("1"))
    image = image_of(marked)
    accent = marked.palette().accent().color()
    close = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if near(image.pixelColor(x, y), accent)
    ]
    assert len(close) > 40


@pytest.mark.parametrize("name", ["step_ink", "step_box"])
def test_a_character_of_a_large_page_is_shown_with_its_surroundings_only(
    panel: ReadingPanel, qtbot: QtBot, name: str
) -> None:
    """On the whole page it would be a dot."""
    ink_map = np.zeros((700, 1000), np.float32)
    ink_map[650:690, 20:50] = 1
    prepared = prepare(Picture(np.full((700, 1000, 3), 255, np.uint8), ink_map), INFO.task)
    panel.set_observation(Observation(reading_of("1"), prepared))
    view = child(panel, StepView, name)
    qtbot.waitUntil(lambda: bright_rows(image_of(view)) > view.width() / 4)
    assert panel.numbers()["ink_map"].shape == (700, 1000)


def bright_rows(image: QImage) -> int:
    """Return the number of rows below the caption that have bright pixels."""
    columns, rows = range(image.width()), range(24, image.height())
    return sum(any(image.pixelColor(x, y).lightness() > 200 for x in columns) for y in rows)


def near(colour: QColor, other: QColor) -> bool:
    differences = (colour.red() - other.red(), colour.green() - other.green(), colour.blue() - other.blue())
    return max(map(abs, differences)) < 60


def test_thin_lines_survive_reduction() -> None:
    values = np.zeros((11, 9), dtype=np.float32)
    values[5, :] = 1
    values[:, 4] = 0.5
    small = reduced(values, 3)
    assert small.tolist() == [[0, 0.5, 0], [1, 1, 1], [0, 0.5, 0]]
    assert (reduced(values, 1) == values).all()


# --- other tasks ---


def test_preparation_of_an_image_has_its_own_steps(panel: ReadingPanel, qtbot: QtBot) -> None:
    rgb = np.zeros((20, 40, 3), dtype=np.uint8)
    rgb[..., 0] = 255
    task = Task("picture", 16, 16, 3, "fit", LABELS)
    prepared = prepare(Picture(rgb, np.zeros((20, 40), np.float32)), task)
    assert prepared is not None
    panel.set_observation(Observation(reading_of("1"), prepared))
    view = child(panel, StepView, "step_input")
    qtbot.waitUntil(view.isVisible)
    middle = image_of(view).pixelColor(image_of(view).rect().center())
    assert (middle.red(), middle.green(), middle.blue()) == (255, 0, 0)
    assert panel.numbers().keys() >= {"picture", "model_input", "labels"}
    assert view.accessibleName() == "Model input, letterboxed"
    panel.set_observation(observation_of("1"))
    assert panel.numbers().keys() >= {"ink_map", "model_input", "labels"}


@pytest.mark.parametrize(
    ("preparation", "height", "caption"),
    [
        ("crop", 20, "Model input, cropped"),
        ("fit", 20, "Model input, letterboxed"),
        ("crop", 40, "Model input"),
        ("fit", 40, "Model input"),
    ],
)
def test_the_panel_says_how_an_image_was_fitted(
    panel: ReadingPanel, qtbot: QtBot, preparation: Preparation, height: int, caption: str
) -> None:
    task = Task("picture", 16, 16, 3, preparation, LABELS)
    panel.set_network(replace(INFO, task=task), GRAPH)
    view = child(panel, StepView, "step_input")
    word = {"crop": "cropped", "fit": "letterboxed"}[preparation]
    assert word in view.toolTip()
    rgb = np.full((height, 40, 3), 200, dtype=np.uint8)
    prepared = prepare(Picture(rgb, np.zeros((height, 40), np.float32)), task)
    panel.set_observation(Observation(reading_of("1"), prepared))
    qtbot.waitUntil(lambda: child(panel, StepView, "step_input").accessibleName() == caption)
    # Margins around an image would look like a part of it.
    picture = image_of(child(panel, StepView, "step_picture"))
    black = QColor(Qt.GlobalColor.black)
    assert all(picture.pixelColor(1, y) != black for y in range(picture.height()))
