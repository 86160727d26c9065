"""Boxes with labels over the characters of a text on the canvas."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.core.placement import Placement
from desktop_app.lines.text_reading import CharacterReading, TextReading
from desktop_app.views.parts.text_style import MIDDLE, TextFont, TextStyle
from desktop_app.views.parts.theme import STEP

_GAP = 4.0
"""Distance between ink and box, and between labels, in pixels."""

_LEAST_MARGIN = 2.0
"""Space beside the text of a label, in pixels."""

_BETWEEN = 3.0
"""Distance between neighbouring boxes, in pixels."""

_HALO = 0.75
"""Opacity of the ground under lines and labels, which are painted over any image."""


@dataclass(frozen=True)
class TextBox:
    """A character on the canvas, in device-independent pixels of the widget.

    Attributes:
        box: around the ink.
        tag: area of the label, above or below the box.
        label: text of the label: the character, with its confidence where there is room; empty where there
            is no room for the character.
        short: the shortest label, which is shown if the character is selected and `label` is empty.
        needs_check: whether the character is to be checked.
        is_mark: whether the ink is no character; its tag is empty unless it is to be checked.
    """

    box: QRectF
    tag: QRectF
    label: str
    short: str
    needs_check: bool
    is_mark: bool = False


def text_boxes(
    reading: TextReading,
    to_check: Collection[int],
    placement: Placement,
    reach: float,
    font: TextFont,
    canvas: QRectF,
) -> tuple[TextBox, ...]:
    """Return the boxes of all characters.

    Args:
        reading: the text.
        to_check: numbers of the characters to check.
        placement: of the page in the widget.
        reach: half the pen width in pixels.
        font: of the labels.
        canvas: the area to keep the labels in.
    """
    boxes: list[TextBox] = []
    for line in reading.lines:
        areas = _areas(line.characters, placement, reach + _GAP)
        ends = [area.left() - _GAP for area in areas[1:]] + [canvas.right()]
        for character, area, end in zip(line.characters, areas, ends, strict=True):
            room = max(end - area.left(), area.width())
            boxes.append(_text_box(character, area, room, len(boxes) in to_check, font, canvas))
    return tuple(boxes)


def _areas(characters: Sequence[CharacterReading], placement: Placement, reach: float) -> list[QRectF]:
    """Return the areas of the characters of a line with room around; neighbours share the room between."""
    inks = [_on_screen(character, placement) for character in characters]
    areas = [ink.adjusted(-reach, -reach, reach, reach) for ink in inks]
    for number, (before, after) in enumerate(pairwise(inks)):
        gap = after.left() - before.right()
        if 0 <= gap < 2 * reach + _BETWEEN:
            middle = before.right() + gap / 2
            areas[number].setRight(middle - _BETWEEN / 2)
            areas[number + 1].setLeft(middle + _BETWEEN / 2)
    return areas


def _text_box(
    character: CharacterReading, box: QRectF, room: float, needs_check: bool, font: TextFont, canvas: QRectF
) -> TextBox:
    short = f"{character.label}?" if needs_check else character.label
    labels: dict[str, float] = {f"{short} {share}": STEP for share in _shares(character, needs_check)}
    labels |= {short: _LEAST_MARGIN, character.label: _LEAST_MARGIN}
    label = next((label for label, margin in labels.items() if font.width(label) + margin <= room), "")
    width, height = min(font.width(label) + STEP, room), font.height + 2
    top = box.top() - height - 1
    if top < canvas.top():
        top = min(box.bottom(), canvas.bottom() - height)
    left = max(canvas.left(), min(box.left(), canvas.right() - width))
    return TextBox(
        box, QRectF(left, top, width, height), label, character.label, needs_check, character.is_mark
    )


def _shares(character: CharacterReading, needs_check: bool) -> tuple[str, ...]:
    """Return what may stand beside a label, the longest first: the confidence, also without its decimal.

    The highest confidences are not distinguished. Those of a character to check are not shown, because they
    would contradict the question mark.
    """
    confidence = character.confidence
    if character.is_mark:
        return ()
    if character.is_corrected:
        return ("✓",)
    if confidence > 0.99 and not needs_check:
        return (">99 %",)
    if confidence > 0.99:
        return (f"{100 * confidence:.1f} %",) if confidence < 0.999 else ()
    return f"{100 * confidence:.1f} %", f"{100 * confidence:.0f} %"


def _on_screen(character: CharacterReading, placement: Placement) -> QRectF:
    return QRectF(
        QPointF(*placement.point(*character.box[:2])), QPointF(*placement.point(*character.box[2:]))
    )


def box_at(boxes: Sequence[TextBox], at: QPointF) -> int | None:
    """Return the index of the box or label at a position of the widget, or None."""
    hit = [number for number, each in enumerate(boxes) if each.tag.contains(at)]
    hit += [number for number, each in enumerate(boxes) if each.box.contains(at)]
    return hit[0] if hit else None


def paint_text_boxes(
    painter: QPainter,
    boxes: Sequence[TextBox],
    selected: int,
    style: TextStyle,
    on_accent: QColor,
    on_image: bool,
) -> None:
    """Paint boxes and labels: dashed with a question mark what is to be checked, filled what is selected.

    Marks have a dotted box without a label. The selected character always has its label.

    Args:
        painter: in pixels of the widget.
        boxes: to paint.
        selected: index of the selected one.
        style: of the widget.
        on_accent: colour of text on the accent.
        on_image: whether the lines need a ground.
    """
    ground = QColor(style.base)
    ground.setAlphaF(_HALO)
    order = [*(number for number in range(len(boxes)) if number != selected), selected]
    for number in order:
        box, is_selected = boxes[number], number == selected
        colour = style.accent if is_selected else style.text if box.needs_check else style.outline
        width = 2.0 if is_selected or box.needs_check else 1.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if on_image:
            painter.setPen(QPen(ground, width + 2))
            painter.drawRect(box.box)
        line = QPen(colour, width)
        if box.needs_check:
            line.setDashPattern([3, 2])
        elif box.is_mark:
            line.setDashPattern([1, 3])
        painter.setPen(line)
        painter.drawRect(box.box)
        label, tag = box.label, QRectF(box.tag)
        if is_selected and not label:
            # It is painted last, over its neighbours.
            label = box.short
            tag.setWidth(max(tag.width(), style.small.width(label) + STEP))
            tag.moveCenter(box.tag.center())
        if not label:
            continue
        painter.fillRect(tag, style.accent if is_selected else ground)
        colour = on_accent if is_selected else style.text
        style.small.write(painter, tag.center(), label, colour, MIDDLE)
