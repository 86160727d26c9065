"""Placement of an image on a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Placement:
    """Map from pixel to page coordinates: each coordinate times its scale, plus left or top.

    Pixel coordinates start at the outer corner of the first pixel: the pixel in column 3 and row 5
    extends from (3, 5) to (4, 6) and has its centre at (3.5, 5.5).

    Attributes:
        scale_x, scale_y: width and height of a pixel on the page, above 0.
        left, top: corner of the first pixel on the page.
    """

    scale_x: float
    scale_y: float
    left: float
    top: float

    def point(self, column: float, row: float) -> tuple[float, float]:
        """Return x and y on the page of a position in pixels."""
        return column * self.scale_x + self.left, row * self.scale_y + self.top

    def on(self, page: Placement) -> Placement:
        """Return the placement of the pixels where the page itself has a placement."""
        left, top = page.point(self.left, self.top)
        return Placement(self.scale_x * page.scale_x, self.scale_y * page.scale_y, left, top)


IDENTITY = Placement(1.0, 1.0, 0.0, 0.0)
"""Placement of an image that is the page."""
