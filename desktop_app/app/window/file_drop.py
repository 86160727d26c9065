"""Files and images that are dragged over the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.app.window.mime_data import files_in, image_in
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import MIDDLE

_OPACITY = 0.12
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


class FileDrop(QObject):
    """Takes copies of files and images that are dropped on a window, and highlights the canvas before."""

    dropped = Signal(object)
    """The QMimeData, with files or an image."""

    def __init__(self, window: QWidget, canvas: QWidget) -> None:
        """Watch a window; canvas: to highlight."""
        super().__init__(window)
        self._canvas = canvas
        self._highlight = _Highlight(canvas)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle drags over the window."""
        if event.type() == QEvent.Type.DragLeave:
            self._highlight.hide()
        elif isinstance(event, QDropEvent):
            return self._handle(event)
        return False

    def _handle(self, event: QDropEvent) -> bool:
        data = event.mimeData()
        if not (files_in(data) or image_in(data)):
            return False
        if event.possibleActions() & Qt.DropAction.CopyAction:
            # File managers propose to move files within one disk.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.acceptProposedAction()
        if event.type() in _DRAGS:
            self._highlight.setGeometry(self._canvas.rect())
            self._highlight.show()
        else:
            self._highlight.hide()
            self.dropped.emit(data)
        return True


class _Highlight(PaintedView):
    """Lies over the canvas while something can be dropped."""

    is_opaque = False

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("drop_highlight")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint a frame and a text."""
        style, area = self.text_style, QRectF(self.rect())
        painter.setOpacity(_OPACITY)
        painter.fillRect(area, style.accent)
        painter.setOpacity(1.0)
        painter.setPen(QPen(style.accent, 3))
        painter.drawRect(area.adjusted(1.5, 1.5, -1.5, -1.5))
        text = style.large
        pill = QRectF(0, 0, text.width(self.tr("Drop to open")) + 2 * text.height, 2 * text.height)
        # Below the hint of an empty canvas.
        pill.moveCenter(QPointF(area.center().x(), area.top() + 0.7 * area.height()))
        painter.setPen(QPen(style.accent, 1))
        painter.setBrush(style.window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(pill, text.height, text.height)
        text.write(painter, pill.center(), self.tr("Drop to open"), style.text, MIDDLE)
