"""Probable texts of a line: from the paths through its candidates and, where there is one, its line network.

The line network sees what belongs together without deciding where one character ends, the paths see each
character as it was drawn. Both are wrong about different lines. The logarithms of their probabilities of a
text are added with fitted weights (a product of experts, Hinton, 2002).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.ctc import Text, log_probabilities, probable_texts
from desktop_app.lines.line_model import MARK, Combination, Scores
from desktop_app.lines.log_sum import log_sum
from desktop_app.lines.paths import Path, Step, best_path_of, best_paths, ending, forward
from desktop_app.lines.word_kinds import WordKinds

Values = NDArray[np.float64]

_MOST_PATHS = 12
"""Paths that are compared; several of them have the same text."""

_MOST_TEXTS = 4
"""Texts of the line network that are compared with those of the paths."""

_LEAST_OF_PATHS, _LEAST_OF_COLUMNS = -30.0, -60.0
"""Logarithms of the smallest probabilities of a text, of the paths and of the line network."""

_LEAST_SHARE = 1e-4
"""Share from which a text counts for the confidence of characters."""

_SAME = 0.5
"""Smallest share of common pieces of two candidates that are the same character."""


@dataclass(frozen=True)
class FoundText:
    """A text of a line.

    Attributes:
        path: the best path with this text.
        of_paths: logarithm of its share among all paths.
        of_columns: logarithm of its probability by the line network; 0 without one.
        of_words: what it costs because its words are mixed, see `WordKinds`.
    """

    path: Path
    of_paths: float
    of_columns: float = 0.0
    of_words: float = 0.0


@dataclass(frozen=True)
class RankedText:
    """A text of a line.

    Attributes:
        found: the text.
        share: its probability relative to the other texts, 0..1, not calibrated.
    """

    found: FoundText
    share: float

    @property
    def path(self) -> Path:
        """The best path with this text."""
        return self.found.path


@dataclass(frozen=True, eq=False)
class ColumnEvidence:
    """What a line network says about a line.

    Attributes:
        columns: (columns, labels + 1), logarithms of probabilities; the last is that of no label.
        corrected: numbers of the labels that the user has set, or ANY, by piece; paths have others there.
        adds_texts: whether texts that only the line network finds are compared: not if the user has merged,
            split or corrected characters, of which it does not know.
    """

    columns: Values
    corrected: Mapping[int, int]
    adds_texts: bool = True

    def text_of(self, path: Path) -> Text:
        """Return the text of a path with what the user has set."""
        return tuple(self.corrected.get(step.start, step.label) for step in path.steps if step.label != MARK)


def find_texts(
    scores: Scores, evidence: ColumnEvidence | None, words: WordKinds | None = None
) -> list[FoundText]:
    """Return probable texts of a line.

    Args:
        scores: of the line.
        evidence: of the line network; None without one.
        words: of the line; None if their kinds do not matter.
    """
    total = sum_of_paths(scores)
    # If the user says of ink that it is no character, there may be none.
    may_be_empty = scores.has_set_marks
    found = _best_texts(scores, may_be_empty=may_be_empty)
    if not found:
        found = _best_texts(scores.without_marks(), may_be_empty=may_be_empty)
    if evidence is not None and evidence.adds_texts:
        for text in probable_texts(evidence.columns, _MOST_TEXTS):
            path_of = None if text in found or not text else best_path_of(scores, text)
            if path_of is not None:
                found[text] = [path_of]
    if words is not None:
        for same in list(found.values()):
            for steps in words.less_mixed(same[0]):
                changed = _relabelled(same[0], steps, scores)
                found.setdefault(changed.labels, [changed])
    of_words = [0.0 if words is None else words.cost(same[0]) for same in found.values()]
    if evidence is None:
        return [
            FoundText(same[0], _log_share(same, total), of_words=cost)
            for same, cost in zip(found.values(), of_words, strict=True)
        ]
    of_columns = log_probabilities(
        evidence.columns, [evidence.text_of(same[0]) for same in found.values()]
    ).tolist()
    return [
        FoundText(same[0], max(_log_share(same, total), _LEAST_OF_PATHS), max(value, _LEAST_OF_COLUMNS), cost)
        for same, value, cost in zip(found.values(), of_columns, of_words, strict=True)
    ]


def _best_texts(scores: Scores, *, may_be_empty: bool) -> dict[Text, list[Path]]:
    """Return the best paths by their text, the best first; those with marks only have an empty one."""
    found: dict[Text, list[Path]] = {}
    for path in best_paths(scores, _MOST_PATHS):
        if path.labels or may_be_empty:
            found.setdefault(path.labels, []).append(path)
    return found


def _relabelled(path: Path, steps: tuple[Step, ...], scores: Scores) -> Path:
    """Return a path whose steps have other labels."""

    def sum_of(labelled: tuple[Step, ...]) -> float:
        return sum(float(scores.candidates[step.start, step.length - 1, step.label]) for step in labelled)

    return Path(steps, path.score + sum_of(steps) - sum_of(path.steps))


def rank_texts(texts: Sequence[FoundText], combination: Combination | None) -> list[RankedText]:
    """Return texts with their probabilities, the most probable first.

    Args:
        texts: of one line.
        combination: weights of paths and line network; None without one.
    """
    logs = np.array([text.of_paths for text in texts])
    total = float(log_sum(logs, axis=0))
    if combination is not None:
        logs = combination.paths * logs + combination.columns * np.array([text.of_columns for text in texts])
        total = 0.0
    logs -= np.array([text.of_words for text in texts])
    logs += total - log_sum(logs, axis=0)
    order = np.argsort(-logs, kind="stable").tolist()
    return [RankedText(texts[number], min(1.0, float(np.exp(logs[number])))) for number in order]


def sum_of_paths(scores: Scores) -> float:
    """Return the log of the summed exponentials of all paths."""
    return float(ending(forward(scores.of_any, scores.transitions)))


def step_share(step: Step, texts: Sequence[RankedText]) -> float:
    """Return the share of likely texts with the same character or mark at the same pieces, 0..1."""
    likely = (text for text in texts if text.share > _LEAST_SHARE)
    same = (text.share for text in likely if any(_is_same(step, other) for other in text.path.steps))
    return min(1.0, sum(same))


def _log_share(paths: Sequence[Path], total: float) -> float:
    return float(log_sum(np.array([path.score for path in paths]), axis=0)) - total


def _is_same(step: Step, other: Step) -> bool:
    first, last = max(step.start, other.start), min(step.start + step.length, other.start + other.length)
    outer = max(step.start + step.length, other.start + other.length) - min(step.start, other.start)
    return step.label == other.label and (last - first) >= _SAME * outer
