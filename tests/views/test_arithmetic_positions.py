"""Tests of positions in layers, and of the layers that their values come from."""

from __future__ import annotations

import numpy as np

from desktop_app.views.arithmetic.positions import has_value, moved_position, next_position, origin
from tests.views.arithmetic_network import INFO


def test_next_position_follows_reading_order() -> None:
    shape = (2, 3, 4)
    walked = [(0, 0, 1)]
    while (following := next_position(shape, walked[-1], 1)) is not None:
        walked.append((following[0], following[1], following[2]))
    assert walked == [(row, column, 1) for row in range(2) for column in range(3)]
    assert next_position(shape, (0, 0, 1), -1) is None
    assert next_position((5,), (3,), 1) == (4,)
    assert next_position((5,), (4,), 1) is None


def test_moved_position_stays_on_the_map() -> None:
    assert moved_position((2, 3, 4), (1, 1, 3), 1, 1) == (1, 2, 3)
    assert moved_position((7,), (3,), 1, -1) == (2,)
    assert moved_position((7, 5), (3, 4), 0, 1) == (3, 4)


def test_flattened_values_are_traced_to_a_map() -> None:
    numbers = np.arange(200).reshape(5, 5, 8)
    for unit in (0, 57, 199):
        layer, position = origin(INFO, "dropout", (unit,))
        assert layer == "frame"
        assert numbers[position] == unit
    assert origin(INFO, "logits", (2,)) == ("logits", (2,))
    assert has_value(INFO, "pool", (2, 2, 3))
    assert not has_value(INFO, "pool", (2, 2, 4))
