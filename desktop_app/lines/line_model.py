"""Scores of candidates and transitions, fitted to numbers and to words, and levels of acceptance.

The weights maximize the likelihood of the true texts among all paths (`tests/benchmarks/fit_lines.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines import fitted, fitted_words
from desktop_app.lines.candidates import Candidates
from desktop_app.lines.evidence import SMALLEST_PROBABILITY, candidate_evidence, whole_evidence
from desktop_app.lines.log_sum import log_sum

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Combination:
    """How the paths and the line network are combined.

    In ink, strokes show which parts belong together, so the paths know more about ink than about images.

    Attributes:
        paths, columns: weights of the logarithms of the probabilities of a text, of the paths and of the line
            network.
        level, slope: calibration of the logit of the share of a text among all texts (Platt, 1999).
    """

    paths: float = 0.5
    columns: float = 0.5
    level: float = 0.0
    slope: float = 1.0

    @property
    def calibration(self) -> tuple[float, float]:
        """Level and slope of the calibration."""
        return self.level, self.slope


@dataclass(frozen=True, eq=False)
class LineModel:
    """Weights of the scores of a line.

    Attributes:
        label: of the logarithm of the probability of a label.
        candidate: (CANDIDATE_FEATURES + CANDIDATE_EVIDENCE,).
        transition: (TRANSITION_FEATURES + TRANSITION_EVIDENCE,).
        hidden: (CANDIDATE_FEATURES + CANDIDATE_EVIDENCE, units), of hidden units with the function tanh.
        output: (units,), of the hidden units in the score of a candidate.
        mark, mark_output: like `candidate` and `output`, of a candidate that is a mark: ink without a label.
        calibration: level and slope of the logit of the share of a text among all paths (Platt, 1999).
        of_ink, of_images: how paths and line network are combined.
    """

    label: float
    candidate: Values
    transition: Values
    hidden: Values
    output: Values
    mark: Values
    mark_output: Values
    calibration: tuple[float, float] = (0.0, 1.0)
    of_ink: Combination = Combination()
    of_images: Combination = Combination()


OF_NUMBERS = LineModel(
    fitted.LABEL,
    np.array(fitted.CANDIDATE),
    np.array(fitted.TRANSITION),
    np.array(fitted.HIDDEN),
    np.array(fitted.OUTPUT),
    np.array(fitted.MARK),
    np.array(fitted.MARK_OUTPUT),
    fitted.CALIBRATION,
    Combination(*fitted.OF_INK),
    Combination(*fitted.OF_IMAGES),
)
OF_WORDS = LineModel(
    fitted_words.LABEL,
    np.array(fitted_words.CANDIDATE),
    np.array(fitted_words.TRANSITION),
    np.array(fitted_words.HIDDEN),
    np.array(fitted_words.OUTPUT),
    np.array(fitted_words.MARK),
    np.array(fitted_words.MARK_OUTPUT),
    fitted_words.CALIBRATION,
    Combination(*fitted_words.OF_INK),
    Combination(*fitted_words.OF_IMAGES),
)


def line_model(labels: Sequence[str]) -> LineModel:
    """Return the weights for texts of these labels: those of words if there are letters among them."""
    return OF_WORDS if any(label.isalpha() for label in labels) else OF_NUMBERS


@dataclass(frozen=True)
class AcceptanceLevel:
    """A smallest confidence of accepted texts, and what it leads to with other writers.

    Attributes:
        confidence: smallest confidence of an accepted text, 0..1.
        accepted: share of texts that are accepted, 0..1; the others have to be checked.
        wrong: largest share of the accepted texts that are wrong, 0..1.
    """

    confidence: float
    accepted: float
    wrong: float


LEVELS = tuple(AcceptanceLevel(*figures) for figures in fitted.ACCEPTANCE)
"""Levels from the fewest errors to the least checking."""

MOST_WRONG = 0.001
"""Largest share of wrong texts among those accepted at the default level."""


def level_for(most_wrong: float) -> AcceptanceLevel:
    """Return the level with the least checking at which at most a share of the accepted texts is wrong.

    Args:
        most_wrong: largest share of wrong texts among the accepted ones, 0..1.

    Returns:
        The level; that with the fewest errors if all have more.
    """
    return [LEVELS[0], *(level for level in LEVELS if level.wrong <= most_wrong)][-1]


DEFAULT_LEVEL = level_for(MOST_WRONG)


MARK = -1
"""Stands for the label of a mark: ink without a label, such as a full stop or a percent sign."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of the candidates of a line, see `Candidates`.

    Attributes:
        candidates: (n, 8, labels + 1), of each candidate with each label and, last, as a mark, which has one
            piece only; -inf where there is no candidate.
        transitions: (n, 8, 8).
    """

    candidates: Values
    transitions: Values

    @property
    def of_any(self) -> Values:
        """Logarithms of the summed exponentials of each candidate's scores, (n, 8)."""
        return log_sum(self.candidates, axis=-1)

    @property
    def has_set_marks(self) -> bool:
        """Whether a piece can be nothing but a mark, because the user has set it."""
        one = self.candidates[:, 0]
        return bool((np.isneginf(one[:, :MARK]).all(axis=1) & np.isfinite(one[:, MARK])).any())

    def without_marks(self) -> Scores:
        """Return the scores of paths on which all ink has a label."""
        candidates = self.candidates.copy()
        candidates[..., MARK] = -np.inf
        return Scores(candidates, self.transitions)


@dataclass(frozen=True, eq=False)
class LineFeatures:
    """What the scores of a line are made of, see `Candidates`.

    Attributes:
        is_valid: bool (n, 8), which candidates exist.
        candidates: (n, 8, CANDIDATE_FEATURES + CANDIDATE_EVIDENCE).
        transitions: (n, 8, 8, TRANSITION_FEATURES + TRANSITION_EVIDENCE).
        labels: (n, 8, labels), logarithms of the probabilities of the labels.
    """

    is_valid: NDArray[np.bool_]
    candidates: Values
    transitions: Values
    labels: Values


def line_features(candidates: Candidates, outputs: Values, count: int) -> LineFeatures:
    """Return what the scores of a line are made of.

    Args:
        candidates: the candidates of the line.
        outputs: (n, 8, outputs), probabilities; the first are those of the labels, then that of no character.
        count: number of labels.
    """
    labels = outputs[..., :count]
    wholes = whole_evidence(candidates, labels.max(axis=-1))[:-1]
    of_transitions = np.broadcast_to(wholes[:, None, None, None], (*candidates.transitions.shape[:3], 1))
    return LineFeatures(
        candidates.is_valid,
        np.concatenate((candidates.features, candidate_evidence(candidates, outputs, count)), axis=-1),
        np.concatenate((candidates.transitions, of_transitions), axis=-1),
        np.log(np.maximum(labels, SMALLEST_PROBABILITY)),
    )


def score(features: LineFeatures, model: LineModel) -> Scores:
    """Return the scores of a line."""
    hidden = np.tanh(features.candidates @ model.hidden)
    own = features.candidates @ model.candidate + hidden @ model.output
    marks = features.candidates @ model.mark + hidden @ model.mark_output
    candidates = np.concatenate((own[..., None] + model.label * features.labels, marks[..., None]), axis=-1)
    candidates[~features.is_valid] = -np.inf
    candidates[:, 1:, MARK] = -np.inf
    return Scores(candidates, features.transitions @ model.transition)


def calibrated(share: float, calibration: tuple[float, float] = fitted.CALIBRATION) -> float:
    """Return the probability that a text is correct from its share of all paths, both 0..1.

    The logit of the share is calibrated with a level and a slope (Platt, 1999).
    """
    share = min(max(share, 1e-9), 1 - 1e-9)
    level, slope = calibration
    return 1 / (1 + math.exp(-(level + slope * math.log(share / (1 - share)))))
