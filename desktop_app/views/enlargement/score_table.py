"""All versions of an image side by side, with their quality below."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip

from desktop_app.tasks.prepared import Step
from desktop_app.views.enlargement.texts import quality_texts, version_texts
from desktop_app.views.enlargement.versions import PAGE, Quality, Versions
from desktop_app.views.parts.numerals import MINUS
from desktop_app.views.parts.painted import ChoosingView
from desktop_app.views.parts.pixels import sharp_area
from desktop_app.views.parts.text_style import MIDDLE, RIGHT
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.stages import image_of, paint_step, step_image

_IMAGE = 8 * STEP
_SMALLEST_IMAGE = 7 * STEP
"""Twice the size of a digit: every pixel is 2 × 2."""
_BAR = 3
"""Height of the bar below the images beside the divider."""

_DECIMALS = (1, 3, 1, 3)
"""Decimals of the values of a Quality."""


class ScoreTable(ChoosingView):
    """A column for the page and for each version: name, size in pixels, image and quality.

    Versions beside the divider have a bar. `chosen` is emitted for the version to show right of it. Versions
    are numbered from the first one that can be beside the divider.
    """

    left_chosen = Signal(int)
    """Number of the version to show left of the divider."""

    def __init__(self) -> None:
        """Start without versions."""
        super().__init__()
        self.setObjectName("score_table")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.tr("Quality of the enlarged images"))
        self._names: tuple[str, ...] = ()
        self._first = 0
        self._left: int | None = None
        self._page: tuple[Step, QImage] | None = None
        self._images: tuple[QImage, ...] = ()
        self._texts: list[tuple[str, ...]] = []
        self._best: list[int | None] = []

    def set_names(self, names: tuple[str, ...], first: int) -> None:
        """Set the names of the versions; first: index of the first one that can be beside the divider."""
        self._names, self._first = (PAGE, *names), first + 1
        self.set_versions(None)

    def set_left(self, number: int | None) -> None:
        """Set the version left of the divider; set_chosen() sets the one right of it."""
        if number != self._left:
            self._left = number
            self.update()

    def set_versions(self, versions: Versions | None) -> None:
        """Show images and quality of all versions, or none."""
        shown = () if versions is None else versions.versions
        self._page = None if versions is None else (versions.page, step_image(versions.page))
        self._images = tuple(
            image_of(each.image if each.image.shape[2] == 3 else each.image[..., 0]) for each in shown
        )
        qualities = [None, *(each.quality for each in shown)]
        self._texts = [_quality_numbers(quality) for quality in qualities]
        self._best = [_best(qualities, row) for row in range(len(_DECIMALS))]
        self.setAccessibleDescription("; ".join(self._descriptions()))
        self.update()

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the numbers of every version by name; empty strings for those without quality."""
        return dict(zip(self._names, self._texts, strict=False))

    def sizes(self) -> dict[str, str]:
        """Return width × height of every version in pixels by name, as shown."""
        shown = [f"{image.width()}×{image.height()}" for image in self._images]
        return dict(zip(self._names[1:], shown, strict=False))

    def sizeHint(self) -> QSize:
        """Return the size of readable images."""
        return QSize(60 * STEP, self._height_with(_IMAGE))

    def minimumSizeHint(self) -> QSize:
        """Return the size of small images."""
        return QSize(30 * STEP, self._height_with(_SMALLEST_IMAGE))

    def image_areas(self) -> list[QRectF]:
        """Return the area for the image of every column; enlarged images have whole pixels in it."""
        side = self._image_side()
        areas = []
        for number in range(len(self._names)):
            area = QRectF(0, self._image_top, side, side)
            area.moveLeft(round(self._column(number).center().x() - side / 2))
            if self._images:
                original, ratio = self._images[-1], self.devicePixelRatioF()
                area = sharp_area(original.width(), original.height(), area, ratio)
            areas.append(area)
        return areas

    # --- layout ---

    @property
    def _line(self) -> float:
        return math.ceil(self.text_style.small.height) + 2

    @property
    def _image_top(self) -> float:
        """The top of the images, below name and size."""
        return 2 * self._line

    def _height_with(self, side: int) -> int:
        return math.ceil(self._image_top + self._line * len(_DECIMALS) + side + STEP + 2)

    def _image_side(self) -> float:
        height = self.height() - (self._height_with(0))
        return max(min(height, self._column(0).width() - STEP), STEP)

    def _column(self, number: int) -> QRectF:
        """Return the area of a column."""
        width = self.width() / max(len(self._names), 1)
        return QRectF(number * width, 0, width, self.height())

    def _title_width(self) -> float:
        """Return the width for the titles of the rows, below the images that have no numbers."""
        return self._column(self._first).left() - STEP

    def _row_middle(self, row: int) -> float:
        return self._image_top + self._image_side() + STEP + (row + 0.5) * self._line

    # --- choosing ---

    def style_changed(self) -> None:
        """Follow the size of the font."""
        self.updateGeometry()

    def count_and_columns(self) -> tuple[int, int]:
        """Return the number of versions that can be beside the divider, in one row."""
        return len(self._names) - self._first, 0

    def locate(self, position: QPointF) -> tuple[int, bool] | None:
        """Return the version at a position, and whether it is the left half of its column."""
        for number in range(len(self._names) - self._first):
            column = self._column(self._first + number)
            if column.contains(position):
                return number, position.x() < column.center().x()
        return None

    def number_of(self, found: Any) -> int | None:
        """Return the version."""
        number: int = found[0]
        return number

    def press(self, found: Any) -> None:
        """Show a version left or right of the divider."""
        number, is_left = found
        if is_left:
            self.left_chosen.emit(number)
        else:
            super().press(found)

    def event(self, event: QEvent) -> bool:
        """Explain what is under the mouse in a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tooltip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _tooltip(self, position: QPointF) -> str:
        if position.x() < self._title_width() and position.y() > self._image_top + self._image_side() + STEP:
            rows = enumerate(quality_texts())
            near = (
                text for row, (_, text) in rows if abs(self._row_middle(row) - position.y()) < self._line / 2
            )
            return next(near, "")
        number = next((i for i in range(len(self._names)) if self._column(i).contains(position)), None)
        if number is None:
            return ""
        explanation = version_texts(self._names[number])[1]
        if number < self._first:
            return explanation
        how = self.tr("Click the left or the right half to show it on that side of the divider")
        return f"{explanation}\n{how}"

    def _descriptions(self) -> list[str]:
        titles = [title for title, _ in quality_texts()]
        descriptions = []
        for name, texts in self.texts().items():
            if any(texts):
                values = ", ".join(f"{title} {text}" for title, text in zip(titles, texts, strict=True))
                descriptions.append(f"{version_texts(name)[0]}: {values}")
        return descriptions

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the titles of the rows, then a column for each version."""
        style = self.text_style
        for row, (title, _) in enumerate(quality_texts()):
            shown = style.small.elided(title, self._title_width())
            style.small.write(painter, QPointF(0, self._row_middle(row)), shown, style.quiet)
        for number, (name, area) in enumerate(zip(self._names, self.image_areas(), strict=True)):
            self._paint_name(painter, number, name)
            self._paint_image(painter, number, area)
            self._paint_bars(painter, number, area)
            if number < len(self._texts):
                self._paint_numbers(painter, number)
        self.paint_focus_ring(painter)

    def _paint_name(self, painter: QPainter, number: int, name: str) -> None:
        style, column = self.text_style, self._column(number)
        title = style.small.elided(version_texts(name)[0], column.width() - 4)
        at = QPointF(column.center().x(), self._line / 2 - 1)
        style.small.write(painter, at, title, style.text, MIDDLE)
        at += QPointF(0, self._line)
        style.small.write(painter, at, self.sizes().get(name, ""), style.quiet, MIDDLE)

    def _paint_image(self, painter: QPainter, number: int, area: QRectF) -> None:
        if self._page is None:
            painter.setPen(self.text_style.line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        elif number == 0:
            painter.fillRect(area, Qt.GlobalColor.black)
            paint_step(painter, *self._page, area, self.text_style.accent)
        else:
            image = self._images[number - 1]
            is_reduced = area.width() * self.devicePixelRatioF() < image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_reduced)
            painter.drawImage(area, image)

    def _paint_bars(self, painter: QPainter, number: int, area: QRectF) -> None:
        """Paint a bar below the left half, the right half, or both."""
        for chosen, left in ((self._left, area.left()), (self._choice, area.center().x())):
            if chosen is not None and number == chosen + self._first:
                bar = QRectF(left, area.bottom() + 2, area.width() / 2, _BAR)
                painter.fillRect(bar, self.text_style.accent)

    def _paint_numbers(self, painter: QPainter, number: int) -> None:
        style, column = self.text_style, self._column(number)
        wide = max((style.small.width(text) for texts in self._texts for text in texts), default=0.0)
        right = column.center().x() + wide / 2
        for row, text in enumerate(self._texts[number]):
            is_best = self._best[row] == number
            colour = style.text if is_best else style.quiet
            style.small.write(painter, QPointF(right, self._row_middle(row)), text, colour, RIGHT)
            if is_best:
                # Twice, half a pixel apart: the number is bold and as wide as the others.
                at = QPointF(right + 0.5, self._row_middle(row))
                style.small.write(painter, at, text, colour, RIGHT)


def _quality_numbers(quality: Quality | None) -> tuple[str, ...]:
    """Return the values of a quality as text; empty strings without quality."""
    if quality is None:
        return ("",) * len(_DECIMALS)
    values = zip(quality.values(), _DECIMALS, strict=True)
    return tuple(f"{value:.{decimals}f}".replace("-", MINUS) for value, decimals in values)


def _best(qualities: list[Quality | None], row: int) -> int | None:
    """Return the index of the highest value of a row; None if no version has a quality."""
    values = [-math.inf if each is None else each.values()[row] for each in qualities]
    highest = max(values, default=-math.inf)
    return values.index(highest) if math.isfinite(highest) else None
