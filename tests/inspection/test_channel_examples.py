from __future__ import annotations

import numpy as np
import pytest

from desktop_app.inspection.channel_examples import MaximizingInputs, TopSamples


def top_samples() -> TopSamples:
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


def test_with_images_adds_computed_inputs() -> None:
    empty = MaximizingInputs.empty("conv", 5, (2, 2, 1))
    model_inputs = np.array([[[0, 1], [0.5, 2]]], dtype=np.float32)[..., None]
    some = empty.with_images(3, model_inputs, np.array([7.5], dtype=np.float32))
    assert not empty.done.any()
    assert some.done.tolist() == [False, False, False, True, False]
    assert some.images[3, ..., 0].tolist() == [[0, 255], [128, 255]]
    assert some.values[3] == 7.5


def test_stored_arrays_are_restored() -> None:
    made = MaximizingInputs.empty("conv", 2, (3, 3, 1)).with_images(
        1, np.ones((1, 3, 3, 1), dtype=np.float32), np.ones(1, dtype=np.float32)
    )
    again = MaximizingInputs.from_arrays("conv", 2, (3, 3, 1), made.arrays())
    assert again is not None
    assert all((again.arrays()[name] == array).all() for name, array in made.arrays().items())
    same = TopSamples.from_arrays("conv", 4, "digits", top_samples().arrays())
    assert same is not None
    assert (same.seen, same.total, same.set_name) == (12, 20, "digits")
    assert all((same.arrays()[name] == array).all() for name, array in top_samples().arrays().items())


@pytest.mark.parametrize("name", ["patches", "values", "samples", "labels", "seen"])
def test_unsuitable_top_samples_are_not_restored(name: str) -> None:
    arrays = top_samples().arrays()
    assert TopSamples.from_arrays("conv", 5, "digits", arrays) is None
    for other in (arrays[name][:-1], arrays[name].astype("V1")):
        assert TopSamples.from_arrays("conv", 4, "digits", {**arrays, name: other}) is None
    del arrays[name]
    assert TopSamples.from_arrays("conv", 4, "digits", arrays) is None


def test_unsuitable_maximizing_inputs_are_not_restored() -> None:
    arrays = MaximizingInputs.empty("conv", 2, (3, 3, 1)).arrays()
    assert MaximizingInputs.from_arrays("conv", 3, (3, 3, 1), arrays) is None
    assert MaximizingInputs.from_arrays("conv", 2, (4, 4, 1), arrays) is None
    assert MaximizingInputs.from_arrays("conv", 2, (3, 3, 1), {}) is None
