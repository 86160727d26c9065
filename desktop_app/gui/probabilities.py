"""Probabilities: every class as a bar with its exact number."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.reading import Reading, Verdict
from desktop_app.gui.theme import STEP, mixed

_SMALLEST_ROW = 13
_USUAL_ROW = 19
_LARGEST_ROW = 26

# Less than this is written as 0.00 %.
_SMALLEST_SHARE = 0.00005


class ProbabilityBars(QWidget):
    """One painted bar for each label, and one for "not a character"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without labels."""
        super().__init__(parent)
        self.setObjectName("probabilities")
        self.setAccessibleName(self.tr("Probabilities"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._labels: tuple[str, ...] = ()
        self._values: dict[str, float] = {}
        self._marked: tuple[str, ...] = ()
        self._none_name = self.tr("not a character")

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """The classes of the network, in its order; their bars are empty."""
        self._labels = labels
        self.updateGeometry()
        self.set_reading(Reading(Verdict.NO_INK))

    def set_reading(self, reading: Reading) -> None:
        """Show the probabilities of a reading; empty bars where it has none."""
        self._values = dict(reading.probabilities)
        if self._values:
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

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is painted at once."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows of label, bar and number."""
        if not self._labels:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = min(self.height() / self._rows, _LARGEST_ROW)
        plain = self.font()
        plain.setPixelSize(max(9, min(round(row * 0.72), self.fontInfo().pixelSize())))
        strong = QFont(plain)
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(strong)
        name_width = painter.fontMetrics().horizontalAdvance(self._none_name) + STEP
        number_width = painter.fontMetrics().horizontalAdvance("100.00 %") + STEP
        texts = self.texts()
        for i, name in enumerate((*self._labels, self._none_name)):
            marked = name in self._marked or (not self._marked and self._is_highest(name))
            painter.setFont(strong if marked else plain)
            line = QRectF(0, i * row, self.width(), row)
            self._paint_row(painter, line, name, texts.get(name, ""), marked, (name_width, number_width))

    def _paint_row(
        self,
        painter: QPainter,
        line: QRectF,
        name: str,
        number: str,
        marked: bool,
        margins: tuple[int, int],
    ) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text if marked else QPalette.ColorRole.PlaceholderText)
        painter.setPen(text)
        middle = Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight
        left_of_bar = QRectF(line.left(), line.top(), margins[0] - STEP, line.height())
        painter.drawText(left_of_bar, right | middle, name)
        painter.drawText(line, right | middle, number)
        thickness = max(4.0, round(line.height() * 0.42))
        groove = QRectF(
            margins[0],
            line.center().y() - thickness / 2,
            line.width() - margins[0] - margins[1],
            thickness,
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(groove, thickness / 2, thickness / 2)
        if (share := self._values.get(name, 0.0)) >= _SMALLEST_SHARE:
            # What has a number above zero has a bar, if only a sliver.
            groove.setWidth(max(2.0, groove.width() * share))
            painter.setBrush(self._bar_colour(marked))
            radius = min(thickness, groove.width()) / 2
            painter.drawRoundedRect(groove, radius, radius)

    def _is_highest(self, name: str) -> bool:
        return bool(self._values) and self._values[name] == max(self._values.values())

    def _bar_colour(self, marked: bool) -> QColor:
        accent = self.palette().color(QPalette.ColorRole.Accent)
        if marked:
            return accent
        return mixed(accent, self.palette().color(QPalette.ColorRole.Window), 0.45)
