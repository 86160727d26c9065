"""Probabilities: every class as a bar with its exact number."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import RIGHT, TextFont
from desktop_app.views.parts.theme import STEP, mixed

_SMALLEST_ROW = 13
_USUAL_ROW = 19
_LARGEST_ROW = 40

# Less than this is written as 0.00 %.
_SMALLEST_SHARE = 0.00005


@dataclass(frozen=True)
class _Rows:
    """Where everything stands, and what of it never changes with a reading."""

    lines: list[QRectF]
    bar_left: float
    bar_right: float
    plain: TextFont
    strong: TextFont
    backdrop: QPixmap
    quiet_accent: QColor

    def label_area(self, line: QRectF) -> QRectF:
        """Where a row's label stands, its right edge before the bar."""
        return QRectF(0, line.top(), self.bar_left - STEP, line.height())

    def groove(self, line: QRectF) -> QRectF:
        """A row's whole bar."""
        thickness = max(4.0, round(line.height() * 0.42))
        top = line.center().y() - thickness / 2
        return QRectF(self.bar_left, top, self.bar_right - self.bar_left, thickness)


class ProbabilityBars(PaintedView):
    """One painted bar for each label, and one for "not a character" if the network can say so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without labels."""
        super().__init__(parent)
        self.setObjectName("probabilities")
        self.setAccessibleName(self.tr("Probabilities"))
        self._rows_laid_out: _Rows | None = None
        self._labels: tuple[str, ...] = ()
        self._rejects = True
        self._values: dict[str, float] = {}
        self._marked: tuple[str, ...] = ()
        self._none_name = self.tr("not a character")

    def set_labels(self, labels: tuple[str, ...], rejects: bool) -> None:
        """The classes of the network, in its order; their bars are empty.

        Args:
            labels: the characters that it knows.
            rejects: whether it can answer "not a character".
        """
        self._labels = labels
        self._rejects = rejects
        self._rows_laid_out = None
        self.updateGeometry()
        self.set_reading(Reading(Verdict.NO_INK))

    def set_reading(self, reading: Reading) -> None:
        """Show the probabilities of a reading; empty bars where it has none."""
        self._values = dict(reading.probabilities)
        if self._values and self._rejects:
            self._values[self._none_name] = reading.not_a_character
        self._marked = reading.alternatives
        self.setAccessibleDescription(", ".join(f"{name}: {text}" for name, text in self.texts().items()))
        self.update()

    def values(self) -> dict[str, float]:
        """What the bars show: label, or "not a character", to probability 0..1; empty without ink."""
        return dict(self._values)

    def texts(self) -> dict[str, str]:
        """The numbers beside the bars, e.g. "99.98 %"."""
        return {name: f"{100 * value:.2f} %" for name, value in self._values.items()}

    def sizeHint(self) -> QSize:
        """All rows at their usual height."""
        return QSize(40 * STEP, self._rows * _USUAL_ROW)

    def minimumSizeHint(self) -> QSize:
        """All rows as tight as can be read."""
        return QSize(26 * STEP, self._rows * _SMALLEST_ROW)

    @property
    def _rows(self) -> int:
        return max(len(self._labels), 10) + 1

    def style_changed(self) -> None:
        """Rows take a new font and new colours."""
        self._rows_laid_out = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows take the new size."""
        super().resizeEvent(event)
        self._rows_laid_out = None

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """What never changes from a pixmap, then the bars and the numbers of this reading."""
        rows = self._rows_laid_out
        if rows is None or rows.backdrop.devicePixelRatio() != self.devicePixelRatioF():
            rows = self._rows_laid_out = self._laid_out()
        painter.drawPixmap(0, 0, rows.backdrop)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        texts = self.texts()
        highest = max(self._values.values(), default=0.0)
        for line, name in zip(rows.lines, self._names(), strict=True):
            if name in self._values:
                share = self._values[name]
                marked = name in self._marked or (not self._marked and share == highest)
                self._paint_share(painter, rows, line, share, marked)
                self._paint_words(painter, rows, line, (name, texts[name]), marked)

    def _names(self) -> tuple[str, ...]:
        return (*self._labels, self._none_name) if self._labels and self._rejects else self._labels

    def span(self) -> tuple[float, float]:
        """Left and right end of a whole bar, in the widget's own units."""
        rows = self._laid_out()
        return rows.bar_left, rows.bar_right

    def _laid_out(self) -> _Rows:
        """Where everything stands in the present size, with labels and empty bars painted."""
        height = min(self.height() / self._rows, _LARGEST_ROW)
        plain = self.font()
        plain.setPixelSize(max(9, min(round(height * 0.72), self.fontInfo().pixelSize())))
        strong = QFont(plain)
        strong.setWeight(QFont.Weight.DemiBold)
        style, light, heavy = self.text_style, TextFont(plain), TextFont(strong)
        rows = _Rows(
            lines=[QRectF(0, i * height, self.width(), height) for i in range(len(self._names()))],
            bar_left=heavy.width(self._none_name) + STEP,
            bar_right=self.width() - heavy.width("100.00 %") - STEP,
            plain=light,
            strong=heavy,
            backdrop=QPixmap(self.size() * self.devicePixelRatioF()),
            quiet_accent=mixed(style.accent, style.window, 0.45),
        )
        rows.backdrop.setDevicePixelRatio(self.devicePixelRatioF())
        rows.backdrop.fill(style.window)
        painter = QPainter(rows.backdrop)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, name in zip(rows.lines, self._names(), strict=True):
            at = QPointF(rows.label_area(line).right(), line.center().y())
            light.write(painter, at, name, style.quiet, RIGHT)
            paint_bar(painter, rows.groove(line), style.line)
        painter.end()
        return rows

    def _paint_share(self, painter: QPainter, rows: _Rows, line: QRectF, share: float, marked: bool) -> None:
        if share < _SMALLEST_SHARE:
            return
        bar = rows.groove(line)
        # What has a number above zero has a bar, if only a sliver.
        bar.setWidth(max(2.0, bar.width() * share))
        paint_bar(painter, bar, self.text_style.accent if marked else rows.quiet_accent)

    def _paint_words(
        self, painter: QPainter, rows: _Rows, line: QRectF, words: tuple[str, str], marked: bool
    ) -> None:
        """The number, and over the plain label a strong one where the row is marked."""
        (name, number), style, middle = words, self.text_style, line.center().y()
        lettering, colour = (rows.strong, style.text) if marked else (rows.plain, style.quiet)
        lettering.write(painter, QPointF(line.right(), middle), number, colour, RIGHT)
        if marked:
            label = rows.label_area(line)
            painter.fillRect(label, style.window)
            rows.strong.write(painter, QPointF(label.right(), middle), name, style.text, RIGHT)


def paint_bar(painter: QPainter, bar: QRectF, colour: QColor) -> None:
    """Fill a bar with round ends."""
    radius = min(bar.height(), bar.width()) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(bar, radius, radius)
