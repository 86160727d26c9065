"""Fonts and colours of painted views.

Text is painted at points: Qt lays out text in a rectangle each time, which takes ten times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from desktop_app.views.parts.theme import caption_font, mixed

LEFT, MIDDLE, RIGHT = 0.0, 0.5, 1.0
"""Anchor of a text: share of its width left of the point at which it is painted."""

_CACHE_SIZE = 4000


class TextFont:
    """A font with cached measures."""

    def __init__(self, font: QFont) -> None:
        """Measure a font."""
        self.font = font
        self._metrics = QFontMetricsF(font)
        self._below_middle = (self._metrics.ascent() - self._metrics.descent()) / 2
        self._widths: dict[str, float] = {}

    @property
    def height(self) -> float:
        """Height of a line."""
        return self._metrics.height()

    def width(self, text: str) -> float:
        """Return the width of a text on one line."""
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _CACHE_SIZE:
                self._widths.clear()
            width = self._widths[text] = self._metrics.horizontalAdvance(text)
        return width

    def elided(self, text: str, width: float) -> str:
        """Return the text, shortened with an ellipsis if it is wider than a width."""
        if self.width(text) <= width:
            return text
        kept = text
        while kept and self.width(kept + "…") > width:
            kept = kept[:-1]
        return kept.rstrip() + "…" if kept else ""

    def write(self, painter: QPainter, at: QPointF, text: str, colour: QColor, anchor: float = LEFT) -> None:
        """Paint a text; at: its vertical middle and the point of its anchor."""
        painter.setFont(self.font)
        painter.setPen(colour)
        painter.drawText(self.start(at, text, anchor), text)

    def start(self, at: QPointF, text: str, anchor: float) -> QPointF:
        """Return the left end of the baseline of a text."""
        left = at.x() - anchor * self.width(text) if anchor else at.x()
        return QPointF(left, at.y() + self._below_middle)


@dataclass(frozen=True, eq=False)
class TextStyle:
    """Fonts and colours of a widget.

    Attributes:
        plain, strong: normal size, regular and semibold.
        small: for captions, and numbers in grids.
        large: for a result.
        text, quiet, line, outline, window, base, accent: colours, see Theme.
        soft_accent: for bars beside one in the accent; contrast at least 3:1 on the window.
    """

    plain: TextFont
    strong: TextFont
    small: TextFont
    large: TextFont
    text: QColor
    quiet: QColor
    line: QColor
    outline: QColor
    window: QColor
    base: QColor
    accent: QColor
    soft_accent: QColor


def text_style_of(widget: QWidget) -> TextStyle:
    """Return the text style for a widget's font and palette."""
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
        outline=palette.color(role.Dark),
        window=palette.color(role.Window),
        base=palette.color(role.Base),
        accent=palette.color(role.Accent),
        soft_accent=mixed(palette.color(role.Accent), palette.color(role.Window), 0.3),
    )
