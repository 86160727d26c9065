"""Weights of the scores of lines with the largest likelihood of the true texts among all paths."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from desktop_app.lines.candidates import CANDIDATE_FEATURES, MOST_PIECES, TRANSITION_FEATURES
from desktop_app.lines.evidence import CANDIDATE_EVIDENCE, SMALLEST_PROBABILITY, TRANSITION_EVIDENCE
from desktop_app.lines.line_model import LineFeatures, LineModel
from desktop_app.lines.paths import log_sum
from tests.benchmarks.line_samples import Sample

Values = NDArray[np.float64]

_UNITS = 8
"""Hidden units of the score of a candidate."""

_REGULARIZATION = 2e-4
_REGULARIZATION_OF_UNITS = 1e-3
_HOPELESS = 8.0
"""Loss from which a sample does not count: its label is probably wrong."""

_BUCKET = 60
_ITERATIONS = 200
_FEATURES = len(CANDIDATE_FEATURES) + len(CANDIDATE_EVIDENCE)
_MOVE_FEATURES = len(TRANSITION_FEATURES) + len(TRANSITION_EVIDENCE)


@dataclass(frozen=True)
class Batch:
    """Samples of similar length as padded arrays; `true` has the log probability of each character."""

    features: Values
    is_valid: NDArray[np.bool_]
    transitions: Values
    labels: Values
    true: Values
    counts: NDArray[np.int64]
    lengths: NDArray[np.int64]


def batches(samples: list[Sample]) -> list[Batch]:
    """Return padded batches of samples of similar length."""
    known = sorted(
        ((s.line, s) for s in samples if s.line is not None), key=lambda pair: len(pair[0].is_valid)
    )
    return [_batch(known[start : start + _BUCKET]) for start in range(0, len(known), _BUCKET)]


def _batch(samples: list[tuple[LineFeatures, Sample]]) -> Batch:
    counts = np.array([len(line.is_valid) for line, _ in samples])
    lengths = np.array([len(sample.text) for _, sample in samples])
    shape = len(samples), int(counts.max()), MOST_PIECES
    batch = Batch(
        np.zeros((*shape, _FEATURES)),
        np.zeros(shape, np.bool_),
        np.zeros((*shape, MOST_PIECES, _MOVE_FEATURES)),
        np.full((*shape, len(samples[0][1].labels)), np.log(SMALLEST_PROBABILITY)),
        np.full((*shape, int(lengths.max())), -np.inf),
        counts,
        lengths,
    )
    for row, (line, sample) in enumerate(samples):
        count = counts[row]
        batch.features[row, :count] = line.candidates
        batch.is_valid[row, :count] = line.is_valid
        batch.transitions[row, :count] = line.transitions
        batch.labels[row, :count] = line.labels
        for position, label in enumerate(sample.text):
            batch.true[row, ..., position] = batch.labels[row, ..., sample.labels.index(label)]
    return batch


def _lattice(
    scores: Values, moves: Values, counts: NDArray[np.int64], last: NDArray[np.int64]
) -> list[Values]:
    """Return the log sum of all paths and the probabilities of candidates and of transitions.

    Args:
        scores: (samples, n, 8, positions); with several positions each candidate moves to the next one.
        moves: (samples, n, 8, 8).
        counts: number of pieces of each sample.
        last: position of each sample's last character.
    """
    samples, count, longest, positions = scores.shape
    shift = int(positions > 1)

    def moved(values: Values, by: int) -> Values:
        result = np.full_like(values, -np.inf)
        result[..., max(by, 0) : positions + min(by, 0)] = values[..., max(-by, 0) : positions - max(by, 0)]
        return result

    before, after = np.full(scores.shape, -np.inf), np.full(scores.shape, -np.inf)
    for start in range(count):
        entering = np.full((samples, longest, positions), -np.inf)
        if start == 0:
            entering[..., 0] = 0
        else:
            ended = np.stack([before[:, start - k - 1, k] for k in range(min(longest, start))], 1)
            sums = log_sum(ended[:, :, None] + moves[:, start, : ended.shape[1], :, None], 1)
            entering = moved(sums, shift)
        before[:, start] = scores[:, start] + entering
    for start in reversed(range(count)):
        for k in range(longest):
            end = start + k + 1
            if end < count:
                sums = log_sum(moves[:, end, k, :, None] + scores[:, end] + after[:, end], 1)
                after[:, start, k] = moved(sums, -shift)
            is_end = counts == end
            after[is_end, start, k] = -np.inf
            after[is_end, start, k, last[is_end]] = 0
    rows = np.arange(samples)
    ends = [
        np.where(counts > k, before[rows, np.maximum(counts - k - 1, 0), k, last], -np.inf)
        for k in range(longest)
    ]
    total = log_sum(np.stack(ends, 1), 1)
    finite = np.where(np.isfinite(total), total, 0)
    on_path = np.exp(before + after - finite[:, None, None, None])
    used = np.zeros(moves.shape)
    for start in range(1, count):
        following = moved(scores[:, start] + after[:, start], -shift)
        for k in range(min(longest, start)):
            ended = before[:, start - k - 1, k][:, None] + moves[:, start, k, :, None]
            used[:, start, k] = np.exp(ended + following - finite[:, None, None]).sum(-1)
    return [total, on_path, used]


def _divided(weights: Values) -> list[Values]:
    """Return the weights of labels, candidates, transitions, hidden units and their output; views."""
    ends = np.cumsum([1, _FEATURES, _MOVE_FEATURES, _FEATURES * _UNITS])
    label, candidate, transition, hidden, output = np.split(weights, ends)
    return [label, candidate, transition, hidden.reshape(_FEATURES, _UNITS), output]


def _start() -> Values:
    """Return weights to start from."""
    rng = np.random.default_rng(0)
    weights = np.zeros(1 + _FEATURES + _MOVE_FEATURES + (_FEATURES + 1) * _UNITS)
    *_, hidden, output = _divided(weights)
    hidden[:] = rng.normal(0, 0.5 / math.sqrt(_FEATURES), hidden.shape)
    output[:] = rng.normal(0, 0.1, output.shape)
    return weights


def _loss(weights: Values, data: list[tuple[float, Batch]]) -> tuple[float, Values]:
    """Return the mean negative log likelihood of the true texts, and its gradient."""
    label, candidate, transition, hidden, output = _divided(weights)
    gradient = np.zeros_like(weights)
    of_label, of_candidate, of_transition, of_hidden, of_output = _divided(gradient)
    factor = np.exp(label[0])
    total, size = 0.0, 0.0
    for weight, batch in data:
        units = np.tanh(batch.features @ hidden)
        geometry = np.where(batch.is_valid, batch.features @ candidate + units @ output, -np.inf)
        losses, apart, moved, slope = _likelihoods(
            geometry, batch.transitions @ transition, factor * batch.labels, factor * batch.true, batch
        )
        size += weight * len(losses)
        total += weight * float(losses.sum())
        of_candidate += weight * np.einsum("snk,snkf->f", apart, batch.features)
        of_transition += weight * np.einsum("snjk,snjkf->f", moved, batch.transitions)
        of_output += weight * np.einsum("snk,snku->u", apart, units)
        back = apart[..., None] * output * (1 - units**2)
        of_hidden += weight * np.einsum("snkf,snku->fu", batch.features, back)
        of_label += weight * slope
    decay = np.full_like(weights, _REGULARIZATION)
    for part in _divided(decay)[3:]:
        part[:] = _REGULARIZATION_OF_UNITS
    return total / size + float(decay @ weights**2), gradient / size + 2 * decay * weights


def _likelihoods(
    geometry: Values, moves: Values, labels: Values, true: Values, batch: Batch
) -> tuple[Values, Values, Values, float]:
    """Return the negative log likelihoods of true texts, and their derivatives.

    Args:
        geometry: (samples, n, 8), scores of candidates.
        moves: (samples, n, 8, 8), scores of transitions.
        labels: (samples, n, 8, labels), scores of labels.
        true: (samples, n, 8, positions), scores of the true labels.
        batch: their batch.

    Returns:
        The likelihoods, (samples,); the derivatives by scores of candidates and of transitions, and by the
        logarithm of the factor of the scores of labels; those of hopeless samples are 0.
    """
    of_any = log_sum(labels, -1)
    first = np.zeros(len(batch.counts), np.int64)
    every, on_path, used = _lattice((geometry + of_any)[..., None], moves, batch.counts, first)
    gold, on_gold, used_gold = _lattice(geometry[..., None] + true, moves, batch.counts, batch.lengths - 1)
    losses = every - gold
    is_used = losses < _HOPELESS
    apart, moved = on_path[..., 0] - on_gold.sum(-1), used - used_gold
    apart[~is_used], moved[~is_used] = 0.0, 0.0
    shares = np.exp(labels - of_any[..., None])
    expected = on_path[is_used][..., 0] * (shares * labels).sum(-1)[is_used]
    found = on_gold * np.where(np.isfinite(true), true, 0)
    return np.minimum(losses, _HOPELESS), apart, moved, float(expected.sum() - found[is_used].sum())


def _model_of(weights: Values) -> LineModel:
    """Return the weights as a model, rounded."""
    label, *others = _divided(weights)
    candidate, transition, hidden, output = (np.round(part, 3) + 0.0 for part in others)
    return LineModel(round(float(np.exp(label[0])), 3), candidate, transition, hidden, output)


def fitted_model(data: list[tuple[float, Batch]]) -> LineModel:
    """Return the weights with the largest likelihood."""
    options = {"maxiter": _ITERATIONS}
    found = minimize(_loss, _start(), args=(data,), jac=True, method="L-BFGS-B", options=options)
    return _model_of(found.x)
