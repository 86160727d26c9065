"""Verdicts on the probabilities of a network."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import Message, message
from desktop_app.ink.parts import Parts, connected_parts
from desktop_app.tasks.ink_lines import are_side_by_side, is_column, lines_of_mask
from desktop_app.tasks.reading import PLAUSIBLE, Reading, Verdict, probability_text
from desktop_app.tasks.task import DIGITS, Task

INK = 0.3
"""Smallest ink value of a pixel that counts for the shape."""

_WIDEST = {"1": 2.0}
_WIDEST_DIGIT = 3.0
"""Width of a digit relative to its height; of 2,900 digits by many writers one is wider, and it is a dash."""

_OUTLINE_SIDE = 64
"""Longer side in pixels to which ink is reduced to follow its outline."""

SEVERAL = message("Several characters were found; draw or crop to a single one.")
"""Remark on a reading of several characters side by side, in lines or in a column."""

_MOST_HOLES = 3
"""Most enclosed areas in a digit: an 8 has two, and a loop may add one."""

_MIN_HOLE = 0.008
"""Smallest enclosed area that counts, as a share of the bounding box."""

_MIN_INSIDE = 0.25
"""Smallest enclosed area of a rectangle or heart, as a share of the bounding box."""

_MIN_RECTANGLE = 0.7
"""Width of a rectangle that is no 0, relative to its height; the 0 of some fonts is a narrow rectangle."""

_RECTANGLE_FILLED = 0.93
"""Share of its bounding box that a rectangle fills; a circle fills 0.79."""

_MIN_NOTCH = 0.05
"""Depth of the notch at the top of a heart, as a share of its height."""

_MAX_TIP = 0.5
"""Width of a heart at an eighth of its height above the bottom, relative to its largest width."""

_MAX_SHARP_TIP, _MIN_SHOULDERS, _MIN_HEART_WIDTH = 0.4, 0.8, 0.75
"""Relative widths of a heart without a notch at an eighth of its height above the bottom and below the top,
and its largest width relative to its height, at least. Of 10,473 zeros by many writers 5 look like that."""

_MIN_ENCLOSED = 0.1
"""Longer side of a shape in a cell of a grid, as a share of that of all ink."""

_GRID = message("The ink encloses too many areas for a digit.")
_CELLS = message("The ink encloses several shapes.")
_OUTLINE = message("The outline is not that of a 0.")
_FLAT = message("The ink is too flat for a digit.")
_FACE = message("There are other shapes inside the outline of the 0.")
_DOT = message("The ink is only a dot or a filled spot.")

_DOT_FILLED, _DOT_ASPECT = 0.7, 1.6
"""Share of its bounding box that a dot fills, and its longer side relative to the shorter, at most."""


def judge(probabilities: NDArray[np.float32], task: Task, threshold: float, milliseconds: float) -> Reading:
    """Return the reading of the output of a network.

    Args:
        probabilities: float32 (labels,), or (labels + 1,) with rejection, the last for "none of the
            labels"; their sum is 1.
        task: task of the network.
        threshold: confidence, 0..1, from which an answer counts as read.
        milliseconds: time from the page to the output.

    Returns:
        The verdict is `NOT_A_CHARACTER` if "none of the labels" is the most probable class, "read" if the
        probability of the label reaches the threshold, and otherwise "unsure" with alternatives.
    """
    values = probabilities.tolist()
    by_label = MappingProxyType(dict(zip(task.labels, values, strict=False)))
    order = np.argsort(-probabilities[: len(task.labels)], kind="stable")
    label = task.labels[order[0]]
    confidence = by_label[label]
    if task.rejects and values[-1] > confidence:
        return Reading(Verdict.NOT_A_CHARACTER, None, (), by_label, 0.0, milliseconds)
    if confidence >= threshold:
        return Reading(Verdict.READ, label, (label,), by_label, confidence, milliseconds)
    alternatives = tuple(task.labels[i] for i in order[1:3] if values[i] >= PLAUSIBLE)
    return Reading(Verdict.UNSURE, label, (label, *alternatives), by_label, confidence, milliseconds)


def no_ink(milliseconds: float) -> Reading:
    """Return the reading of an empty page."""
    return Reading(Verdict.NO_INK, milliseconds=milliseconds)


def check_shape(reading: Reading, ink_map: NDArray[np.float32], *, is_restricted: bool = False) -> Reading:
    """Return a reading, or the verdict `NOT_A_CHARACTER` if the shape of the ink contradicts it.

    Several characters are ink of similar height with empty columns between, lines or a column of it. A dash
    and a grid are no digits, and a face, a rectangle and a heart are no 0.

    Args:
        reading: reading of one character.
        ink_map: float32 (height, width) in 0..1, from which the model input was made.
        is_restricted: whether only some of the labels were possible answers.
    """
    if any(len(label) > 1 for label in reading.probabilities):
        return reading
    remark = _shape_problem(reading, ink_map > INK, is_restricted=is_restricted)
    if remark is None:
        return reading
    return rejected(reading, remark)


def rejected(reading: Reading, remark: Message | None = None) -> Reading:
    """Return a reading with the verdict `NOT_A_CHARACTER`; remark: the reason."""
    return replace(
        reading, verdict=Verdict.NOT_A_CHARACTER, label=None, alternatives=(), confidence=0.0, remark=remark
    )


def _shape_problem(reading: Reading, inked: NDArray[np.bool_], *, is_restricted: bool) -> Message | None:
    """Return why the ink is not the character that was read, or None."""
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if len(rows) == 0:
        return None
    box = inked[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    lines = lines_of_mask(box)
    if are_side_by_side(box, lines) or is_column(lines, box.shape[1]):
        return SEVERAL
    if reading.verdict is Verdict.NOT_A_CHARACTER:
        return _reason(reading, box, is_restricted=is_restricted)
    if reading.label is None or reading.label not in DIGITS:
        return None
    return _digit_problem(reading.label, box)


def _digit_problem(label: str, box: NDArray[np.bool_]) -> Message | None:
    """Return why ink in its bounding box is not this digit, or None."""
    height, width = box.shape
    if width > _WIDEST.get(label, _WIDEST_DIGIT) * height:
        return _FLAT
    return _outline_problem(label, _reduced(box))


def _reason(reading: Reading, box: NDArray[np.bool_], *, is_restricted: bool) -> Message:
    """Return why the network may have rejected ink in its bounding box."""
    height, width = box.shape
    if box.mean() >= _DOT_FILLED and max(height, width) <= _DOT_ASPECT * min(height, width):
        return _DOT
    # Of all digits, most is known about the outline of a 0.
    if set(DIGITS).issuperset(reading.probabilities) and (problem := _digit_problem("0", box)):
        return problem
    share = probability_text(reading.not_a_character)
    nearest = max(reading.probabilities, key=lambda label: reading.probabilities[label])
    if is_restricted:
        return message(
            "The model is {share} sure that this is none of the chosen characters; the nearest is {label}.",
            share=share,
            label=nearest,
        )
    return message(
        "The model is {share} sure that this is none of its labels; the nearest is {label}.",
        share=share,
        label=nearest,
    )


def _outline_problem(label: str, box: NDArray[np.bool_]) -> Message | None:
    """Return why the outline of ink in its bounding box is not that of a digit, or None."""
    ground = connected_parts(~np.pad(box, 1), corners=False)
    holes = ground.areas[1:]
    if np.count_nonzero(holes >= _MIN_HOLE * box.size) > _MOST_HOLES:
        return _GRID
    if len(holes) > 1 and _filled_holes(box, ground) > 1:
        return _CELLS
    if label != "0":
        return None
    # A 0 may have a dot or a stroke inside; a face has eyes and a mouth.
    if _shapes_inside(box) > 1:
        return _FACE
    filled = ground.image(np.arange(ground.count) > 0)[1:-1, 1:-1] | box
    is_open = holes.max(initial=0) < _MIN_INSIDE * box.size
    return _OUTLINE if not is_open and (_is_rectangle(filled) or _is_heart(filled)) else None


def _reduced(box: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Reduce the mask of the ink until its longer side fits the size in which outlines are followed."""
    # Imported here to shorten the startup.
    from PIL import Image

    factor = math.ceil(max(box.shape) / _OUTLINE_SIDE)
    if factor > 1:
        return np.asarray(Image.fromarray(box.astype(np.uint8) * 255).reduce(factor)) > 0
    return box


def _is_rectangle(filled: NDArray[np.bool_]) -> bool:
    """Return whether a filled outline nearly fills its bounding box, and is not as narrow as a digit."""
    height, width = filled.shape
    return width >= _MIN_RECTANGLE * height and float(filled.mean()) >= _RECTANGLE_FILLED


def _is_heart(filled: NDArray[np.bool_]) -> bool:
    """Return whether a filled outline has a tip at the bottom, and a notch in its top or a sharp tip."""
    height, width = filled.shape
    top = filled.argmax(axis=0)
    sides = np.minimum.accumulate(top), np.minimum.accumulate(top[::-1])[::-1]
    depth = top - np.maximum(*sides)
    widths = filled.sum(axis=1)
    tip, shoulders = widths[-1 - height // 8] / widths.max(), widths[height // 8] / widths.max()
    if tip <= _MAX_SHARP_TIP and shoulders >= _MIN_SHOULDERS and width >= _MIN_HEART_WIDTH * height:
        return True
    return bool(
        depth.max() >= _MIN_NOTCH * height and 0.3 <= depth.argmax() / width <= 0.7 and tip <= _MAX_TIP
    )


def _filled_holes(box: NDArray[np.bool_], ground: Parts) -> int:
    """Return the number of enclosed areas that contain other ink.

    Args:
        box: bool (height, width), the ink.
        ground: parts of the ground, (height + 2, width + 2), the outside first.
    """
    parts = connected_parts(box, corners=True)
    top, bottom, left, right = parts.boxes.T
    is_large = np.maximum(bottom - top, right - left) >= _MIN_ENCLOSED * max(box.shape)
    first = np.unique(parts.numbers, return_index=True)[1][is_large]
    # The pixel above the first one of a part is in the area around it.
    around = ground.image(np.arange(ground.count))[parts.rows[first], parts.left[first] + 1]
    return len(set(around.tolist()) - {0})


def _shapes_inside(box: NDArray[np.bool_]) -> int:
    """Return the number of shapes, one above the other, that are not connected to the top of the ink."""
    parts = connected_parts(box, corners=True)
    if parts.count == 1:
        return 0
    is_other = parts.boxes[:, 0] > 0
    rows = parts.rows[is_other[parts.numbers]]
    return int(np.count_nonzero(np.diff(rows, prepend=-2) > 1))
