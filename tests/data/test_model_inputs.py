"""Model inputs of drawn ink."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from desktop_app.data.model_inputs import draw_input, input_of
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.prepare_ink import prepare_ink_map
from desktop_app.tasks.task import Task
from tests.synthetic_numbers import number


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("pen_share", [0.03, 0.1, 0.3])
def test_ink_is_drawn_as_it_is_prepared(pen_share: float, channels: Literal[1, 3]) -> None:
    task = Task(channels=channels)
    for ink in (number("7"), number("8"), Ink.from_points([[(3, 4)]]), Ink()):
        prepared = prepare_ink_map(rasterize(ink, pen_share), task)
        drawn = draw_input(ink, pen_share, task)
        assert drawn.dtype == np.uint8
        np.testing.assert_array_equal(drawn, input_of(prepared, task))
