from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.training.recipe import Split
from desktop_app.training.split import split_writers


@given(count=st.integers(1, 60), samples=st.integers(1, 4), seed=st.integers(0, 5))
def test_every_writer_is_in_exactly_one_part(count: int, samples: int, seed: int) -> None:
    names = np.array([f"w{i}" for i in range(count)])
    split = split_writers(np.tile(names, samples), Split(seed=seed))
    together = [*split.training, *split.validation, *split.test]
    assert sorted(together) == sorted(names)
    assert abs(len(split.test) - 0.2 * count) <= 0.5


def test_the_split_does_not_depend_on_the_order_of_samples() -> None:
    names = np.array([f"w{i}" for i in range(30)])
    assert split_writers(names, Split()) == split_writers(names[::-1].repeat(2), Split())


def test_another_seed_splits_otherwise() -> None:
    names = np.array([f"w{i}" for i in range(30)])
    assert split_writers(names, Split(seed=1)) != split_writers(names, Split(seed=2))
