from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.inspection.colour import DIVERGING, SEQUENTIAL, Palette
from desktop_app.inspection.colour_settings import ColourSettings, Contrast
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.feature_maps.viewport import Viewport
from desktop_app.views.parts.numerals import MINUS

NO_BUTTONS, NO_MODIFIER = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.fixture
def maps(qtbot: QtBot) -> FeatureMapView:
    widget = FeatureMapView()
    qtbot.addWidget(widget)
    widget.resize(430, 110)
    widget.show()
    return widget


def four_maps(largest: float = 1.0) -> NDArray[np.float32]:
    """Four maps of 10x10: four maps and three gaps are 43 pixels, each 10 screen pixels."""
    activation = np.random.default_rng(0).random((10, 10, 4), dtype=np.float32)
    activation[0, 0, 0] = largest
    return activation


def middle_of(row: int, column: int, channel: int) -> QPoint:
    return QPoint(channel * 110 + column * 10 + 5, row * 10 + 5)


def turn_wheel(
    widget: QWidget, at: QPoint, notches: int, modifier: Qt.KeyboardModifier = NO_MODIFIER
) -> None:
    place = QPointF(at)
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        NO_BUTTONS,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


# --- painting ---


def test_every_value_is_a_sharp_square_in_its_colour(maps: FeatureMapView) -> None:
    activation = four_maps()
    maps.set_activation(activation)
    image = image_of(maps)
    for row, column, channel in ((0, 0, 0), (3, 7, 1), (9, 9, 3)):
        colour = int(SEQUENTIAL[round(float(activation[row, column, channel]) * 255)])
        corner = middle_of(row, column, channel) - QPoint(5, 5)
        for x, y in ((0, 0), (9, 0), (0, 9), (9, 9)):
            assert image.pixelColor(corner + QPoint(x, y)).rgba() == colour


def test_gaps_are_lines_between_maps_but_not_beside_missing_ones(maps: FeatureMapView) -> None:
    """Without lines, dark maps on a dark window have no edges."""
    maps.resize(210, 210)
    maps.set_activation(four_maps()[:, :, :3])
    image = image_of(maps)
    line, window = maps.palette().mid().color().rgb(), maps.palette().window().color().rgb()
    assert [image.pixelColor(x, y).rgb() for x, y in ((105, 50), (50, 105))] == [line] * 2
    assert [image.pixelColor(x, y).rgb() for x, y in ((105, 150), (150, 105), (150, 150))] == [window] * 3


def test_colour_settings_change_the_colours(maps: FeatureMapView) -> None:
    activation = four_maps(largest=4.0)
    activation[:, :, 1] *= 0.1
    maps.set_activation(activation)
    at = middle_of(4, 4, 1)
    value = float(activation[4, 4, 1])

    def colour() -> int:
        return image_of(maps).pixelColor(at).rgba()

    assert colour() == int(SEQUENTIAL[round(255 * value / 4)])
    maps.set_colour_settings(ColourSettings(Contrast.MAP))
    assert colour() == int(SEQUENTIAL[round(255 * value / float(activation[:, :, 1].max()))])
    maps.set_colour_settings(ColourSettings(Contrast.FIXED, -0.2, 0.2))
    assert colour() == int(DIVERGING[round(127.5 + 127.5 * value / 0.2)])
    maps.set_colour_settings(ColourSettings(palette=Palette.GREYS))
    grey = image_of(maps).pixelColor(at)
    assert grey.red() == grey.green() == grey.blue()


def test_dense_layers_are_bars_from_the_zero_line(maps: FeatureMapView) -> None:
    maps.set_activation(np.array([1.0, -1.0, 0.0], dtype=np.float32))
    maps.set_names(("a", "b", "c"))
    image = image_of(maps)
    ground = image.pixelColor(420, 10)
    up, down, none = 71, 215, 358
    assert image.pixelColor(up + 30, 35) != ground
    assert image.pixelColor(up + 30, 65) == ground
    assert image.pixelColor(down + 30, 35) == ground
    assert image.pixelColor(down + 30, 65) != ground
    assert image.pixelColor(none + 30, 35) == image.pixelColor(none + 30, 65) == ground
    assert maps.describe(QPointF(down, 65)) == f"b · {MINUS}1"
    maps.set_names(())
    assert maps.describe(QPointF(down, 65)) == f"unit 1 · {MINUS}1"


def test_units_can_be_squares_in_their_order(maps: FeatureMapView) -> None:
    units = np.linspace(0, 1, 43, dtype=np.float32)
    maps.set_activation(units)
    maps.set_squares(True)
    image = image_of(maps)
    seen = []
    for y in range(2, 110, 3):
        for x in range(2, 430, 3):
            position = maps.position_at(QPointF(x, y))
            if position is not None and position[0] not in seen:
                seen.append(position[0])
    assert seen == list(range(43))
    assert image.pixelColor(4, 4).rgba() == int(SEQUENTIAL[0])


def test_sequence_is_a_single_map(maps: FeatureMapView) -> None:
    sequence = np.zeros((5, 20), dtype=np.float32)
    sequence[3, 10] = 2.5
    maps.set_activation(sequence)
    # 20 features across and 5 steps down: 21 screen pixels each.
    assert maps.describe(QPointF(10 * 21 + 5, 3 * 21 + 5)) == "step 3 · feature 10 · 2.5"
    assert image_of(maps).pixelColor(10 * 21 + 10, 3 * 21 + 2).rgba() == int(SEQUENTIAL[255])


def test_constant_maps_are_marked_and_counted(maps: FeatureMapView) -> None:
    activation = four_maps()
    activation[:, :, 1] = 0
    activation[:, :, 2] = 0.5
    maps.set_activation(activation)
    assert maps.constant_channels_text() == "constant channels: 2 of 4"
    image = image_of(maps)
    for channel, is_struck in ((0, False), (1, True), (2, True)):
        tile = image.copy(channel * 110, 0, 100, 100)
        found = {tile.pixelColor(i, 99 - i).rgba() for i in range(30, 70)}
        plain = {int(colour) for colour in SEQUENTIAL}
        assert bool(found - plain) == is_struck
    activation[:, :, 2] = four_maps()[:, :, 2]
    maps.set_activation(activation.copy())
    assert maps.constant_channels_text() == "constant channels: 1 of 4"
    maps.set_activation(np.array([0.0, 0.0, 1.0], dtype=np.float32))
    assert maps.constant_channels_text() == "zero units: 2 of 3"


def test_nan_is_painted_like_zero(maps: FeatureMapView) -> None:
    activation = four_maps()
    activation[2, 2, 0] = np.nan
    activation[3, 3, 0] = np.inf
    maps.set_activation(activation)
    image = image_of(maps)
    assert image.pixelColor(middle_of(2, 2, 0)).rgba() == int(SEQUENTIAL[0])
    assert image.pixelColor(middle_of(3, 3, 0)).rgba() == int(SEQUENTIAL[255])
    assert maps.describe(QPointF(middle_of(2, 2, 0))).endswith("nan")


@pytest.mark.parametrize("shape", [(), (2, 3, 4, 5), (0, 4, 4), (3, 3, 0)])
def test_activation_without_maps_shows_the_hint(maps: FeatureMapView, shape: tuple[int, ...]) -> None:
    maps.set_hint("Because.")
    maps.set_activation(None)
    empty = image_of(maps)
    maps.set_activation(np.zeros(shape, dtype=np.float32))
    assert image_of(maps) == empty
    assert len({empty.pixelColor(x, 55).rgba() for x in range(430)}) > 1
    assert maps.describe(QPointF(10, 10)) == ""
    assert maps.scale() is None


def viewport_of(maps: FeatureMapView) -> Viewport:
    viewport = maps.viewport()
    assert viewport is not None
    return viewport


def test_many_channels_stay_readable_and_scroll(maps: FeatureMapView) -> None:
    maps.set_activation(np.ones((7, 7, 512), dtype=np.float32))
    viewport = viewport_of(maps)
    assert viewport.zoom * 7 >= 22
    assert viewport.max_scroll[0] == 0
    assert viewport.max_scroll[1] > 0
    assert maps.describe(QPointF(2, 2)).startswith("channel 0 ·")
    turn_wheel(maps, QPoint(50, 50), -100)
    assert maps.describe(QPointF(2, 105)).split(" ·")[0] != "channel 0"
    assert viewport_of(maps) == viewport_of(maps).moved(0, 10_000)
    zoom = viewport.zoom
    turn_wheel(maps, QPoint(50, 50), 1, Qt.KeyboardModifier.ControlModifier)
    assert viewport_of(maps).zoom > zoom


def test_single_values_are_tiles_with_their_number(maps: FeatureMapView) -> None:
    activation = np.array([0.0, 1.0], dtype=np.float32).reshape(1, 1, 2)
    maps.set_activation(activation)
    image = image_of(maps)
    for channel in range(2):
        tile = image.copy(channel * 110 + 2, 2, 100, 100)
        assert len({tile.pixelColor(x, y).rgba() for x in range(100) for y in range(40, 60)}) > 2


# --- pointing and choosing ---


def test_describe_returns_channel_position_and_value(maps: FeatureMapView) -> None:
    activation = four_maps()
    activation[0, 1, 0] = 0.75
    maps.set_activation(activation)
    assert maps.describe(QPointF(middle_of(0, 1, 0))) == "channel 0 · row 0, column 1 · 0.75"
    assert maps.describe(QPointF(middle_of(9, 0, 1))).startswith("channel 1 · row 9, column 0 · ")
    assert maps.describe(QPointF(105, 10)) == ""


def test_value_under_the_mouse_is_updated(maps: FeatureMapView) -> None:
    descriptions: list[str] = []
    maps.pointed_at.connect(descriptions.append)
    maps.set_activation(np.zeros((10, 10, 4), dtype=np.float32))
    QTest.mouseMove(maps, middle_of(0, 0, 0))
    maps.set_activation(np.ones((10, 10, 4), dtype=np.float32))
    assert descriptions[-2:] == ["channel 0 · row 0, column 0 · 0", "channel 0 · row 0, column 0 · 1"]


def test_click_chooses_a_value_and_drag_does_not(maps: FeatureMapView) -> None:
    chosen: list[object] = []
    maps.value_chosen.connect(chosen.append)
    maps.set_activation(four_maps())
    QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=middle_of(4, 2, 1))
    assert chosen == [(4, 2, 1)]
    QTest.mousePress(maps, Qt.MouseButton.LeftButton, pos=middle_of(4, 2, 1))
    QTest.mouseMove(maps, middle_of(8, 8, 1))
    QTest.mouseRelease(maps, Qt.MouseButton.LeftButton, pos=middle_of(8, 8, 1))
    assert chosen == [(4, 2, 1)]


def test_marked_value_is_outlined_in_the_accent_colour(maps: FeatureMapView) -> None:
    maps.set_activation(four_maps())
    plain = image_of(maps)
    maps.set_marked((4, 2, 1))
    framed = image_of(maps)
    at = middle_of(4, 2, 1)
    accent = maps.palette().accent().color()
    frame = framed.pixelColor(at - QPoint(6, 0))
    assert abs(frame.blue() - accent.blue()) < 80
    assert frame != plain.pixelColor(at - QPoint(6, 0))
    assert framed.pixelColor(at) == plain.pixelColor(at)
    maps.set_marked((40, 2, 1))  # of another layer
    assert image_of(maps) == plain
    maps.set_marked(None)
    assert image_of(maps) == plain


def test_the_value_shown_follows_the_marked_one_after_a_click(maps: FeatureMapView) -> None:
    descriptions: list[str] = []
    maps.pointed_at.connect(descriptions.append)
    maps.set_activation(four_maps())
    QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=middle_of(4, 2, 1))
    QApplication.sendEvent(maps, QEvent(QEvent.Type.Leave))
    assert descriptions[-1].startswith("channel 1 · row 4, column 2 · ")
    maps.set_marked((5, 6, 1))
    assert descriptions[-1].startswith("channel 1 · row 5, column 6 · ")
    maps.set_marked((40, 2, 1))  # of another layer
    assert descriptions[-1].startswith("channel 1 · row 5, column 6 · ")


def test_keyboard_cursor_moves_across_gaps_and_chooses(maps: FeatureMapView, qtbot: QtBot) -> None:
    descriptions: list[str] = []
    chosen: list[object] = []
    maps.pointed_at.connect(descriptions.append)
    maps.value_chosen.connect(chosen.append)
    activation = four_maps()
    maps.set_activation(activation)
    maps.set_marked((0, 9, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(maps, key)
    assert descriptions[-1].startswith("channel 1 · row 1, column 1 · ")
    QTest.keyClick(maps, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(maps, Qt.Key.Key_Up)
    QTest.keyClick(maps, Qt.Key.Key_Up)  # the edge
    QTest.keyClick(maps, Qt.Key.Key_Return)
    assert chosen == [(0, 1, 2)]
    assert "channel 2 · row 0, column 1" in maps.accessibleDescription()


def test_keyboard_cursor_is_shown_on_focus(maps: FeatureMapView) -> None:
    maps.set_activation(four_maps())
    maps.clearFocus()
    plain = image_of(maps)
    maps.setFocus(Qt.FocusReason.MouseFocusReason)
    assert image_of(maps) == plain
    maps.clearFocus()
    maps.setFocus(Qt.FocusReason.TabFocusReason)
    assert image_of(maps) != plain
    QTest.keyClick(maps, Qt.Key.Key_Right)
    assert "row 0, column 1" in maps.accessibleDescription()
    maps.clearFocus()
    assert image_of(maps) == plain


def test_pinch_gestures_zoom(maps: FeatureMapView) -> None:
    maps.set_activation(four_maps())
    place = QPointF(200, 50)

    def pinch(value: float) -> None:
        gesture = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture,
            QPointingDevice.primaryPointingDevice(),
            2,
            place,
            place,
            maps.mapToGlobal(place),
            value,
            QPointF(),
        )
        QApplication.sendEvent(maps, gesture)

    fitted = maps.viewport()
    pinch(0.1)
    assert maps.viewport() == fitted  # not yet a whole step
    pinch(0.1)
    assert maps.viewport() != fitted
    pinch(-0.2)
    assert maps.viewport() == fitted


def test_keyboard_cursor_moves_across_bars(maps: FeatureMapView) -> None:
    chosen: list[object] = []
    maps.value_chosen.connect(chosen.append)
    maps.set_activation(np.array([0.0, 1.0, 2.0], dtype=np.float32))
    for key in [Qt.Key.Key_Right] * 5 + [Qt.Key.Key_Left, Qt.Key.Key_Return]:
        QTest.keyClick(maps, key)
    assert chosen == [(1,)]


def test_keys_pin_and_colour_the_map_under_the_mouse(maps: FeatureMapView) -> None:
    pinned: list[int] = []
    coloured: list[tuple[int, int]] = []
    maps.pin_requested.connect(pinned.append)
    maps.colour_requested.connect(lambda colour, channel: coloured.append((colour, channel)))
    maps.set_activation(four_maps())
    QTest.keyClick(maps, Qt.Key.Key_P)
    assert pinned == []
    QTest.mouseMove(maps, middle_of(5, 5, 2))
    for key in (Qt.Key.Key_P, Qt.Key.Key_R, Qt.Key.Key_G, Qt.Key.Key_B):
        QTest.keyClick(maps, key)
    assert pinned == [2]
    assert coloured == [(0, 2), (1, 2), (2, 2)]


def test_map_under_the_mouse_has_a_pin_button(maps: FeatureMapView) -> None:
    pinned: list[int] = []
    maps.pin_requested.connect(pinned.append)
    maps.set_activation(four_maps())
    plain = image_of(maps)
    corner = QPoint(3 * 110 + 90, 8)
    QTest.mouseMove(maps, corner)
    assert image_of(maps) != plain
    QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=corner)
    assert pinned == [3]


def test_every_value_of_a_small_map_can_be_clicked(maps: FeatureMapView) -> None:
    pinned: list[int] = []
    chosen: list[object] = []
    maps.pin_requested.connect(pinned.append)
    maps.value_chosen.connect(chosen.append)
    maps.resize(230, 50)
    maps.set_activation(four_maps())
    corner = QPoint(3 * 55 + 47, 3)
    QTest.mouseMove(maps, corner)
    QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=corner)
    assert pinned == []
    assert chosen == [(0, 9, 3)]


# --- zoom ---


def test_wheel_zooms_at_the_mouse_and_0_fits(maps: FeatureMapView) -> None:
    maps.set_activation(four_maps())
    fitted = image_of(maps)
    at = middle_of(5, 5, 2)
    before = maps.describe(QPointF(at))
    for _ in range(4):
        turn_wheel(maps, at, 1)
    assert maps.describe(QPointF(at)) == before
    assert image_of(maps) != fitted
    QTest.keyClick(maps, Qt.Key.Key_0)
    assert image_of(maps) == fitted


def test_dragging_scrolls_large_content(maps: FeatureMapView) -> None:
    maps.set_activation(four_maps())
    for _ in range(6):
        QTest.keyClick(maps, Qt.Key.Key_Plus)
    start, end = QPoint(200, 60), QPoint(120, 40)
    before = maps.position_at(QPointF(start))
    QTest.mousePress(maps, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(maps, QPoint(160, 50))
    QTest.mouseMove(maps, end)
    QTest.mouseRelease(maps, Qt.MouseButton.LeftButton, pos=end)
    assert maps.position_at(QPointF(end)) == before
    zoom = viewport_of(maps).zoom
    QTest.keyClick(maps, Qt.Key.Key_Minus)
    assert viewport_of(maps).zoom < zoom


def test_large_values_show_their_numbers(maps: FeatureMapView) -> None:
    maps.set_activation(np.full((10, 10, 4), 0.25, dtype=np.float32))
    for _ in range(9):
        QTest.keyClick(maps, Qt.Key.Key_Plus)
    image = image_of(maps)
    assert len({image.pixelColor(x, y).rgba() for x in range(430) for y in range(110)}) > 3
