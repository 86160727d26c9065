"""Placement: where the pixels of one thing lie on another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Placement:
    """A map from pixels to a page: each coordinate times its scale, plus left or top.

    Pixel coordinates count from the outer corner of the first pixel, so the pixel in column 3 and
    row 5 reaches from (3, 5) to (4, 6) and has its middle at (3.5, 5.5).

    Attributes:
        scale_x, scale_y: width and height of a pixel on the page, above 0.
        left, top: where the corner of the first pixel lies on the page.
    """

    scale_x: float
    scale_y: float
    left: float
    top: float

    def point(self, column: float, row: float) -> tuple[float, float]:
        """X and y on the page of a place among the pixels."""
        return column * self.scale_x + self.left, row * self.scale_y + self.top

    def on(self, page: Placement) -> Placement:
        """The same pixels on a third thing, on which the page itself is placed."""
        left, top = page.point(self.left, self.top)
        return Placement(self.scale_x * page.scale_x, self.scale_y * page.scale_y, left, top)


IDENTITY = Placement(1.0, 1.0, 0.0, 0.0)
"""Pixels that are the page's own."""
