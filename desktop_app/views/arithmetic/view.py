"""The view of one value's arithmetic: computed when it is painted, and not before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from desktop_app.views.arithmetic.sentence import Sentence
from desktop_app.views.arithmetic.surface import Place, Surface, Target
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

Tell = Callable[[], Sentence | str]
"""The sentence to show, or in plain words why there is none."""

_NOTCH = 120
_ROOMY = 50 * STEP
_BAR = STEP
"""Width of the scroll bar, which stands in the gap beside the rows."""


class ArithmeticView(PaintedView):
    """Paints a sentence, scrolls its rows, and tells which value of it is clicked."""

    is_focusable = True
    preferred_size = QSize(120 * STEP, 28 * STEP)
    minimum_size = QSize(36 * STEP, 18 * STEP)

    place_clicked = Signal(str, object)
    """The layer and the index of a value that was clicked."""
    pressed = Signal()
    """A mouse button went down anywhere."""

    def __init__(self, tell: Tell, parent: QWidget | None = None) -> None:
        """Show what is told; it is asked for when it is painted for the first time after renew()."""
        super().__init__(parent)
        self.setObjectName("arithmetic")
        self.setAccessibleName(self.tr("Arithmetic"))
        self.setMouseTracking(True)
        self._tell = tell
        self._told: Sentence | str | None = None
        self.targets: list[Target] = []
        self._pointer: QPointF | None = None
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setAccessibleName(self.tr("Scroll the summands"))
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.valueChanged.connect(self.update)
        self._bar.hide()

    def renew(self, *, from_top: bool = False) -> None:
        """What is told has changed; from_top where other summands come than before."""
        self._told = None
        if from_top:
            self._bar.setValue(0)
        self.update()

    def told(self) -> Sentence | str:
        """What is shown."""
        if self._told is None:
            self._told = self._tell()
            words = self._told if isinstance(self._told, str) else self._told.words()
            self.setAccessibleDescription(words)
        return self._told

    def target_at(self, position: QPointF) -> tuple[Place | None, str]:
        """The value that a click at a position leads to, and what lies there in words."""
        for target in reversed(self.targets):
            cell = target.cell_at(position)
            if cell is not None:
                return target.place(*cell), target.words(*cell)
        return None, ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The scroll bar stays at the edge of the rows."""
        super().resizeEvent(event)
        self._row_texts()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The sentence, or why there is none."""
        told = self.told()
        self._row_texts()
        surface = Surface(painter, self.text_style, self._pointer)
        if isinstance(told, str):
            painter.setPen(self.text_style.quiet)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self._area(), flags, told)
        else:
            told.paint(surface, self._area(), self._bar.value())
        self.paint_focus_ring(painter)
        self.targets = surface.targets

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Marks what belongs together, and shows what can be clicked."""
        self._point_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self._point_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes to the value that is clicked."""
        self.pressed.emit()
        place, _ = self.target_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.place_clicked.emit(*place)
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the rows."""
        if self._bar.isHidden():
            event.ignore()
            return
        notches = event.angleDelta().y() / _NOTCH
        self._bar.setValue(self._bar.value() - (round(notches) or (1 if notches > 0 else -1)))

    def event(self, event: QEvent) -> bool:
        """Tells what lies under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            _, words = self.target_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def scroll_rows(self, rows: int) -> None:
        """Scroll so many rows down."""
        self._bar.setValue(self._bar.value() + rows)

    def _area(self) -> QRectF:
        side = 2 * STEP if self.width() >= _ROOMY else STEP
        return QRectF(self.rect()).adjusted(side, STEP / 2, -2 * STEP, -STEP / 2)

    def _point_at(self, position: QPointF | None) -> None:
        self._pointer = position
        place = None if position is None else self.target_at(position)[0]
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        self.update()

    def _row_texts(self) -> None:
        """Show the scroll bar where there are more rows than are in sight."""
        if not isinstance(self._told, Sentence):
            self._bar.hide()
            return
        visible, count, area = self._told.rows(self.text_style, self._area())
        self._bar.setRange(0, max(0, count - visible))
        self._bar.setPageStep(max(1, visible))
        self._bar.setGeometry(int(area.right()) + 2, int(area.top()), _BAR, int(area.height()))
        self._bar.setVisible(visible < count)
