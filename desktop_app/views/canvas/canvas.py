"""The canvas, on which the user draws with mouse, pen, finger or keyboard."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPalette, QResizeEvent

from desktop_app.ink.page import Page
from desktop_app.ink.strokes import PEN_WIDTH, Ink
from desktop_app.lines.text_edits import NO_EDITS, TextEdits
from desktop_app.tasks.drawing_request import drawing_request
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Task
from desktop_app.views.canvas.canvas_evidence import CanvasEvidence
from desktop_app.views.canvas.character_layer import CharacterLayer
from desktop_app.views.canvas.drawing import Drawing, DrawnPage
from desktop_app.views.canvas.evidence_layer import EvidenceLayer
from desktop_app.views.canvas.geometry import bounds_of, sheet_in, square_in, stroke_boxes, touched
from desktop_app.views.canvas.live_stroke import LiveStroke
from desktop_app.views.canvas.page_cache import PageCache
from desktop_app.views.canvas.paint_canvas import (
    eraser_cursor,
    paint_border,
    paint_canvas_hint,
    paint_keyboard_pen,
)
from desktop_app.views.canvas.paint_ink import paint_piece
from desktop_app.views.canvas.pen_input import PenInput, Point
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.canvas.text_description import TextDescription
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP

ERASER_RADIUS = 10.0
"""In canvas units."""

_PAUSE_MS = 800
"""Pause after a stroke before a sheet becomes wider: not between two strokes of a character."""


class Tool(Enum):
    """What the pen does."""

    PEN = "pen"
    ERASER = "eraser"


class InkCanvas(PenInput):
    """Takes ink and shows the page. Ink is stored in canvas units, so it scales with the widget.

    Attributes:
        characters: the characters of the text on the page.
    """

    preferred_size = QSize(56 * STEP, 56 * STEP)
    minimum_size = QSize(24 * STEP, 24 * STEP)

    pen_moved = Signal(object)
    """The page with the current stroke, after every movement of the pen."""
    page_changed = Signal(object)
    """The page after any other change: end of a stroke, undo, redo, erasing, clearing, opening."""
    inspected_page_changed = Signal()
    """Another page is `inspected_page`, without a change of the page."""
    image_replaced = Signal()
    """A stroke has replaced the image; undo() brings it back."""
    erasing_refused = Signal()
    """The eraser was used on an image, which has no strokes."""
    history_moved = Signal()
    """A change is being undone or redone; the signals for what has changed follow."""
    edits_changed = Signal()
    """`edits` have changed, without a change of the page."""
    history_changed = Signal()
    """The state of undo, redo and clear may have changed."""

    def __init__(self) -> None:
        """Start empty, with the pen."""
        super().__init__()
        self.setObjectName("ink_canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.characters = CharacterLayer(self)
        self._drawing = Drawing()
        self._tool = Tool.PEN
        self._pen_width = PEN_WIDTH
        self._evidence = EvidenceLayer()
        self._description = TextDescription(self)
        self._task, self._drafted = Task(), Task()
        self._is_sheet = False
        self._sheet_fit = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._sheet_fit.timeout.connect(self._fit_after_pause)
        self._cache = PageCache(self)
        self._cache.changed.connect(self.update)
        self._show_text(None)
        self._update_style()

    # --- page ---

    @property
    def page(self) -> Page:
        """The page with the current stroke."""
        return self._drawing.page

    @property
    def edits(self) -> TextEdits:
        """What the user has decided about the characters of the page."""
        return self._drawing.history.present.edits

    @property
    def is_empty(self) -> bool:
        """Whether the page has neither ink nor an image."""
        page = self.page
        return isinstance(page, Ink) and not page

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return self._drawing.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone change to redo."""
        return self._drawing.history.can_redo

    def set_page(self, page: Page, edits: TextEdits = NO_EDITS) -> None:
        """Show another page with what the user has decided about it; this can be undone."""
        self._lift()
        self._drawing.history.push(DrawnPage(page, edits))
        self._show_page(page)

    def set_edits(self, edits: TextEdits) -> None:
        """Set what the user has decided about the characters of the page; this can be undone."""
        self._lift()
        self._drawing.history.push(DrawnPage(self.page, edits))
        self.edits_changed.emit()
        self.history_changed.emit()

    def clear(self) -> None:
        """Clear the canvas; this can be undone."""
        if not self.is_empty:
            self.set_page(Ink())

    def undo(self) -> None:
        """Undo the last change."""
        self._move_in_history(self._drawing.history.undo)

    def redo(self) -> None:
        """Redo the last undone change."""
        self._move_in_history(self._drawing.history.redo)

    def _move_in_history(self, move: Callable[[], DrawnPage]) -> None:
        self._lift()
        before = self._drawing.history.present
        after = move()
        if after is before:
            return
        self.history_moved.emit()
        if after.page is not before.page:
            self._show_page(after.page)
        else:
            self.edits_changed.emit()
            self.history_changed.emit()

    def _show_page(self, page: Page) -> None:
        """Show a page of the history."""
        self._show_text(None)
        self.characters.release_keys()
        self._cache.show_page(page)
        self._fit()
        self.update()
        self.page_changed.emit(page)
        self.history_changed.emit()

    # --- pen ---

    @property
    def tool(self) -> Tool:
        """What the pen does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Set what the pen does."""
        self._lift()
        self._tool = tool
        self._update_cursor()

    @property
    def pen_width(self) -> float:
        """In canvas units."""
        return self._pen_width

    def set_pen_width(self, width: float) -> None:
        """Set the width of the next strokes in canvas units."""
        self._pen_width = width
        self.update()

    @property
    def _is_pen_down(self) -> bool:
        return self._drawing.stroke is not None or self._drawing.erased is not None

    def _press(self, at: Point, erase: bool, pressure: float | None) -> None:
        self.show_until(None)
        self.characters.release_keys()
        self._at = at
        page = self.page
        if not (erase or self._tool is Tool.ERASER):
            self._start_stroke(at, pressure)
        elif isinstance(page, Ink):
            self._erase(page, at)
        else:
            self.erasing_refused.emit()

    def _move(self, at: Point, pressure: float | None) -> None:
        stroke, erased = self._drawing.stroke, self._drawing.erased
        if erased is not None:
            self._erase(erased, at)
        elif stroke is not None and stroke.append(*at, pressure or 0.0):
            self._at = at
            self._after_point(stroke)

    def _lift(self) -> None:
        """End the current stroke or erasure as one step of the history."""
        super()._lift()
        is_stroke = self._drawing.stroke is not None
        before = self._drawing.history.present.page
        ink = self._drawing.finish()
        if ink is None:
            return
        if is_stroke:
            self._cache.add_stroke(ink)
        if self._is_sheet:
            self._sheet_fit.start()
        else:
            self._fit()
        self.update()
        self.page_changed.emit(ink)
        self.history_changed.emit()
        if not isinstance(before, Ink):
            self.image_replaced.emit()

    def _start_stroke(self, at: Point, pressure: float | None) -> None:
        stroke = LiveStroke(pressure is not None, self._pen_width)
        stroke.append(*at, pressure or 0.0)
        if not isinstance(self.page, Ink):
            self._cache.show_page(Ink())
        self._drawing.stroke = stroke
        self._after_point(stroke)

    def _after_point(self, stroke: LiveStroke) -> None:
        """Paint the newest piece and emit the page."""
        # The piece before the newest point is final; it depends on one neighbour on each side.
        recent = stroke.last(3)
        if len(stroke) > 1:
            self._cache.paint_piece(recent, len(recent.points) - 2)
            self.update(self._area_on_screen(stroke_boxes(Ink((recent,)))))
        else:
            self.update()
        self.pen_moved.emit(self.page)

    def _erase(self, ink: Ink, at: Point) -> None:
        """Erase every stroke between the last position and this one."""
        boxes = self._cache.boxes()
        erased = touched(ink, boxes, self._at, at, ERASER_RADIUS)
        self._at = at
        self._drawing.erased = rest = ink.without(erased) if erased else ink
        if erased:
            self._cache.show_page(rest, self._cache.area_of(boxes[erased], self._pen_width))
            self.page_changed.emit(rest)

    # --- text ---

    @property
    def text(self) -> ShownText | None:
        """The text on the page."""
        return self.characters.text

    def set_text(self, text: ShownText | None) -> None:
        """Show boxes over the characters of a text, or none."""
        if text is not self.text:
            self._show_text(text)
            self.update()
            self.inspected_page_changed.emit()

    def _show_text(self, text: ShownText | None) -> None:
        """Show a text, and say to screen readers what it is and what is selected, or what to do."""
        self.characters.set_text(text)
        draw = self.tr("Draw here. Arrow keys move the pen, Space puts it down or lifts it.")
        self.setAccessibleDescription(draw if text is None else self._description.of_text(text))

    @property
    def inspected_page(self) -> Page:
        """What the views explain: the ink of the selected character of a text, or the page."""
        return self.page if self.text is None else self.text.character_page

    def inspected_area(self) -> QRect:
        """Return the pixels of the widget that show `inspected_page`; all of the canvas for an image."""
        if self.text is not None:
            return self.characters.boxes()[self.text.selected].box.toAlignedRect()
        if isinstance(self.page, Ink) and len(boxes := self._cache.boxes()):
            return self._area_on_screen(boxes)
        return self.area.rect.toRect()

    def _can_click(self, at: QPointF, is_secondary: bool) -> bool:
        is_erasing = self._tool is Tool.ERASER and not is_secondary
        return not is_erasing and self.characters.has_box_at(at)

    def _click(self, at: QPointF, is_secondary: bool) -> None:
        self.characters.click(at, is_secondary)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request the menu of the selected character; that of another one is requested by a click."""
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            self.characters.request_menu()

    def event(self, event: QEvent) -> bool:
        """Take keys for the selected character before shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and self.characters.takes_key(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Correct the selected character, and after a click select another one; else move the pen."""
        if not self.characters.press_key(event):
            super().keyPressEvent(event)

    # --- painting ---

    @property
    def is_painted(self) -> bool:
        """Whether the page is completely painted; many strokes are painted in several steps."""
        return self._cache.is_painted

    def set_task(self, task: Task, drafted: Task | None = None) -> None:
        """Set the task of the model that reads, which the hint on an empty canvas names.

        Args:
            task: of the model.
            drafted: of the recipe that is being edited, if it is to be named where it differs.
        """
        self._task, self._drafted = task, drafted or task
        self.update()

    def show_until(self, points: int | None) -> None:
        """Show the inspected ink up to a number of points and the rest faintly; None: show all of it.

        This does not change the page; after the next change all of it is shown again.
        """
        self._lift()
        page = self.inspected_page
        if isinstance(page, Ink):
            self._cache.show_until(page, points)
        self.update()

    @property
    def evidence(self) -> CanvasEvidence | None:
        """The evidence over the page."""
        return self._evidence.evidence

    def set_evidence(self, evidence: CanvasEvidence | None) -> None:
        """Show evidence over the page, or none."""
        if evidence is not self._evidence.evidence:
            self._evidence.set_evidence(evidence)
            self.update()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the page, the evidence, the end of the current stroke, and a hint on an empty canvas."""
        if self._cache.pixmap.devicePixelRatio() != self.devicePixelRatioF():
            self._fit()
        palette, area, square = self.palette(), self.area, self.area.rect
        painter.drawPixmap(square.topLeft(), self._cache.pixmap)
        if self._evidence.evidence is not None:
            self._evidence.paint(painter, self, area, self.page, self.characters.occupied())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.characters.paint(painter)
        has_keyboard_pen = self._uses_keyboard and self.hasFocus()
        paint_border(painter, square, palette, has_keyboard_pen)
        if self.is_empty:
            paint_canvas_hint(painter, square, palette, self.font(), self._hint())
        painter.setClipRect(square)
        painter.translate(square.topLeft())
        painter.scale(area.scale, area.scale)
        if self._drawing.stroke is not None:
            # The piece to the newest point is not final yet, so it is not in the cache.
            paint_piece(painter, self._drawing.stroke.last(2), 1, palette.color(QPalette.ColorRole.Text))
        if has_keyboard_pen:
            radius = ERASER_RADIUS if self._tool is Tool.ERASER else self._pen_width / 2
            paint_keyboard_pen(painter, self._at, radius, palette, self._is_pen_down)

    def _hint(self) -> tuple[str, str]:
        """Return the two lines on an empty canvas."""
        if self._drafted.kind != self._task.kind:
            text = self.tr("The recipe to train is for {task}.")
            return "", text.format(task=translated(task_kind(self._drafted).title))
        first, second = task_kind(self._task).texts.canvas
        return translated(first or drawing_request(self._task.labels, self._is_sheet)), translated(second)

    def style_changed(self) -> None:
        """Apply a new palette."""
        self._update_style()

    def _update_style(self) -> None:
        palette = self.palette()
        self._cache.set_style(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base))
        self._update_cursor()
        self.update()

    def _update_cursor(self) -> None:
        """Set a cross for the pen, a ring with the size of the eraser for the eraser."""
        if self._tool is Tool.PEN:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(eraser_cursor(2 * ERASER_RADIUS * self.area.scale, self.palette()))

    def _area_on_screen(self, boxes: NDArray[np.float32]) -> QRect:
        """Return the pixels of the widget that show strokes with boxes, float32 (n, 4)."""
        return self.area.on_screen(self._cache.area_of(boxes, self._pen_width))

    # --- size ---

    @property
    def is_sheet(self) -> bool:
        """Whether the canvas is a sheet for lines, which fills the widget, and not a square."""
        return self._is_sheet

    def set_sheet(self, is_sheet: bool) -> None:
        """Make the canvas a sheet for lines or a square; the ink keeps its positions."""
        if is_sheet != self._is_sheet:
            self._lift()
            self._is_sheet = is_sheet
            self._fit()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the canvas to the new size."""
        self._fit()
        super().resizeEvent(event)

    def _fit_after_pause(self) -> None:
        """Fit a sheet to its ink, but never during a stroke."""
        if self._is_pen_down:
            self._sheet_fit.start()
        else:
            self._fit()
            self.update()

    def _fit(self) -> None:
        """Fit the canvas into the widget."""
        boxes = self._cache.boxes()
        fitted = sheet_in if self._is_sheet else square_in
        self.area = fitted(self.width(), self.height(), bounds_of(boxes) if len(boxes) else None)
        self._cache.set_area(self.area, self.devicePixelRatioF())
        self._update_cursor()
