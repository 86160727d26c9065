"""Tests of what the network says about the candidates of a line."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.lines.candidates import MOST_PIECES, find_candidates
from desktop_app.lines.evidence import candidate_evidence, whole_evidence
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.piece import Piece


@pytest.fixture
def candidates():
    """A line of a stroke, a stroke that is cut in two, and a stroke; 0, 1, 1 and 2."""
    boxes = [(0, 0, 60, 100), (80, 0, 100, 100), (100, 0, 140, 100), (160, 0, 220, 100)]
    items = [
        Piece(box, bytes([number]), whole)
        for number, (box, whole) in enumerate(zip(boxes, (0, 1, 1, 2), strict=True))
    ]
    (line,) = find_lines(items)
    return find_candidates(line, items)


def test_cuts_know_whether_all_that_is_cut_is_a_character(candidates):
    best = np.zeros((4, MOST_PIECES))
    best[1, 1] = 0.9
    assert whole_evidence(candidates, best) == pytest.approx([0, 0, 0.9, 0, 0])


def test_parts_know_whether_all_that_is_cut_is_a_character(candidates):
    outputs = np.zeros((4, MOST_PIECES, 3))
    outputs[1, 1] = 0.9, 0.06, 0.04
    evidence = candidate_evidence(candidates, outputs, 2)
    assert evidence[1, 1] == pytest.approx((np.log(0.04), np.log(0.9), 0))
    of_whole = np.zeros((4, MOST_PIECES))
    of_whole[[0, 1, 2, 2], [1, 0, 0, 1]] = 0.9
    assert np.where(candidates.is_valid, evidence[..., 2], 0) == pytest.approx(of_whole)


def test_candidates_know_on_how_many_sides_they_are_cut(candidates):
    cuts = candidates.features[..., 7]
    assert cuts[:, 0] == pytest.approx([0, 1, 1, 0])
    assert cuts[:3, 1] == pytest.approx([1, 0, 1])
