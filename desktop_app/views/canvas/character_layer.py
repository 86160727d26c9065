"""The characters of the text over the ink on the canvas, which the user selects and corrects."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette

from desktop_app.core.placement import Placement
from desktop_app.ink.picture import Picture
from desktop_app.views.canvas.geometry import CanvasArea
from desktop_app.views.canvas.paint_ink import page_placement, widest_stroke
from desktop_app.views.canvas.pen_input import PenInput
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.canvas.text_boxes import TextBox, box_at, paint_text_boxes, text_boxes
from desktop_app.views.parts.arrow_keys import step_for_key, typed_label
from desktop_app.views.parts.text_style import TextStyle


class CharacterLayer(QObject):
    """Boxes and labels of a text over a canvas; the boxes are cached until something changes.

    A typed character is what the selected one is. After it, or a click on a character, the arrow keys select
    another one, and Space the next one; until then they move and lower the pen of the keyboard.
    """

    chosen = Signal(int)
    """Index of the character that the user selected."""
    selection_moved = Signal(int)
    """By how many characters the user moved the selection."""
    typed = Signal(str)
    """The label that the user typed for the selected character."""
    menu_requested = Signal(int, QPointF, float)
    """Index of a character whose menu to show, the position on the screen, and the horizontal position on the
    page."""

    def __init__(self, canvas: PenInput) -> None:
        """Start without a text."""
        super().__init__(canvas)
        self._canvas = canvas
        self._text: ShownText | None = None
        self._has_keys = False
        self._boxes: tuple[TextBox, ...] = ()
        self._boxes_for: tuple[CanvasArea, TextStyle] | None = None

    # --- content ---

    @property
    def text(self) -> ShownText | None:
        """The text."""
        return self._text

    def set_text(self, text: ShownText | None) -> None:
        """Set the text, or none."""
        self._text = text
        self._boxes_for = None

    def boxes(self) -> tuple[TextBox, ...]:
        """Return the boxes of the characters in the widget of the canvas; none without a text."""
        if self._text is None:
            return ()
        area, style = self._canvas.area, self._canvas.text_style
        if self._boxes_for != (area, style):
            self._boxes_for = area, style
            self._boxes = text_boxes(
                self._text.reading,
                self._text.verdict.to_check,
                self._placement(self._text),
                widest_stroke(self._text.page) / 2 * area.scale,
                style.small,
                area.rect,
            )
        return self._boxes

    def occupied(self) -> list[QRectF]:
        """Return the areas of the characters with their labels."""
        return [each.box.united(each.tag) for each in self.boxes()]

    def paint(self, painter: QPainter) -> None:
        """Paint the boxes and labels, if there is a text."""
        if self._text is not None:
            on_accent = self._canvas.palette().color(QPalette.ColorRole.HighlightedText)
            is_image = isinstance(self._text.page, Picture)
            style = self._canvas.text_style
            paint_text_boxes(painter, self.boxes(), self._text.selected, style, on_accent, is_image)

    # --- mouse and keyboard ---

    def has_box_at(self, at: QPointF) -> bool:
        """Return whether there is a character at a position of the widget."""
        return box_at(self.boxes(), at) is not None

    def click(self, at: QPointF, is_secondary: bool) -> None:
        """Select the character at a position of the widget; request its menu after a secondary click."""
        number = box_at(self.boxes(), at)
        if number is None:
            return
        self._has_keys = True
        self.chosen.emit(number)
        if is_secondary:
            self._request_menu(number, at)

    def request_menu(self) -> None:
        """Request the menu of the selected character, if there is a text."""
        if self._text is not None:
            self._request_menu(self._text.selected, self.boxes()[self._text.selected].box.center())

    def takes_key(self, event: QEvent) -> bool:
        """Return whether a key is a label for the selected character."""
        return self._text is not None and isinstance(event, QKeyEvent) and bool(typed_label(event))

    def press_key(self, event: QKeyEvent) -> bool:
        """Select or correct with a key; return whether it was for the characters."""
        if self._text is None:
            return False
        if label := typed_label(event):
            self._has_keys = True
            self.typed.emit(label)
        elif self._has_keys and event.key() == Qt.Key.Key_Escape:
            self._has_keys = False
        elif self._has_keys and (step := step_for_key(event, len(self._text.reading.characters))):
            self.selection_moved.emit(step)
        elif self._has_keys and event.key() == Qt.Key.Key_Space:
            self.selection_moved.emit(1)
        else:
            return False
        return True

    def release_keys(self) -> None:
        """Leave the arrow keys and Space to the pen until the next click on a character."""
        self._has_keys = False

    def _request_menu(self, number: int, at: QPointF) -> None:
        # The receiver of `chosen` may have set another text.
        if self._text is not None:
            placement = self._placement(self._text)
            x = (at.x() - placement.left) / placement.scale_x
            self.menu_requested.emit(number, self._canvas.mapToGlobal(at), x)

    def _placement(self, text: ShownText) -> Placement:
        """Return the placement of the page of a text in the widget."""
        area = self._canvas.area
        return page_placement(text.page, area.units).on(area.placement)
