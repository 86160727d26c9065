"""Figures of a run: names and values in two columns, painted because they change all the time."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

Rows = tuple[tuple[str, str], ...]

_GAP = 3


class Figures(PaintedView):
    """One line a figure: its name in quiet letters, its value."""

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        """Room for so many rows; empty at first."""
        super().__init__(parent)
        self._room, self._rows = rows, Rows()
        self.setAccessibleName(self.tr("Figures of the run"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def rows(self) -> Rows:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: Rows) -> None:
        """Show other values; what does not fit its line is also in the tool tip."""
        if rows == self._rows:
            return
        self._rows = rows
        words = "\n".join(f"{name}: {value}" for name, value in rows)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """All rows, as wide as there is room."""
        return QSize(36 * STEP, round((self.text_style.small.height + _GAP) * self._room))

    def minimumSizeHint(self) -> QSize:
        """Names and the beginning of values."""
        return QSize(24 * STEP, self.sizeHint().height())

    def style_changed(self) -> None:
        """Lines are as high as the letters."""
        self.updateGeometry()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The rows from the top."""
        style = self.text_style
        small = style.small
        column = max((small.width(name) for name, _ in self._rows), default=0.0) + 2 * STEP
        for number, (name, value) in enumerate(self._rows):
            y = (small.height + _GAP) * (number + 0.5)
            small.write(painter, QPointF(0, y), name, style.quiet)
            shown = small.elided(value, self.width() - column)
            small.write(painter, QPointF(column, y), shown, style.text)
