"""The painted view of a diagram, computed when it is painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QToolTip

from desktop_app.views.arithmetic.diagram import Diagram
from desktop_app.views.arithmetic.surface import Location, Surface, Target
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import TextFont, TextStyle
from desktop_app.views.parts.theme import STEP

MakeContent = Callable[[], Diagram | str]
"""Returns the diagram to show, or a message if there is none."""

_FONT_HEIGHT = 18.0
"""Line height of the largest font that the diagram is laid out for; larger fonts scale the diagram."""
_WHEEL_NOTCH = 120
_WIDE_VIEW = 50 * STEP
_FITTING = QSize(36 * STEP, 21 * STEP)
"""Size in which every diagram fits at the normal size of the font."""

_BAR_SIZE = STEP
"""Width of the scroll bar, beside the rows."""


class ArithmeticView(PaintedView):
    """Paint a diagram, scroll its rows, and report clicked values."""

    is_focusable = True
    preferred_size = QSize(120 * STEP, 28 * STEP)
    minimum_size = QSize(36 * STEP, 18 * STEP)

    value_clicked = Signal(str, object)
    """Layer and index of a value that was clicked."""
    pressed = Signal()
    """A mouse button was pressed anywhere."""

    def __init__(self, make_content: MakeContent) -> None:
        """Show what `make_content` returns; it is called when painting after `invalidate`."""
        super().__init__()
        self.setObjectName("arithmetic")
        self.setAccessibleName(self.tr("Arithmetic"))
        self.setMouseTracking(True)
        self._make_content = make_content
        self._content: Diagram | str | None = None
        self.targets: list[Target] = []
        self._pointer: QPointF | None = None
        self._diagram_style: TextStyle | None = None
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setAccessibleName(self.tr("Scroll the summands"))
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.valueChanged.connect(self.update)
        self._bar.hide()

    def invalidate(self, *, from_top: bool = False) -> None:
        """Discard the content; with `from_top`, also scroll to the top."""
        self._content = None
        if from_top:
            self._bar.setValue(0)
        self.update()

    def content(self) -> Diagram | str:
        """Return what is shown."""
        if self._content is None:
            self._content = self._make_content()
            text = self._content if isinstance(self._content, str) else self._content.text()
            self.setAccessibleDescription(text)
        return self._content

    def target_at(self, position: QPointF) -> tuple[Location | None, str]:
        """Return the value that a click at a point leads to, and the description of that point."""
        for target in reversed(self.targets):
            cell = target.cell_at(position / self._scale)
            if cell is not None:
                return target.location(*cell), target.text(*cell)
        return None, ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the scroll bar at the edge of the rows."""
        super().resizeEvent(event)
        self._update_scroll_bar()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the diagram or the message."""
        content = self.content()
        self._update_scroll_bar()
        scale = self._scale
        pointer = None if self._pointer is None else self._pointer / scale
        surface = Surface(painter, self._style_of_diagram(), pointer)
        if isinstance(content, str):
            self.paint_hint(painter, content, 2 * STEP)
        else:
            painter.save()
            painter.scale(scale, scale)
            content.paint(surface, self._diagram_area(), self._bar.value())
            painter.restore()
        self.paint_focus_ring(painter)
        self.targets = surface.targets

    def style_changed(self) -> None:
        """Discard the fonts of the diagram."""
        self._diagram_style = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlight related cells and show what can be clicked."""
        self._point_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Remove the highlight."""
        self._point_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the value under the mouse."""
        self.pressed.emit()
        location, _ = self.target_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and location is not None:
            self.value_clicked.emit(*location)
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the rows."""
        if self._bar.isHidden():
            event.ignore()
            return
        notches = event.angleDelta().y() / _WHEEL_NOTCH
        self._bar.setValue(self._bar.value() - (round(notches) or (1 if notches > 0 else -1)))

    def event(self, event: QEvent) -> bool:
        """Show a tooltip for what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            _, text = self.target_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def scroll_rows(self, rows: int) -> None:
        """Scroll a number of rows down."""
        self._bar.setValue(self._bar.value() + rows)

    @property
    def _scale(self) -> float:
        """Pixels of the widget per pixel of the diagram; small enough for the diagram to fit."""
        fitting = min(self.width() / _FITTING.width(), self.height() / _FITTING.height())
        return max(1.0, min(self._font_scale, fitting))

    @property
    def _font_scale(self) -> float:
        """Size of the font in relation to that of the diagram."""
        return max(1.0, self.text_style.plain.height / _FONT_HEIGHT)

    def _style_of_diagram(self) -> TextStyle:
        """Return the text style with fonts in pixels of the diagram."""
        if self._diagram_style is None:
            style, scale = self.text_style, self._font_scale
            fonts = (style.plain, style.strong, style.small, style.large)
            plain, strong, small, large = (_scaled_down(font, scale) for font in fonts)
            self._diagram_style = replace(style, plain=plain, strong=strong, small=small, large=large)
        return self._diagram_style

    def _diagram_area(self) -> QRectF:
        """Return the area of the diagram in its pixels."""
        scale = self._scale
        width, height = self.width() / scale, self.height() / scale
        side = 2 * STEP if width >= _WIDE_VIEW else STEP
        return QRectF(0, 0, width, height).adjusted(side, STEP / 2, -2 * STEP, -STEP / 2)

    def _point_at(self, position: QPointF | None) -> None:
        self._pointer = position
        location = None if position is None else self.target_at(position)[0]
        self.setCursor(Qt.CursorShape.ArrowCursor if location is None else Qt.CursorShape.PointingHandCursor)
        self.update()

    def _update_scroll_bar(self) -> None:
        """Show the scroll bar if there are more rows than fit."""
        if not isinstance(self._content, Diagram):
            self._bar.hide()
            return
        visible, count, area = self._content.rows(self._style_of_diagram(), self._diagram_area())
        scale = self._scale
        self._bar.setRange(0, max(0, count - visible))
        self._bar.setPageStep(max(1, visible))
        left, top = int(area.right() * scale) + 2, int(area.top() * scale)
        self._bar.setGeometry(left, top, _BAR_SIZE, int(area.height() * scale))
        self._bar.setVisible(visible < count)


def _scaled_down(font: TextFont, scale: float) -> TextFont:
    if scale == 1:
        return font
    smaller = QFont(font.font)
    smaller.setPointSizeF(smaller.pointSizeF() / scale)
    return TextFont(smaller)
