"""Two readings back to back: the labels in the middle, the first model's bars to the left of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QFont, QPainter

from desktop_app.tasks.reading import Reading, probability_text
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT, TextFont
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.probabilities import paint_bar, paint_groove

_SMALLEST_ROW = 13
_LARGEST_ROW = 32
_LEAST_ROWS = 11
"""Rows that fit into the minimum height: ten digits and one more."""
_NUMBER = ">99.9 %"
_WIDEST_LABEL = 0.35
"""Share of the width that labels may take."""

_SMALLEST_SHARE = 0.0005
"""Smaller probabilities have no bar."""


class MirroredBars(PaintedView):
    """One row for each label of either model, and one for "not a character".

    If not all fit, those with a bar are shown, and of the others those that both models have.
    """

    preferred_size = QSize(44 * STEP, 26 * STEP)

    def __init__(self) -> None:
        """Start without labels."""
        super().__init__()
        self.setAccessibleName(self.tr("Probabilities of both models"))
        self._rejected_name = self.tr("none")
        self._names: tuple[str, ...] = ()
        self._shares: tuple[dict[str, float], dict[str, float]] = ({}, {})

    def set_labels(self, labels: Sequence[str], rejects: bool) -> None:
        """Set the rows; all bars are empty.

        Args:
            labels: of either model.
            rejects: whether either model can answer "not a character".
        """
        self._names = (*labels, self._rejected_name) if rejects else tuple(labels)
        self.set_readings(None, None)

    def set_readings(self, first: Reading | None, second: Reading | None) -> None:
        """Show two readings; None or a reading without ink: empty bars."""
        self._shares = (self._shares_of(first), self._shares_of(second))
        self.setAccessibleDescription(", ".join(self.texts()))
        self.update()

    def texts(self) -> list[str]:
        """Return the numbers as text, e.g. "7: 99.7 % and 12.0 %"."""
        sides = [{name: probability_text(share) for name, share in side.items()} for side in self._shares]
        text = self.tr("{name}: {first} and {second}")
        return [
            text.format(name=name, first=sides[0].get(name, "-"), second=sides[1].get(name, "-"))
            for name in self._names
        ]

    def minimumSizeHint(self) -> QSize:
        """Return the size of rows with their minimum height."""
        return QSize(22 * STEP, min(max(len(self._names), 2), _LEAST_ROWS) * _SMALLEST_ROW)

    def shown_names(self) -> list[str]:
        """Return the names of the rows that fit, in their order."""
        count = max(self.height() // _SMALLEST_ROW, 1)
        kept = set(sorted(self._names, key=self._rank, reverse=True)[:count])
        return [name for name in self._names if name in kept]

    def _rank(self, name: str) -> tuple[float, bool, float]:
        """Return what makes a row more important than others."""
        share = max(side.get(name, 0.0) for side in self._shares)
        is_common = all(name in side for side in self._shares)
        return share if share >= _SMALLEST_SHARE else 0.0, is_common, share

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the rows: number, bar, label, bar, number."""
        if not self._names:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = self.shown_names()
        height = min(self.height() / len(names), _LARGEST_ROW)
        font = self.font()
        font.setPixelSize(max(9, min(round(height * 0.72), self.fontInfo().pixelSize())))
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        light, heavy = TextFont(font), TextFont(strong)
        highest = [max(side.values(), default=0.0) for side in self._shares]
        label_width = min(max(map(heavy.width, names)), _WIDEST_LABEL * self.width())
        for row, name in enumerate(names):
            line = QRectF(0, row * height, self.width(), height)
            marked = [side.get(name, 0.0) == top > 0 for side, top in zip(self._shares, highest, strict=True)]
            label = heavy if any(marked) else light
            label.write(painter, line.center(), label.elided(name, label_width), self.text_style.text, MIDDLE)
            for side in (0, 1):
                lettering = heavy if marked[side] else light
                groove = self._groove(line, label_width, lettering.width(_NUMBER), side)
                share = self._shares[side].get(name)
                self._paint_side(painter, groove, lettering, side, share, marked[side])

    def _shares_of(self, reading: Reading | None) -> dict[str, float]:
        if reading is None or not reading.probabilities:
            return {}
        return {**reading.probabilities, self._rejected_name: reading.not_a_character}

    def _groove(self, line: QRectF, label: float, number: float, side: int) -> QRectF:
        """Return the area of a bar at 100 %, between a label and a number of some width."""
        half_label = label / 2 + STEP
        available = max(line.width() / 2 - half_label - number - STEP, 0.0)
        thickness = max(4.0, round(line.height() * 0.42))
        left = line.center().x() + (half_label if side else -half_label - available)
        return QRectF(left, line.center().y() - thickness / 2, available, thickness)

    def _paint_side(
        self,
        painter: QPainter,
        groove: QRectF,
        lettering: TextFont,
        side: int,
        share: float | None,
        marked: bool,
    ) -> None:
        """Paint the bar and number of one side; the bars of side 0 grow to the left."""
        style = self.text_style
        paint_groove(painter, groove, style)
        if share is None:
            return
        bar = QRectF(groove)
        bar.setWidth(max(2.0, groove.width() * share) if share >= _SMALLEST_SHARE else 0.0)
        if side == 0:
            bar.moveRight(groove.right())
        paint_bar(painter, bar, style.accent if marked else style.soft_accent)
        at, anchor = (self.width(), RIGHT) if side else (0, LEFT)
        colour = style.text if marked else style.quiet
        lettering.write(painter, QPointF(at, groove.center().y()), probability_text(share), colour, anchor)
