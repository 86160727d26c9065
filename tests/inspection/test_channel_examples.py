from __future__ import annotations

import numpy as np
import pytest

from desktop_app.inspection.channel_examples import MaximizingInputs, TopSamples


def found() -> TopSamples:
    random = np.random.default_rng(0)
    return TopSamples(
        "conv",
        random.integers(0, 255, (4, 9, 3, 5, 1), dtype=np.uint8),
        random.normal(size=(4, 9)).astype(np.float32),
        random.integers(-1, 20, (4, 9)),
        np.full((4, 9), "seven"),
        12,
        20,
        "digits",
    )


def test_pictures_are_added_as_they_are_made() -> None:
    nothing = MaximizingInputs.empty("conv", 5, (2, 2, 1))
    pictures = np.array([[[0, 1], [0.5, 2]]], dtype=np.float32)[..., None]
    some = nothing.with_images(3, pictures, np.array([7.5], dtype=np.float32))
    assert not nothing.done.any()
    assert some.done.tolist() == [False, False, False, True, False]
    assert some.images[3, ..., 0].tolist() == [[0, 255], [128, 255]]
    assert some.values[3] == 7.5


def test_what_was_kept_comes_back_as_it_was() -> None:
    made = MaximizingInputs.empty("conv", 2, (3, 3, 1)).with_images(
        1, np.ones((1, 3, 3, 1), dtype=np.float32), np.ones(1, dtype=np.float32)
    )
    again = MaximizingInputs.from_arrays("conv", 2, (3, 3, 1), made.arrays())
    assert again is not None
    assert all((again.arrays()[name] == array).all() for name, array in made.arrays().items())
    same = TopSamples.from_arrays("conv", 4, "digits", found().arrays())
    assert same is not None
    assert (same.seen, same.total, same.set_name) == (12, 20, "digits")
    assert all((same.arrays()[name] == array).all() for name, array in found().arrays().items())


@pytest.mark.parametrize("name", ["patches", "values", "samples", "labels", "seen"])
def test_what_does_not_fit_is_nothing(name: str) -> None:
    arrays = found().arrays()
    assert TopSamples.from_arrays("conv", 5, "digits", arrays) is None
    for other in (arrays[name][:-1], arrays[name].astype("V1")):
        assert TopSamples.from_arrays("conv", 4, "digits", {**arrays, name: other}) is None
    del arrays[name]
    assert TopSamples.from_arrays("conv", 4, "digits", arrays) is None


def test_pictures_of_another_network_are_nothing() -> None:
    arrays = MaximizingInputs.empty("conv", 2, (3, 3, 1)).arrays()
    assert MaximizingInputs.from_arrays("conv", 3, (3, 3, 1), arrays) is None
    assert MaximizingInputs.from_arrays("conv", 2, (4, 4, 1), arrays) is None
    assert MaximizingInputs.from_arrays("conv", 2, (3, 3, 1), {}) is None
