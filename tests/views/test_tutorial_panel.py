from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QSlider, QSpinBox
from pytestqt.qtbot import QtBot

from desktop_app.inspection.sliding_window import MAXIMUM, MEAN, SUM, SlidingWindow
from desktop_app.views.parts.tool_button import IconButton
from desktop_app.views.tutorial.exercises import exercises, formula, parsed, written
from desktop_app.views.tutorial.layout import KERNEL, RESULT, VALUES, Cell, arrange
from desktop_app.views.tutorial.panel import TutorialPanel
from desktop_app.views.tutorial.view import TutorialView
from tests.finding import child

MINUS = "\N{MINUS SIGN}"
ROW, POOL, PICTURE = 0, 1, 2


@pytest.fixture
def panel(qtbot: QtBot) -> TutorialPanel:
    widget = TutorialPanel()
    qtbot.addWidget(widget)
    widget.resize(900, 280)
    widget.show()
    widget.set_active(True)
    return widget


def view_of(panel: TutorialPanel) -> TutorialView:
    view = panel.exported_widget()
    assert isinstance(view, TutorialView)
    return view


def image_of(panel: TutorialPanel) -> QImage:
    return view_of(panel).grab().toImage()


def click(panel: TutorialPanel, cell: Cell) -> None:
    at = view_of(panel).area_of(cell).center().toPoint()
    QTest.mouseClick(view_of(panel), Qt.MouseButton.LeftButton, pos=at)


def entry_of(panel: TutorialPanel) -> QLineEdit:
    return child(view_of(panel), QLineEdit)


def choice_of(panel: TutorialPanel) -> QComboBox:
    """Return the combo box of kernels or kinds of pooling."""
    return child(panel, QComboBox, "example_choice")


def plays(panel: TutorialPanel) -> bool:
    """Return whether the panel plays; a function, since mypy assumes that a property does not change."""
    return panel.is_playing


# --- at once ---


def test_the_first_step_has_a_result(panel: TutorialPanel) -> None:
    numbers = panel.numbers()
    expected = np.correlate(numbers["values"][0], numbers["kernel"][0], "valid")
    assert numbers["result"][0].tolist() == expected.tolist()
    assert panel.example().step(panel.step()).result != 0
    image = image_of(panel)
    assert len({image.pixel(x, y) for x in range(0, 860, 5) for y in range(0, 150, 5)}) > 6


@pytest.mark.parametrize("size", [(1260, 280), (900, 280), (500, 500), (320, 240)])
@pytest.mark.parametrize("exercise", [ROW, POOL, PICTURE])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_cells_are_inside_the_view_and_do_not_overlap(
    exercise: int, size: tuple[int, int], padding: str
) -> None:
    example = exercises()[exercise].example
    example = SlidingWindow(example.operation, example.values, example.kernel, example.stride, padding)
    area = QRectF(0, 0, size[0], size[1] - 130)
    layout = arrange(example, area)
    results = [layout.result_cell(example, row, column) for row, column in np.ndindex(example.shape)]
    for each in (layout.padding, layout.values, *results):
        assert area.adjusted(-1, -1, 1, 1).contains(each)
    for one, other in pairwise(results):
        assert one.intersected(other).width() <= 1 or one.intersected(other).height() <= 1
    assert not any(result.intersects(layout.padding) for result in results)


@pytest.mark.parametrize("exercise", [ROW, POOL, PICTURE])
@pytest.mark.parametrize("size", [(900, 280), (500, 500), (320, 240)])
def test_every_exercise_is_painted_at_every_step(
    panel: TutorialPanel, exercise: int, size: tuple[int, int]
) -> None:
    panel.resize(*size)
    panel.choose_exercise(exercise)
    seen = set()
    for step in range(panel.example().count):
        panel.set_step(step)
        image = image_of(panel)
        seen.add(bytes(image.constBits()))
    assert len(seen) == panel.example().count


# --- step by step ---


def test_buttons_keys_and_results_choose_steps(panel: TutorialPanel) -> None:
    panel.set_step(0)
    assert not child(panel, IconButton, "Previous step").isEnabled()
    child(panel, IconButton, "Next step").click()
    QTest.keyClick(view_of(panel), Qt.Key.Key_PageDown)
    assert panel.step() == 2
    assert child(panel, QSlider, "Step").value() == 2
    QTest.keyClick(view_of(panel), Qt.Key.Key_PageUp)
    assert panel.step() == 1
    click(panel, (RESULT, 0, 7))
    assert panel.step() == 7
    child(panel, QSlider, "Step").triggerAction(QSlider.SliderAction.SliderToMaximum)
    assert panel.step() == panel.example().count - 1
    assert not child(panel, IconButton, "Next step").isEnabled()
    assert child(panel, QLabel, "example_count").text() == "Step 9 of 9"


def test_playing_goes_to_the_end_and_starts_again(qtbot: QtBot, panel: TutorialPanel) -> None:
    child(panel, QTimer).setInterval(1)
    panel.set_step(6)
    child(panel, IconButton, "Play").click()
    assert plays(panel)
    qtbot.waitUntil(lambda: not panel.is_playing)
    assert panel.step() == panel.example().count - 1
    panel.set_playing(True)
    assert panel.step() == 0
    panel.set_playing(False)


def test_playing_stops_when_hidden(panel: TutorialPanel) -> None:
    for stop in (
        lambda: panel.set_active(False),
        lambda: click(panel, (RESULT, 0, 3)),
        lambda: panel.choose_exercise(POOL),
        lambda: QTest.keyClick(view_of(panel), Qt.Key.Key_Space),
        panel.hide,
    ):
        panel.set_playing(True)
        assert plays(panel)
        stop()
        assert not plays(panel)


# --- to play with ---


def test_a_number_can_be_edited(panel: TutorialPanel) -> None:
    click(panel, (VALUES, 0, 4))
    QTest.keyClicks(view_of(panel), "-")
    assert entry_of(panel).isVisible()
    QTest.keyClicks(entry_of(panel), "2.5")
    QTest.keyClick(entry_of(panel), Qt.Key.Key_Return)
    assert not entry_of(panel).isVisible()
    assert panel.example().values[0, 4] == -2.5
    assert panel.example().values[0, 3] == 3


def test_editing_a_weight_selects_the_custom_kernel(panel: TutorialPanel) -> None:
    click(panel, (KERNEL, 0, 1))
    QTest.keyClick(view_of(panel), Qt.Key.Key_Return)
    assert entry_of(panel).text() == "1"
    QTest.keyClicks(entry_of(panel), "1/3")
    QTest.keyClick(entry_of(panel), Qt.Key.Key_Return)
    assert panel.example().kernel[0].tolist() == pytest.approx([-1, 1 / 3])
    assert choice_of(panel).currentText() == "Custom"
    choice_of(panel).setCurrentIndex(1)
    assert panel.example().kernel[0].tolist() == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("typed", ["", "abc", "1e9", "--1", "1/0", "nan"])
def test_invalid_numbers_are_ignored(panel: TutorialPanel, typed: str) -> None:
    before = panel.example().values.copy()
    view_of(panel).choose((VALUES, 0, 2))
    QTest.keyClick(view_of(panel), Qt.Key.Key_Return)
    entry_of(panel).clear()
    QTest.keyClicks(entry_of(panel), typed)
    QTest.keyClick(entry_of(panel), Qt.Key.Key_Return)
    assert np.array_equal(panel.example().values, before)


def test_escape_cancels_editing(panel: TutorialPanel) -> None:
    click(panel, (VALUES, 0, 2))
    QTest.keyClicks(view_of(panel), "7")
    QTest.keyClick(entry_of(panel), Qt.Key.Key_Escape)
    assert not entry_of(panel).isVisible()
    assert panel.example().values[0, 2] == 3


def test_arrows_choose_cells_and_change_numbers(panel: TutorialPanel) -> None:
    click(panel, (VALUES, 0, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(view_of(panel), key)
    assert view_of(panel).chosen() == (VALUES, 0, 2)
    assert panel.example().values[0, 2] == 4
    QTest.keyClick(view_of(panel), Qt.Key.Key_Tab)
    assert view_of(panel).chosen() == (KERNEL, 0, 0)
    QTest.keyClick(view_of(panel), Qt.Key.Key_Up)
    assert panel.example().kernel[0, 0] == -0.5


def test_the_wheel_changes_the_number_under_it(panel: TutorialPanel) -> None:
    at = view_of(panel).area_of((VALUES, 0, 1)).center()
    wheel = QWheelEvent(
        at,
        view_of(panel).mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view_of(panel), wheel)
    assert panel.example().values[0, 1] == 1


def test_padding_and_stride_set_the_number_of_results(panel: TutorialPanel) -> None:
    panel.set_step(8)
    child(panel, QSpinBox, "Stride").setValue(3)
    assert panel.example().shape == (1, 3)
    assert panel.step() == 2
    child(panel, QSpinBox, "Stride").setValue(1)
    child(panel, QComboBox, "Padding").setCurrentIndex(1)
    assert panel.example().shape == (1, 10)


def test_pooling_takes_maximum_or_mean(panel: TutorialPanel) -> None:
    panel.choose_exercise(POOL)
    assert "kernel" not in panel.numbers()
    assert panel.numbers()["result"].tolist() == [[4, 2, 3, 5, 6]]
    choice_of(panel).setCurrentIndex(1)
    assert panel.example().operation == MEAN
    assert panel.numbers()["result"].tolist() == [[2.5, 2, 1.5, 3, 3]]
    child(panel, QSpinBox, "Window").setValue(3)
    choice_of(panel).setCurrentIndex(0)
    assert panel.numbers()["result"].tolist() == [[4, 2, 5, 5]]


def test_cells_of_an_image_are_found_where_they_are_painted(panel: TutorialPanel) -> None:
    panel.choose_exercise(PICTURE)
    view = view_of(panel)
    for cell in ((VALUES, 4, 2), (KERNEL, 1, 1), (RESULT, 2, 2)):
        assert view.cell_at(view.area_of(cell).center()) == cell
    assert view.cell_at(QPointF(1, 1)) is None
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.chosen() == (VALUES, 1, 0)


def test_the_accessible_description_has_the_formula(panel: TutorialPanel) -> None:
    panel.set_step(1)
    click(panel, (VALUES, 0, 2))
    words = view_of(panel).accessibleDescription()
    assert words == f"numbers, row 0, column 2: 3. ({MINUS}1) × 0 + 1 × 3 = 3"


# --- words ---


@pytest.mark.parametrize(
    ("value", "text"),
    [(2, "2"), (-0.5, f"{MINUS}0.5"), (1 / 3, "1/3"), (-2 / 9, f"{MINUS}2/9"), (0, "0"), (4 / 3, "4/3")],
)
def test_numbers_are_written_short(value: float, text: str) -> None:
    assert written(value) == text
    assert parsed(text) == pytest.approx(value)


def test_typed_numbers_may_have_a_comma() -> None:
    assert parsed(" 0,5 ") == 0.5
    assert parsed("1000") is None


def test_the_formula_of_pooling() -> None:
    values = np.array([[1, -4, 2]], dtype=np.float32)
    kernel = np.ones((1, 3), dtype=np.float32)
    largest, mean, total = (SlidingWindow(operation, values, kernel) for operation in (MAXIMUM, MEAN, SUM))
    assert formula(largest, largest.step(0)) == f"max(1, {MINUS}4, 2) = 2"
    assert formula(mean, mean.step(0)) == f"(1 + ({MINUS}4) + 2) ÷ 3 = {MINUS}1/3"
    assert formula(total, total.step(0)) == f"1 × 1 + 1 × ({MINUS}4) + 1 × 2 = {MINUS}1"
