"""Base classes of painted widgets."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.views.parts.painted import PaintedView, PointedView
from desktop_app.views.parts.theme import DARK, LIGHT, palette_of


class Left(PointedView):
    """A view whose left half can be pointed at; it counts changes of the text style."""

    is_focusable = True
    preferred_size = QSize(80, 40)
    minimum_size = QSize(20, 10)

    def __init__(self) -> None:
        super().__init__()
        self.changes = 0
        self.pressed: list[str] = []

    def style_changed(self) -> None:
        self.changes += 1

    def locate(self, position: QPointF) -> str | None:
        return "left" if position.x() < self.width() / 2 else None

    def press(self, found: str) -> None:
        self.pressed.append(found)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        painter.fillRect(10, 10, 4, 4, self.text_style.text)
        self.paint_focus_ring(painter)


def shown(qtbot: QtBot, *views: QWidget) -> QWidget:
    """Return a light window with some views."""
    window = QWidget()
    window.setPalette(palette_of(LIGHT))
    layout = QVBoxLayout(window)
    for view in views:
        layout.addWidget(view)
    qtbot.addWidget(window)
    window.resize(200, 200)
    window.show()
    qtbot.waitExposed(window)
    return window


def colour_at(view: QWidget, x: int, y: int) -> QColor:
    """Return the colour at a position."""
    return view.grab().toImage().pixelColor(x, y)


def test_background_and_content_follow_the_palette(qtbot: QtBot) -> None:
    view = Left()
    window = shown(qtbot, view)
    assert colour_at(view, 30, 30) == QColor(LIGHT.window)
    assert colour_at(view, 11, 11) == QColor(LIGHT.text)
    before = view.changes
    window.setPalette(palette_of(DARK))
    assert view.changes > before
    assert colour_at(view, 30, 30) == QColor(DARK.window)
    assert colour_at(view, 11, 11) == QColor(DARK.text)


def test_a_new_font_changes_the_text_style(qtbot: QtBot) -> None:
    view = Left()
    _window = shown(qtbot, view)
    before = view.text_style.small.height
    font = view.font()
    font.setPointSizeF(2 * font.pointSizeF())
    view.setFont(font)
    assert view.text_style.small.height > 1.5 * before


def test_the_focus_ring_is_shown_with_keyboard_focus(qtbot: QtBot) -> None:
    view, other = Left(), Left()
    _window = shown(qtbot, view, other)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert colour_at(view, 1, 1) == QColor(LIGHT.accent)
    assert colour_at(other, 1, 1) == QColor(LIGHT.window)
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    assert colour_at(view, 1, 1) == QColor(LIGHT.window)


def test_a_click_shows_no_focus_ring_even_after_reactivation(qtbot: QtBot) -> None:
    view, other = Left(), Left()
    window = shown(qtbot, view, other)
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert colour_at(view, 1, 1) == QColor(LIGHT.window)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert colour_at(view, 1, 1) == QColor(LIGHT.window)
    other.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Backtab)
    qtbot.waitUntil(view.hasFocus)
    assert colour_at(view, 1, 1) == QColor(LIGHT.accent)


def test_sizes_are_those_declared(qtbot: QtBot) -> None:
    view, plain = Left(), PaintedView()
    qtbot.addWidget(view)
    qtbot.addWidget(plain)
    assert (view.sizeHint(), view.minimumSizeHint()) == (QSize(80, 40), QSize(20, 10))
    assert not plain.sizeHint().isValid()
    assert plain.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_the_item_under_the_mouse_is_emitted_and_pressed(qtbot: QtBot) -> None:
    view = Left()
    _window = shown(qtbot, view)
    emitted: list[object] = []
    view.pointed_at.connect(emitted.append)
    left, right = QPoint(5, 20), QPoint(view.width() - 5, 20)
    QTest.mouseMove(view, left)
    qtbot.waitUntil(lambda: emitted[-1:] == ["left"])
    QTest.mouseMove(view, right)
    qtbot.waitUntil(lambda: emitted[-1:] == [None])
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=left)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=right)
    assert view.pressed == []
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=left)
    assert view.pressed == ["left"]
