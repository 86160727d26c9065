"""Connected parts, compared with those of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from desktop_app.ink.parts import connected_parts


def spiral(side: int) -> NDArray[np.bool_]:
    """Return a spiral one pixel wide: one part of many runs."""
    mask = np.zeros((side, side), dtype=np.bool_)
    y, x, dy, dx = 0, 0, 0, 1
    mask[0, 0] = True
    for length in sorted((*range(2, side, 2), *range(2, side, 2)), reverse=True):
        for _ in range(length):
            y, x = y + dy, x + dx
            mask[y, x] = True
        dy, dx = dx, -dy
    return mask


def noise(share: float, shape: tuple[int, int]) -> NDArray[np.bool_]:
    return np.random.default_rng(8).random(shape) < share


MASKS = {
    "empty": np.zeros((9, 7), dtype=np.bool_),
    "full": np.ones((9, 7), dtype=np.bool_),
    "one pixel": np.ones((1, 1), dtype=np.bool_),
    "row": noise(0.5, (1, 50)),
    "column": noise(0.5, (50, 1)),
    "chessboard": np.indices((12, 13)).sum(axis=0) % 2 == 0,
    "right border": np.tile([False, True], (6, 3)),
    "left border": np.tile([True, False], (6, 3)),
    "diagonal": np.eye(40, dtype=np.bool_),
    "other diagonal": np.fliplr(np.eye(40, dtype=np.bool_)),
    "comb": np.vstack((np.tile([True, False], (30, 40)), np.ones((1, 80), dtype=np.bool_))),
    "spiral": spiral(61),
    **{f"noise {share}": noise(share, (70, 90)) for share in (0.02, 0.3, 0.42, 0.6, 0.9)},
}


@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize("name", MASKS)
def test_parts_agree_with_scipy(name: str, corners: bool) -> None:
    mask = MASKS[name]
    labelled, count = ndimage.label(mask, structure=np.ones((3, 3)) if corners else None)
    parts = connected_parts(mask, corners=corners)
    assert parts.count == count
    numbers = range(1, count + 1)
    assert parts.areas.tolist() == [int((labelled == number).sum()) for number in numbers]
    found = [(y.start, y.stop, x.start, x.stop) for y, x in ndimage.find_objects(labelled)]
    assert parts.boxes.tolist() == [list(box) for box in found]
    values = np.random.default_rng(9).normal(size=mask.shape).astype(np.float32)
    assert parts.maxima(values).tolist() == [float(values[labelled == number].max()) for number in numbers]
    chosen = np.arange(count) % 3 == 0
    assert np.array_equal(parts.image(chosen), np.concatenate(([False], chosen))[labelled])
    assert np.array_equal(parts.image(np.arange(1, count + 1)), labelled)


def test_a_spiral_is_one_part() -> None:
    assert connected_parts(MASKS["spiral"], corners=False).count == 1
