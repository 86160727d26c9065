"""Files and images that are dragged over the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import MIDDLE

_OPACITY = 0.12
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


class FileDrop(QObject):
    """Takes copies of files and images that are dropped on a widget, and highlights it before."""

    dropped = Signal(object)
    """The QMimeData that was dropped."""

    def __init__(
        self, target: QWidget, text: str, takes: Callable[[QMimeData], bool], over: QWidget | None = None
    ) -> None:
        """Watch a widget. What it does not take, the widget that contains it may take.

        Args:
            target: takes the drops.
            text: what a drop does, shown in the highlight.
            takes: returns whether data can be dropped now.
            over: to highlight instead of the target.
        """
        super().__init__(target)
        self._takes = takes
        self._highlight = _Highlight(text, over or target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle drags over the widget."""
        if event.type() == QEvent.Type.DragLeave:
            self._highlight.hide()
        elif isinstance(event, QDropEvent):
            return self._handle(event)
        return False

    def _handle(self, event: QDropEvent) -> bool:
        data = event.mimeData()
        if not self._takes(data):
            return False
        if event.possibleActions() & Qt.DropAction.CopyAction:
            # File managers propose to move files within one disk.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.acceptProposedAction()
        if event.type() in _DRAGS:
            self._highlight.cover()
        else:
            self._highlight.hide()
            self.dropped.emit(data)
        return True


class _Highlight(PaintedView):
    """Lies over a widget while something can be dropped on it."""

    is_opaque = False

    def __init__(self, text: str, over: QWidget) -> None:
        super().__init__(over)
        self._text, self._over = text, over
        self.setObjectName("drop_highlight")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Show the highlight over the whole widget."""
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint a frame and a text."""
        style, area = self.text_style, QRectF(self.rect())
        painter.setOpacity(_OPACITY)
        painter.fillRect(area, style.accent)
        painter.setOpacity(1.0)
        painter.setPen(QPen(style.accent, 3))
        painter.drawRect(area.adjusted(1.5, 1.5, -1.5, -1.5))
        text = style.large
        pill = QRectF(0, 0, text.width(self._text) + 2 * text.height, 2 * text.height)
        # Below the hint of an empty canvas.
        pill.moveCenter(QPointF(area.center().x(), area.top() + 0.7 * area.height()))
        painter.setPen(QPen(style.accent, 1))
        painter.setBrush(style.window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(pill, text.height, text.height)
        text.write(painter, pill.center(), self._text, style.text, MIDDLE)
