"""The canvas, on which the user draws with mouse, pen, finger or keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPalette, QResizeEvent

from desktop_app.core.undo_history import UndoHistory
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import PEN_WIDTH, Box, Ink, Stroke
from desktop_app.lines.text_edits import NO_EDITS, TextEdits
from desktop_app.tasks.drawing_request import drawing_request
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Task
from desktop_app.views.canvas.canvas_evidence import CanvasEvidence
from desktop_app.views.canvas.evidence_layer import EvidenceLayer
from desktop_app.views.canvas.geometry import sheet_in, square_in, stroke_boxes, touched
from desktop_app.views.canvas.live_stroke import LiveStroke
from desktop_app.views.canvas.page_cache import PageCache
from desktop_app.views.canvas.paint_canvas import (
    eraser_cursor,
    paint_border,
    paint_canvas_hint,
    paint_keyboard_pen,
)
from desktop_app.views.canvas.paint_ink import (
    paint_piece,
    paint_stroke,
    pressed_width,
)
from desktop_app.views.canvas.pen_input import PenInput, Point
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.canvas.text_boxes import TextBox, box_at
from desktop_app.views.canvas.text_description import TextDescription
from desktop_app.views.canvas.text_layer import TextLayer
from desktop_app.views.parts.arrow_keys import step_for_key, typed_label
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP

ERASER_RADIUS = 10.0
"""In canvas units."""

# Each step stores a list of all strokes, so their number is limited.
_UNDO_STEPS = 100

_PAUSE_MS = 800
"""Pause after a stroke before a sheet becomes wider: not between two strokes of a character."""


class Tool(Enum):
    """What the pen does."""

    PEN = "pen"
    ERASER = "eraser"


@dataclass(frozen=True, eq=False)
class _State:
    """A page with what the user has decided about its characters."""

    page: Page
    edits: TextEdits = NO_EDITS


class InkCanvas(PenInput):
    """Takes ink and shows the page. Ink is stored in canvas units, so it scales with the widget."""

    preferred_size = QSize(56 * STEP, 56 * STEP)
    minimum_size = QSize(24 * STEP, 24 * STEP)

    pen_moved = Signal(object)
    """The page with the current stroke, after every movement of the pen."""
    page_changed = Signal(object)
    """The page after any other change: end of a stroke, undo, redo, erasing, clearing, opening."""
    character_chosen = Signal(int)
    """Index of the character of the text that the user selected."""
    selection_moved = Signal(int)
    """By how many characters of the text the user moved the selection."""
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
    character_typed = Signal(str)
    """The label that the user typed for the selected character."""
    menu_requested = Signal(int, QPointF, float)
    """Index of a character whose menu to show, the position on the screen, and the horizontal position on the
    page."""
    history_changed = Signal()
    """The state of undo, redo and clear may have changed."""

    def __init__(self) -> None:
        """Start empty, with the pen."""
        super().__init__()
        self.setObjectName("ink_canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self._history: UndoHistory[_State] = UndoHistory(_State(Ink()), _UNDO_STEPS)
        self._tool = Tool.PEN
        self._pen_width = PEN_WIDTH
        self._stroke: LiveStroke | None = None
        self._erased: Ink | None = None
        self._evidence = EvidenceLayer()
        self._is_sheet = False
        self._has_selection = False
        self._text = TextLayer()
        self._description = TextDescription(self)
        self._describe()
        self._task, self._drafted = Task(), Task()
        self._sheet_fit = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._sheet_fit.timeout.connect(self._fit_after_pause)
        self._cache = PageCache(self)
        self._cache.changed.connect(self.update)
        self._update_style()

    # --- page ---

    @property
    def page(self) -> Page:
        """The page with the current stroke."""
        if self._erased is not None:
            return self._erased
        if self._stroke is not None:
            return self._base().with_stroke(self._stroke.snapshot())
        return self._history.present.page

    @property
    def edits(self) -> TextEdits:
        """What the user has decided about the characters of the page."""
        return self._history.present.edits

    def set_edits(self, edits: TextEdits) -> None:
        """Set what the user has decided about the characters of the page; this can be undone."""
        self._lift()
        self._history.push(_State(self._history.present.page, edits))
        self.edits_changed.emit()
        self.history_changed.emit()

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone change to redo."""
        return self._history.can_redo

    @property
    def is_empty(self) -> bool:
        """Whether the page has neither ink nor an image."""
        page = self.page
        return isinstance(page, Ink) and not page

    def set_task(self, task: Task, drafted: Task | None = None) -> None:
        """Set the task of the model that reads, which the hint on an empty canvas names.

        Args:
            task: of the model.
            drafted: of the recipe that is being edited, if it is to be named where it differs.
        """
        self._task, self._drafted = task, drafted or task
        self.update()

    @property
    def is_painted(self) -> bool:
        """Whether the page is completely painted; many strokes are painted in several steps."""
        return self._cache.is_painted

    @property
    def pen_width(self) -> float:
        """In canvas units."""
        return self._pen_width

    @property
    def tool(self) -> Tool:
        """What the pen does."""
        return self._tool

    @property
    def is_sheet(self) -> bool:
        """Whether the canvas is a sheet for lines, which fills the widget, and not a square."""
        return self._is_sheet

    @property
    def units(self) -> tuple[float, float]:
        """Width and height in canvas units."""
        return self._area.units

    def set_sheet(self, is_sheet: bool) -> None:
        """Make the canvas a sheet for lines or a square; the ink keeps its positions."""
        if is_sheet != self._is_sheet:
            self._lift()
            self._is_sheet = is_sheet
            self._fit()
            self.update()

    def set_text(self, text: ShownText | None) -> None:
        """Show boxes over the characters of a text, or none."""
        before = self._text.text
        self._text.set_text(text)
        self._describe()
        if before is not None or text is not None:
            self.update()
            self.inspected_page_changed.emit()

    def _describe(self) -> None:
        """Say to screen readers what text is on the page and which character is selected, or what to do."""
        draw = self.tr("Draw here. Arrow keys move the pen, Space puts it down or lifts it.")
        self.setAccessibleDescription(draw if self.text is None else self._description.of_text(self.text))

    @property
    def text(self) -> ShownText | None:
        """The text on the page."""
        return self._text.text

    @property
    def inspected_page(self) -> Page:
        """What the views explain: the ink of the selected character of a text, or the page."""
        return self.page if self.text is None else self.text.character_page

    def boxes(self) -> tuple[TextBox, ...]:
        """Return the boxes of the characters of the text."""
        return self._text.boxes(self._area, self.text_style)

    def inspected_area(self) -> QRect:
        """Return the pixels of the widget that show `inspected_page`; all of the canvas for an image."""
        if self.text is not None:
            return self.boxes()[self.text.selected].box.toAlignedRect()
        if isinstance(self.page, Ink) and len(boxes := self._cache.boxes()):
            return self._area.on_screen(self._ink_area(boxes))
        return self._area.rect.toRect()

    def set_page(self, page: Page, edits: TextEdits = NO_EDITS) -> None:
        """Show another page with what the user has decided about it; this can be undone."""
        self._lift()
        self._history.push(_State(page, edits))
        self._replace(page)

    def undo(self) -> None:
        """Undo the last change."""
        self._lift()
        if self._history.can_undo:
            self._show(self._history.present, self._history.undo())

    def redo(self) -> None:
        """Redo the last undone change."""
        self._lift()
        if self._history.can_redo:
            self._show(self._history.present, self._history.redo())

    def clear(self) -> None:
        """Clear the canvas; this can be undone."""
        if not self.is_empty:
            self.set_page(Ink())

    def set_tool(self, tool: Tool) -> None:
        """Set what the pen does."""
        self._lift()
        self._tool = tool
        self._update_cursor()

    def set_pen_width(self, width: float) -> None:
        """Set the width of the next strokes in canvas units."""
        self._pen_width = width
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

    def set_evidence(self, evidence: CanvasEvidence | None) -> None:
        """Show evidence over the page, or none."""
        if evidence is not self._evidence.evidence:
            self._evidence.set_evidence(evidence)
            self.update()

    @property
    def evidence(self) -> CanvasEvidence | None:
        """The evidence over the page."""
        return self._evidence.evidence

    # --- pen down, moved, up ---

    @property
    def _is_pen_down(self) -> bool:
        return self._stroke is not None or self._erased is not None

    def _press(self, at: Point, erase: bool, pressure: float | None) -> None:
        self.show_until(None)
        self._has_selection = False
        self._at = at
        if erase or self._tool is Tool.ERASER:
            if isinstance(self._history.present.page, Ink):
                self._erase(self._history.present.page, at)
            else:
                self.erasing_refused.emit()
            return
        self._stroke = LiveStroke(pressure is not None, self._pen_width)
        self._stroke.append(*at, pressure or 0.0)
        if not isinstance(self._history.present.page, Ink):
            self._cache.show_page(Ink())
            self.update()
        self._after_point(self._stroke)

    def _can_click(self, at: QPointF, is_secondary: bool) -> bool:
        is_erasing = self._tool is Tool.ERASER and not is_secondary
        return not is_erasing and box_at(self.boxes(), at) is not None

    def _click(self, at: QPointF, is_secondary: bool) -> None:
        """Select the character at a position of the widget; request its menu after a secondary click."""
        number = box_at(self.boxes(), at)
        if number is None:
            return
        self._has_selection = True
        self.character_chosen.emit(number)
        if is_secondary:
            self._request_menu(number, at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request the menu of the selected character; that of another one is requested by a click."""
        if self.text is not None and event.reason() != QContextMenuEvent.Reason.Mouse:
            self._request_menu(self.text.selected, self.boxes()[self.text.selected].box.center())

    def _request_menu(self, number: int, at: QPointF) -> None:
        if self.text is not None:
            self.menu_requested.emit(number, self.mapToGlobal(at), self._text.page_x(at.x(), self._area))

    def event(self, event: QEvent) -> bool:
        """Take keys for the selected character before shortcuts."""
        is_override = self._has_selection and event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and typed_label(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select and correct characters after a click on one; else move the pen of the keyboard."""
        if not self._has_selection or self.text is None:
            super().keyPressEvent(event)
            return
        step = step_for_key(event, len(self.text.reading.characters))
        if event.key() == Qt.Key.Key_Escape:
            self._has_selection = False
        elif step:
            self.selection_moved.emit(step)
        elif label := typed_label(event):
            self.character_typed.emit(label)
        else:
            super().keyPressEvent(event)

    def _move(self, at: Point, pressure: float | None) -> None:
        if self._erased is not None:
            self._erase(self._erased, at)
        elif self._stroke is not None and self._stroke.append(*at, pressure or 0.0):
            self._at = at
            self._after_point(self._stroke)

    def _lift(self) -> None:
        """End the current stroke or erasure as one step of the history."""
        super()._lift()
        if self._stroke is not None:
            stroke, self._stroke = self._stroke.snapshot(), None
            replaced = self._history.present.page
            ink = self._base().with_stroke(stroke)
            self._cache.paint_piece(stroke, len(stroke.points) - 1)
            self._cache.add_stroke(ink)
            self._finish(ink)
            if not isinstance(replaced, Ink):
                self.image_replaced.emit()
        elif self._erased is not None:
            ink, self._erased = self._erased, None
            if ink is not self._history.present.page:
                self._finish(ink)

    def _finish(self, ink: Ink) -> None:
        present = self._history.present
        self._history.push(_State(ink, present.edits if isinstance(present.page, Ink) else NO_EDITS))
        if self._is_sheet:
            self._sheet_fit.start()
        else:
            self._fit()
        self.update()
        self.page_changed.emit(ink)
        self.history_changed.emit()

    def _after_point(self, stroke: LiveStroke) -> None:
        """Paint the newest piece and emit the page."""
        # The piece before the newest point is final; it depends on one neighbour on each side.
        recent = stroke.last(3)
        if len(stroke) > 1:
            self._cache.paint_piece(recent, len(recent.points) - 2)
            self.update(self._area.on_screen(self._ink_area(stroke_boxes(Ink((recent,))))))
        else:
            self.update()
        self.pen_moved.emit(self.page)

    def _base(self) -> Ink:
        """Return the ink to which the current stroke is added; an image is replaced."""
        present = self._history.present.page
        return present if isinstance(present, Ink) else Ink()

    def _erase(self, ink: Ink, at: Point) -> None:
        """Erase every stroke between the last position and this one."""
        erased = touched(ink, self._cache.boxes(), self._at, at, ERASER_RADIUS)
        self._at = at
        self._erased = ink
        if not erased:
            return
        boxes = self._cache.boxes()[erased]
        self._erased = ink.without(erased)
        self._cache.show_page(self._erased, self._ink_area(boxes))
        self.page_changed.emit(self._erased)

    def _show(self, before: _State, after: _State) -> None:
        """Show another state of the history."""
        self.history_moved.emit()
        if before.page is not after.page:
            self._replace(after.page)
        else:
            self.edits_changed.emit()
            self.history_changed.emit()

    def _replace(self, page: Page) -> None:
        """Show a page of the history."""
        self._text.set_text(None)
        self._describe()
        self._has_selection = False
        self._cache.show_page(page)
        self._fit()
        self.update()
        self.page_changed.emit(page)
        self.history_changed.emit()

    # --- painting ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the canvas to the new size."""
        self._fit()
        super().resizeEvent(event)

    def style_changed(self) -> None:
        """Apply a new palette."""
        self._update_style()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the page, the evidence, the end of the current stroke, and a hint on an empty canvas."""
        if self._cache.pixmap.devicePixelRatio() != self.devicePixelRatioF():
            self._fit()
        palette, area, square = self.palette(), self._area, self._area.rect
        painter.drawPixmap(square.topLeft(), self._cache.pixmap)
        if self._evidence.evidence is not None:
            occupied = self._text.occupied(area, self.text_style)
            self._evidence.paint(painter, self, area, self.page, occupied)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._text.paint(painter, area, self.text_style, palette.color(QPalette.ColorRole.HighlightedText))
        paint_border(painter, square, palette, self._uses_keyboard and self.hasFocus())
        if self.is_empty:
            paint_canvas_hint(painter, square, palette, self.font(), self._hint())
        painter.setClipRect(square)
        painter.translate(square.topLeft())
        painter.scale(area.scale, area.scale)
        if self._stroke is not None:
            self._paint_end(painter, self._stroke.last(2))
        if self._uses_keyboard and self.hasFocus():
            radius = ERASER_RADIUS if self._tool is Tool.ERASER else self._pen_width / 2
            paint_keyboard_pen(painter, self._at, radius, palette, self._is_pen_down)

    def _paint_end(self, painter: QPainter, recent: Stroke) -> None:
        """Paint the piece to the newest point, which is not final yet."""
        if len(recent.points) == 1:
            paint_stroke(painter, recent, self._ink_colour())
        else:
            paint_piece(painter, recent, 1, self._ink_colour())

    def _hint(self) -> tuple[str, str]:
        """Return the two lines on an empty canvas."""
        if self._drafted.kind != self._task.kind:
            text = self.tr("The recipe to train is for {task}.")
            return "", text.format(task=translated(task_kind(self._drafted).title))
        first, second = task_kind(self._task).texts.canvas
        return translated(first or drawing_request(self._task.labels, self._is_sheet)), translated(second)

    def _fit_after_pause(self) -> None:
        """Fit a sheet to its ink, but never during a stroke."""
        if self._is_pen_down:
            self._sheet_fit.start()
        else:
            self._fit()
            self.update()

    def _fit(self) -> None:
        """Fit the canvas into the widget."""
        ink = _bounds(self._cache.boxes())
        fitted = sheet_in if self._is_sheet else square_in
        self._area = fitted(self.width(), self.height(), ink)
        self._cache.set_area(self._area, self.devicePixelRatioF())
        self._update_cursor()

    def _ink_colour(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Text)

    def _update_style(self) -> None:
        background = self.palette().color(QPalette.ColorRole.Base)
        self._cache.set_style(self._ink_colour(), background)
        self._update_cursor()
        self.update()

    def _update_cursor(self) -> None:
        """Set a cross for the pen, a ring with the size of the eraser for the eraser."""
        if self._tool is Tool.PEN:
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        self.setCursor(eraser_cursor(2 * ERASER_RADIUS * self._area.scale, self.palette()))

    def _ink_area(self, boxes: NDArray[np.float32]) -> QRectF:
        """Return the area in canvas units of strokes with boxes, float32 (n, 4)."""
        reach = pressed_width(max(self._pen_width, self._cache.widest), 1.0) / 2 + 1
        left, top = boxes[:, :2].min(axis=0).tolist()
        right, bottom = boxes[:, 2:].max(axis=0).tolist()
        return QRectF(left - reach, top - reach, right - left + 2 * reach, bottom - top + 2 * reach)


def _bounds(boxes: NDArray[np.float32]) -> Box | None:
    """Return the bounds of all strokes from their boxes, float32 (n, 4)."""
    if not len(boxes):
        return None
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom
