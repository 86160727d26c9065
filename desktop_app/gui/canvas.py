"""The canvas: paper that takes ink from mouse, pen, finger and keyboard."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.history import History
from desktop_app.core.ink import Ink, Stroke
from desktop_app.core.page import Page
from desktop_app.gui.live_stroke import LiveStroke
from desktop_app.gui.paint_ink import paint_piece, paint_stroke, pressed_width
from desktop_app.gui.paper import PAPER_SIZE, square_in, stroke_boxes, touched
from desktop_app.gui.sheet import Sheet
from desktop_app.gui.theme import STEP, caption_font

ERASER_RADIUS = 10.0
"""In paper units."""

KEY_STEP = 10.0
"""How far an arrow key moves the keyboard's pen, in paper units; a fifth of it with Shift."""

# Every step of the history holds a list of all strokes: bounded, or ten thousand strokes cost dear.
_UNDO_STEPS = 100

_KEY_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    # As on a number pad, the keys at the corners go aslant.
    Qt.Key.Key_Home: (-1, -1),
    Qt.Key.Key_PageUp: (1, -1),
    Qt.Key.Key_End: (-1, 1),
    Qt.Key.Key_PageDown: (1, 1),
}


class Tool(Enum):
    """What the pen does."""

    PEN = "pen"
    ERASER = "eraser"


class InkCanvas(QWidget):
    """Takes ink and shows the page. Ink is kept in paper units, so it survives resizing."""

    pen_moved = Signal(object)
    """The page with the stroke that is being drawn, at every movement."""
    page_changed = Signal(object)
    """The page after anything else: a finished stroke, undo, redo, erasing, clearing, opening."""
    history_changed = Signal()
    """What can be undone, redone or cleared may have changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with empty paper and the pen."""
        super().__init__(parent)
        self.setObjectName("ink_canvas")
        self.setAccessibleName(self.tr("Paper"))
        self.setAccessibleDescription(
            self.tr("Draw here. With the keyboard: arrow keys move the pen, Space puts it down and lifts it.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._history: History[Page] = History(Ink(), _UNDO_STEPS)
        self._tool = Tool.PEN
        self._pen_width = 14.0
        self._live: LiveStroke | None = None
        self._swept: Ink | None = None
        self._at = (PAPER_SIZE / 2, PAPER_SIZE / 2)
        self._finger: int | None = None
        self._keyboard = False
        self._square = square_in(1, 1, 0)
        self._sheet = Sheet(self)
        self._sheet.changed.connect(self.update)
        self._take_look()

    # --- what the paper holds ---

    @property
    def page(self) -> Page:
        """The page as it is seen now, with the stroke that is being drawn."""
        if self._swept is not None:
            return self._swept
        if self._live is not None:
            return self._base().with_stroke(self._live.snapshot())
        return self._history.present

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back and can come again."""
        return self._history.can_redo

    @property
    def is_empty(self) -> bool:
        """Whether the paper is blank."""
        page = self.page
        return isinstance(page, Ink) and not page

    @property
    def pen_width(self) -> float:
        """In paper units."""
        return self._pen_width

    @property
    def tool(self) -> Tool:
        """What the pen does."""
        return self._tool

    def set_page(self, page: Page) -> None:
        """Put another page on the paper; undo brings the present one back."""
        self._lift()
        self._history.push(page)
        self._replace(page)

    def undo(self) -> None:
        """Take the last step back."""
        self._lift()
        if self._history.can_undo:
            self._replace(self._history.undo())

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._lift()
        if self._history.can_redo:
            self._replace(self._history.redo())

    def clear(self) -> None:
        """Blank paper; undo brings the page back."""
        if not self.is_empty:
            self.set_page(Ink())

    def set_tool(self, tool: Tool) -> None:
        """Choose what the pen does."""
        self._lift()
        self._tool = tool
        self._take_cursor()

    def set_pen_width(self, width: float) -> None:
        """Choose the pen's width in paper units; the ink on the paper takes it too."""
        self._pen_width = width
        self._take_look()

    # --- pen down, moved, up: the same for every device ---

    def _press(self, at: tuple[float, float], erase: bool, pressure: float | None) -> None:
        self._lift()
        self._at = at
        if erase:
            if isinstance(self._history.present, Ink):
                self._sweep(self._history.present, at)
            return
        self._live = LiveStroke(pressure is not None)
        self._live.append(*at, pressure or 0.0)
        if not isinstance(self._history.present, Ink):
            self._sheet.show_page(Ink())
            self.update()
        self._after_point(self._live)

    def _move(self, at: tuple[float, float], pressure: float | None) -> None:
        if self._swept is not None:
            self._sweep(self._swept, at)
        elif self._live is not None and self._live.append(*at, pressure or 0.0):
            self._at = at
            self._after_point(self._live)

    def _lift(self) -> None:
        """End the stroke or the sweep in hand, if there is one, as one step of the history."""
        self._finger = None
        if self._live is not None:
            stroke, self._live = self._live.snapshot(), None
            ink = self._base().with_stroke(stroke)
            self._sheet.paint_piece(stroke, len(stroke.points) - 1)
            self._sheet.add_stroke(ink)
            self._finish(ink)
        elif self._swept is not None:
            ink, self._swept = self._swept, None
            if ink is not self._history.present:
                self._finish(ink)

    def _finish(self, ink: Ink) -> None:
        self._history.push(ink)
        self.update()
        self.page_changed.emit(ink)
        self.history_changed.emit()

    def _after_point(self, live: LiveStroke) -> None:
        """Paint what the newest point settled, and tell the page."""
        # The piece before the newest point is settled; it needs one neighbour on each side.
        recent = live.last(3)
        if len(live) > 1:
            self._sheet.paint_piece(recent, len(recent.points) - 2)
            self.update(self._on_screen(self._area(stroke_boxes(Ink((recent,))))))
        else:
            self.update()
        self.pen_moved.emit(self.page)

    def _base(self) -> Ink:
        """The ink that the stroke in hand comes on top of; a picture gives way to it."""
        present = self._history.present
        return present if isinstance(present, Ink) else Ink()

    def _sweep(self, ink: Ink, at: tuple[float, float]) -> None:
        """Erase from ink every stroke between the last position and this one."""
        gone = touched(ink, self._sheet.boxes(), self._at, at, ERASER_RADIUS)
        self._at = at
        self._swept = ink
        if not gone:
            return
        boxes = self._sheet.boxes()[gone]
        self._swept = ink.without(gone)
        self._sheet.show_page(self._swept, self._area(boxes))
        self.page_changed.emit(self._swept)

    def _replace(self, page: Page) -> None:
        """Show a page of the history."""
        self._sheet.show_page(page)
        self.update()
        self.page_changed.emit(page)
        self.history_changed.emit()

    # --- devices ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button puts the pen down."""
        at = event.position()
        if event.button() == Qt.MouseButton.LeftButton and self._square.contains(at.x(), at.y()):
            self._hide_keyboard_pen()
            self._press(self._paper(at), self._tool is Tool.ERASER, None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pen moves while the left button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(self._paper(event.position()), None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The pen is lifted where the button is let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._move(self._paper(event.position()), None)
            self._lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A tablet's pen; its other end erases whatever the tool is. Hovering draws nothing."""
        at = event.position()
        pressure = event.pressure() if _reports_pressure(event) else None
        kind = event.type()
        if kind == QEvent.Type.TabletPress and self._square.contains(at.x(), at.y()):
            other_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._hide_keyboard_pen()
            self._press(self._paper(at), other_end or self._tool is Tool.ERASER, pressure)
        elif kind == QEvent.Type.TabletMove:
            self._move(self._paper(at), pressure)
        elif kind == QEvent.Type.TabletRelease:
            # A lifted pen presses no more: its last point has no width of its own.
            self._lift()
        event.accept()

    def touch_event(self, event: QTouchEvent) -> None:
        """The first finger draws; what other fingers or the palm do meanwhile is left alone."""
        for point in event.points():
            at = point.position()
            state = point.state()
            if state == point.State.Pressed and self._finger is None:
                if self._square.contains(at.x(), at.y()):
                    self._hide_keyboard_pen()
                    self._press(self._paper(at), self._tool is Tool.ERASER, None)
                    self._finger = point.id()
            elif point.id() == self._finger and state != point.State.Stationary:
                self._move(self._paper(at), None)
                if state == point.State.Released:
                    self._lift()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Takes touch; leaves the rest to Qt."""
        kind = event.type()
        if isinstance(event, QTouchEvent):
            if kind == QEvent.Type.TouchCancel:
                self._lift()
            else:
                self.touch_event(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move a pen, Space puts it down and lifts it, Escape lifts it."""
        key = Qt.Key(event.key())
        if key in _KEY_DIRECTIONS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(*_KEY_DIRECTIONS[key], fine)
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._toggle_keyboard_pen()
        elif key == Qt.Key.Key_Escape and self._in_hand:
            self._lift()
            self.update()
        else:
            super().keyPressEvent(event)

    @property
    def _in_hand(self) -> bool:
        return self._live is not None or self._swept is not None

    def _step(self, right: int, down: int, fine: bool) -> None:
        """Move the keyboard's pen."""
        step = KEY_STEP / 5 if fine else KEY_STEP
        x = min(max(self._at[0] + right * step, 0.0), PAPER_SIZE)
        y = min(max(self._at[1] + down * step, 0.0), PAPER_SIZE)
        self._keyboard = True
        if self._in_hand:
            self._move((x, y), None)
        self._at = (x, y)
        self.update()

    def _toggle_keyboard_pen(self) -> None:
        self._keyboard = True
        if self._in_hand:
            self._lift()
        else:
            self._press(self._at, self._tool is Tool.ERASER, None)
        self.update()

    def _hide_keyboard_pen(self) -> None:
        if self._keyboard:
            self._keyboard = False
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the keyboard's pen where the keyboard brought the focus."""
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._keyboard = True
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lifts the keyboard's pen: keys go elsewhere now."""
        if self._keyboard:
            self._lift()
        super().focusOutEvent(event)
        self.update()

    # --- look ---

    def sizeHint(self) -> QSize:
        """A paper that invites."""
        return QSize(56 * STEP, 56 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Still enough to draw a digit."""
        return QSize(24 * STEP, 24 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The paper fills the widget; the ink goes with it."""
        self._fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Takes the colours of a new palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self._take_look()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sheet, the end of the stroke in hand, and on blank paper an invitation."""
        if self._sheet.pixmap.devicePixelRatio() != self.devicePixelRatioF():
            self._fit()
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(event.rect(), palette.window())
        square = QRectF(self._square.left, self._square.top, self._square.side, self._square.side)
        painter.drawPixmap(square.topLeft(), self._sheet.pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_border(painter, square)
        if self.is_empty:
            self._paint_invitation(painter, square)
        painter.setClipRect(square)
        painter.translate(square.topLeft())
        painter.scale(self._square.scale, self._square.scale)
        if self._live is not None:
            self._paint_end(painter, self._live.last(2))
        if self._keyboard and self.hasFocus():
            self._paint_keyboard_pen(painter)

    def _paint_end(self, painter: QPainter, recent: Stroke) -> None:
        """What the sheet does not hold yet: the way to the newest point."""
        if len(recent.points) == 1:
            paint_stroke(painter, recent, self._ink_colour(), self._pen_width)
        else:
            paint_piece(painter, recent, 1, self._ink_colour(), self._pen_width)

    def _paint_border(self, painter: QPainter, square: QRectF) -> None:
        palette = self.palette()
        by_keyboard = self._keyboard and self.hasFocus()
        colour = palette.color(QPalette.ColorRole.Accent if by_keyboard else QPalette.ColorRole.Mid)
        width = 2.0 if by_keyboard else 1.0
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width / 2
        painter.drawRect(square.adjusted(inset, inset, -inset, -inset))

    def _paint_invitation(self, painter: QPainter, square: QRectF) -> None:
        palette = self.palette()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        centre = Qt.AlignmentFlag.AlignHCenter
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        painter.setFont(font)
        painter.setPen(quiet)
        middle = square.center().y()
        upper = QRectF(square.left(), middle - 6 * STEP, square.width(), 6 * STEP)
        lower = QRectF(square.left(), middle + STEP / 2, square.width(), 4 * STEP)
        painter.drawText(upper, centre | Qt.AlignmentFlag.AlignBottom, self.tr("Draw a digit"))
        painter.setFont(caption_font(self.font()))
        painter.drawText(lower, centre | Qt.AlignmentFlag.AlignTop, self.tr("or drop an image here"))

    def _paint_keyboard_pen(self, painter: QPainter) -> None:
        accent = self.palette().color(QPalette.ColorRole.Accent)
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(accent if self._in_hand else Qt.BrushStyle.NoBrush)
        at = QPointF(*self._at)
        radius = ERASER_RADIUS if self._tool is Tool.ERASER else self._pen_width / 2
        painter.drawEllipse(at, radius, radius)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            way = QPointF(dx, dy)
            painter.drawLine(at + way * (radius + 3), at + way * (radius + 10))

    def _fit(self) -> None:
        """Lay the paper into the widget."""
        self._square = square_in(self.width(), self.height(), 0)
        self._sheet.set_size(self._square.side, self.devicePixelRatioF())
        self._take_cursor()

    def _ink_colour(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Text)

    def _take_look(self) -> None:
        paper = self.palette().color(QPalette.ColorRole.Base)
        self._sheet.set_look(self._ink_colour(), paper, self._pen_width)
        self._take_cursor()
        self.update()

    def _take_cursor(self) -> None:
        """A cross for the pen, a ring as large as what it touches for the eraser."""
        if self._tool is Tool.PEN:
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        side = max(8, round(2 * ERASER_RADIUS * self._square.scale) + 4)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        for colour, width in ((palette.color(QPalette.ColorRole.Base), 3), (self._ink_colour(), 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(QRectF(2, 2, side - 4, side - 4))
        painter.end()
        self.setCursor(QCursor(pixmap))

    def _paper(self, at: QPointF) -> tuple[float, float]:
        return self._square.to_paper(at.x(), at.y())

    def _area(self, boxes: NDArray[np.float32]) -> QRectF:
        """The area in paper units that strokes within boxes, float32 (n, 4), may have painted."""
        reach = pressed_width(self._pen_width, 1.0) / 2 + 1
        left, top = boxes[:, :2].min(axis=0).tolist()
        right, bottom = boxes[:, 2:].max(axis=0).tolist()
        return QRectF(left - reach, top - reach, right - left + 2 * reach, bottom - top + 2 * reach)

    def _on_screen(self, area: QRectF) -> QRect:
        """The widget's pixels that an area in paper units reaches."""
        scale = self._square.scale
        return QRectF(
            self._square.left + area.left() * scale,
            self._square.top + area.top() * scale,
            area.width() * scale,
            area.height() * scale,
        ).toAlignedRect()


def _reports_pressure(event: QTabletEvent) -> bool:
    return bool(event.pointingDevice().capabilities() & QInputDevice.Capability.Pressure)
