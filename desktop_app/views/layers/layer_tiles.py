"""The parts of the row of layers that do not depend on the observation."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from desktop_app.core.text import shape_text
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.layers.layer_positions import (
    Arc,
    LayerPositions,
    arc_height,
    arcs_of,
    follows,
    is_slim,
)
from desktop_app.views.parts.text_style import MIDDLE, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

_ARROW = 3.5
_BAR = 3


def introduction_lines(info: NetworkInfo, text: MapText) -> list[str]:
    """Return number of layers, of parameters, and of parameters that are not trainable if there are any."""
    layers = info.layers
    trainable, fixed = sum(layer.trainable for layer in layers), sum(layer.fixed for layer in layers)
    lines = [text.layer_count(len(layers)), text.parameters(trainable + fixed, 0)]
    return [*lines, text.not_trainable(fixed)] if fixed else lines


@dataclass(frozen=True, eq=False)
class LayerTiles:
    """Paints texts, frames, arrows and arcs.

    Attributes:
        info: the network.
        positions: of its layers.
        text_style: fonts and colours.
        text: descriptions of layers.
    """

    info: NetworkInfo
    positions: LayerPositions
    text_style: TextStyle
    text: MapText

    def paint(self, painter: QPainter, visible: range, chosen: int) -> None:
        """Paint the visible tiles, in coordinates of the row."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_introduction(painter)
        self._paint_chosen(painter, chosen)
        for number in visible:
            layer = self.info.layers[number]
            if is_slim(layer):
                self._paint_slim(painter, number, layer)
            else:
                self._paint_text(painter, number, layer)
        for number in range(visible.start, min(visible.stop + 1, len(self.info.layers))):
            if follows(self.info, number):
                self._paint_arrow(painter, number)
        for arc in arcs_of(self.info):
            self._paint_arc(painter, arc)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def area_of(self, number: int) -> QRectF:
        """Return the area of a tile with its text."""
        below = self.positions.lines * self._line + 2
        return self.positions.tile(number).adjusted(0, -3, 0, below)

    @property
    def _line(self) -> float:
        return self.text_style.small.height

    def _paint_introduction(self, painter: QPainter) -> None:
        """Paint title, number of layers and parameters of the network."""
        lines = introduction_lines(self.info, self.text)
        has_fixed = len(lines) > 2
        available = (
            self.positions.top
            + self.positions.side
            + self.positions.lines * self._line
            - self.text_style.strong.height
        )
        # The number of parameters is kept longest.
        while len(lines) > 1 and len(lines) * (self._line + 2) > available:
            lines.pop(1 if has_fixed and len(lines) == 2 else 0)
        middle = STEP / 2 + self.text_style.strong.height / 2
        width = self.positions.introduction
        title = self.text_style.strong.elided(self.info.title, width)
        self.text_style.strong.write(painter, QPointF(0, middle), title, self.text_style.text)
        for number, text in enumerate(lines):
            at = QPointF(0, middle + 2 + (number + 1) * (self._line + 2))
            small = self.text_style.small
            small.write(painter, at, small.elided(text, width), self.text_style.quiet)

    def _paint_chosen(self, painter: QPainter, chosen: int) -> None:
        """Paint a tint and a bar for the selected tile."""
        area = self.area_of(chosen)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(self.text_style.window, self.text_style.accent, 0.18))
        painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        painter.setBrush(self.text_style.accent)
        bar = QRectF(area.left(), area.bottom() + 1, area.width(), _BAR)
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)

    def _paint_text(self, painter: QPainter, number: int, layer: LayerInfo) -> None:
        tile, style = self.positions.tile(number), self.text_style
        parameters = layer.trainable + layer.fixed
        lines = [layer.name, shape_text(layer.shape), f"{parameters:,}" if parameters else ""]
        if self.positions.is_tight and len(layer.shape) == 3:
            # A shape on two lines is not cut off.
            lines[1:2] = [shape_text(layer.shape[:2]), f"×{layer.shape[2]}"]
        # The text may extend into the gaps.
        available = tile.width() + self.positions.gap - 3 if self.positions.is_tight else tile.width() - 2
        if style.small.width(lines[-1]) > available:
            # A number must not be cut off.
            lines[-1] = f"{round(parameters / 1000):,}k"
        for line, text in enumerate(lines[: self.positions.lines]):
            at = QPointF(tile.center().x(), tile.bottom() + 2 + (line + 0.5) * self._line)
            colour = style.quiet if line else style.text
            style.small.write(painter, at, style.small.elided(text, available), colour, MIDDLE)

    def _paint_slim(self, painter: QPainter, number: int, layer: LayerInfo) -> None:
        """Paint a narrow tile with a vertical text."""
        tile, style = self.positions.tile(number), self.text_style
        painter.setPen(QPen(style.outline, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(tile.adjusted(3.5, 0.5, -3.5, -0.5), STEP / 2, STEP / 2)
        painter.save()
        painter.translate(tile.center())
        painter.rotate(-90)
        word = style.small.elided(layer.kind.lower(), tile.height() - 4)
        style.small.write(painter, QPointF(0, 0), word, style.quiet, MIDDLE)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, number: int) -> None:
        """Paint the arrow from the previous tile."""
        tile = self.positions.tile(number)
        x, y = tile.left() - self.positions.gap / 2, tile.center().y()
        painter.setPen(QPen(self.text_style.quiet, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        tip = QPointF(x + _ARROW / 2, y)
        painter.drawPolyline([tip - QPointF(_ARROW, _ARROW), tip, tip - QPointF(_ARROW, -_ARROW)])

    def _paint_arc(self, painter: QPainter, arc: Arc) -> None:
        """Paint an arc from the top of one tile to the top of another."""
        start, end = (
            self.positions.tile(arc.source).center().x(),
            self.positions.tile(arc.target).center().x(),
        )
        bottom = self.positions.top - 3
        top = bottom - arc_height(arc)
        bend = min(STEP, (end - start) / 3)
        path = QPainterPath(QPointF(start + 4, bottom))
        path.quadTo(QPointF(start + 4, top), QPointF(start + 4 + bend, top))
        path.lineTo(QPointF(end - 4 - bend, top))
        path.quadTo(QPointF(end - 4, top), QPointF(end - 4, bottom - 2))
        painter.setPen(QPen(self.text_style.quiet, 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.text_style.quiet)
        tip = QPointF(end - 4, bottom + 1)
        painter.drawPolygon(
            QPolygonF([tip, tip - QPointF(_ARROW, _ARROW + 1), tip - QPointF(-_ARROW, _ARROW + 1)])
        )
