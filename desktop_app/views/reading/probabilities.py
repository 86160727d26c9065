"""Bars of the probabilities of all labels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
)

from desktop_app.tasks.reading import Reading, Verdict, probability_text
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.text_style import RIGHT, TextFont, TextStyle
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.character_choice import MANY_LABELS

_SMALLEST_ROW = 13
_USUAL_ROW = 19
_LARGEST_ROW = 40
_USUAL_ROWS = 11
_WIDEST_LABEL = 0.35
"""Share of the width that labels may take."""
_LONGEST_BAR = 400
"""Pixels of the bar of 100 %; longer bars show no more and separate labels from numbers."""

_WIDEST_NUMBER = ">99.9 %"

_SMALLEST_SHARE = 0.00005
"""Smaller probabilities have no bar."""

_LEAST_DIFFERENCE = 60
"""Difference of lightness, 0..255, from which an empty bar differs visibly from a full one."""

_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class _Rows:
    """The layout, and what does not depend on the reading."""

    lines: list[QRectF]
    bar_left: float
    bar_right: float
    plain: TextFont
    strong: TextFont
    backdrop: QPixmap
    quiet_accent: QColor

    def number_end(self) -> float:
        """Return the right end of the numbers."""
        return self.bar_right + STEP + self.strong.width(_WIDEST_NUMBER)

    def label_area(self, line: QRectF) -> QRectF:
        """Return the area of the label of a row."""
        return QRectF(0, line.top(), self.bar_left - STEP, line.height())

    def groove(self, line: QRectF) -> QRectF:
        """Return the area of the bar of a row at 100 %."""
        thickness = max(4.0, round(line.height() * 0.42))
        top = line.center().y() - thickness / 2
        return QRectF(self.bar_left, top, self.bar_right - self.bar_left, thickness)


class ProbabilityBars(PointedView):
    """One bar for each label, and one for "none of the labels" if the network rejects.

    Many labels are in the order of their probability, so that the first rows are the important ones.
    """

    label_chosen = Signal(int)
    """Index of the label whose bar was clicked, or chosen with the arrow keys and Enter."""

    def __init__(self, *, can_choose: bool = False) -> None:
        """Start without labels; can_choose: whether bars can be clicked."""
        super().__init__()
        self._can_choose = can_choose
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_choose else Qt.FocusPolicy.NoFocus)
        self.setObjectName("probabilities")
        self.setAccessibleName(self.tr("Probabilities"))
        self._layout: _Rows | None = None
        self._labels: tuple[str, ...] = ()
        self._rejected = ""
        self._names: tuple[str, ...] = ()
        self._values: dict[str, float] = {}
        self._marked: tuple[str, ...] = ()
        self._shows_all = True

    def set_labels(self, labels: tuple[str, ...], rejected: str) -> None:
        """Set the labels; all bars are empty.

        Args:
            labels: of the network, in order.
            rejected: name of the class for "none of the labels"; empty if there is none.
        """
        self._labels = self._names = (*labels, rejected) if rejected else labels
        self._rejected = rejected
        self._current = 0
        self._layout = None
        self.updateGeometry()
        self.set_reading(Reading(Verdict.NO_INK))

    def set_shows_all(self, shows_all: bool) -> None:
        """List all labels, or of many labels only the most probable ones."""
        if shows_all != self._shows_all:
            self._shows_all = shows_all
            self._set_names()
            self.update()

    def set_reading(self, reading: Reading) -> None:
        """Show the probabilities of a reading; empty bars if it has none."""
        self._values = dict(reading.probabilities)
        if self._values and self._rejected:
            self._values[self._rejected] = reading.not_a_character
        self._set_names()
        self._marked = reading.alternatives
        self.setAccessibleDescription(", ".join(f"{name}: {text}" for name, text in self.texts().items()))
        self.update()

    def _set_names(self) -> None:
        """Order many labels by their probability."""
        if len(self._labels) <= MANY_LABELS:
            return
        ranked = sorted(self._labels, key=lambda name: -self._values.get(name, 0.0))
        count = len(self._names)
        self._names = tuple(ranked if self._shows_all else ranked[:_USUAL_ROWS])
        self._current = min(self._current, len(self._names) - 1)
        self._layout = None
        if len(self._names) != count:
            self.updateGeometry()

    def values(self) -> dict[str, float]:
        """Return probabilities 0..1 by label or name of the rejected class; empty without ink."""
        return dict(self._values)

    def rows(self) -> tuple[str, ...]:
        """Return the names of the rows, from the top."""
        return self._names

    def texts(self) -> dict[str, str]:
        """Return the numbers beside the bars, e.g. "99.7 %"."""
        return {name: probability_text(value) for name, value in self._values.items()}

    def locate(self, position: QPointF) -> int | None:
        """Return the row at a position that can be clicked; None: there is none."""
        if not (self._can_choose and self._values):
            return None
        lines = self._rows().lines
        return next((row for row, line in enumerate(lines) if line.contains(position)), None)

    def press(self, found: int) -> None:
        """Choose the label of a row."""
        self._current = found
        self.update()
        self.label_chosen.emit(self._labels.index(self._names[found]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a bar can be clicked."""
        super().mouseMoveEvent(event)
        is_bar = self.locate(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_bar else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between the rows with the arrow keys; choose one with Enter or Space."""
        row = index_for_key(event, self._current, len(self._names), columns=1)
        if event.key() in _CHOOSE and self._values:
            self.press(self._current)
        elif row is not None:
            self._current = row
            self.update()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the size of rows with their normal height."""
        return QSize(40 * STEP, self._row_count * _USUAL_ROW)

    def minimumSizeHint(self) -> QSize:
        """Return the size of rows with their minimum height."""
        return QSize(22 * STEP, self._row_count * _SMALLEST_ROW)

    @property
    def _row_count(self) -> int:
        return max(len(self._names), _USUAL_ROWS)

    def style_changed(self) -> None:
        """Discard the layout."""
        self._layout = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Discard the layout."""
        super().resizeEvent(event)
        self._layout = None

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the cached backdrop, then the bars and numbers of the reading."""
        rows = self._rows()
        painter.drawPixmap(0, 0, rows.backdrop)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        texts = self.texts()
        highest = max(self._values.values(), default=0.0)
        for line, name in zip(rows.lines, self._names, strict=True):
            if name in self._values:
                share = self._values[name]
                marked = name in self._marked or (not self._marked and share == highest)
                self._paint_share(painter, rows, line, share, marked)
                self._paint_text(painter, rows, line, (name, texts[name]), marked)
        if self._names:
            line = rows.lines[self._current]
            self.paint_focus_ring(painter, QRectF(0, line.top(), rows.number_end() + STEP / 2, line.height()))

    def span(self) -> tuple[float, float]:
        """Return left and right end of a bar at 100 %, in device-independent pixels."""
        rows = self._rows()
        return rows.bar_left, rows.bar_right

    def _rows(self) -> _Rows:
        """Return the layout for the current size."""
        if self._layout is None or self._layout.backdrop.devicePixelRatio() != self.devicePixelRatioF():
            self._layout = self._make_layout()
        return self._layout

    def _make_layout(self) -> _Rows:
        """Return the layout for the current size, with labels and empty bars painted."""
        height = min(self.height() / self._row_count, _LARGEST_ROW)
        plain = self.font()
        plain.setPixelSize(max(9, min(round(height * 0.72), self.fontInfo().pixelSize())))
        strong = QFont(plain)
        strong.setWeight(QFont.Weight.DemiBold)
        style, light, heavy = self.text_style, TextFont(plain), TextFont(strong)
        widest = max(map(heavy.width, self._names), default=0.0)
        left = min(widest, _WIDEST_LABEL * self.width()) + STEP
        right = self.width() - heavy.width(_WIDEST_NUMBER) - STEP
        rows = _Rows(
            lines=[QRectF(0, i * height, self.width(), height) for i in range(len(self._names))],
            bar_left=left,
            bar_right=min(right, left + _LONGEST_BAR),
            plain=light,
            strong=heavy,
            backdrop=QPixmap(self.size() * self.devicePixelRatioF()),
            quiet_accent=style.soft_accent,
        )
        rows.backdrop.setDevicePixelRatio(self.devicePixelRatioF())
        rows.backdrop.fill(style.window)
        painter = QPainter(rows.backdrop)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, name in zip(rows.lines, self._names, strict=True):
            area = rows.label_area(line)
            at = QPointF(area.right(), line.center().y())
            light.write(painter, at, light.elided(name, area.width()), style.quiet, RIGHT)
            paint_groove(painter, rows.groove(line), style)
        painter.end()
        return rows

    def _paint_share(self, painter: QPainter, rows: _Rows, line: QRectF, share: float, marked: bool) -> None:
        if share < _SMALLEST_SHARE:
            return
        bar = rows.groove(line)
        # Every probability above 0 has a visible bar.
        bar.setWidth(max(2.0, bar.width() * share))
        paint_bar(painter, bar, self.text_style.accent if marked else rows.quiet_accent)

    def _paint_text(
        self, painter: QPainter, rows: _Rows, line: QRectF, texts: tuple[str, str], marked: bool
    ) -> None:
        """Paint the number, and the label again in semibold if the row is marked."""
        (name, number), style, middle = texts, self.text_style, line.center().y()
        lettering, colour = (rows.strong, style.text) if marked else (rows.plain, style.quiet)
        lettering.write(painter, QPointF(rows.number_end(), middle), number, colour, RIGHT)
        if marked:
            label = rows.label_area(line)
            painter.fillRect(label, style.window)
            name = rows.strong.elided(name, label.width())
            rows.strong.write(painter, QPointF(label.right(), middle), name, style.text, RIGHT)


def paint_groove(painter: QPainter, groove: QRectF, style: TextStyle) -> None:
    """Paint an empty bar; an outline if its colour resembles the accent, as in high contrast."""
    if abs(style.line.lightness() - style.accent.lightness()) >= _LEAST_DIFFERENCE:
        paint_bar(painter, groove, style.line)
        return
    radius = groove.height() / 2
    painter.setPen(QPen(style.line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(groove.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def paint_bar(painter: QPainter, bar: QRectF, colour: QColor) -> None:
    """Paint a bar with round ends."""
    radius = min(bar.height(), bar.width()) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(bar, radius, radius)
