"""Probable texts of a line, with their probabilities by paths and line network."""

from __future__ import annotations

import math
from itertools import takewhile

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip

from desktop_app.lines.text_reading import TextPath
from desktop_app.tasks.reading import probability_text
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import LEFT, RIGHT, TextFont
from desktop_app.views.parts.theme import STEP

_MARK = 2 * STEP
"""Width of the mark before the text that was chosen."""

_ROWS = 3
_WIDEST_NUMBER = ">99.9 %"
_USUAL_TEXT = "0" * 12
_LEAST_TEXT = 8 * STEP
_KEPT_BEFORE = 3
"""Characters that are kept before the difference of a shortened text."""


class TextTable(PaintedView):
    """A row for each text: its probability by the paths, by the line network, and by both.

    The text that was chosen has a mark and is bold.
    """

    def __init__(self) -> None:
        """Start without texts."""
        super().__init__()
        self.setObjectName("line_texts")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probable texts"))
        self._paths: tuple[TextPath, ...] = ()

    def set_paths(self, paths: tuple[TextPath, ...]) -> None:
        """Show texts, the chosen one first."""
        self._paths = paths
        self.setAccessibleDescription("; ".join(self.descriptions()))
        self.update()

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return the text and the three numbers of each row."""
        return [
            (
                path.text,
                probability_text(path.of_paths),
                probability_text(path.of_columns or 0.0),
                probability_text(path.probability),
            )
            for path in self._paths
        ]

    def descriptions(self) -> list[str]:
        """Return each row as a sentence."""
        row = self.tr("{text}: paths {paths}, line network {columns}, together {both}")
        chosen = self.tr("{text} (chosen): paths {paths}, line network {columns}, together {both}")
        return [
            (row if number else chosen).format(text=text, paths=paths, columns=columns, both=both)
            for number, (text, paths, columns, both) in enumerate(self.rows())
        ]

    def style_changed(self) -> None:
        """Follow the size of the font."""
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size of the table with texts of ten characters."""
        return QSize(math.ceil(self._width_of(self._usual_text)), math.ceil((_ROWS + 1) * self._line))

    def minimumSizeHint(self) -> QSize:
        """Return the size of the table with shortened texts."""
        return QSize(math.ceil(self._width_of(_LEAST_TEXT)), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Explain a column, or show a whole text, in a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tooltip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tooltip(self, at: QPointF) -> str:
        """Return the explanation of what is at a position."""
        row = int(at.y() / self._line) - 1
        column = sum(at.x() > end for end in self._ends())
        if not 0 <= column < len(self._titles()) or row >= len(self._paths):
            return ""
        return self._paths[row].text if row >= 0 and column == 0 else self._titles()[column][1]

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the titles of the columns and the rows."""
        style = self.text_style
        if not self._paths:
            return
        ends = self._ends()
        self._paint_row(painter, style.small, tuple(title for title, _ in self._titles()), 0, is_quiet=True)
        for number, row in enumerate(self.rows(), start=1):
            is_chosen = number == 1
            self._paint_row(painter, style.strong if is_chosen else style.plain, row, number)
            if is_chosen:
                self._paint_mark(painter, self._middle(number))
        painter.setPen(style.line)
        painter.drawLine(QPointF(0, self._line - 0.5), QPointF(ends[-1], self._line - 0.5))

    def _paint_row(
        self, painter: QPainter, font: TextFont, texts: tuple[str, ...], row: int, *, is_quiet: bool = False
    ) -> None:
        style, ends = self.text_style, self._ends()
        colour = style.quiet if is_quiet else style.text
        text = _shortened(font, texts[0], self._paths[0].text if row > 1 else "", ends[0] - _MARK)
        font.write(painter, QPointF(_MARK, self._middle(row)), text, colour, LEFT)
        for end, number in zip(ends[1:], texts[1:], strict=True):
            font.write(painter, QPointF(end, self._middle(row)), number, colour, RIGHT)

    def _paint_mark(self, painter: QPainter, middle: float) -> None:
        """Paint a triangle that points at a row."""
        side = self.text_style.strong.height / 4
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.text_style.accent)
        left = STEP / 2
        corners = [(left, middle - side), (left + 1.4 * side, middle), (left, middle + side)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    # --- layout ---

    @property
    def _line(self) -> float:
        return math.ceil(self.text_style.strong.height) + 4.0

    @property
    def _usual_text(self) -> float:
        return self.text_style.strong.width(_USUAL_TEXT)

    def _middle(self, row: int) -> float:
        return (row + 0.5) * self._line

    def _ends(self) -> list[float]:
        """Return the right ends of the columns."""
        widths = self._number_widths()
        longest = max((self.text_style.strong.width(path.text) for path in self._paths), default=0.0)
        text = min(max(longest, self._usual_text), max(self.width() - sum(widths) - _MARK, 0.0))
        ends = [_MARK + text]
        for width in widths:
            ends.append(ends[-1] + width)
        return ends

    def _width_of(self, text: float) -> float:
        """Return the width of the table with texts of some width."""
        return _MARK + text + sum(self._number_widths())

    def _number_widths(self) -> list[float]:
        """Return the widths of the columns of numbers, with the gap before each."""
        style = self.text_style
        number = style.strong.width(_WIDEST_NUMBER)
        return [max(number, style.small.width(title)) + 2 * STEP for title, _ in self._titles()[1:]]

    def _titles(self) -> tuple[tuple[str, str], ...]:
        """Return titles and explanations of the columns."""
        return (
            (self.tr("Text"), self.tr("Probable texts of the line, the most probable one first")),
            (
                self.tr("Paths"),
                self.tr(
                    "Share of the paths through the candidates with this text among all paths, "
                    "by the network for single characters"
                ),
            ),
            (
                self.tr("Line network"),
                self.tr(
                    "Probability of the text by the line network: the sum over all ways to write its labels "
                    "into the columns"
                ),
            ),
            (
                self.tr("Together"),
                self.tr(
                    "Probability that the text is correct: a weighted sum of the logarithms of both "
                    "probabilities, less for words of mixed digits, capitals and small letters, compared "
                    "with that of the other texts and calibrated, times the probability of the case of "
                    "letters"
                ),
            ),
        )


def _shortened(font: TextFont, text: str, chosen: str, width: float) -> str:
    """Return a text that fits into a width; of an alternative, the part that differs from the chosen text."""
    if font.width(text) <= width:
        return text
    same = sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(text, chosen, strict=False)))
    start = max(0, same - _KEPT_BEFORE)
    return font.elided(f"…{text[start:]}" if start else text, width)
