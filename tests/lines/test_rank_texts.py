"""Tests of the combination of paths and line network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.ink.strokes import Ink
from desktop_app.lines.candidates import find_candidates
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.line_model import MARK, Combination, Scores
from desktop_app.lines.paths import Step
from desktop_app.lines.pieces_of import pieces_of
from desktop_app.lines.rank_texts import (
    ColumnEvidence,
    FoundText,
    RankedText,
    find_texts,
    rank_texts,
    step_share,
)
from desktop_app.lines.word_kinds import WordKinds, label_kinds

LABELS = 3
BLANK = LABELS


@pytest.fixture
def scores() -> Scores:
    """Two pieces that are two characters: 0 and either 1 or, a little less probable, 2."""
    candidates = np.full((2, 8, LABELS + 1), -np.inf)
    candidates[0, 0] = 0.0, -9.0, -9.0, -12.0
    candidates[1, 0] = -9.0, -0.6, -0.8, -12.0
    return Scores(candidates, np.zeros((2, 8, 8)))


def columns_of(*labels: int) -> np.ndarray:
    """Return columns that are nearly sure of a label each."""
    columns = np.full((len(labels), LABELS + 1), -8.0)
    columns[range(len(labels)), labels] = -0.001
    return columns


def texts(ranked: list[RankedText]) -> list[tuple[int, ...]]:
    return [text.path.labels for text in ranked]


def test_without_a_line_network_the_paths_decide(scores: Scores) -> None:
    ranked = rank_texts(find_texts(scores, None), None)
    assert texts(ranked)[:2] == [(0, 1), (0, 2)]
    assert sum(text.share for text in ranked) == pytest.approx(1.0, abs=1e-3)


def test_a_line_network_outweighs_close_paths(scores: Scores) -> None:
    evidence = ColumnEvidence(columns_of(0, BLANK, 2), {})
    ranked = rank_texts(find_texts(scores, evidence), Combination(0.5, 0.5))
    assert texts(ranked)[0] == (0, 2)
    assert ranked[0].share > 0.9
    unheard = rank_texts(find_texts(scores, evidence), Combination(1.0, 0.0))
    assert texts(unheard)[0] == (0, 1)


def test_a_text_that_only_the_line_network_finds_is_compared() -> None:
    candidates = np.full((4, 8, LABELS + 1), -np.inf)
    candidates[:, 0] = -0.1, -3.0, -3.0, -9.0
    four = Scores(candidates, np.zeros((4, 8, 8)))
    columns = columns_of(2, BLANK, 2, BLANK, 1, BLANK, 2)
    found = find_texts(four, ColumnEvidence(columns, {}))
    (path,) = [text.path for text in found if text.path.labels == (2, 2, 1, 2)]
    assert path.steps == tuple(Step(start, 1, label) for start, label in enumerate((2, 2, 1, 2)))
    assert texts(rank_texts(found, Combination(0.1, 0.9)))[0] == (2, 2, 1, 2)
    own = find_texts(four, ColumnEvidence(columns, {}, adds_texts=False))
    assert (2, 2, 1, 2) not in [text.path.labels for text in own]


def test_a_text_that_does_not_fit_the_pieces_is_left_out(scores: Scores) -> None:
    evidence = ColumnEvidence(columns_of(0, 1, 2, 0), {})
    assert all(len(text.path.labels) <= 2 for text in find_texts(scores, evidence))


def test_columns_without_labels_leave_the_paths(scores: Scores) -> None:
    silent = ColumnEvidence(columns_of(BLANK, BLANK, BLANK, BLANK), {})
    assert texts(rank_texts(find_texts(scores, silent), Combination()))[0] == (0, 1)


def test_what_the_user_has_set_is_what_the_line_network_is_asked_about(scores: Scores) -> None:
    columns = columns_of(0, BLANK, 2)
    free = find_texts(scores, ColumnEvidence(columns, {}))
    set_by_user = find_texts(scores, ColumnEvidence(columns, {1: 2}))
    by_labels = {text.path.labels: text.of_columns for text in set_by_user}
    assert by_labels[0, 1] == pytest.approx({t.path.labels: t.of_columns for t in free}[0, 2])


def test_share_of_a_character_counts_texts_with_it_at_the_same_pieces(scores: Scores) -> None:
    ranked = rank_texts(find_texts(scores, None), None)
    assert step_share(Step(0, 1, 0), ranked) == pytest.approx(1.0, abs=1e-3)
    assert step_share(Step(1, 1, 1), ranked) == pytest.approx(ranked[0].share, abs=1e-3)
    assert step_share(Step(0, 1, 1), ranked) < 0.01


def test_shares_are_probabilities_even_if_nothing_is_probable() -> None:
    found = [FoundText(path, -400.0, -900.0) for path in find_paths()]
    ranked = rank_texts(found, Combination())
    assert [text.share for text in ranked] == pytest.approx([0.5, 0.5])


def find_paths():
    """Two paths."""
    candidates = np.full((1, 8, 3), -np.inf)
    candidates[0, 0] = 0.0, 0.0, -9.0
    scores = Scores(candidates, np.zeros((1, 8, 8)))
    return [text.path for text in find_texts(scores, None)]


def test_a_mark_is_no_part_of_the_text(scores: Scores) -> None:
    scores.candidates[0, 0, MARK] = 4.0
    (best, *_) = rank_texts(find_texts(scores, None), None)
    assert best.path.labels == (1,)
    assert best.path.steps[0] == Step(0, 1, MARK)
    assert step_share(Step(0, 1, MARK), [best]) > 0.5


def test_ink_that_looks_like_marks_only_has_an_improbable_text(scores: Scores) -> None:
    scores.candidates[:, 0, MARK] = 40.0
    ranked = rank_texts(find_texts(scores, None), None)
    assert texts(ranked)[0] == (0, 1)
    assert ranked[0].share < 1e-6


def test_mixed_words_cost_probability(scores: Scores) -> None:
    found = find_texts(scores, None)
    costs: dict[tuple[int, ...], float] = {(0, 1): 2.0}
    with_costs = [replace(text, of_words=costs.get(text.path.labels, 0.0)) for text in found]
    ranked = rank_texts(with_costs, None)
    assert texts(ranked)[:2] == [(0, 2), (0, 1)]
    before = sum(text.share for text in rank_texts(found, None))
    assert sum(text.share for text in ranked) == pytest.approx(before)


def test_a_text_of_one_kind_is_compared_if_only_a_mixed_one_was_found() -> None:
    ink = Ink.from_points([[(x, 0), (x + 1, 50), (x, 100)] for x in (0, 60)])
    pieces = pieces_of(ink)
    candidates = find_candidates(find_lines(pieces.items)[0], pieces.items)
    labels = ["2", "8", "K", "X", "Z"]
    outputs = np.full((2, 8, len(labels)), 1e-6)
    outputs[0, 0, :] = 0.1, 1e-6, 0.2, 0.2, 0.5
    outputs[1, 0, 1] = 0.9
    scores = Scores(np.full((2, 8, len(labels) + 1), -np.inf), np.zeros((2, 8, 8)))
    scores.candidates[:, 0, :-1] = np.log(outputs[:, 0])
    words = WordKinds(label_kinds(labels, {}), candidates, outputs)
    assert (0, 1) not in [text.path.labels for text in find_texts(scores, None)]
    found = {text.path.labels: text for text in find_texts(scores, None, words)}
    assert found[0, 1].of_words == 0
    assert found[4, 1].of_words > 0
    assert found[0, 1].of_paths - found[4, 1].of_paths == pytest.approx(np.log(0.1 / 0.5))
