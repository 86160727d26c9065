"""The canvas: paper that takes ink from mouse, pen, finger and keyboard."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.core.undo_history import UndoHistory
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.views.canvas.evidence_layer import EvidenceLayer
from desktop_app.views.canvas.geometry import square_in, stroke_boxes, touched
from desktop_app.views.canvas.live_stroke import LiveStroke
from desktop_app.views.canvas.page_cache import PageCache
from desktop_app.views.canvas.paint_canvas import (
    eraser_cursor,
    paint_border,
    paint_invitation,
    paint_keyboard_pen,
)
from desktop_app.views.canvas.paint_ink import paint_piece, paint_stroke, pressed_width
from desktop_app.views.canvas.pen_input import PenInput, Place
from desktop_app.views.parts.theme import STEP
from desktop_app.views.why.evidence import CanvasEvidence

ERASER_RADIUS = 10.0
"""In paper units."""

# Every step of the history holds a list of all strokes: bounded, or ten thousand strokes cost dear.
_UNDO_STEPS = 100


class Tool(Enum):
    """What the pen does."""

    PEN = "pen"
    ERASER = "eraser"


class InkCanvas(PenInput):
    """Takes ink and shows the page. Ink is kept in paper units, so it survives resizing."""

    preferred_size = QSize(56 * STEP, 56 * STEP)
    minimum_size = QSize(24 * STEP, 24 * STEP)

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
        self._history: UndoHistory[Page] = UndoHistory(Ink(), _UNDO_STEPS)
        self._tool = Tool.PEN
        self._pen_width = 14.0
        self._live: LiveStroke | None = None
        self._swept: Ink | None = None
        self._evidence = EvidenceLayer()
        self._sheet = PageCache(self)
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
    def is_painted(self) -> bool:
        """Whether the page is painted to the end; one of many strokes takes a while."""
        return self._sheet.is_painted

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

    def show_until(self, points: int | None) -> None:
        """Show the ink as it was after some of its points, the rest as a ghost; None: all of it.

        The page stays what it is; with the next change to it all of it is shown again.
        """
        self._lift()
        self._sheet.show_until(points)
        self.update()

    def set_evidence(self, evidence: CanvasEvidence | None) -> None:
        """Lay over the page what spoke for its answer; None takes it away."""
        if evidence is not self._evidence.evidence:
            self._evidence.set_evidence(evidence)
            self.update()

    @property
    def evidence(self) -> CanvasEvidence | None:
        """What lies over the page."""
        return self._evidence.evidence

    # --- pen down, moved, up ---

    @property
    def _in_hand(self) -> bool:
        return self._live is not None or self._swept is not None

    def _press(self, at: Place, erase: bool, pressure: float | None) -> None:
        self.show_until(None)
        self._at = at
        if erase or self._tool is Tool.ERASER:
            if isinstance(self._history.present, Ink):
                self._sweep(self._history.present, at)
            return
        self._live = LiveStroke(pressure is not None)
        self._live.append(*at, pressure or 0.0)
        if not isinstance(self._history.present, Ink):
            self._sheet.show_page(Ink())
            self.update()
        self._after_point(self._live)

    def _move(self, at: Place, pressure: float | None) -> None:
        if self._swept is not None:
            self._sweep(self._swept, at)
        elif self._live is not None and self._live.append(*at, pressure or 0.0):
            self._at = at
            self._after_point(self._live)

    def _lift(self) -> None:
        """End the stroke or the sweep in hand, if there is one, as one step of the history."""
        super()._lift()
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

    def _sweep(self, ink: Ink, at: Place) -> None:
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

    # --- look ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The paper fills the widget; the ink goes with it."""
        self._fit()
        super().resizeEvent(event)

    def style_changed(self) -> None:
        """Takes the colours of a new palette."""
        self._take_look()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The sheet, the end of the stroke in hand, and on blank paper an invitation."""
        if self._sheet.pixmap.devicePixelRatio() != self.devicePixelRatioF():
            self._fit()
        palette = self.palette()
        square = QRectF(self._square.left, self._square.top, self._square.side, self._square.side)
        painter.drawPixmap(square.topLeft(), self._sheet.pixmap)
        if self._evidence.evidence is not None:
            self._evidence.paint(painter, self, self._square, self.page)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_border(painter, square, palette, self._keyboard and self.hasFocus())
        if self.is_empty:
            self._paint_invitation(painter, square)
        painter.setClipRect(square)
        painter.translate(square.topLeft())
        painter.scale(self._square.scale, self._square.scale)
        if self._live is not None:
            self._paint_end(painter, self._live.last(2))
        if self._keyboard and self.hasFocus():
            radius = ERASER_RADIUS if self._tool is Tool.ERASER else self._pen_width / 2
            paint_keyboard_pen(painter, self._at, radius, palette, self._in_hand)

    def _paint_end(self, painter: QPainter, recent: Stroke) -> None:
        """What the sheet does not hold yet: the way to the newest point."""
        if len(recent.points) == 1:
            paint_stroke(painter, recent, self._ink_colour(), self._pen_width)
        else:
            paint_piece(painter, recent, 1, self._ink_colour(), self._pen_width)

    def _paint_invitation(self, painter: QPainter, square: QRectF) -> None:
        words = self.tr("Draw a digit"), self.tr("or drop an image here")
        paint_invitation(painter, square, self.palette(), self.font(), words)

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
        self.setCursor(eraser_cursor(2 * ERASER_RADIUS * self._square.scale, self.palette()))

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
