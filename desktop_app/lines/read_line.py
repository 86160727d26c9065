"""The reading of one line from the probabilities of its candidates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.candidates import Candidates
from desktop_app.lines.line_model import Scores, calibrated, score
from desktop_app.lines.paths import Path, Step, best_paths, ending, forward, log_sum, marginals
from desktop_app.lines.spaces import find_spaces
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath

_MOST_PATHS = 12
"""Paths that are compared; several of them have the same text."""

_KEPT_PATHS = 3
_KEPT_LABELS = 3

_Values = NDArray[np.float64]


def read_line(candidates: Candidates, outputs: _Values, labels: Sequence[str]) -> Line:
    """Return the reading of a line.

    Args:
        candidates: the candidates of the line.
        outputs: (n, 5, outputs), probabilities of the network; the first are those of the labels.
        labels: labels of the network.
    """
    scores = score(candidates, _with_corrections(candidates, outputs[..., : len(labels)]))
    of_any_label = scores.candidates + log_sum(scores.labels, axis=-1)
    total = float(ending(forward(of_any_label, scores.transitions)))
    paths: dict[tuple[int, ...], list[Path]] = {}
    for path in best_paths(scores, _MOST_PATHS):
        paths.setdefault(path.labels, []).append(path)
    shares = {
        text: float(np.exp([path.score - total for path in same]).sum()) for text, same in paths.items()
    }
    best = sorted(paths, key=lambda text: -shares[text])[:_KEPT_PATHS]
    confidences = _confidences(scores, of_any_label)
    found = []
    for text in best:
        characters = tuple(
            _character(candidates, step, confidences, outputs, labels) for step in paths[text][0].steps
        )
        found.append(TextPath(_text(characters, candidates.height), calibrated(shares[text]), characters))
    boxes = candidates.boxes[:, 0]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return Line((left, top, right, bottom), tuple(found))


def _with_corrections(candidates: Candidates, probabilities: _Values) -> _Values:
    """Return the probabilities with certainty about any one label where the user has set the label."""
    corrected = [item.fixed is not None and item.fixed.label is not None for item in candidates.items]
    if not any(corrected):
        return probabilities
    changed = probabilities.copy()
    changed[corrected, 0] = 0.0
    changed[corrected, 0, 0] = 1.0
    return changed


def _confidences(scores: Scores, of_any_label: _Values) -> _Values:
    """Return the probability that a path contains a candidate with a label, (n, 5, labels)."""
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
