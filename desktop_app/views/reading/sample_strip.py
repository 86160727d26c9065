"""Ten samples to read with a click."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from desktop_app.ink.strokes import Ink
from desktop_app.views.canvas.geometry import CANVAS_SIZE
from desktop_app.views.canvas.paint_ink import paint_stroke
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.theme import STEP

COLUMNS = 5
_ROWS = 2
_GAP = STEP // 2
_LARGEST = 6 * STEP
_LEAST = 3 * STEP
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Sample:
    """A drawing to try, and its label."""

    label: str
    ink: Ink


class SampleStrip(PointedView):
    """Drawings in two rows below a caption."""

    is_focusable = True

    ink_chosen = Signal(object)
    """The ink of the sample that was clicked, or chosen with the arrow keys and Enter."""

    def __init__(self) -> None:
        """Start without samples."""
        super().__init__()
        self.setObjectName("sample_strip")
        self.setAccessibleName(self.tr("Samples to try"))
        self.setToolTip(self.tr("Click a sample to put it on the canvas"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._samples: tuple[Sample, ...] = ()
        self._current = 0
        self._hovered: int | None = None
        self.pointed_at.connect(self._hover)

    def set_samples(self, samples: tuple[Sample, ...]) -> None:
        """Set the samples."""
        self._samples = samples
        self._describe()
        self.update()

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The samples."""
        return self._samples

    def width_at(self, height: int) -> int:
        """Return the width of the samples in a view of a height."""
        side = min(max((height - self._caption_height - _GAP) // _ROWS, _LEAST), _LARGEST)
        return COLUMNS * (side + _GAP) - _GAP

    def area_of(self, number: int) -> QRectF:
        """Return the square of a sample."""
        side = (self.width() + _GAP) / COLUMNS - _GAP
        row, column = divmod(number, COLUMNS)
        return QRectF(column * (side + _GAP), self._caption_height + row * (side + _GAP), side, side)

    def locate(self, position: QPointF) -> int | None:
        """Return the sample at a position; None: there is none."""
        numbers = range(len(self._samples))
        return next((number for number in numbers if self.area_of(number).contains(position)), None)

    def press(self, found: int) -> None:
        """Choose a sample."""
        self._current = found
        self._describe()
        self.update()
        self.ink_chosen.emit(self._samples[found].ink)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between the samples with the arrow keys; choose one with Enter or Space."""
        number = index_for_key(event, self._current, len(self._samples), columns=COLUMNS)
        if event.key() in _CHOOSE and self._samples:
            self.press(self._current)
        elif number is not None:
            self._current = number
            self._describe()
            self.update()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the samples square."""
        super().resizeEvent(event)
        self.setFixedWidth(self.width_at(self.height()))

    def minimumSizeHint(self) -> QSize:
        """Return the size of the smallest samples."""
        return QSize(0, self._caption_height + _ROWS * (_LEAST + _GAP))

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the caption and the samples."""
        style = self.text_style
        if not self._samples:
            return
        style.small.write(painter, QPointF(0, style.small.height / 2), self.tr("Samples to try"), style.quiet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, sample in enumerate(self._samples):
            area = self.area_of(number)
            is_hovered = number == self._hovered
            painter.setPen(QPen(style.accent if is_hovered else style.outline, 1))
            painter.setBrush(style.base)
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.save()
            painter.translate(area.topLeft())
            painter.scale(area.width() / CANVAS_SIZE, area.height() / CANVAS_SIZE)
            for stroke in sample.ink.strokes:
                paint_stroke(painter, stroke, style.text)
            painter.restore()
        self.paint_focus_ring(painter, self.area_of(self._current))

    @property
    def _caption_height(self) -> int:
        return max(round(2.5 * STEP), round(self.text_style.small.height))

    def _hover(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            pointer = Qt.CursorShape.ArrowCursor if number is None else Qt.CursorShape.PointingHandCursor
            self.setCursor(pointer)
            self.update()

    def _describe(self) -> None:
        """Describe the current sample to screen readers."""
        if self._samples:
            text = self.tr("Sample of {label}").format(label=self._samples[self._current].label)
            self.setAccessibleDescription(text)
