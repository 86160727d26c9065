"""Painted table of the figures of a run; painted because its values change all the time."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

Rows = tuple[tuple[str, str], ...]

_GAP = 3


class Figures(PaintedView):
    """One line per figure: its name in a muted colour, then its value."""

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        """Create an empty view with room for a number of rows."""
        super().__init__(parent)
        self._row_count, self._rows = rows, Rows()
        self.setAccessibleName(self.tr("Figures of the run"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def rows(self) -> Rows:
        """Return the names and values that are shown."""
        return self._rows

    def set_rows(self, rows: Rows) -> None:
        """Show other values; the tool tip has them in full length."""
        if rows == self._rows:
            return
        self._rows = rows
        text = "\n".join(f"{name}: {value}" for name, value in rows)
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(36 * STEP, round((self.text_style.small.height + _GAP) * self._row_count))

    def minimumSizeHint(self) -> QSize:
        """Return a width for names and the beginning of values."""
        return QSize(24 * STEP, self.sizeHint().height())

    def style_changed(self) -> None:
        """Follow the height of the font."""
        self.updateGeometry()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the rows from the top."""
        style = self.text_style
        small = style.small
        column = max((small.width(name) for name, _ in self._rows), default=0.0) + 2 * STEP
        for number, (name, value) in enumerate(self._rows):
            y = (small.height + _GAP) * (number + 0.5)
            small.write(painter, QPointF(0, y), name, style.quiet)
            shown = small.elided(value, self.width() - column)
            small.write(painter, QPointF(column, y), shown, style.text)
