from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.inspection.top_activations import TopActivations


@given(seed=st.integers(0, 999), samples=st.integers(0, 12), count=st.integers(1, 5))
def test_strongest_samples_are_kept_in_order(seed: int, samples: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    activations = rng.integers(-4, 5, (samples, 3, 4, 2)).astype(np.float32)  # many are equal
    top = TopActivations((3, 4, 2), count)
    for number, values in enumerate(activations):
        top.add(number, values)
    for channel in range(2):
        largest = activations[..., channel].max(axis=(1, 2), initial=-np.inf)
        ranked = sorted(range(samples), key=lambda number: (-largest[number], number))
        found = top.strongest(channel)
        assert [activation.sample for activation in found] == ranked[:count]
        for activation in found:
            assert activation.value == largest[activation.sample]
            assert activation.position[2] == channel
            assert activations[(activation.sample, *activation.position)] == activation.value


def test_position_of_a_unit_is_its_number() -> None:
    top = TopActivations((3,), 2)
    top.add(7, np.array([0.5, -1.0, 2.0], dtype=np.float32))
    top.add(9, np.array([0.7, -3.0, 1.0], dtype=np.float32))
    assert [(activation.sample, activation.position) for activation in top.strongest(0)] == [
        (9, (0,)),
        (7, (0,)),
    ]
    assert [activation.sample for activation in top.strongest(2)] == [7, 9]
    assert top.strongest(1)[1].value == -3.0
