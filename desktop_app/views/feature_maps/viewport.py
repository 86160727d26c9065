"""A viewport: which part of something larger is seen, and how large. Screen pixels throughout."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF


@dataclass(frozen=True)
class Viewport:
    """A view of content that may be larger than the view.

    Attributes:
        content_width, content_height: in pixels of the content.
        width, height: of the view, in screen pixels.
        zoom: screen pixels for each pixel of the content; whole, or below 1.
        left, top: of the view within the enlarged content, in screen pixels; 0 where all is seen.
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
        """Where the whole content lies, seen from the view."""
        return QRectF(-self.left, -self.top, self.content_width * self.zoom, self.content_height * self.zoom)

    @property
    def seen(self) -> QRectF:
        """The part of the content that is seen, in its pixels."""
        whole = QRectF(0, 0, self.content_width, self.content_height)
        part = QRectF(self.left, self.top, self.width, self.height)
        return whole.intersected(_times(part, 1 / self.zoom))

    @property
    def spare(self) -> tuple[float, float]:
        """How much farther the view can go at most, to the right and down, from the upper left corner."""
        return (
            max(0.0, self.content_width * self.zoom - self.width),
            max(0.0, self.content_height * self.zoom - self.height),
        )

    def content_at(self, place: QPointF) -> QPointF:
        """The place of the content under a place of the view."""
        return QPointF(place.x() + self.left, place.y() + self.top) / self.zoom

    def area_of(self, part: QRectF) -> QRectF:
        """Where a part of the content lies, seen from the view."""
        return _times(part, self.zoom).translated(-self.left, -self.top)

    def moved(self, right: float, down: float) -> Viewport:
        """The view moved over the content, as far as there is any."""
        most_left, most_top = self.spare
        left = min(max(self.left + right, 0.0), most_left)
        top = min(max(self.top + down, 0.0), most_top)
        return replace(self, left=round(left), top=round(top))

    def zoomed(self, zoom: float, about: QPointF) -> Viewport:
        """Another zoom, with what lies under a place of the view staying there."""
        kept = self.content_at(about) * zoom - about
        return replace(self, zoom=zoom, left=0.0, top=0.0).moved(kept.x(), kept.y())

    def showing(self, part: QRectF) -> Viewport:
        """The view moved just so far that a part of the content is seen."""
        area = self.area_of(part)
        right = max(0.0, area.right() - self.width) or min(0.0, area.left())
        down = max(0.0, area.bottom() - self.height) or min(0.0, area.top())
        return self.moved(right, down)


def next_zoom(zoom: float, steps: int) -> float:
    """The zoom some steps further in, or out where steps are negative; each is about a quarter."""
    for _ in range(abs(steps)):
        if steps > 0:
            zoom = max(zoom + 1, round(zoom * 1.25)) if zoom >= 1 else min(zoom * 1.25, 1.0)
        else:
            zoom = min(zoom - 1, round(zoom / 1.25)) if zoom >= 2 else zoom / 1.25
    return float(zoom)


def _times(area: QRectF, factor: float) -> QRectF:
    return QRectF(area.left() * factor, area.top() * factor, area.width() * factor, area.height() * factor)
