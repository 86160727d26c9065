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
from desktop_app.lines.log_sum import log_sum
from tests.benchmarks.line_samples import Sample

Values = NDArray[np.float64]

_UNITS = 8
"""Hidden units of the score of a candidate."""

_REGULARIZATION = 2e-4
_REGULARIZATION_OF_UNITS = 1e-3
_HOPELESS = 8.0
"""Loss from which a sample does not count: its label is probably wrong."""

_IS_ONE_PIECE = np.arange(MOST_PIECES) == 0
"""By the length of a candidate; marks have one piece each."""

_BUCKET = 60
_ITERATIONS = 200
_FEATURES = len(CANDIDATE_FEATURES) + len(CANDIDATE_EVIDENCE)
_MOVE_FEATURES = len(TRANSITION_FEATURES) + len(TRANSITION_EVIDENCE)


@dataclass(frozen=True)
class Batch:
    """Samples of similar length as padded arrays.

    `true` has the log probability of each character, `can_be_mark` says which pieces are not known to be
    characters.
    """

    features: Values
    is_valid: NDArray[np.bool_]
    transitions: Values
    labels: Values
    true: Values
    can_be_mark: NDArray[np.bool_]
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
        np.ones((*shape[:2], 1), np.bool_),
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
        if sample.is_mark is not None:
            batch.true[row, :count][_with_marks(sample.is_mark)] = -np.inf
            batch.can_be_mark[row, :count, 0] = sample.is_mark
    return batch


def _with_marks(is_mark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which candidates have a piece of a mark, (n, 8)."""
    ends = np.pad(np.cumsum([0, *is_mark]), (0, MOST_PIECES), mode="edge")
    starts = np.arange(len(is_mark))[:, None]
    within: NDArray[np.bool_] = ends[starts + np.arange(1, MOST_PIECES + 1)] > ends[starts]
    return within


@dataclass(frozen=True)
class Lattice:
    """Sums over all paths of each sample.

    Attributes:
        total: (samples,), log sum of the scores of all paths.
        characters: (samples, n, 8, positions), probability that a path has a candidate as a character.
        marks: (samples, n, 8), the same as a mark.
        moves: (samples, n, 8, 8), the same of transitions.
    """

    total: Values
    characters: Values
    marks: Values
    moves: Values


def _lattice(
    characters: Values,
    marks: Values,
    moves: Values,
    counts: NDArray[np.int64],
    last: NDArray[np.int64] | None,
) -> Lattice:
    """Sum over all paths.

    Args:
        characters: (samples, n, 8, positions), scores of candidates as the character at each position of the
            text.
        marks: (samples, n, 8), scores of candidates as marks, which have no position.
        moves: (samples, n, 8, 8).
        counts: number of pieces of each sample.
        last: number of characters of each sample's text; None: paths have any number of characters, and
            `characters` has one position.
    """
    samples, count, longest, positions = characters.shape
    shift = int(last is not None)
    states = positions + shift
    # By the number of characters so far: paths that enter a candidate, end with it, and what follows it.
    enter = np.full((samples, count, longest, states), -np.inf)
    before, after, arrive = (np.full_like(enter, -np.inf) for _ in range(3))
    enter[:, 0, :, 0] = 0
    for start in range(count):
        if start:
            ended = np.stack([before[:, start - k - 1, k] for k in range(min(longest, start))], 1)
            enter[:, start] = log_sum(ended[:, :, None] + moves[:, start, : ended.shape[1], :, None], 1)
        before[:, start] = enter[:, start] + marks[:, start, :, None]
        before[:, start, :, shift:] = np.logaddexp(
            before[:, start, :, shift:], enter[:, start, :, :positions] + characters[:, start]
        )
    final = np.zeros(samples, np.int64) if last is None else last
    rows = np.arange(samples)
    for start in reversed(range(count)):
        for k in range(longest):
            end = start + k + 1
            if end < count:
                after[:, start, k] = log_sum(moves[:, end, k, :, None] + arrive[:, end], 1)
            is_end = counts == end
            after[is_end, start, k] = -np.inf
            after[is_end, start, k, final[is_end]] = 0
        arrive[:, start] = marks[:, start, :, None] + after[:, start]
        arrive[:, start, :, :positions] = np.logaddexp(
            arrive[:, start, :, :positions], characters[:, start] + after[:, start, :, shift:]
        )
    ends = [
        np.where(counts > k, before[rows, np.maximum(counts - k - 1, 0), k, final], -np.inf)
        for k in range(longest)
    ]
    total = log_sum(np.stack(ends, 1), 1)
    finite = np.where(np.isfinite(total), total, 0)[:, None, None, None]
    used = np.zeros(moves.shape)
    for start in range(1, count):
        for k in range(min(longest, start)):
            ended = before[:, start - k - 1, k][:, None] + moves[:, start, k, :, None]
            used[:, start, k] = np.exp(ended + arrive[:, start] - finite[..., 0]).sum(-1)
    return Lattice(
        total,
        np.exp(enter[..., :positions] + characters + after[..., shift:] - finite),
        np.exp(enter + marks[..., None] + after - finite).sum(-1),
        used,
    )


def _divided(weights: Values) -> list[Values]:
    """Return the weights of labels, candidates, transitions, marks, hidden units and their outputs; views."""
    sizes = [1, _FEATURES, _MOVE_FEATURES, _FEATURES, _FEATURES * _UNITS, _UNITS]
    label, candidate, transition, mark, hidden, output, mark_output = np.split(weights, np.cumsum(sizes))
    return [label, candidate, transition, mark, hidden.reshape(_FEATURES, _UNITS), output, mark_output]


def _start() -> Values:
    """Return weights to start from."""
    rng = np.random.default_rng(0)
    weights = np.zeros(1 + 2 * _FEATURES + _MOVE_FEATURES + (_FEATURES + 2) * _UNITS)
    *_, hidden, output, mark_output = _divided(weights)
    hidden[:] = rng.normal(0, 0.5 / math.sqrt(_FEATURES), hidden.shape)
    output[:] = rng.normal(0, 0.1, output.shape)
    mark_output[:] = rng.normal(0, 0.1, output.shape)
    return weights


def _loss(weights: Values, data: list[tuple[float, Batch]]) -> tuple[float, Values]:
    """Return the mean negative log likelihood of the true texts, and its gradient."""
    label, candidate, transition, mark, hidden, output, mark_output = _divided(weights)
    gradient = np.zeros_like(weights)
    of_label, of_candidate, of_transition, of_mark, of_hidden, of_output, of_mark_output = _divided(gradient)
    factor = np.exp(label[0])
    total, size = 0.0, 0.0
    for weight, batch in data:
        units = np.tanh(batch.features @ hidden)
        own = batch.features @ candidate + units @ output
        as_mark = batch.features @ mark + units @ mark_output
        losses, slopes, of_factor = _likelihoods(
            np.where(batch.is_valid, own, -np.inf),
            np.where(batch.is_valid & _IS_ONE_PIECE, as_mark, -np.inf),
            batch.transitions @ transition,
            factor,
            batch,
        )
        apart = slopes.characters.sum(-1)
        size += weight * len(losses)
        total += weight * float(losses.sum())
        of_candidate += weight * np.einsum("snk,snkf->f", apart, batch.features)
        of_mark += weight * np.einsum("snk,snkf->f", slopes.marks, batch.features)
        of_transition += weight * np.einsum("snjk,snjkf->f", slopes.moves, batch.transitions)
        of_output += weight * np.einsum("snk,snku->u", apart, units)
        of_mark_output += weight * np.einsum("snk,snku->u", slopes.marks, units)
        back = apart[..., None] * output + slopes.marks[..., None] * mark_output
        of_hidden += weight * np.einsum("snkf,snku->fu", batch.features, back * (1 - units**2))
        of_label += weight * of_factor
    decay = np.full_like(weights, _REGULARIZATION)
    for part in _divided(decay)[4:]:
        part[:] = _REGULARIZATION_OF_UNITS
    return total / size + float(decay @ weights**2), gradient / size + 2 * decay * weights


def _likelihoods(
    own: Values, as_mark: Values, moves: Values, factor: float, batch: Batch
) -> tuple[Values, Lattice, float]:
    """Return the negative log likelihoods of true texts, and their derivatives.

    Args:
        own: (samples, n, 8), scores of candidates as characters, without their labels.
        as_mark: (samples, n, 8), scores of candidates as marks.
        moves: (samples, n, 8, 8), scores of transitions.
        factor: of the logarithms of the probabilities of labels.
        batch: their batch.

    Returns:
        The likelihoods, (samples,); the derivatives by scores, and by the logarithm of the factor; those of
        hopeless samples are 0.
    """
    labels, true = factor * batch.labels, factor * batch.true
    of_any = log_sum(labels, -1)
    every = _lattice((own + of_any)[..., None], as_mark, moves, batch.counts, None)
    true_marks = np.where(batch.can_be_mark, as_mark, -np.inf)
    gold = _lattice(own[..., None] + true, true_marks, moves, batch.counts, batch.lengths)
    losses = every.total - gold.total
    is_hopeless = ~(losses < _HOPELESS)
    slopes = Lattice(
        losses,
        (every.characters.sum(-1) - gold.characters.sum(-1))[..., None],
        every.marks - gold.marks,
        every.moves - gold.moves,
    )
    for part in (slopes.characters, slopes.marks, slopes.moves):
        part[is_hopeless] = 0.0
    shares = np.exp(labels - of_any[..., None])
    expected = every.characters[~is_hopeless][..., 0] * (shares * labels).sum(-1)[~is_hopeless]
    found = gold.characters * np.where(np.isfinite(true), true, 0)
    of_factor = float(expected.sum() - found[~is_hopeless].sum())
    return np.minimum(losses, _HOPELESS), slopes, of_factor


def _model_of(weights: Values) -> LineModel:
    """Return the weights as a model, rounded."""
    label, *others = _divided(weights)
    candidate, transition, mark, hidden, output, mark_output = (np.round(part, 3) + 0.0 for part in others)
    factor = round(float(np.exp(label[0])), 3)
    return LineModel(factor, candidate, transition, hidden, output, mark, mark_output)


def fitted_model(data: list[tuple[float, Batch]]) -> LineModel:
    """Return the weights with the largest likelihood."""
    options = {"maxiter": _ITERATIONS}
    found = minimize(_loss, _start(), args=(data,), jac=True, method="L-BFGS-B", options=options)
    return _model_of(found.x)
