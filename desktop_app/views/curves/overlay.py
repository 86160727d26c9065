"""What lies over the curves: their scales, and a line at an epoch with the values of all curves there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.views.curves.curve import Curve, Plot
from desktop_app.views.curves.plot import Letters, Place
from desktop_app.views.parts.lettering import LEFT, RIGHT, Look, look_of
from desktop_app.views.parts.theme import STEP

_FAR = 10
"""How many epochs a page key goes."""


@dataclass(frozen=True)
class Readout:
    """The values at one epoch, as a small table.

    Attributes:
        epoch: where.
        heads: texts over the columns, the first for the names.
        rows: a text for each column.
    """

    epoch: float
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def sentence(self) -> str:
        """The table as one line of text."""
        told = [self.heads[0]]
        for name, *cells in self.rows:
            values = [f"{head} {cell}" for head, cell in zip(self.heads[1:], cells, strict=True) if cell]
            told.append(f"{name}: {', '.join(values)}")
        return "; ".join(told)


def epoch_near(x: float, curves: Mapping[Plot, Sequence[Curve]]) -> float:
    """The place that is read off at an epoch with its part: a whole epoch where one was told about."""
    whole = float(round(x))
    strong = [curve for several in curves.values() for curve in several if curve.is_strong]
    return whole if any(curve.at(whole) for curve in strong if curve.kind != "rate") else x


class CurvesOverlay(QWidget):
    """Takes mouse and keys for the curves beneath it."""

    def __init__(self, readout_at: Callable[[float], Readout | None], parent: QWidget) -> None:
        """Nothing is read off yet; readout_at(epoch) tells the values there."""
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Curves over epochs"))
        self.setAccessibleDescription(
            self.tr("Left and Right go from epoch to epoch and tell the values there; Escape ends that.")
        )
        self._readout_at = readout_at
        self._places: tuple[Place, ...] = ()
        self._letters: tuple[Letters, ...] = ()
        self._look: Look | None = None
        self._readout: Readout | None = None
        self._epoch: float | None = None
        self._mouse: float | None = None

    @property
    def readout(self) -> Readout | None:
        """What is read off now."""
        return self._readout

    def set_places(self, places: tuple[Place, ...], letters: tuple[Letters, ...]) -> None:
        """Where the plots lie and what stands beside them; their values may have changed as well."""
        if (places, letters) != (self._places, self._letters):
            self._places, self._letters = places, letters
            self.update()
        self._read()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is painted at once."""
        super().changeEvent(event)
        self._look = None
        self.update()

    # --- what the user wants ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Reads off at the mouse."""
        at = event.position()
        place = next((p for p in self._places if _covers(p, at)), None)
        self._mouse = at.x() if place is not None else None
        self._go_to(None if place is None else min(max(place.epoch_at(at.x()), 0.0), place.last))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is read off without the mouse."""
        super().leaveEvent(event)
        self._mouse = None
        self._go_to(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Reads off at the epoch beside, at the first or the last."""
        if not self._places:
            super().keyPressEvent(event)
            return
        last = self._places[0].last
        at = last if self._epoch is None else self._epoch
        places = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_PageUp: at - _FAR,
            Qt.Key.Key_PageDown: at + _FAR,
            Qt.Key.Key_Home: 1.0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._epoch is not None:
            self._go_to(None)
        elif key in places:
            self._mouse = None
            self._go_to(float(min(max(round(places[key]), 0), last)))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring appears."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes, and what the keys read off."""
        super().focusOutEvent(event)
        if self._mouse is None:
            self._go_to(None)
        self.update()

    def _go_to(self, epoch: float | None) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self._read()

    def _read(self) -> None:
        before = self._readout
        self._readout = None if self._epoch is None or not self._places else self._readout_at(self._epoch)
        if self._readout != before:
            self.setAccessibleDescription("" if self._readout is None else self._readout.sentence())
            self.update()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """The scales, the line, the table, the ring of the keyboard."""
        if self._look is None:
            self._look = look_of(self)
        look, painter = self._look, QPainter(self)
        for letters in self._letters:
            colour = look.text if letters.is_title else look.quiet
            look.small.write(painter, QPointF(letters.x, letters.y), letters.text, colour, letters.anchor)
        if self.hasFocus():
            painter.setPen(QPen(look.accent, 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        if self._readout is None:
            return
        painter.setPen(QPen(look.text, 1))
        for place in self._places:
            x = round(place.x_of(self._readout.epoch)) + 0.5
            painter.drawLine(QLineF(x, place.top, x, place.top + place.height))
        self._paint_table(painter, look, self._readout)

    def _paint_table(self, painter: QPainter, look: Look, readout: Readout) -> None:
        """The values on a card beside the line, where there is room for it."""
        small, lines = look.small, (readout.heads, *readout.rows)
        widths = [max(small.width(line[i]) for line in lines) for i in range(len(readout.heads))]
        width = sum(widths) + 1.5 * STEP * (len(widths) - 1) + 2 * STEP
        card = self._place_for(readout, width, small.height * len(lines) + STEP)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(look.paper)
        painter.drawRoundedRect(card, STEP / 2, STEP / 2)
        y = card.top() + (STEP + small.height) / 2
        for number, line in enumerate(lines):
            x = card.left() + STEP
            for column, (text, room) in enumerate(zip(line, widths, strict=True)):
                # Names begin at the left, numbers end at the right.
                at = QPointF(x + room if column else x, y)
                small.write(painter, at, text, look.text if number else look.quiet, RIGHT if column else LEFT)
                x += room + 1.5 * STEP
            y += small.height

    def _place_for(self, readout: Readout, width: float, height: float) -> QRectF:
        """Right of the line in the plot under the mouse, left of it where the right has no room."""
        lines = [place.x_of(readout.epoch) for place in self._places]
        line = lines[0] if self._mouse is None else min(lines, key=lambda x: abs(x - (self._mouse or 0.0)))
        left = line + 1.5 * STEP
        if left + width > self.width():
            left = max(0.0, line - 1.5 * STEP - width)
        return QRectF(left, min(self._places[0].top, max(0.0, self.height() - height)), width, height)


def _covers(place: Place, at: QPointF) -> bool:
    """Whether a point is on a plot, or close beside it."""
    plot = QRectF(place.left, place.top, place.width, place.height)
    return plot.adjusted(-STEP, -STEP, STEP, STEP).contains(at)
