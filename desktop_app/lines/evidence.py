"""What the network says about the candidates of a line, as features of candidates and transitions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.candidates import MOST_PIECES, Candidates

Values = NDArray[np.float64]

SMALLEST_PROBABILITY = 1e-7
"""Probabilities count as at least this, so that one character does not rule out a path."""

CANDIDATE_EVIDENCE = ("rejected", "best", "whole")
TRANSITION_EVIDENCE = ("whole",)


def candidate_evidence(candidates: Candidates, outputs: Values, count: int) -> Values:
    """Return the features of candidates that follow from the outputs of the network.

    They are the logarithms of the probabilities of no character and of the best label, and, for parts of a
    stroke or connected part, the probability that all of it is one character.

    Args:
        candidates: the candidates of a line.
        outputs: (n, 8, outputs), probabilities; the first are those of the labels, then that of no character.
        count: number of labels.

    Returns:
        (n, 8, CANDIDATE_EVIDENCE).
    """
    rejected = outputs[..., count:].sum(axis=-1)
    best = outputs[..., :count].max(axis=-1)
    wholes = np.pad(whole_evidence(candidates, best), (0, MOST_PIECES))
    starts = np.arange(len(best))[:, None]
    both = np.maximum(wholes[starts], wholes[starts + np.arange(1, MOST_PIECES + 1)])
    return np.stack(
        (
            np.log(np.maximum(rejected, SMALLEST_PROBABILITY)),
            np.log(np.maximum(best, SMALLEST_PROBABILITY)),
            both,
        ),
        axis=2,
    )


def whole_evidence(candidates: Candidates, best: Values) -> Values:
    """Return for each cut the probability that what is cut there is one character.

    Args:
        candidates: the candidates of a line.
        best: (n, 8), probability of the best label.

    Returns:
        (n + 1,), at the cut before the i-th piece; 0 where nothing is cut.
    """
    evidence = np.zeros(len(candidates.is_cut))
    starts = np.flatnonzero(~candidates.is_cut).tolist()
    _, of_piece, counts = np.unique(
        [item.whole for item in candidates.items], return_inverse=True, return_counts=True
    )
    for first, end in pairwise(starts):
        length = end - first - 1
        is_all = counts[of_piece[first]] == length + 1
        if 0 < length < MOST_PIECES and is_all and candidates.is_valid[first, length]:
            evidence[first + 1 : end] = best[first, length]
    return evidence
