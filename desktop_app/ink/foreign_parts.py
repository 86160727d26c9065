"""Parts of the ink in an image that do not belong to the character in its middle."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.parts import Parts

Mask: TypeAlias = NDArray[np.bool_]

_MARGIN = 1  # pixels from the border at which a part touches it
_MAX_BAR = 0.3  # height of a line or bar across the image, as a share of the image
_MIN_FRAME = 0.86  # sides of a frame as a share of those of the image
_EMPTY_INSIDE = 0.12  # share of the image, along each side of a frame, outside of which a frame is empty
_MAX_TITLE_BAR = 0.25  # share of the image, at the top of a frame, that a title bar may fill
_MIN_CHARACTER = 0.1  # longer side of a character beside lines and frames, as a share of the image
_MIN_RATIO = 0.6  # longer side of a character relative to the rest of a neighbour at the border


def foreign_parts(parts: Parts, is_ink: Mask) -> Mask:
    """Find frames, lines and bars across an image, and neighbours that its border cuts off.

    Neighbours and lines are foreign only beside a character that does not touch the border, and only if
    there is a row or column between their bounding box and its bounding box.

    Args:
        parts: n connected parts.
        is_ink: bool (n,), the parts that count; the others are ignored.

    Returns:
        bool (n,), the parts that are foreign.
    """
    height, width = parts.shape
    top, bottom, left, right = parts.boxes.T
    at_top, at_bottom = top <= _MARGIN, bottom >= height - _MARGIN
    at_left, at_right = left <= _MARGIN, right >= width - _MARGIN
    is_across: Mask = at_left & at_right & (bottom - top <= _MAX_BAR * height)
    is_upright = at_top & at_bottom & (right - left <= _MAX_BAR * width)
    is_frame: Mask = _frames(parts)
    touches = at_top | at_bottom | at_left | at_right
    extents = np.maximum(bottom - top, right - left)
    candidates = is_ink & ~touches & ~is_frame
    if not candidates.any():
        is_line: Mask = is_across | is_frame | (is_upright & (at_left != at_right))
        return is_line & bool((is_line | ~is_ink).all())
    main = int(np.where(candidates, extents, -1).argmax())
    is_apart = (right <= left[main]) | (left >= right[main]) | (bottom <= top[main]) | (top >= bottom[main])
    foreign: Mask = touches & is_apart & (extents[main] >= _MIN_RATIO * extents)
    if extents[main] >= _MIN_CHARACTER * max(height, width):
        foreign |= is_frame | ((is_across | is_upright) & is_apart)
    return foreign


def _frames(parts: Parts) -> Mask:
    """Return which parts are frames along all sides of the image, empty inside."""
    height, width = parts.shape
    top, bottom, left, right = parts.boxes.T
    is_large: Mask = (bottom - top >= _MIN_FRAME * height) & (right - left >= _MIN_FRAME * width)
    if not is_large.any() or min(height, width) < 1 / _EMPTY_INSIDE:
        return np.zeros(parts.count, dtype=np.bool_)
    rows, columns = round(_EMPTY_INSIDE * height), round(_EMPTY_INSIDE * width)
    is_inside = (parts.rows >= _MAX_TITLE_BAR * height) & (parts.rows < height - rows)
    is_inside &= (parts.right > columns) & (parts.left < width - columns)
    is_large[parts.numbers[is_inside]] = False
    return is_large
