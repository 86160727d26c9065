"""Tests of the best paths against all paths of small lines."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from desktop_app.lines.line_model import Scores
from desktop_app.lines.paths import best_path_of, best_paths, ending, forward, log_sum, marginals

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
    return Scores(candidates, rng.normal(0, 2, (COUNT, 5, LABELS)), rng.normal(0, 1, (COUNT, 5, 5)))


def all_paths(scores):
    """Yield (start, length, label) of the characters, and the score, of every path."""
    for cuts in itertools.product([False, True], repeat=COUNT - 1):
        starts = [0, *(i + 1 for i, is_cut in enumerate(cuts) if is_cut)]
        lengths = [after - start for start, after in zip(starts, [*starts[1:], COUNT], strict=True)]
        if max(lengths) > 5:
            continue
        total = sum(
            scores.candidates[start, length - 1] for start, length in zip(starts, lengths, strict=True)
        )
        total += sum(
            scores.transitions[start, before - 1, length - 1]
            for start, before, length in zip(starts[1:], lengths, lengths[1:], strict=False)
        )
        if not np.isfinite(total):
            continue
        for labels in itertools.product(range(LABELS), repeat=len(starts)):
            steps = list(zip(starts, lengths, labels, strict=True))
            yield (
                steps,
                total + sum(scores.labels[start, length - 1, label] for start, length, label in steps),
            )


def test_best_paths_are_those_of_all_paths(scores):
    expected = sorted(all_paths(scores), key=lambda path: -path[1])[:5]
    found = best_paths(scores, 5)
    assert [[(step.start, step.length, step.label) for step in path.steps] for path in found] == [
        steps for steps, _ in expected
    ]
    assert [path.score for path in found] == pytest.approx([score for _, score in expected])


def test_sum_of_all_paths(scores):
    of_any_label = scores.candidates + log_sum(scores.labels, axis=-1)
    expected = np.log(sum(np.exp(score) for _, score in all_paths(scores)))
    assert float(ending(forward(of_any_label, scores.transitions))) == pytest.approx(expected)


def test_probabilities_of_candidates(scores):
    of_any_label = scores.candidates + log_sum(scores.labels, axis=-1)
    expected = np.zeros((COUNT, 5))
    total = sum(np.exp(score) for _, score in all_paths(scores))
    for steps, score in all_paths(scores):
        for start, length, _ in steps:
            expected[start, length - 1] += np.exp(score) / total
    assert marginals(of_any_label, scores.transitions) == pytest.approx(expected)


def test_single_piece_is_one_path():
    one = Scores(np.array([[1.0, *[-np.inf] * 4]]), np.zeros((1, 5, LABELS)), np.zeros((1, 5, 5)))
    found = best_paths(one, 4)
    assert [path.labels for path in found] == [(0,), (1,), (2,)]
    assert marginals(one.candidates + np.log(3), one.transitions)[0].tolist() == [1, 0, 0, 0, 0]


@pytest.mark.parametrize("labels", [(2, 0, 1), (1, 1), (0, 1, 2, 0, 1, 2), (0,) * 7])
def test_best_path_of_a_text_is_the_best_of_all_paths_with_it(scores, labels):
    same = [path for path in all_paths(scores) if tuple(label for *_, label in path[0]) == labels]
    found = best_path_of(scores, labels)
    if not same:
        assert found is None
        return
    steps, score = max(same, key=lambda path: path[1])
    assert found is not None
    assert [(step.start, step.length, step.label) for step in found.steps] == steps
    assert found.score == pytest.approx(score)
