"""The reading of one line from the probabilities of its candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.candidates import Candidates
from desktop_app.lines.label_kinds import kind_costs
from desktop_app.lines.line_model import Scores, calibrated, line_features, line_model, score
from desktop_app.lines.paths import Path, Step, best_paths, ending, forward, log_sum, marginals
from desktop_app.lines.spaces import find_spaces
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath

_MOST_PATHS = 12
"""Paths that are compared; several of them have the same text."""

_KEPT_PATHS = 3
_KEPT_LABELS = 3

_Values = NDArray[np.float64]


def read_line(
    candidates: Candidates, outputs: _Values, labels: Sequence[str], pairs: Mapping[str, str]
) -> Line:
    """Return the reading of a line.

    Args:
        candidates: the candidates of the line.
        outputs: (n, 8, outputs), probabilities of the network; the first are those of the labels.
        labels: labels of the network.
        pairs: small letter of each capital that is the label of both.
    """
    model = line_model(labels)
    kinds = _scores_by_kind(candidates, outputs, labels, pairs)
    sums = [_sum_of_paths(scores) for scores in kinds]
    total = float(log_sum(np.array(sums), axis=0))
    found = [path for scores in kinds for path in best_paths(scores, _MOST_PATHS)]
    paths: dict[tuple[int, ...], list[Path]] = {}
    for path in sorted(found, key=lambda path: -path.score):
        paths.setdefault(path.labels, []).append(path)
    shares = {
        text: float(np.exp([path.score - total for path in same]).sum()) for text, same in paths.items()
    }
    best = sorted(paths, key=lambda text: -shares[text])[:_KEPT_PATHS]
    weights = np.exp(np.array(sums) - total)
    confidences = sum(
        (weight * _confidences(scores) for weight, scores in zip(weights, kinds, strict=True)),
        np.zeros(kinds[0].labels.shape),
    )
    read = []
    for text in best:
        characters = tuple(
            _character(candidates, step, confidences, outputs, labels) for step in paths[text][0].steps
        )
        probability = calibrated(min(1.0, shares[text]), model.calibration)
        read.append(TextPath(_text(characters, candidates.height), probability, characters))
    boxes = candidates.boxes[:, 0]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return Line((left, top, right, bottom), tuple(read))


def _scores_by_kind(
    candidates: Candidates, outputs: _Values, labels: Sequence[str], pairs: Mapping[str, str]
) -> list[Scores]:
    """Return the scores for a line of digits, of capitals and of small letters."""
    corrected = _is_corrected(candidates)
    changed = outputs.copy()
    changed[corrected, 0] = 0.0
    # Certainty about any one label, which the one that the user has set replaces.
    changed[corrected, 0, 0] = 1.0
    scores = score(line_features(candidates, changed, len(labels)), line_model(labels))
    costs = kind_costs(labels, pairs)
    kinds = [replace(scores, labels=scores.labels - cost) for cost in costs]
    for of_kind in kinds:
        of_kind.labels[corrected] = scores.labels[corrected]
    return kinds


def _is_corrected(candidates: Candidates) -> list[bool]:
    """Return for each piece whether the user has set its label."""
    return [item.fixed is not None and item.fixed.label is not None for item in candidates.items]


def _sum_of_paths(scores: Scores) -> float:
    """Return the log of the summed exponentials of all paths."""
    of_any_label = scores.candidates + log_sum(scores.labels, axis=-1)
    return float(ending(forward(of_any_label, scores.transitions)))


def _confidences(scores: Scores) -> _Values:
    """Return the probability that a path contains a candidate with a label, (n, 8, labels)."""
    of_any_label = scores.candidates + log_sum(scores.labels, axis=-1)
    on_path = marginals(of_any_label, scores.transitions)
    of_label = np.exp(scores.labels - log_sum(scores.labels, axis=-1)[..., None])
    confidences: _Values = on_path[..., None] * of_label
    return confidences


def _character(
    candidates: Candidates, step: Step, confidences: _Values, outputs: _Values, labels: Sequence[str]
) -> CharacterReading:
    position = step.start, step.length - 1
    left, top, right, bottom = candidates.boxes[position].tolist()
    probabilities = outputs[position][: len(labels)]
    order = np.argsort(-probabilities, kind="stable")[:_KEPT_LABELS].tolist()
    items = candidates.items[step.start : step.start + step.length]
    own_label = None if items[0].fixed is None else items[0].fixed.label
    confidence = 1.0 if own_label is not None else min(1.0, float(confidences[position][step.label]))
    return CharacterReading(
        label=labels[step.label] if own_label is None else own_label,
        confidence=confidence,
        box=(left, top, right, bottom),
        alternatives=tuple(LabelProbability(labels[i], float(probabilities[i])) for i in order),
        pieces=tuple(sorted(candidates.numbers[step.start : step.start + step.length])),
        ranges=tuple(each for item in items for each in item.ranges),
        fixed=items[0].fixed,
    )


def _text(characters: Sequence[CharacterReading], height: float) -> str:
    spaces = [False, *find_spaces([character.box for character in characters], height)]
    return "".join(
        f" {character.label}" if has_space else character.label
        for character, has_space in zip(characters, spaces, strict=True)
    )
