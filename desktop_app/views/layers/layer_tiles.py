"""The parts of the row of layers that do not depend on the observation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from desktop_app.core.text import shape_text
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.layers.layer_blocks import Block, BlockKind
from desktop_app.views.layers.layer_positions import (
    Arc,
    LayerPositions,
    arc_height,
    arcs_of,
    follows,
    is_slim,
)
from desktop_app.views.layers.scrolled_row import ScrolledRow
from desktop_app.views.parts.text_style import MIDDLE, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

_ARROW = 3.5
_BAR = 3
_TICK = 4
"""Height of the ends of a bracket."""
_TEXT_GAP = 3
"""Between the texts of neighbours."""
_FADE = 2 * STEP
"""Width in which tiles fade out beside an end of the row that stays in place."""


def introduction_lines(info: NetworkInfo, text: MapText) -> list[str]:
    """Return number of layers, of parameters, and of parameters that are not trainable if there are any."""
    layers = info.layers
    trainable, fixed = sum(layer.trainable for layer in layers), sum(layer.fixed for layer in layers)
    lines = [text.layer_count(len(layers)), text.parameters(trainable + fixed, 0)]
    return [*lines, text.not_trainable(fixed)] if fixed else lines


def _block_name(block: Block, number: int) -> str:
    """Return the name of a block; number: of the block in its network."""
    text = {
        BlockKind.PLAIN: QCoreApplication.translate("LayerTiles", "Block {number}"),
        BlockKind.RESIDUAL: QCoreApplication.translate("LayerTiles", "Residual block {number}"),
        BlockKind.BRANCHED: QCoreApplication.translate("LayerTiles", "Branched block {number}"),
    }[block.kind]
    return text.format(number=number)


@dataclass(frozen=True, eq=False)
class LayerTiles:
    """Paints texts, frames, arrows, arcs, and brackets.

    Attributes:
        info: the network.
        blocks: of the network.
        row: positions of its layers.
        text_style: fonts and colours.
        text: descriptions of layers.
        has_answer: whether the last tile shows an answer.
    """

    info: NetworkInfo
    blocks: tuple[Block, ...]
    row: ScrolledRow
    text_style: TextStyle
    text: MapText
    has_answer: bool

    def paint(self, painter: QPainter, chosen: int) -> None:
        """Paint the visible tiles."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.row.positions.introduction:
            self._paint_introduction(painter)
        for number in self.row.visible():
            painter.save()
            self.clip_to(painter, number)
            self._paint_tile(painter, number, is_chosen=number == chosen)
            painter.restore()
        self._paint_arrows(painter)
        for arc in arcs_of(self.info):
            self._paint_arc(painter, arc)
        if self._positions.bracket:
            painter.save()
            painter.setClipRect(self.row.middle)
            for number, block in enumerate(self.blocks, 1):
                self._paint_bracket(painter, block, _block_name(block, number))
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def clip_to(self, painter: QPainter, number: int) -> None:
        """Paint only where a tile is visible."""
        if not self.row.is_fixed(number):
            painter.setClipRect(self.row.middle)

    def paint_confidence(self, painter: QPainter, confidence: str) -> None:
        """Paint the confidence of the answer below its name."""
        tile, style = self.row.tile(len(self.info.layers) - 1), self.text_style
        if self._positions.lines > 1:
            at = QPointF(tile.center().x(), tile.bottom() + 2 + 1.5 * self._line)
            style.small.write(painter, at, confidence, style.text, MIDDLE)

    def paint_fades(self, painter: QPainter) -> None:
        """Fade out tiles at the ends of the area that scrolls."""
        if not self.row.has_fixed_ends:
            return
        middle = self.row.middle
        if self.row.left > 0:
            self._paint_fade(painter, middle.left(), middle.left() + _FADE)
        if self.row.left < self.row.most:
            self._paint_fade(painter, middle.right(), middle.right() - _FADE)

    def area_of(self, number: int) -> QRectF:
        """Return the area of a tile with its text."""
        below = self._positions.lines * self._line + 2
        return self.row.tile(number).adjusted(0, -3, 0, below)

    @property
    def _positions(self) -> LayerPositions:
        return self.row.positions

    @property
    def _line(self) -> float:
        return self.text_style.small.height

    def _paint_introduction(self, painter: QPainter) -> None:
        """Paint title, number of layers and parameters of the network."""
        lines = introduction_lines(self.info, self.text)
        has_fixed = len(lines) > 2
        positions = self._positions
        available = (
            positions.top + positions.side + positions.lines * self._line - self.text_style.strong.height
        )
        # The number of parameters is kept longest.
        while len(lines) > 1 and len(lines) * (self._line + 2) > available:
            lines.pop(1 if has_fixed and len(lines) == 2 else 0)
        middle = STEP / 2 + self.text_style.strong.height / 2
        width = positions.introduction
        title = self.text_style.strong.elided(self.info.title, width)
        self.text_style.strong.write(painter, QPointF(0, middle), title, self.text_style.text)
        for number, text in enumerate(lines):
            at = QPointF(0, middle + 2 + (number + 1) * (self._line + 2))
            small = self.text_style.small
            small.write(painter, at, small.elided(text, width), self.text_style.quiet)

    def _paint_tile(self, painter: QPainter, number: int, *, is_chosen: bool) -> None:
        if is_chosen:
            self._paint_chosen(painter, number)
        layer = self.info.layers[number]
        if is_slim(layer):
            self._paint_slim(painter, number, layer)
        else:
            self._paint_text(painter, number, layer)

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
        tile, style, positions = self.row.tile(number), self.text_style, self._positions
        available = self._text_width(number)
        lines = [layer.name, *self._shape_texts(number)]
        if parameters := layer.trainable + layer.fixed:
            # Parameters are on the same line in all tiles, or in none.
            lines += [""] * (1 + self._shape_lines - len(lines))
            lines.append(self._parameters(parameters, available))
        for line, text in enumerate(lines[: positions.lines]):
            at = QPointF(tile.center().x(), tile.bottom() + 2 + (line + 0.5) * self._line)
            if line:
                style.small.write(painter, at, style.small.elided(text, available), style.quiet, MIDDLE)
                continue
            name = style.small.elided(text, self._name_width(number))
            at += QPointF(self._name_shift(number, style.small.width(name)), 0)
            style.small.write(painter, at, name, style.text, MIDDLE)

    @cached_property
    def _shape_lines(self) -> int:
        """Most lines that a shape takes below the name of a layer."""
        painted = (number for number, layer in enumerate(self.info.layers) if not is_slim(layer))
        return max((len(self._shape_texts(number)) for number in painted), default=1)

    def _shape_texts(self, number: int) -> list[str]:
        """Return the lines with the shape of a layer."""
        if number == len(self.info.layers) - 1 and self.has_answer:
            # The confidence of the answer is painted there.
            return [""]
        shape, width, available = (
            self.info.layers[number].shape,
            self.text_style.small.width,
            self._text_width(number),
        )
        with_unit, short = self.text.shape(shape), shape_text(shape)
        if width(with_unit) <= available:
            return [with_unit]
        if len(shape) == 3 and width(short) > available:
            # A shape on two lines is not cut off.
            return [shape_text(shape[:2]), f"×{shape[2]}"]
        return [short]

    def _text_width(self, number: int) -> float:
        """Return the width for the text of a tile; beside narrow tiles it extends into the gaps."""
        width, positions = self.row.tile(number).width(), self._positions
        return width + positions.gap - _TEXT_GAP if positions.is_tight else width - 2

    def _name_width(self, number: int) -> float:
        """Return the width for the name of a layer."""
        return self._name_room(number, number - 1) + self._name_room(number, number + 1)

    def _name_shift(self, number: int, width: float) -> float:
        """Return how far a name of a width is from the middle of its tile, so that it has room."""
        left, right = self._name_room(number, number - 1), self._name_room(number, number + 1)
        return max(0.0, width / 2 - left) - max(0.0, width / 2 - right)

    def _name_room(self, number: int, other: int) -> float:
        """Return the width for a name between the middle of its tile and the name of a neighbour.

        Of narrow tiles, a name extends beside a shorter one.
        """
        layers, half = self.info.layers, self._text_width(number) / 2
        is_between = 0 < number < len(layers) - 1
        if not self._positions.is_tight or not is_between or is_slim(layers[other]):
            return half
        taken = min(self.text_style.small.width(layers[other].name), self._text_width(other)) / 2
        distance = abs(self.row.tile(other).center().x() - self.row.tile(number).center().x())
        return max(half, distance - _TEXT_GAP - taken)

    def _parameters(self, number: int, available: float) -> str:
        """Return a number of parameters that is not cut off: in thousands, without a unit if need be."""
        short = f"{round(number / 1000):,}k" if number >= 1000 else str(number)
        texts = (self.text.short_parameters(f"{number:,}"), self.text.short_parameters(short), short)
        return next((text for text in texts if self.text_style.small.width(text) <= available), short)

    def _paint_slim(self, painter: QPainter, number: int, layer: LayerInfo) -> None:
        """Paint a narrow tile with a vertical text, which may extend beside the texts of its neighbours."""
        tile, style = self.row.tile(number), self.text_style
        longest = max(style.small.width(each.kind.lower()) for each in self.info.layers if is_slim(each))
        most = tile.height() + self._positions.lines * self._line + STEP / 2
        tile.setHeight(max(tile.height(), min(longest + STEP, most)))
        painter.setPen(QPen(style.outline, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(tile.adjusted(3.5, 0.5, -3.5, -0.5), STEP / 2, STEP / 2)
        painter.save()
        painter.translate(tile.center())
        painter.rotate(-90)
        word = style.small.elided(layer.kind.lower(), tile.height() - 4)
        style.small.write(painter, QPointF(0, 0), word, style.quiet, MIDDLE)
        painter.restore()

    def _paint_arrows(self, painter: QPainter) -> None:
        """Paint arrows between neighbours, and those beside the ends that stay in place."""
        row, gap, last = self.row, self._positions.gap, len(self.info.layers) - 1
        scrolling = row.scrolling()
        for number in range(max(scrolling.start, 1), min(scrolling.stop, last) + 1):
            x = row.tile(number).left() - gap / 2
            is_inside = not row.has_fixed_ends or row.start + 2 * _FADE < x < row.end - 2 * _FADE
            if is_inside and not row.is_fixed(number) and follows(self.info, number):
                self._paint_arrow(painter, x)
        if row.has_fixed_ends:
            self._paint_arrow(painter, row.start - gap / 2)
            self._paint_arrow(painter, row.end + gap / 2)

    def _paint_arrow(self, painter: QPainter, x: float) -> None:
        y = self.row.tile(0).center().y()
        painter.setPen(QPen(self.text_style.quiet, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        tip = QPointF(x + _ARROW / 2, y)
        painter.drawPolyline([tip - QPointF(_ARROW, _ARROW), tip, tip - QPointF(_ARROW, -_ARROW)])

    def _paint_arc(self, painter: QPainter, arc: Arc) -> None:
        """Paint an arc from the top of one tile to the top of another."""
        row = self.row
        start, end = row.tile(arc.source).center().x(), row.tile(arc.target).center().x()
        left = 0.0 if row.is_fixed(arc.source) else row.start
        right = row.width if row.is_fixed(arc.target) else row.end
        if end < left or start > right or end - start < 2 * STEP:
            return
        painter.save()
        painter.setClipRect(QRectF(left, 0, right - left, self._positions.top))
        bottom = self._positions.top - 3
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
        painter.restore()

    def _paint_bracket(self, painter: QPainter, block: Block, name: str) -> None:
        """Paint a bracket over a block, with its name in the middle of the visible part."""
        left, right = self.row.tile(block.first).left() + 2, self.row.tile(block.last).right() - 2
        start, end = max(left, self.row.start), min(right, self.row.end)
        if start >= end:
            return
        small = self.text_style.small
        y = small.height / 2
        name = small.elided(name, end - start - 2 * STEP)
        middle, half = (start + end) / 2, small.width(name) / 2 + STEP / 2
        painter.setPen(QPen(self.text_style.outline, 1))
        for outer, inner in ((left, middle - half), (right, middle + half)):
            painter.drawPolyline([QPointF(outer, y + _TICK), QPointF(outer, y), QPointF(inner, y)])
        small.write(painter, QPointF(middle, y), name, self.text_style.quiet, MIDDLE)

    def _paint_fade(self, painter: QPainter, outer: float, inner: float) -> None:
        window, clear = self.text_style.window, QColor(self.text_style.window)
        clear.setAlpha(0)
        gradient = QLinearGradient(outer, 0, inner, 0)
        gradient.setColorAt(0, window)
        gradient.setColorAt(1, clear)
        area = QRectF(min(outer, inner), 0, abs(inner - outer), self.row.middle.height())
        painter.fillRect(area, gradient)
