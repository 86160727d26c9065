"""The base of widgets that paint themselves: sizes, style, focus ring, and what lies under the mouse."""

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
    """What makes a widget of any kind paint all of itself, and anew after a new palette, font or focus.

    To be named before the kind of widget. Subclasses declare the attributes below and implement `paint`.

    Attributes:
        preferred_size: the size hint; invalid where the widget has none.
        minimum_size: the minimum size hint; invalid where the widget has none.
        is_focusable: whether it can have the keyboard focus.
        is_opaque: whether its ground is the window's colour; otherwise what lies below shines through.
    """

    preferred_size = QSize()
    minimum_size = QSize()
    is_focusable = False
    is_opaque = True

    def __init__(self, *arguments: Any) -> None:
        """Start with a size policy that takes all there is; the arguments are those of the widget."""
        super().__init__(*arguments)
        self._text_style: TextStyle | None = None
        self._was_clicked = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, self.is_opaque)
        if self.is_focusable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- for subclasses ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint on the ground, which is there already.

        Args:
            painter: in device-independent pixels, as Qt sets it up.
            exposed: what has to be painted.
        """
        raise NotImplementedError

    def surface(self) -> QWidget:
        """What is painted on."""
        return self

    def style_changed(self) -> None:
        """Called after a new palette or font: what was made with the old one can be dropped."""

    @property
    def text_style(self) -> TextStyle:
        """Type and colours of the present font and palette."""
        if self._text_style is None:
            self._text_style = text_style_of(self)
        return self._text_style

    def paint_hint(self, painter: QPainter, words: str, margin: int = STEP) -> None:
        """Say in the middle what would fill the place."""
        painter.setPen(self.text_style.quiet)
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.surface().rect().adjusted(margin, 0, -margin, 0), wrapped, words)

    def paint_focus_ring(self, painter: QPainter, area: QRectF | None = None) -> None:
        """Frame an area, or all of the widget, while it has the focus, unless a click brought that."""
        if self.hasFocus() and not self._was_clicked:
            painter.setPen(QPen(self.text_style.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect((area or QRectF(self.rect())).adjusted(1, 1, -1, -1))

    # --- events ---

    def sizeHint(self) -> QSize:
        """The preferred size."""
        return self.preferred_size

    def minimumSizeHint(self) -> QSize:
        """The least size."""
        return self.minimum_size

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, then what the subclass paints."""
        painter = QPainter(self.surface())
        if self.is_opaque:
            painter.fillRect(event.rect(), self.palette().window())
        self.paint(painter, event.rect())

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is painted at once."""
        super().changeEvent(event)
        if event.type() in _STYLE_CHANGES:
            self._text_style = None
            self.style_changed()
            self.surface().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        if event.reason() not in _COMES_BACK:
            self._was_clicked = event.reason() == Qt.FocusReason.MouseFocusReason
        self.surface().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.surface().update()


class PaintedView(Painted, QWidget):
    """A plain widget that paints all of itself."""


class PointedView(PaintedView):
    """A painted view of things that can be pointed at, and pressed with the left button."""

    pointed_at = Signal(object)
    """What lies under the mouse, as `locate` tells it; None where nothing does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the mouse elsewhere."""
        super().__init__(parent)
        self.setMouseTracking(True)

    # --- for subclasses ---

    def locate(self, position: QPointF) -> Any:
        """What lies at a place of the widget; None where nothing does."""
        raise NotImplementedError

    def press(self, found: Any) -> None:
        """Called when the left button goes down on something that `locate` found."""

    # --- events ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells what lies under the mouse."""
        self.pointed_at.emit(self.locate(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Presses what lies under the mouse."""
        found = self.locate(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.press(found)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the mouse any more."""
        self.pointed_at.emit(None)
        super().leaveEvent(event)


class ChoosingView(PointedView):
    """A pointed view of numbered things, of which the left button or the arrow keys choose one."""

    is_focusable = True

    chosen = Signal(int)
    """The thing that the user wants to see more of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing chosen."""
        super().__init__(parent)
        self._choice: int | None = None

    def set_chosen(self, number: int | None) -> None:
        """Mark a thing, or none."""
        if number != self._choice:
            self._choice = number
            self.update()

    # --- for subclasses ---

    def count_and_columns(self) -> tuple[int, int]:
        """How many things there are to choose from, and how many stand in a row; 0 where all do."""
        raise NotImplementedError

    def number_of(self, found: Any) -> int | None:
        """The thing that something belongs to which `locate` found; None where it belongs to none."""
        raise NotImplementedError

    # --- events ---

    def press(self, found: Any) -> None:
        """Chooses what lies under the mouse."""
        if (number := self.number_of(found)) is not None:
            self._choose(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose what stands beside the chosen one."""
        count, columns = self.count_and_columns()
        wanted = index_for_key(event, self._choice, count, columns=columns)
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._choose(wanted)

    def _choose(self, number: int) -> None:
        self.set_chosen(number)
        self.chosen.emit(number)


def is_keyboard_focus(event: QFocusEvent) -> bool:
    """Whether it was the keyboard that brought the focus."""
    return event.reason() in _BY_KEY
