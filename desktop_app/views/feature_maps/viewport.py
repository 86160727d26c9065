"""A viewport: the visible part of scaled content, in screen pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF


@dataclass(frozen=True)
class Viewport:
    """A view of content that may be larger than the view.

    Attributes:
        content_width, content_height: in pixels of the content.
        width, height: of the view, in screen pixels.
        zoom: screen pixels per pixel of the content; whole, or below 1.
        left, top: of the view within the scaled content, in screen pixels.
    """

    content_width: int
    content_height: int
    width: float
    height: float
    zoom: float
    left: float = 0.0
    top: float = 0.0

    @property
    def area(self) -> QRectF:
        """The area of the whole content relative to the view."""
        return QRectF(-self.left, -self.top, self.content_width * self.zoom, self.content_height * self.zoom)

    @property
    def visible(self) -> QRectF:
        """The visible part of the content, in its pixels."""
        whole = QRectF(0, 0, self.content_width, self.content_height)
        part = QRectF(self.left, self.top, self.width, self.height)
        return whole.intersected(scaled(part, 1 / self.zoom))

    @property
    def max_scroll(self) -> tuple[float, float]:
        """Maximum values of left and top."""
        return (
            max(0.0, self.content_width * self.zoom - self.width),
            max(0.0, self.content_height * self.zoom - self.height),
        )

    def content_at(self, position: QPointF) -> QPointF:
        """Return the point of the content at a point of the view."""
        return QPointF(position.x() + self.left, position.y() + self.top) / self.zoom

    def area_of(self, part: QRectF) -> QRectF:
        """Return the area of a part of the content relative to the view."""
        return scaled(part, self.zoom).translated(-self.left, -self.top)

    def moved(self, right: float, down: float) -> Viewport:
        """Return the viewport moved within the content."""
        most_left, most_top = self.max_scroll
        left = min(max(self.left + right, 0.0), most_left)
        top = min(max(self.top + down, 0.0), most_top)
        return replace(self, left=round(left), top=round(top))

    def zoomed(self, zoom: float, about: QPointF) -> Viewport:
        """Return the viewport with another zoom; the content at a point stays there."""
        offset = self.content_at(about) * zoom - about
        return replace(self, zoom=zoom, left=0.0, top=0.0).moved(offset.x(), offset.y())

    def moved_to_show(self, part: QRectF) -> Viewport:
        """Return the viewport moved as little as possible to show a part."""
        area = self.area_of(part)
        right = max(0.0, area.right() - self.width) or min(0.0, area.left())
        down = max(0.0, area.bottom() - self.height) or min(0.0, area.top())
        return self.moved(right, down)


def next_zoom(zoom: float, steps: int) -> float:
    """Return the zoom some steps in, or out if negative; a step is about a quarter."""
    for _ in range(abs(steps)):
        if steps > 0:
            zoom = max(zoom + 1, round(zoom * 1.25)) if zoom >= 1 else min(zoom * 1.25, 1.0)
        else:
            zoom = min(zoom - 1, round(zoom / 1.25)) if zoom >= 2 else zoom / 1.25
    return float(zoom)


def scaled(area: QRectF, factor: float) -> QRectF:
    """Return an area scaled by a factor."""
    return QRectF(area.left() * factor, area.top() * factor, area.width() * factor, area.height() * factor)
