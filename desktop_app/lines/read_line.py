"""The reading of one line from the probabilities of its candidates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.candidates import Candidates
from desktop_app.lines.ctc import ANY
from desktop_app.lines.line_model import MARK, Scores, calibrated, line_features, line_model, score
from desktop_app.lines.paths import Path, Step, marginals
from desktop_app.lines.rank_texts import (
    ColumnEvidence,
    find_texts,
    rank_texts,
    step_share,
)
from desktop_app.lines.spaces import find_spaces
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath
from desktop_app.lines.word_kinds import WordKinds, label_kinds

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
    scores = _scores(candidates, outputs, labels)
    kinds = label_kinds(labels, pairs)
    words = WordKinds(kinds, candidates, outputs) if kinds.may_mix else None
    # A line network sees characters in marks that the user has set, or does not: nobody knows.
    evidence = None if columns is None or scores.has_set_marks else _evidence(candidates, columns, labels)
    combination = None if evidence is None else model.of_ink if is_ink else model.of_images
    ranked = rank_texts(find_texts(scores, evidence, words), combination)
    calibration = model.calibration if combination is None else combination.calibration
    confidences = _confidences(scores) if evidence is None and words is None else None

    def confidence(step: Step) -> float:
        if confidences is None:
            return step_share(step, ranked)
        return min(1.0, float(confidences[step.start, step.length - 1, step.label]))

    read = []
    for text in ranked[:_KEPT_PATHS]:
        characters = tuple(
            _character(candidates, steps, min(map(confidence, steps)), outputs, labels)
            for steps in _joined(text.path, candidates)
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


def _joined(path: Path, candidates: Candidates) -> list[list[Step]]:
    """Return the steps of a path; neighbouring marks that the user has not set are together."""

    def key(step: Step) -> int:
        return step.start if step.label != MARK or candidates.items[step.start].fixed is not None else -1

    return [list(group) for _, group in groupby(path.steps, key)]


def _evidence(candidates: Candidates, columns: _Values, labels: Sequence[str]) -> ColumnEvidence:
    """Return the evidence of a line network; labels that the user has set may be unknown to it."""
    index = {label: number for number, label in enumerate(labels)}
    set_labels = [None if item.fixed is None else item.fixed.label for item in candidates.items]
    return ColumnEvidence(
        columns,
        {piece: index.get(label, ANY) for piece, label in enumerate(set_labels) if label is not None},
        adds_texts=all(item.fixed is None for item in candidates.items),
    )


def _scores(candidates: Candidates, outputs: _Values, labels: Sequence[str]) -> Scores:
    """Return the scores of a line with what the user has set."""
    corrected = [item.fixed is not None and item.fixed.label is not None for item in candidates.items]
    changed = outputs.copy()
    changed[corrected, 0] = 0.0
    # Certainty about any one label, which the one that the user has set replaces.
    changed[corrected, 0, 0] = 1.0
    scores = score(line_features(candidates, changed, len(labels)), line_model(labels))
    _apply_marks(scores, candidates)
    return scores


def _apply_marks(scores: Scores, candidates: Candidates) -> None:
    """Let what the user has merged, split or corrected be a character, or a mark if its label is empty."""
    for number, item in enumerate(candidates.items):
        if item.fixed is not None:
            excluded = slice(None, MARK) if item.fixed.label == "" else MARK
            scores.candidates[number, :, excluded] = -np.inf


def _confidences(scores: Scores) -> _Values:
    """Return the probability that a path contains a candidate with a label, (n, 8, labels + 1)."""
    of_any = scores.of_any[..., None]
    of_label = np.exp(scores.candidates - np.where(np.isfinite(of_any), of_any, 0.0))
    confidences: _Values = marginals(scores.of_any, scores.transitions)[..., None] * of_label
    return confidences


def _character(
    candidates: Candidates, steps: Sequence[Step], confidence: float, outputs: _Values, labels: Sequence[str]
) -> CharacterReading:
    """Return the character of one step, or the mark of neighbouring steps."""
    start, end = steps[0].start, steps[-1].start + steps[-1].length
    boxes = candidates.boxes[start:end, 0]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    probabilities = outputs[start, steps[0].length - 1][: len(labels)]
    order = np.argsort(-probabilities, kind="stable")[:_KEPT_LABELS].tolist()
    if steps[0].label not in (MARK, *order):
        order[-1] = steps[0].label
    items = candidates.items[start:end]
    own_label = None if items[0].fixed is None else items[0].fixed.label
    read_label = "" if steps[0].label == MARK else labels[steps[0].label]
    return CharacterReading(
        label=read_label if own_label is None else own_label,
        confidence=confidence if own_label is None else 1.0,
        box=(left, top, right, bottom),
        alternatives=tuple(LabelProbability(labels[i], float(probabilities[i])) for i in order),
        pieces=tuple(sorted(candidates.numbers[start:end])),
        ranges=tuple(each for item in items for each in item.ranges),
        fixed=items[0].fixed,
    )


def _text(characters: Sequence[CharacterReading], height: float) -> str:
    """Return the labels with spaces where there is a gap, or a mark beside the characters."""
    spaces = [False, *find_spaces([character.box for character in characters], height)]
    written = "".join(
        f" {character.label}" if has_space or _is_beside(character, characters) else character.label
        for character, has_space in zip(characters, spaces, strict=True)
    )
    return " ".join(written.split())


def _is_beside(mark: CharacterReading, characters: Sequence[CharacterReading]) -> bool:
    """Return whether a character is a mark whose middle is above and below no character."""
    middle = (mark.box[0] + mark.box[2]) / 2
    return mark.is_mark and not any(
        each.box[0] <= middle <= each.box[2] for each in characters if not each.is_mark
    )
