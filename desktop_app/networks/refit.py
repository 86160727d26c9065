"""Learning from corrections: a refit of the last layer that changes as little as possible for other writing.

The weights W of the last layer change to those that minimize the cross-entropy of the user's samples plus

    strength / 2 · mean over the anchors a of |(W - W0)ᵀ a|²  +  strength · ε / 2 · |W - W0|²

so they stay at the shipped weights W0 wherever the anchors, features of standard data, are. The minimum is a
combination of the samples' features, so only the matrix of their products is needed. The steps are Newton's
with Böhning's bound of the curvature, which converge from anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import Message, message
from desktop_app.networks.feature_bank import FeatureBank
from desktop_app.networks.last_layer import Adaptation, LastLayer, softmax

Values = NDArray[np.float32]
Classes = NDArray[np.int64]

STRENGTHS = (10.0, 20.0, 40.0, 80.0, 160.0)
"""How strongly the anchors hold; the first that loses too little to matter is used."""

LARGEST_LOSS = 0.001
"""Largest loss of accuracy, 0..1, on held-out samples of the bank."""

MOST_SAMPLES = 200
"""The newest samples that are used, so that a fit takes a tenth of a second."""

_RIDGE = 0.01
_STEPS = 30
_STEPS_LEFT_OUT = 12
_MOST_FOLDS = 40
"""Number of samples up to which each is left out alone."""

_SIMILAR = 0.9
"""Cosine of the features of samples that look alike; 90 % of those of one writer and class have less."""


@dataclass(frozen=True)
class RefitFigures:
    """Figures of a refit.

    Attributes:
        samples: number of the user's samples that were used.
        misread_before: how many of them the model misreads.
        misread_after: how many it misreads after it has learned from all.
        misread_left_out: how many it misreads if each is left out of what it learns from.
        accuracy_before, accuracy_after: on held-out samples of the bank, 0..1.
    """

    samples: int
    misread_before: int
    misread_after: int
    misread_left_out: int
    accuracy_before: float
    accuracy_after: float


@dataclass(frozen=True, eq=False)
class Refitted:
    """The result of a refit.

    Attributes:
        adaptation: the weights; None if nothing was learned.
        figures: of the weights, or of those that were rejected.
        outcome: one sentence on what was learned, or why not.
        contradictions: pairs of indices of samples that look alike and have different classes.
    """

    adaptation: Adaptation | None
    figures: RefitFigures
    outcome: Message
    contradictions: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class _Fit:
    """Weights, and what is needed to leave samples out.

    Attributes:
        adaptation: the weights.
        kernel: float32 (n, n), change of the logits of each sample by the coefficients of each.
        inverse: float32 (n, n), of the bound of the curvature.
        coefficients: float32 (n, outputs).
        accuracy: on held-out samples of the bank, 0..1.
    """

    adaptation: Adaptation
    kernel: Values
    inverse: Values
    coefficients: Values
    accuracy: float


class Refit:
    """Fits the last layer of one model. Immutable, so that it can be used from any thread."""

    def __init__(self, layer: LastLayer, bank: FeatureBank, weights: str) -> None:
        """Prepare the fits.

        Args:
            layer: the last layer with the shipped weights.
            bank: of the same model.
            weights: SHA-256 of the weights of the model, hexadecimal.
        """
        self._layer, self._weights = layer, weights
        self._anchors = _with_ones(bank.anchors)
        count = len(self._anchors)
        products = self._anchors @ self._anchors.T + _RIDGE * count * np.eye(count, dtype=np.float32)
        self._inverse: Values = np.linalg.inv(products).astype(np.float32)
        self._held_out, self._classes = bank.held_out
        self._accuracy = self._accuracy_of(layer)

    def learn(self, features: Values, classes: Classes) -> Refitted:
        """Fit the last layer to samples and validate it.

        Args:
            features: float32 (n, units) of the user's samples, the newest last.
            classes: int64 (n,), index of the right output of each.
        """
        features, classes = features[-MOST_SAMPLES:], classes[-MOST_SAMPLES:]
        logits = self._layer.logits_of(features)
        before = _misread(logits, classes)
        figures = RefitFigures(len(classes), before, before, before, self._accuracy, self._accuracy)
        contradictions = _contradicting_pairs(features, classes)
        if before == 0:
            return Refitted(None, figures, _nothing_misread(figures), contradictions)
        targets = np.eye(logits.shape[1], dtype=np.float32)[classes]
        fit = self._fit(features, logits, targets)
        fitted = logits + fit.kernel @ fit.coefficients
        figures = RefitFigures(
            len(classes),
            before,
            _misread(fitted, classes),
            _misread(_left_out_logits(fit, logits, targets), classes),
            self._accuracy,
            fit.accuracy,
        )
        problem = _problem(figures)
        if problem is not None:
            return Refitted(None, figures, problem, contradictions)
        return Refitted(fit.adaptation, figures, _learned(figures), contradictions)

    def _fit(self, features: Values, logits: Values, targets: Values) -> _Fit:
        """Return the fit with the weakest hold that loses little accuracy on the bank, else the strongest."""
        extended = _with_ones(features)
        on_anchors = extended @ self._anchors.T
        weighted = (on_anchors @ self._inverse).astype(np.float32, copy=False)
        products: Values = (extended @ extended.T - weighted @ on_anchors.T) / np.float32(_RIDGE)
        fits = (
            self._fit_with(strength, products, extended, weighted, logits, targets) for strength in STRENGTHS
        )
        for fit in fits:
            if fit.accuracy >= self._accuracy - LARGEST_LOSS:
                break
        return fit

    def _fit_with(
        self,
        strength: float,
        products: Values,
        extended: Values,
        weighted: Values,
        logits: Values,
        targets: Values,
    ) -> _Fit:
        """Return the fit with one strength."""
        kernel: Values = products / np.float32(strength)
        inverse = np.linalg.inv(kernel / 2 + np.eye(len(kernel), dtype=np.float32)).astype(np.float32)
        coefficients = np.zeros_like(logits)
        for _ in range(_STEPS):
            coefficients -= inverse @ (softmax(logits + kernel @ coefficients) - targets + coefficients)
        change = extended.T @ coefficients - self._anchors.T @ (weighted.T @ coefficients)
        change /= np.float32(strength * _RIDGE)
        adaptation = Adaptation(
            self._layer.kernel + change[:-1], self._layer.bias + change[-1], self._weights, len(logits)
        )
        accuracy = self._accuracy_of(self._layer.with_weights(adaptation))
        return _Fit(adaptation, kernel, inverse, coefficients, accuracy)

    def _accuracy_of(self, layer: LastLayer) -> float:
        return float((layer.logits_of(self._held_out).argmax(axis=1) == self._classes).mean())


def _contradicting_pairs(features: Values, classes: Classes) -> tuple[tuple[int, int], ...]:
    """Return the pairs of indices of samples that look alike and have different classes, i < j."""
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    directions = features / np.maximum(norms, np.float32(1e-9))
    alike = (directions @ directions.T >= _SIMILAR) & (classes[:, None] != classes[None])
    return tuple((int(i), int(j)) for i, j in np.argwhere(np.triu(alike, 1)))


def _misread(logits: NDArray[np.floating[Any]], classes: Classes) -> int:
    return int((logits.argmax(axis=1) != classes).sum())


def _with_ones(features: Values) -> Values:
    """Append a feature that is always 1, whose weight is the bias."""
    return np.concatenate([features, np.ones((len(features), 1), np.float32)], axis=1)


def _left_out_logits(fit: _Fit, logits: Values, targets: Values) -> Values:
    """Return the logits of each sample, float32 (n, outputs), of fits without it, or without its group."""
    result = logits.copy()
    count = len(logits)
    for group in np.array_split(np.arange(count), min(count, _MOST_FOLDS)):
        # The inverse for the other samples follows from that for all.
        inner = np.linalg.inv(fit.inverse[np.ix_(group, group)]).astype(np.float32)
        others = fit.coefficients.copy()
        others[group] = 0
        for _ in range(_STEPS_LEFT_OUT):
            gradient = softmax(logits + fit.kernel @ others) - targets + others
            gradient[group] = 0
            step = fit.inverse @ gradient
            step -= fit.inverse[:, group] @ (inner @ step[group])
            others -= step
            others[group] = 0
        result[group] += fit.kernel[group] @ others
    return result


def _problem(figures: RefitFigures) -> Message | None:
    """Return why a fit is rejected; None if it is not."""
    if figures.accuracy_after < figures.accuracy_before - LARGEST_LOSS:
        return message(
            "Not learned: other handwriting would be read worse, {after} instead of {before} %.",
            before=_percent(figures.accuracy_before),
            after=_percent(figures.accuracy_after),
        )
    if figures.misread_after >= figures.misread_before or figures.misread_left_out > figures.misread_before:
        return message(
            "Not learned: the number of misread samples would be {after} instead of {before}, and {left_out} "
            "if each is read by what is learned from the others.",
            before=figures.misread_before,
            after=figures.misread_after,
            left_out=figures.misread_left_out,
        )
    return None


def _nothing_misread(figures: RefitFigures) -> Message:
    if figures.samples == 0:
        return message("Nothing to learn from yet.")
    return message("Nothing to learn: no sample is misread.")


def _learned(figures: RefitFigures) -> Message:
    return message(
        "Learned. Misread samples: {before} of {samples} before, {after} now. "
        "Other handwriting: {accuracy_before} → {accuracy_after} % correct.",
        samples=figures.samples,
        before=figures.misread_before,
        after=figures.misread_after,
        accuracy_before=_percent(figures.accuracy_before),
        accuracy_after=_percent(figures.accuracy_after),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
