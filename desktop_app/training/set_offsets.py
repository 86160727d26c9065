"""Fit of the offsets of labels where the answers of a model are restricted to a set of characters."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.character_sets import (
    CharacterSet,
    SetOffsets,
    available_sets,
    divided_labels,
    in_set,
    restriction,
)

_PENALTY = 3.0
"""Weight of the squares of the offsets, relative to the logarithm of the probability of a sample."""

_MOST_SAMPLES = 10_000
"""Most samples of a set."""

_LARGEST = 5.0
"""Largest offset."""

_TINY = 1e-12
"""Added to each probability before its logarithm."""


def sets_with_offsets(recipe: Recipe) -> tuple[CharacterSet, ...]:
    """Return the sets of characters in which a label stands for a character outside the set as well.

    The network has one label for L and the small l, whose bar also is an I. Among capitals, a bar is an I, so
    the label L is less probable than the network says.
    """
    _, *names = available_sets(recipe.task)
    return tuple(name for name in names if divided_labels(recipe.task, name))


def samples_for_offsets(labels: NDArray[np.str_], recipe: Recipe) -> NDArray[np.int64]:
    """Return the rows of some random samples of each set in `sets_with_offsets`.

    Args:
        labels: str (n,), labels of training samples in the sources.
        recipe: recipe of the model.
    """
    rng = np.random.default_rng(recipe.seed)
    rows = [np.flatnonzero(in_set(labels, name)) for name in sets_with_offsets(recipe)]
    chosen = [rng.permutation(each)[:_MOST_SAMPLES] for each in rows]
    return np.unique(np.concatenate(chosen)) if chosen else np.zeros(0, np.int64)


def fit_set_offsets(
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    labels: NDArray[np.str_],
    recipe: Recipe,
) -> SetOffsets:
    """Return the offsets of the labels of each set in `sets_with_offsets`.

    Method: maximum of the log likelihood of the samples of the set, less the squares of the offsets times a
    constant; a correction of the class priors.

    Args:
        probabilities: float32 (n, classes), outputs for training samples.
        classes: int64 (n,), index of the label; the number of labels means "none of the labels".
        labels: str (n,), labels in the sources.
        recipe: recipe of the model.
    """
    found: dict[CharacterSet, tuple[float, ...]] = {}
    for name in sets_with_offsets(recipe):
        if (restricted := restriction(recipe.task, name)) is not None:
            rows = np.flatnonzero(in_set(labels, name) & np.isin(classes, restricted.outputs))
            outputs = probabilities[np.ix_(rows, restricted.outputs)].astype(np.float64)
            own = (classes[rows, None] == restricted.outputs).argmax(axis=1)
            found[name] = _fitted(np.log(outputs + _TINY), own)
    return MappingProxyType(found)


def _fitted(logits: NDArray[np.float64], classes: NDArray[np.int64]) -> tuple[float, ...]:
    """Return the offsets that make the classes most probable, with three decimals."""
    from scipy.optimize import minimize

    count = logits.shape[1]
    frequencies = np.bincount(classes, minlength=count)

    def loss(offsets: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = logits + offsets
        sums = np.logaddexp.reduce(scores, axis=1)
        expected = np.exp(scores - sums[:, None]).sum(axis=0)
        value = sums.sum() - (frequencies * offsets).sum() + _PENALTY * (offsets**2).sum()
        return float(value), expected - frequencies + 2 * _PENALTY * offsets

    bounds = [(-_LARGEST, _LARGEST)] * count
    found = minimize(loss, np.zeros(count), jac=True, method="L-BFGS-B", bounds=bounds).x
    return tuple(np.round(found, 3).tolist())
