"""The reading of one line from the probabilities of its candidates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.candidates import Candidates
from desktop_app.lines.ctc import ANY
from desktop_app.lines.label_kinds import kind_costs
from desktop_app.lines.line_model import Scores, calibrated, line_features, line_model, score
from desktop_app.lines.paths import Step, log_sum, marginals
from desktop_app.lines.rank_texts import (
    ColumnEvidence,
    find_texts,
    rank_texts,
    step_share,
    sum_of_paths,
)
from desktop_app.lines.spaces import find_spaces
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath

_KEPT_PATHS = 3
_KEPT_LABELS = 3

_Values = NDArray[np.float64]


def read_line(
    candidates: Candidates,
    outputs: _Values,
    labels: Sequence[str],
    pairs: Mapping[str, str],
    columns: _Values | None = None,
    *,
    is_ink: bool = True,
) -> Line:
    """Return the reading of a line.

    Args:
        candidates: the candidates of the line.
        outputs: (n, 8, outputs), probabilities of the network; the first are those of the labels.
        labels: labels of the network.
        pairs: small letter of each capital that is the label of both.
        columns: what a line network says about the line, (columns, labels + 1), logarithms of probabilities;
            None without one.
        is_ink: whether the candidates are made of strokes.
    """
    model = line_model(labels)
    kinds = _scores_by_kind(candidates, outputs, labels, pairs)
    evidence = None if columns is None else _evidence(candidates, columns, labels)
    combination = None if evidence is None else model.of_ink if is_ink else model.of_images
    ranked = rank_texts(find_texts(kinds, evidence), combination)
    calibration = model.calibration if combination is None else combination.calibration
    confidences = _confidences_of_kinds(kinds) if evidence is None else None

    def confidence(step: Step) -> float:
        if confidences is None:
            return step_share(step, ranked)
        return min(1.0, float(confidences[step.start, step.length - 1, step.label]))

    read = []
    for text in ranked[:_KEPT_PATHS]:
        characters = tuple(
            _character(candidates, step, confidence(step), outputs, labels) for step in text.path.steps
        )
        probability = calibrated(text.share, calibration)
        of_columns = None if evidence is None else math.exp(text.found.of_columns)
        read.append(
            TextPath(
                _text(characters, candidates.height),
                probability,
                characters,
                of_paths=min(1.0, math.exp(text.found.of_paths)),
                of_columns=of_columns,
            )
        )
    boxes = candidates.boxes[:, 0]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return Line((left, top, right, bottom), tuple(read))


def _evidence(candidates: Candidates, columns: _Values, labels: Sequence[str]) -> ColumnEvidence:
    """Return the evidence of a line network; labels that the user has set may be unknown to it."""
    index = {label: number for number, label in enumerate(labels)}
    set_labels = [None if item.fixed is None else item.fixed.label for item in candidates.items]
    return ColumnEvidence(
        columns,
        {piece: index.get(label, ANY) for piece, label in enumerate(set_labels) if label is not None},
        adds_texts=all(item.fixed is None for item in candidates.items),
    )


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


def _confidences_of_kinds(kinds: Sequence[Scores]) -> _Values:
    """Return the probability that a path of any kind contains a candidate with a label, (n, 8, labels)."""
    sums = np.array([sum_of_paths(scores) for scores in kinds])
    weights = np.exp(sums - log_sum(sums, axis=0))
    return sum(
        (weight * _confidences(scores) for weight, scores in zip(weights, kinds, strict=True)),
        np.zeros(kinds[0].labels.shape),
    )


def _confidences(scores: Scores) -> _Values:
    """Return the probability that a path contains a candidate with a label, (n, 8, labels)."""
    of_any_label = scores.candidates + log_sum(scores.labels, axis=-1)
    on_path = marginals(of_any_label, scores.transitions)
    of_label = np.exp(scores.labels - log_sum(scores.labels, axis=-1)[..., None])
    confidences: _Values = on_path[..., None] * of_label
    return confidences


def _character(
    candidates: Candidates, step: Step, confidence: float, outputs: _Values, labels: Sequence[str]
) -> CharacterReading:
    position = step.start, step.length - 1
    left, top, right, bottom = candidates.boxes[position].tolist()
    probabilities = outputs[position][: len(labels)]
    order = np.argsort(-probabilities, kind="stable")[:_KEPT_LABELS].tolist()
    items = candidates.items[step.start : step.start + step.length]
    own_label = None if items[0].fixed is None else items[0].fixed.label
    return CharacterReading(
        label=labels[step.label] if own_label is None else own_label,
        confidence=confidence if own_label is None else 1.0,
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
