"""Base classes of widgets that paint themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.text_style import TextStyle, text_style_of
from desktop_app.views.parts.theme import STEP

_STYLE_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.EnabledChange)
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_COMES_BACK = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


if TYPE_CHECKING:
    _AnyWidget = QWidget
else:
    _AnyWidget = object


class Painted(_AnyWidget):
    """Mixin for widgets that paint all of themselves; repaints after changes of palette, font and focus.

    It is the first base class. Subclasses set the attributes below and implement `paint`.

    Attributes:
        preferred_size: the size hint; invalid: none.
        minimum_size: the minimum size hint; invalid: none.
        minimum_lines: lines of text for which the minimum height has room.
        is_focusable: whether it can have the keyboard focus.
        is_opaque: whether its background is the window colour; otherwise it is transparent.
    """

    preferred_size = QSize()
    minimum_size = QSize()
    minimum_lines = 0
    is_focusable = False
    is_opaque = True

    def __init__(self, *arguments: Any) -> None:
        """Start with an expanding size policy; the arguments are those of the widget."""
        super().__init__(*arguments)
        self._text_style: TextStyle | None = None
        self._was_clicked = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, self.is_opaque)
        if self.is_focusable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- for subclasses ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the widget on its background.

        Args:
            painter: in device-independent pixels.
            exposed: the area to paint.
        """
        raise NotImplementedError

    def surface(self) -> QWidget:
        """Return the widget that is painted on."""
        return self

    def style_changed(self) -> None:
        """Called after a change of palette or font: discard what depends on them."""

    @property
    def text_style(self) -> TextStyle:
        """Fonts and colours of the current font and palette."""
        if self._text_style is None:
            self._text_style = text_style_of(self)
        return self._text_style

    def paint_hint(self, painter: QPainter, text: str, margin: int = STEP) -> None:
        """Paint a text in the middle of an empty widget."""
        painter.setPen(self.text_style.quiet)
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.surface().rect().adjusted(margin, 0, -margin, 0), wrapped, text)

    def paint_focus_ring(self, painter: QPainter, area: QRectF | None = None) -> None:
        """Frame an area, or all of the widget, while it has the focus, unless a click brought that."""
        if self.hasFocus() and not self._was_clicked:
            painter.setPen(QPen(self.text_style.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect((area or QRectF(self.rect())).adjusted(1, 1, -1, -1))

    # --- events ---

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.preferred_size

    def minimumSizeHint(self) -> QSize:
        """Return the minimum size."""
        return self.minimum_size.expandedTo(QSize(-1, self.minimum_lines * self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background, then the content."""
        painter = QPainter(self.surface())
        if self.is_opaque:
            painter.fillRect(event.rect(), self.palette().window())
        self.paint(painter, event.rect())

    def changeEvent(self, event: QEvent) -> None:
        """Update the text style and repaint."""
        super().changeEvent(event)
        if event.type() in _STYLE_CHANGES:
            self._text_style = None
            self.style_changed()
            self.surface().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Repaint with the focus."""
        super().focusInEvent(event)
        if event.reason() not in _COMES_BACK:
            self._was_clicked = event.reason() == Qt.FocusReason.MouseFocusReason
        self.surface().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Repaint without the focus."""
        super().focusOutEvent(event)
        self.surface().update()


class PaintedView(Painted, QWidget):
    """A QWidget that paints all of itself."""


class PointedView(PaintedView):
    """A painted view with items under the mouse."""

    pointed_at = Signal(object)
    """What is under the mouse, as `locate` returns it; None: nothing."""

    def __init__(self) -> None:
        """Start with mouse tracking on."""
        super().__init__()
        self._mouse: QPointF | None = None
        self.setMouseTracking(True)

    @property
    def pointed(self) -> Any:
        """What is under the mouse now, also if the items have changed since it moved; None: nothing."""
        return None if self._mouse is None else self.locate(self._mouse)

    # --- for subclasses ---

    def locate(self, position: QPointF) -> Any:
        """Return what is at a position of the widget; None: nothing."""
        raise NotImplementedError

    def press(self, found: Any) -> None:
        """Called when the left button is pressed on something that `locate` found."""

    # --- events ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Emit what is under the mouse."""
        self._mouse = event.position()
        self.pointed_at.emit(self.locate(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press what is under the mouse."""
        found = self.locate(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.press(found)

    def leaveEvent(self, event: QEvent) -> None:
        """Emit that nothing is under the mouse."""
        self._mouse = None
        self.pointed_at.emit(None)
        super().leaveEvent(event)


class ChoosingView(PointedView):
    """A view of numbered items, one of which is selected with the mouse or the arrow keys."""

    is_focusable = True

    chosen = Signal(int)
    """Index of the item that the user has selected."""

    def __init__(self) -> None:
        """Start without a selection."""
        super().__init__()
        self._choice: int | None = None

    def set_chosen(self, number: int | None) -> None:
        """Select an item, or none."""
        if number != self._choice:
            self._choice = number
            self.update()

    # --- for subclasses ---

    def count_and_columns(self) -> tuple[int, int]:
        """Return the number of items, and the items in a row; 0: all are in one row."""
        raise NotImplementedError

    def number_of(self, found: Any) -> int | None:
        """Return the item of what `locate` found; None if it belongs to no item."""
        raise NotImplementedError

    # --- events ---

    def press(self, found: Any) -> None:
        """Select what is under the mouse."""
        if (number := self.number_of(found)) is not None:
            self._choose(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection with the arrow keys."""
        count, columns = self.count_and_columns()
        number = index_for_key(event, self._choice, count, columns=columns)
        if number is None:
            super().keyPressEvent(event)
        else:
            self._choose(number)

    def _choose(self, number: int) -> None:
        self.set_chosen(number)
        self.chosen.emit(number)


def is_keyboard_focus(event: QFocusEvent) -> bool:
    """Return whether the focus came with the keyboard."""
    return event.reason() in _BY_KEY
