"""Mouse, keys and controls of the curves: readout, zoom, legend, scale and smoothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.tasks.metric import ACCURACY
from desktop_app.views.curves.curve import PlotData, subspan
from desktop_app.views.curves.curve_legend import CurveLegend
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.curves.plot import PlotState
from tests.finding import child
from tests.views.curves.curve_views import a_run, at, curve, drag, entry, picture, shown_x


def test_mouse_shows_values_of_all_curves(view: CurvesView) -> None:
    area, surface = view.surface.areas[0], view.surface
    before, help_text = picture(view), surface.accessibleDescription()
    QTest.mouseMove(surface, QPoint(round(area.x_of(4.1)), round(area.top + 20)))
    found = surface.readout
    assert found is not None
    assert found.epoch == 4
    assert found.titles == ("Epoch 4", "Loss", "Accuracy")
    assert ("Training", "0.25", "93.00 %") in found.rows
    assert ("Validation", "0.2", "95.00 %") in found.rows
    assert ("Learning rate", "0.001", "") in found.rows
    assert "Validation: Loss 0.2, Accuracy 95.00 %" in surface.accessibleDescription()
    assert picture(view) != before
    QTest.mouseMove(surface, QPoint(2, 2))
    assert surface.readout is None
    assert surface.accessibleDescription() == help_text


def test_readout_is_painted(qtbot: QtBot, view: CurvesView) -> None:
    area, surface = view.surface.areas[0], view.surface
    drag(view, at(area, 4.2 / 7, 0.5), at(area, 5.7 / 7, 0.5), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_x(view) != area.ranges.x)
    epochs = []
    for epoch in (4.25, 4.8, 5.45):
        QTest.mouseMove(surface, QPoint(round(surface.areas[0].x_of(epoch)), round(area.top + 20)))
        assert surface.readout is not None
        epochs.append(surface.readout.epoch)
    # A whole epoch is taken where it is near and within what is seen.
    assert epochs == [pytest.approx(4.25, abs=0.02), 5, pytest.approx(5.45, abs=0.02)]


def test_keys_move_the_readout(view: CurvesView) -> None:
    view.surface.setFocus()
    seen = []
    keys = (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Escape)
    for key in keys:
        QTest.keyClick(view.surface, key)
        found = view.surface.readout
        seen.append(None if found is None else found.epoch)
    assert seen == [1, 2, 3, 2, None]


def button(view: CurvesView) -> QPushButton:
    (found,) = view.findChildren(QPushButton)
    return found


def test_box_zooms_epochs_of_all_plots_and_values_of_its_plot(qtbot: QtBot, view: CurvesView) -> None:
    loss, accuracy, _ = view.surface.areas
    assert not button(view).isEnabled()
    drag(view, at(loss, 0.25, 0.2), at(loss, 0.5, 0.6), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_x(view) != loss.ranges.x)
    zoomed = view.surface.areas
    assert zoomed[0].ranges.x == pytest.approx((7 / 4, 7 / 2), abs=0.05)
    assert zoomed[0].ranges.y == pytest.approx(subspan(loss.ranges.y, 0.2, 0.6), abs=0.02)
    assert {area.ranges.x for area in zoomed} == {zoomed[0].ranges.x}
    # The other plots fit what is seen of their curves.
    assert zoomed[1].ranges.y != zoomed[0].ranges.y
    assert button(view).isEnabled()
    view.show_curves(a_run(20))
    QTest.mouseDClick(view.surface, Qt.MouseButton.LeftButton, pos=at(accuracy, 0.5, 0.5))
    qtbot.waitUntil(lambda: shown_x(view) == (0, 22))
    assert not button(view).isEnabled()


def test_flat_box_zooms_only_epochs_and_click_nothing(qtbot: QtBot, view: CurvesView) -> None:
    area = view.surface.areas[0]
    QTest.mouseClick(view.surface, Qt.MouseButton.LeftButton, pos=at(area, 0.5, 0.5))
    assert not button(view).isEnabled()
    drag(view, at(area, 0.2, 0.5), at(area, 0.8, 0.5), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_x(view) != area.ranges.x)
    now = view.surface.areas[0].ranges
    assert now.y == now.whole_y


def test_escape_cancels_a_box(view: CurvesView) -> None:
    area = view.surface.areas[0]
    QTest.mousePress(view.surface, Qt.MouseButton.LeftButton, pos=at(area, 0.2, 0.2))
    QTest.mouseMove(view.surface, at(area, 0.8, 0.8))
    QTest.keyClick(view.surface, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.surface, Qt.MouseButton.LeftButton, pos=at(area, 0.8, 0.8))
    assert not button(view).isEnabled()


@pytest.mark.parametrize(("mouse", "shift"), [("MiddleButton", False), ("LeftButton", True)])
def test_dragging_pans(qtbot: QtBot, view: CurvesView, mouse: str, shift: bool) -> None:
    area = view.surface.areas[0]
    drag(view, at(area, 0.25, 0.25), at(area, 0.5, 0.5), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_x(view) != area.ranges.x)
    before = view.surface.areas[0]
    drag(view, at(before, 0.6, 0.6), at(before, 0.4, 0.7), Qt.MouseButton[mouse], shift=shift)
    qtbot.waitUntil(lambda: shown_x(view) != before.ranges.x)
    now = view.surface.areas[0].ranges
    assert now.x == pytest.approx(subspan(before.ranges.x, 0.2, 1.2), abs=0.02)
    assert now.y == pytest.approx(subspan(before.ranges.y, -0.1, 0.9), abs=0.02)


def test_wheel_zooms_around_the_mouse(qtbot: QtBot, view: CurvesView) -> None:
    area, surface = view.surface.areas[0], view.surface
    mouse = at(area, 0.75, 0.5)

    def turn(notches: int) -> None:
        event = QWheelEvent(
            QPointF(mouse),
            QPointF(surface.mapToGlobal(mouse)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(surface, event)

    turn(2)
    qtbot.waitUntil(lambda: shown_x(view) != area.ranges.x)
    now = view.surface.areas[0]
    assert now.ranges.x[1] - now.ranges.x[0] == pytest.approx(7 / 1.25**2)
    under = now.x_of(area.epoch_at(mouse.x()))
    assert (under - now.left) / now.width == pytest.approx(0.75, abs=0.01)
    assert now.ranges.y != now.ranges.whole_y
    turn(-3)
    qtbot.waitUntil(lambda: view.surface.areas[0].ranges == area.ranges)


def test_keys_zoom_pan_and_reset(qtbot: QtBot, view: CurvesView) -> None:
    surface, shift = view.surface, Qt.KeyboardModifier.ShiftModifier
    surface.setFocus()
    spans = [shown_x(view)]

    def press(key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(surface, key, keys)
        qtbot.waitUntil(lambda: shown_x(view) != spans[-1])
        spans.append(shown_x(view))

    press(Qt.Key.Key_Plus)
    assert spans[-1] == pytest.approx((0.7, 6.3))
    press(Qt.Key.Key_Left, shift)
    assert spans[-1] == pytest.approx((0, 5.6))
    press(Qt.Key.Key_Right, shift)
    press(Qt.Key.Key_Plus)
    press(Qt.Key.Key_Minus)
    assert spans[-1] == pytest.approx(spans[-3])
    # What is read off comes to sight.
    press(Qt.Key.Key_Home)
    assert spans[-1][0] == pytest.approx(1)
    press(Qt.Key.Key_0)
    assert spans[-1] == spans[0]
    for _ in range(8):
        QTest.keyClick(surface, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: shown_x(view)[1] < 3)
    QTest.keyClick(surface, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: shown_x(view)[1] >= 6)


def test_new_run_resets_the_zoom(qtbot: QtBot, view: CurvesView) -> None:
    QTest.keyClick(view.surface, Qt.Key.Key_Plus)
    assert button(view).isEnabled()
    view.show_curves(a_run(7))
    assert button(view).isEnabled()
    view.show_curves(a_run(1))
    assert not button(view).isEnabled()
    QTest.keyClick(view.surface, Qt.Key.Key_Plus)
    view.show_curves(a_run(1)[:1])
    assert not button(view).isEnabled()


def test_button_resets_the_zoom(qtbot: QtBot, view: CurvesView) -> None:
    QTest.keyClick(view.surface, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: shown_x(view) != (0, 7))
    QTest.mouseClick(button(view), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_x(view) == (0, 7))


def test_legend_entries_hide_their_curves_in_all_plots(
    qtbot: QtBot, view: CurvesView, drawn: list[PlotState]
) -> None:
    assert not entry(view, "Training").icon().isNull()
    QTest.mouseClick(entry(view, "Training"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    hidden = [["batch", "validation"], ["validation"], ["rate"]]
    qtbot.waitUntil(
        lambda: bool(drawn) and [[c.name for c in plot.curves] for plot in drawn[-1].plots] == hidden
    )
    QTest.mouseMove(view.surface, at(view.surface.areas[0], 4 / 7, 0.5))
    found = view.surface.readout
    assert found is not None
    assert [row[0] for row in found.rows] == ["By batch", "Validation", "Learning rate"]
    view.show_curves(a_run(6))
    assert not entry(view, "Training").isChecked()
    QTest.keyClick(entry(view, "Training"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(drawn[-1].plots[0].curves) == 3)


def test_log_scale_can_be_chosen(qtbot: QtBot, view: CurvesView) -> None:
    area = view.surface.areas[0]
    drag(view, at(area, 0.2, 0.0), at(area, 0.8, 0.5), Qt.MouseButton.LeftButton)
    QTest.mouseClick(entry(view, "Log scale"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: view.surface.areas[0].ranges.is_log)
    loss, accuracy, rate = (area.ranges for area in view.surface.areas)
    assert (loss.is_log, accuracy.is_log, rate.is_log) == (True, False, True)
    # Values of one scale may not exist on the other.
    assert loss.y == loss.whole_y


def test_smoothing_is_set_by_keys_and_kept(qtbot: QtBot, view: CurvesView, drawn: list[PlotState]) -> None:
    (slider,) = view.findChildren(QSlider)
    assert slider.accessibleName() == "Smoothing"
    QTest.keyClick(slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: bool(drawn) and drawn[-1].smoothing == 0.99)
    view.show_curves(a_run(7))
    QTest.keyClick(slider, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: drawn[-1].smoothing == 0.89)


def test_controls_wrap_in_a_narrow_view(view: CurvesView) -> None:
    controls = view.findChildren(QPushButton)[0].parent()
    assert isinstance(controls, QWidget)
    assert controls.heightForWidth(300) > controls.heightForWidth(900)
    assert controls.minimumSizeHint().width() < 200


def test_long_legend_leaves_room_for_the_plot(qtbot: QtBot) -> None:
    view = CurvesView()
    qtbot.addWidget(view)
    curves = [
        replace(curve(f"run{number}", [0.5, 0.9], group=number), title="A run with a long title")
        for number in range(8)
    ]
    view.resize(260, 200)
    view.show()
    view.show_curves([PlotData(ACCURACY, curves)])
    assert child(view, CurveLegend).heightForWidth(260) > 150
    view.resize(260, view.minimumSizeHint().height())
    qtbot.waitUntil(lambda: view.surface.height() >= view.surface.minimumSizeHint().height())
    assert view.rect().contains(view.surface.geometry())


def test_every_control_has_a_tool_tip(view: CurvesView) -> None:
    for kind in (QCheckBox, QSlider, QPushButton):
        assert all(widget.toolTip() for widget in view.findChildren(kind))
