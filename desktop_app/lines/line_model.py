"""Scores of candidates and transitions, with weights fitted to numbers by many writers.

The weights maximize the likelihood of the true texts among all paths (`tests/benchmarks/fit_lines.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.candidates import Candidates

Values = NDArray[np.float64]

SMALLEST_PROBABILITY = 1e-7
"""Probabilities count as at least this, so that one character does not rule out a path."""


@dataclass(frozen=True, eq=False)
class LineModel:
    """Weights of the scores of a line.

    Attributes:
        label: of the logarithm of the probability of a label.
        candidate: (CANDIDATE_FEATURES,).
        transition: (TRANSITION_FEATURES,).
    """

    label: float
    candidate: Values
    transition: Values


LINE_MODEL = LineModel(
    label=1.41,
    candidate=np.array([0.69, -5.08, 1.41, -2.27, -1.91, -6.53, -1.64]),
    transition=np.array([-3.19, -0.57, -0.44]),
)

_LEVEL, _SLOPE = -0.22, 0.9
"""Calibration of the logit of the share of a text among all paths (Platt, 1999)."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of the candidates of a line, see `Candidates`.

    Attributes:
        candidates: (n, 5), geometry; -inf where there is no candidate.
        labels: (n, 5, labels).
        transitions: (n, 5, 5).
    """

    candidates: Values
    labels: Values
    transitions: Values


def score(candidates: Candidates, probabilities: Values, model: LineModel = LINE_MODEL) -> Scores:
    """Return the scores of candidates; probabilities: (n, 5, labels), of their labels."""
    return Scores(
        np.where(candidates.is_valid, candidates.features @ model.candidate, -np.inf),
        model.label * np.log(np.maximum(probabilities, SMALLEST_PROBABILITY)),
        candidates.transitions @ model.transition,
    )


def calibrated(share: float) -> float:
    """Return the probability that a text is correct from its share of all paths, both 0..1."""
    share = min(max(share, 1e-9), 1 - 1e-9)
    return 1 / (1 + math.exp(-(_LEVEL + _SLOPE * math.log(share / (1 - share)))))
