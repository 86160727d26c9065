"""Lettering: short words and numbers set at points, with the sizes and colours of one look.

Text that Qt aligns in a rectangle is laid out anew each time, which takes ten times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from desktop_app.views.parts.theme import caption_font

LEFT, MIDDLE, RIGHT = 0.0, 0.5, 1.0
"""Where along a text the point lies at which it is set."""

_REMEMBERED = 4000


class TextFont:
    """A font that knows its measures."""

    def __init__(self, font: QFont) -> None:
        """Measure a font."""
        self.font = font
        self._metrics = QFontMetricsF(font)
        self._below_middle = (self._metrics.ascent() - self._metrics.descent()) / 2
        self._widths: dict[str, float] = {}

    @property
    def height(self) -> float:
        """Of a line."""
        return self._metrics.height()

    def width(self, text: str) -> float:
        """Of a text on one line."""
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _REMEMBERED:
                self._widths.clear()
            width = self._widths[text] = self._metrics.horizontalAdvance(text)
        return width

    def elided(self, text: str, width: float) -> str:
        """The text, or as much of its beginning as fits a width, with an ellipsis."""
        if self.width(text) <= width:
            return text
        kept = text
        while kept and self.width(kept + "…") > width:
            kept = kept[:-1]
        return kept.rstrip() + "…" if kept else ""

    def write(self, painter: QPainter, at: QPointF, text: str, colour: QColor, anchor: float = LEFT) -> None:
        """Set a text about a middle line: at is its left end, its middle or its right end."""
        painter.setFont(self.font)
        painter.setPen(colour)
        painter.drawText(self.start(at, text, anchor), text)

    def start(self, at: QPointF, text: str, anchor: float) -> QPointF:
        """The left end of the base line of a text that is set at a point."""
        left = at.x() - anchor * self.width(text) if anchor else at.x()
        return QPointF(left, at.y() + self._below_middle)


@dataclass(frozen=True, eq=False)
class TextStyle:
    """The sizes of type and the colours of a widget's palette.

    Attributes:
        plain, strong: the usual size.
        small: captions, and numbers in grids.
        large: a result.
        text, quiet, line, window, base, accent: see gui.parts.theme.
    """

    plain: TextFont
    strong: TextFont
    small: TextFont
    large: TextFont
    text: QColor
    quiet: QColor
    line: QColor
    window: QColor
    base: QColor
    accent: QColor


def text_style_of(widget: QWidget) -> TextStyle:
    """The look that a widget's font and palette ask for."""
    plain, palette, role = widget.font(), widget.palette(), QPalette.ColorRole
    strong, large = QFont(plain), QFont(plain)
    strong.setWeight(QFont.Weight.DemiBold)
    large.setWeight(QFont.Weight.DemiBold)
    large.setPointSizeF(plain.pointSizeF() * 1.6)
    return TextStyle(
        plain=TextFont(plain),
        strong=TextFont(strong),
        small=TextFont(caption_font(plain)),
        large=TextFont(large),
        text=palette.color(role.Text),
        quiet=palette.color(role.PlaceholderText),
        line=palette.color(role.Mid),
        window=palette.color(role.Window),
        base=palette.color(role.Base),
        accent=palette.color(role.Accent),
    )
