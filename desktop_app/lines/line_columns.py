"""What a line network sees of a line, and what it says about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Box

LINE_HEIGHT = 32
"""Height of the image of a line in pixels."""

COLUMN_WIDTH = 4
"""Width of a column of the output of a line network, in pixels of the image."""

LINE_CHANNELS = 3
"""Channels of the image of a line: ink, and the horizontal and the vertical direction of the pen."""

LineImage = NDArray[np.float32]
"""The image of a line, float32 (LINE_HEIGHT, width, LINE_CHANNELS).

Ink is in 0..1, 1 where there is ink. The directions are the cosine and the sine of the angle in which the pen
moved, times the ink, so in -1..1; they are 0 in lines from images.
"""


@dataclass(frozen=True, eq=False)
class LineColumns:
    """The input and the output of a line network for one line.

    Attributes:
        image: the input.
        probabilities: (columns, labels + 1), 0..1; the last is that of no label.
        labels: the labels.
        left: horizontal position on the page of the left edge of the image.
        scale: pixels of the image per unit of the page.
    """

    image: LineImage
    probabilities: NDArray[np.float64]
    labels: tuple[str, ...]
    left: float
    scale: float

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.probabilities)

    @property
    def has_directions(self) -> bool:
        """Whether the image shows the directions of the pen: the line is ink."""
        return bool(self.image[..., 1:].any())

    @property
    def spelled(self) -> tuple[tuple[int, int], ...]:
        """The most probable labels of the columns without repetitions and no label.

        Each is the column where it is most probable and the number of the label.
        """
        found: list[tuple[int, int]] = []
        before = blank = len(self.labels)
        for column, label in enumerate(self.probabilities.argmax(axis=1).tolist()):
            if label == blank:
                pass
            elif label != before:
                found.append((column, label))
            elif self.probabilities[column, label] > self.probabilities[found[-1][0], label]:
                found[-1] = column, label
            before = label
        return tuple(found)

    def columns_of(self, box: Box) -> tuple[float, float]:
        """Return the left and the right end of a box on the page, in columns."""
        first, last = ((x - self.left) * self.scale / COLUMN_WIDTH for x in (box[0], box[2]))
        return first, last
