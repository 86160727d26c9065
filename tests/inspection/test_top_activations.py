from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.inspection.top_activations import TopActivations


@given(seed=st.integers(0, 999), samples=st.integers(0, 12), count=st.integers(1, 5))
def test_the_strongest_samples_are_kept_in_order(seed: int, samples: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    activations = rng.integers(-4, 5, (samples, 3, 4, 2)).astype(np.float32)  # many are equal
    places = TopActivations((3, 4, 2), count)
    for number, activation in enumerate(activations):
        places.add(number, activation)
    for channel in range(2):
        largest = activations[..., channel].max(axis=(1, 2), initial=-np.inf)
        ranked = sorted(range(samples), key=lambda number: (-largest[number], number))
        found = places.strongest(channel)
        assert [place.sample for place in found] == ranked[:count]
        for place in found:
            assert place.value == largest[place.sample]
            assert place.position[2] == channel
            assert activations[(place.sample, *place.position)] == place.value


def test_units_have_no_place_but_themselves() -> None:
    places = TopActivations((3,), 2)
    places.add(7, np.array([0.5, -1.0, 2.0], dtype=np.float32))
    places.add(9, np.array([0.7, -3.0, 1.0], dtype=np.float32))
    assert [(place.sample, place.position) for place in places.strongest(0)] == [(9, (0,)), (7, (0,))]
    assert [place.sample for place in places.strongest(2)] == [7, 9]
    assert places.strongest(1)[1].value == -3.0
