from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.views.canvas.canvas import InkCanvas, Tool
from desktop_app.views.canvas.geometry import fit_to_canvas
from tests.views.conftest import Places, painted, press

Draw = Callable[[InkCanvas, Places], None]
LINE: Places = [(100, 100), (150, 130), (200, 180), (220, 260)]
OTHER: Places = [(300, 50), (300, 200), (300, 350)]


def ink_of(page: Page) -> Ink:
    assert isinstance(page, Ink)
    return page


def points(page: Page, stroke: int = 0) -> Places:
    return [(x, y) for x, y in ink_of(page).strokes[stroke].points.tolist()]


def picture() -> Picture:
    rgb = np.full((20, 40, 3), 200, dtype=np.uint8)
    return Picture(rgb, np.zeros((20, 40), dtype=np.float32), "grey")


def inked(canvas: InkCanvas, x: int, y: int) -> bool:
    """Return whether a position in canvas units has the colour of ink."""
    image = painted(canvas)
    ratio = image.devicePixelRatio()
    colour = image.pixelColor(round(x * ratio), round(y * ratio))
    return colour == canvas.palette().text().color()


def test_every_mouse_position_becomes_a_point(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, LINE)
    assert points(canvas.page) == LINE
    assert ink_of(canvas.page).strokes[0].pressure is None


def test_the_page_is_emitted_with_every_movement(canvas: InkCanvas) -> None:
    moved: list[Page] = []
    changed: list[Page] = []
    canvas.pen_moved.connect(moved.append)
    canvas.page_changed.connect(changed.append)
    press(canvas, QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(120, 100))
    QTest.mouseMove(canvas, QPoint(140, 110))
    assert [len(ink_of(page).strokes[0].points) for page in moved] == [1, 2, 3]
    assert changed == []
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(140, 110))
    assert len(changed) == 1
    assert changed[0] == moved[-1] == canvas.page


def test_a_tap_leaves_a_dot(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, [(200, 200)])
    assert points(canvas.page) == [(200, 200)]
    assert inked(canvas, 200, 200)
    assert not inked(canvas, 220, 200)


@pytest.mark.parametrize("points", [[(200, 200), (200, 200)], [(0, 0), (9e-40, 0), (0, 9e-40)]])
def test_a_stroke_of_equal_points_is_a_dot(canvas: InkCanvas, points: Places) -> None:
    canvas.set_page(fit_to_canvas(Ink.from_points([points])))
    assert inked(canvas, 200, 200)
    assert not inked(canvas, 220, 200)


def test_a_shaky_tap_is_a_dot(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, [(120, 80), (122, 81), (121, 84), (119, 82)])
    assert points(canvas.page) == [(120, 80)]
    assert inked(canvas, 120, 80)


def test_a_short_stroke_keeps_its_points(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, [(120, 80), (122, 81), (126, 84)])
    assert points(canvas.page) == [(120, 80), (122, 81), (126, 84)]


def test_strokes_are_painted_where_they_were_drawn(canvas: InkCanvas, draw: Draw) -> None:
    assert not inked(canvas, 300, 100)
    draw(canvas, OTHER)
    for y in (51, 100, 250, 349):
        assert inked(canvas, 300, y)
    assert not inked(canvas, 320, 100)


def test_incremental_painting_equals_repainting(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, [(100 + 60 * np.cos(a), 150 + 80 * np.sin(a)) for a in np.linspace(0, 5, 60)])
    live = painted(canvas)
    canvas.set_page(canvas.page)
    repainted = painted(canvas)
    differing = sum(
        live.pixelColor(x, y).lightness() - repainted.pixelColor(x, y).lightness() > 128
        for x in range(0, live.width(), 2)
        for y in range(0, live.height(), 2)
    )
    assert differing == 0


def test_only_the_left_button_on_the_canvas_draws(canvas: InkCanvas) -> None:
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    canvas.resize(600, 400)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(20, 100))
    QTest.mouseMove(canvas, QPoint(300, 100))
    assert canvas.is_empty


def test_a_stroke_ends_at_the_edge_of_the_canvas(canvas: InkCanvas) -> None:
    press(canvas, QPoint(390, 100))
    QTest.mouseMove(canvas, QPoint(410, 120))
    assert points(canvas.page) == [(390, 100), (400, 110)]
    QTest.mouseMove(canvas, QPoint(900, 300))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(900, -40))
    assert points(canvas.page) == [(390, 100), (400, 110)]


def test_another_stroke_begins_where_the_pen_comes_back(canvas: InkCanvas) -> None:
    press(canvas, QPoint(200, 20))
    QTest.mouseMove(canvas, QPoint(200, -20))
    QTest.mouseMove(canvas, QPoint(300, -20))
    QTest.mouseMove(canvas, QPoint(300, 20))
    QTest.mouseMove(canvas, QPoint(300, 60))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    assert points(canvas.page) == [(200, 20), (200, 0)]
    assert points(canvas.page, 1) == [(300, 0), (300, 20), (300, 60)]
    canvas.undo()
    assert len(ink_of(canvas.page).strokes) == 1


def test_undo_while_drawing_ends_the_stroke(canvas: InkCanvas) -> None:
    press(canvas, QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(150, 100))
    canvas.undo()
    QTest.mouseMove(canvas, QPoint(200, 100))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert canvas.is_empty


def test_the_right_button_erases(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, LINE)
    draw(canvas, OTHER)
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(280, 100))
    QTest.mouseMove(canvas, QPoint(320, 100))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=QPoint(320, 100))
    assert points(canvas.page) == LINE
    assert len(ink_of(canvas.page).strokes) == 1
    assert canvas.tool is Tool.PEN
    draw(canvas, OTHER)
    assert points(canvas.page, 1) == OTHER


def test_another_button_does_not_interrupt_a_stroke(canvas: InkCanvas) -> None:
    press(canvas, QPoint(100, 100))
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(120, 100))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=QPoint(120, 100))
    QTest.mouseMove(canvas, QPoint(140, 100))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(140, 100))
    assert points(canvas.page) == [(100, 100), (140, 100)]


def test_ink_survives_resizing(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, OTHER)
    before = canvas.page
    canvas.resize(800, 900)
    assert canvas.page is before
    assert inked(canvas, 600, 200)
    draw(canvas, [(100, 100)])
    assert points(canvas.page, 1) == [(100, 100)]


def test_undo_and_redo_go_stroke_by_stroke(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, LINE)
    draw(canvas, OTHER)
    canvas.undo()
    assert points(canvas.page) == LINE
    assert not inked(canvas, 300, 100)
    canvas.undo()
    assert canvas.is_empty
    assert not canvas.can_undo
    canvas.undo()
    canvas.redo()
    canvas.redo()
    assert points(canvas.page, 1) == OTHER
    assert inked(canvas, 300, 100)
    assert not canvas.can_redo


def test_clear_can_be_undone(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, LINE)
    canvas.clear()
    assert canvas.is_empty
    canvas.clear()
    canvas.undo()
    assert points(canvas.page) == LINE


def test_undo_during_a_stroke_removes_it(canvas: InkCanvas) -> None:
    press(canvas, QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(150, 100))
    canvas.undo()
    assert canvas.is_empty
    QTest.mouseMove(canvas, QPoint(200, 100))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert canvas.is_empty


def test_the_eraser_removes_whole_strokes_in_one_step(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, LINE)
    draw(canvas, OTHER)
    draw(canvas, [(30, 380)])
    canvas.set_tool(Tool.ERASER)
    draw(canvas, [(60, 115), (390, 115)])
    assert [points(canvas.page, i) for i in range(len(ink_of(canvas.page).strokes))] == [[(30, 380)]]
    assert not inked(canvas, 300, 300)
    assert inked(canvas, 30, 380)
    canvas.undo()
    assert len(ink_of(canvas.page).strokes) == 3
    assert inked(canvas, 300, 300)


def test_erasing_nothing_is_not_a_step(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, OTHER)
    canvas.set_tool(Tool.ERASER)
    draw(canvas, [(20, 20), (100, 20)])
    canvas.undo()
    assert canvas.is_empty


def test_erasing_leaves_neighbours_whole(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, [(100, 200), (300, 200)])
    draw(canvas, [(200, 100), (200, 300)])
    canvas.set_tool(Tool.ERASER)
    draw(canvas, [(200, 290)])
    assert len(ink_of(canvas.page).strokes) == 1
    assert inked(canvas, 200, 200)
    assert not inked(canvas, 200, 250)


def test_drawing_replaces_a_picture_and_undo_brings_it_back(canvas: InkCanvas, draw: Draw) -> None:
    shown = picture()
    canvas.set_page(shown)
    assert painted(canvas).pixelColor(200, 200).red() == 200
    draw(canvas, LINE)
    assert points(canvas.page) == LINE
    assert painted(canvas).pixelColor(300, 200) == canvas.palette().base().color()
    canvas.undo()
    assert canvas.page is shown
    canvas.undo()
    assert canvas.is_empty


def test_pen_width_applies_to_the_next_stroke(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, OTHER)
    canvas.set_pen_width(32)
    draw(canvas, [(100, 50), (100, 200), (100, 350)])
    assert not inked(canvas, 312, 200)
    assert inked(canvas, 112, 200)
    assert [stroke.width for stroke in ink_of(canvas.page).strokes] == [14, 32]
    canvas.undo()
    assert not inked(canvas, 112, 200)
    canvas.set_pen_width(8)
    canvas.redo()
    assert inked(canvas, 112, 200)
    assert not inked(canvas, 312, 200)


def test_a_broad_stroke_is_erased_and_faded_completely(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, LINE)
    canvas.set_pen_width(200)
    draw(canvas, OTHER)
    canvas.set_pen_width(8)
    canvas.show_until(2)
    step_by_step = painted(canvas)
    canvas.show_until(None)
    canvas.show_until(2)
    assert painted(canvas) == step_by_step
    canvas.show_until(None)
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(300, 100))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=QPoint(300, 100))
    erased = painted(canvas)
    canvas.set_page(ink_of(canvas.page))
    canvas.resize(401, 400)
    canvas.resize(400, 400)
    assert painted(canvas) == erased


def test_a_stroke_on_an_image_and_a_refused_eraser_are_reported(canvas: InkCanvas, draw: Draw) -> None:
    reported: list[str] = []
    canvas.image_replaced.connect(lambda: reported.append("replaced"))
    canvas.erasing_refused.connect(lambda: reported.append("refused"))
    shown = picture()
    canvas.set_page(shown)
    canvas.set_tool(Tool.ERASER)
    draw(canvas, LINE)
    assert reported == ["refused"]
    assert canvas.page is shown
    canvas.set_tool(Tool.PEN)
    draw(canvas, LINE)
    draw(canvas, OTHER)
    canvas.set_tool(Tool.ERASER)
    draw(canvas, OTHER)
    assert reported == ["refused", "replaced"]


def test_ten_thousand_strokes_are_painted_between_events(qtbot: QtBot, canvas: InkCanvas) -> None:
    rng = np.random.default_rng(0)
    ink = Ink.from_points(rng.uniform(0, 300, (3000, 4, 2)))
    canvas.set_page(ink)
    canvas.set_page(ink.with_stroke(Ink.from_points([[[380, 380]]]).strokes[0]))
    qtbot.waitUntil(lambda: inked(canvas, 380, 380))


def test_a_new_palette_repaints_the_ink(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, OTHER)
    palette = canvas.palette()
    palette.setColor(palette.ColorRole.Text, Qt.GlobalColor.red)
    canvas.setPalette(palette)
    assert painted(canvas).pixelColor(300, 200).red() == 255


# --- the canvas at an earlier point of the drawing ---

RIGHT_ANGLE: Places = [(100, 100), (200, 100), (300, 100), (300, 200), (300, 300)]


def ghosted(canvas: InkCanvas, x: int, y: int) -> bool:
    """Return whether a position in canvas units has a colour between ink and background."""
    colour = painted(canvas).pixelColor(x, y)
    return colour not in (canvas.palette().text().color(), canvas.palette().base().color())


def test_ink_after_the_shown_points_is_faint(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, RIGHT_ANGLE)
    draw(canvas, [(50, 350)])
    canvas.show_until(3)
    assert inked(canvas, 150, 100)
    assert inked(canvas, 296, 100)
    assert ghosted(canvas, 300, 250)
    assert ghosted(canvas, 50, 350)
    canvas.show_until(5)
    assert inked(canvas, 300, 250)
    assert ghosted(canvas, 50, 350)
    canvas.show_until(0)
    assert ghosted(canvas, 150, 100)
    canvas.show_until(None)
    for place in ((150, 100), (300, 250), (50, 350)):
        assert inked(canvas, *place)


def test_showing_earlier_points_equals_repainting(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, [(200 + 90 * np.cos(a), 200 + 120 * np.sin(a)) for a in np.linspace(0, 6, 50)])
    draw(canvas, [(60, 60), (61, 61), (340, 340)])
    for points in (10, 48, 52, 51, 20, 21, 19):
        canvas.show_until(points)
    step_by_step = painted(canvas)
    canvas.show_until(None)
    canvas.set_page(canvas.page)
    canvas.show_until(19)
    assert step_by_step == painted(canvas)


def test_showing_earlier_points_keeps_the_page(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, RIGHT_ANGLE)
    canvas.show_until(2)
    assert points(canvas.page) == RIGHT_ANGLE


def test_drawing_and_undo_show_all_points(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, RIGHT_ANGLE)
    canvas.show_until(2)
    press(canvas, QPoint(50, 350))
    assert inked(canvas, 300, 250)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 350))
    canvas.show_until(2)
    canvas.undo()
    assert inked(canvas, 300, 250)


def test_empty_canvas_and_images_have_no_earlier_points(canvas: InkCanvas) -> None:
    blank = painted(canvas)
    canvas.show_until(0)
    assert painted(canvas) == blank
    canvas.set_page(picture())
    shown = painted(canvas)
    canvas.show_until(3)
    assert painted(canvas) == shown


# --- pen, finger, keyboard ---


class TabletPen:
    """Return a tablet pen; events refer to it, so it must outlive them."""

    def __init__(
        self,
        canvas: InkCanvas,
        presses: bool = True,
        eraser_end: bool = False,
        buttons: Qt.MouseButton = Qt.MouseButton.NoButton,
    ) -> None:
        capabilities = QInputDevice.Capability.Position
        if presses:
            capabilities |= QInputDevice.Capability.Pressure
        kinds = QPointingDevice.PointerType
        end = kinds.Eraser if eraser_end else kinds.Pen
        self.device = QPointingDevice("pen", 7, QInputDevice.DeviceType.Stylus, end, capabilities, 1, 1)
        self.canvas = canvas
        self.buttons = buttons

    def draw(self, places: Places, pressure: float = 0.5) -> None:
        self.send(QEvent.Type.TabletPress, places[0], pressure)
        for at in places[1:]:
            self.send(QEvent.Type.TabletMove, at, pressure)
        self.send(QEvent.Type.TabletRelease, places[-1], 0.0)

    def send(self, kind: QEvent.Type, at: tuple[float, float], pressure: float) -> None:
        place = QPointF(*at)
        left = Qt.MouseButton.LeftButton
        down = left | self.buttons if pressure else Qt.MouseButton.NoButton
        none = Qt.KeyboardModifier.NoModifier
        event = QTabletEvent(
            kind, self.device, place, place, pressure, 0.0, 0.0, 0.0, 0.0, 0.0, none, left, down
        )
        QApplication.sendEvent(self.canvas, event)


def test_a_pen_draws_between_pixels_with_its_pressure(canvas: InkCanvas) -> None:
    TabletPen(canvas).draw([(100.25, 100.5), (150.75, 130.5)], 0.75)
    stroke = ink_of(canvas.page).strokes[0]
    assert stroke.points.tolist() == [[100.25, 100.5], [150.75, 130.5]]
    assert stroke.pressure is not None
    assert stroke.pressure.tolist() == [0.75, 0.75]


def test_a_pen_without_pressure_draws_too(canvas: InkCanvas) -> None:
    TabletPen(canvas, presses=False).draw([(100, 100), (150, 130)])
    assert ink_of(canvas.page).strokes[0].pressure is None


def test_pressure_widens_the_stroke(canvas: InkCanvas) -> None:
    pen = TabletPen(canvas)
    pen.draw([(100, 50), (100, 200), (100, 350)], 1.0)
    pen.draw([(300, 50), (300, 200), (300, 350)], 0.1)
    assert inked(canvas, 108, 200)
    assert not inked(canvas, 306, 200)


def test_a_hovering_pen_draws_nothing(canvas: InkCanvas) -> None:
    TabletPen(canvas).send(QEvent.Type.TabletMove, (100, 100), 0.0)
    assert canvas.is_empty


def test_the_other_end_of_the_pen_erases(canvas: InkCanvas, draw: Draw) -> None:
    draw(canvas, LINE)
    draw(canvas, OTHER)
    TabletPen(canvas, eraser_end=True).draw([(280, 100), (320, 100)])
    assert points(canvas.page) == LINE
    assert len(ink_of(canvas.page).strokes) == 1
    assert canvas.tool is Tool.PEN


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_the_buttons_of_the_pen_erase(canvas: InkCanvas, draw: Draw, button: Qt.MouseButton) -> None:
    draw(canvas, LINE)
    draw(canvas, OTHER)
    TabletPen(canvas, buttons=button).draw([(280, 100), (320, 100)])
    assert points(canvas.page) == LINE
    assert len(ink_of(canvas.page).strokes) == 1


def test_a_finger_leaves_the_canvas_and_comes_back(canvas: InkCanvas, touch_screen: QPointingDevice) -> None:
    QTest.touchEvent(canvas, touch_screen).press(1, QPoint(100, 380), canvas).commit()
    for place in (QPoint(100, 420), QPoint(200, 420), QPoint(200, 380)):
        QTest.touchEvent(canvas, touch_screen).move(1, place, canvas).commit()
    QTest.touchEvent(canvas, touch_screen).release(1, QPoint(200, 360), canvas).commit()
    assert points(canvas.page) == [(100, 380), (100, 400)]
    assert points(canvas.page, 1) == [(200, 400), (200, 380), (200, 360)]


@pytest.fixture
def touch_screen(qtbot: QtBot) -> QPointingDevice:
    return QTest.createTouchDevice()


def test_only_the_first_finger_draws(canvas: InkCanvas, touch_screen: QPointingDevice) -> None:
    QTest.touchEvent(canvas, touch_screen).press(1, QPoint(100, 100), canvas).commit()
    QTest.touchEvent(canvas, touch_screen).stationary(1).press(2, QPoint(300, 300), canvas).commit()
    touch = QTest.touchEvent(canvas, touch_screen)
    touch.move(1, QPoint(150, 120), canvas).move(2, QPoint(310, 310), canvas).commit()
    QTest.touchEvent(canvas, touch_screen).release(1, QPoint(200, 140), canvas).stationary(2).commit()
    QTest.touchEvent(canvas, touch_screen).release(2, QPoint(310, 310), canvas).commit()
    assert points(canvas.page) == [(100, 100), (150, 120), (200, 140)]
    assert len(ink_of(canvas.page).strokes) == 1


def test_the_keyboard_alone_draws(canvas: InkCanvas) -> None:
    canvas.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Space):
        QTest.keyClick(canvas, key)
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert points(canvas.page) == [(200, 190), (210, 190), (220, 200)]
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert points(canvas.page, 1) == [(218, 210)]


def test_the_keyboard_pen_stays_on_the_canvas(canvas: InkCanvas) -> None:
    for _ in range(60):
        QTest.keyClick(canvas, Qt.Key.Key_Home)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert points(canvas.page) == [(0, 0)]


def test_the_canvas_has_accessible_texts(canvas: InkCanvas) -> None:
    assert canvas.objectName() == "ink_canvas"
    assert canvas.accessibleName()
    assert "Space" in canvas.accessibleDescription()
