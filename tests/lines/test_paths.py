"""Tests of the best paths against all paths of small lines."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from desktop_app.lines.line_model import MARK, Scores
from desktop_app.lines.paths import best_path_of, best_paths, ending, forward, marginals

COUNT, LABELS = 6, 3


@pytest.fixture
def scores():
    """Random scores of a line of six pieces."""
    rng = np.random.default_rng(3)
    candidates = rng.normal(0, 2, (COUNT, 5))
    for start, length in itertools.product(range(COUNT), range(5)):
        if start + length >= COUNT:
            candidates[start, length] = -np.inf
    candidates[2, 1] = -np.inf
    of_labels = candidates[..., None] + rng.normal(0, 2, (COUNT, 5, LABELS + 1))
    return Scores(of_labels, rng.normal(0, 1, (COUNT, 5, 5)))


def all_paths(scores):
    """Yield (start, length, label) of the characters and marks, and the score, of every path."""
    for cuts in itertools.product([False, True], repeat=COUNT - 1):
        starts = [0, *(i + 1 for i, is_cut in enumerate(cuts) if is_cut)]
        lengths = [after - start for start, after in zip(starts, [*starts[1:], COUNT], strict=True)]
        if max(lengths) > 5:
            continue
        moves = sum(
            scores.transitions[start, before - 1, length - 1]
            for start, before, length in zip(starts[1:], lengths, lengths[1:], strict=False)
        )
        for labels in itertools.product([*range(LABELS), MARK], repeat=len(starts)):
            steps = list(zip(starts, lengths, labels, strict=True))
            total = moves + sum(scores.candidates[start, length - 1, label] for start, length, label in steps)
            if np.isfinite(total):
                yield steps, total


def test_best_paths_are_those_of_all_paths(scores):
    expected = sorted(all_paths(scores), key=lambda path: -path[1])[:5]
    found = best_paths(scores, 5)
    assert [[(step.start, step.length, step.label) for step in path.steps] for path in found] == [
        steps for steps, _ in expected
    ]
    assert [path.score for path in found] == pytest.approx([score for _, score in expected])


def test_sum_of_all_paths(scores):
    expected = np.log(sum(np.exp(score) for _, score in all_paths(scores)))
    assert float(ending(forward(scores.of_any, scores.transitions))) == pytest.approx(expected)


def test_probabilities_of_candidates(scores):
    expected = np.zeros((COUNT, 5))
    total = sum(np.exp(score) for _, score in all_paths(scores))
    for steps, score in all_paths(scores):
        for start, length, _ in steps:
            expected[start, length - 1] += np.exp(score) / total
    assert marginals(scores.of_any, scores.transitions) == pytest.approx(expected)


def test_single_piece_is_one_path():
    candidates = np.full((1, 5, LABELS + 1), -np.inf)
    candidates[0, 0] = 1.0
    one = Scores(candidates, np.zeros((1, 5, 5)))
    assert [path.labels for path in best_paths(one, 4)] == [(0,), (1,), (2,), ()]
    assert [path.labels for path in best_paths(one.without_marks(), 4)] == [(0,), (1,), (2,)]
    assert marginals(one.of_any, one.transitions)[0].tolist() == [1, 0, 0, 0, 0]


@pytest.mark.parametrize("labels", [(2, 0, 1), (1, 1), (0,), (0, 1, 2, 0, 1, 2), (0,) * 7])
def test_best_path_of_a_text_is_the_best_of_all_paths_with_it(scores, labels):
    same = [
        path for path in all_paths(scores) if tuple(label for *_, label in path[0] if label != MARK) == labels
    ]
    found = best_path_of(scores, labels)
    if not same:
        assert found is None
        return
    steps, score = max(same, key=lambda path: path[1])
    assert found is not None
    assert [(step.start, step.length, step.label) for step in found.steps] == steps
    assert found.score == pytest.approx(score)
