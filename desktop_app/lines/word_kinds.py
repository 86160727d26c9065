"""Kinds of words: most are of digits, of capitals, of small letters, or of small letters after a capital.

A character of another kind contradicts all others of its word, so it is the less probable the longer the word
is: the Z in `3Z071` is rather a 2, that in `Z4` need not be. Words end at spaces; what is before and after a
mark, such as a comma, is one word here, since marks mostly separate groups of one kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.candidates import Candidates
from desktop_app.lines.evidence import SMALLEST_PROBABILITY
from desktop_app.lines.line_model import MARK
from desktop_app.lines.paths import Path, Step
from desktop_app.lines.spaces import find_spaces

_COST = 0.6
"""What a mixed word costs for each character of its most frequent kind, as a logarithm of probability."""

_LARGEST_COST = 4.0
"""What a mixed word costs at most; digits and letters, or capitals and small letters."""

_MOST_CHANGED = 8
"""Largest number of texts that a path is compared with because their words are less mixed."""

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LabelKinds:
    """Which labels are of which kind, bool (labels,); a label of both cases is no capital and not small."""

    digits: _Flags
    letters: _Flags
    capitals: _Flags
    small: _Flags

    @property
    def may_mix(self) -> bool:
        """Whether words can be mixed."""
        return bool((self.digits.any() and self.letters.any()) or (self.capitals.any() and self.small.any()))

    def cost(self, word: Sequence[int]) -> float:
        """Return what a word costs because it is mixed, as a logarithm of probability, at least 0."""
        own, rest = list(word), list(word)[1:]
        of_digits = _cost(int(self.digits[own].sum()), int(self.letters[own].sum()))
        return of_digits + _cost(int(self.capitals[rest].sum()), int(self.small[own].sum()))

    def has_digits_and_letters(self, word: Sequence[int]) -> bool:
        """Return whether a word has both."""
        own = list(word)
        return bool(self.digits[own].any() and self.letters[own].any())


def _cost(first: int, second: int) -> float:
    return min(_COST * max(first, second), _LARGEST_COST) if first and second else 0.0


def label_kinds(labels: Sequence[str], pairs: Mapping[str, str]) -> LabelKinds:
    """Return the kinds of labels.

    Args:
        labels: labels of a network.
        pairs: small letter of each capital that is the label of both.
    """
    return LabelKinds(
        np.array([label.isdecimal() for label in labels], np.bool_),
        np.array([label.isalpha() for label in labels], np.bool_),
        np.array([label.isupper() and label not in pairs for label in labels], np.bool_),
        np.array([label.islower() for label in labels], np.bool_),
    )


@dataclass(frozen=True, eq=False)
class WordKinds:
    """The kinds of the words of the paths through a line. What the user has set does not count.

    Attributes:
        kinds: of the labels.
        candidates: the candidates of the line.
        outputs: (n, 8, outputs), probabilities of the network; the first are those of the labels.
    """

    kinds: LabelKinds
    candidates: Candidates
    outputs: NDArray[np.float64]

    def cost(self, path: Path) -> float:
        """Return what the words of a path cost because they are mixed, as a logarithm of probability."""
        return sum(self.kinds.cost([step.label for step in word]) for word in self._words(path))

    def less_mixed(self, path: Path) -> list[tuple[Step, ...]]:
        """Return the steps of a path with mixed words made of digits or of letters, whichever costs less."""
        changed: list[tuple[Step, ...]] = [path.steps]
        for word in self._words(path):
            if self.kinds.has_digits_and_letters([step.label for step in word]):
                labels = self._labels_of_one_kind(word)
                changed += [
                    tuple(Step(step.start, step.length, labels.get(step, step.label)) for step in steps)
                    for steps in changed[: _MOST_CHANGED - len(changed) + 1]
                ]
        return changed[1:]

    def _labels_of_one_kind(self, word: Sequence[Step]) -> dict[Step, int]:
        """Return the most probable labels of a word that are all digits or all letters."""
        own = np.array([self.outputs[step.start, step.length - 1] for step in word])
        of_labels = np.log(np.maximum(own[:, : len(self.kinds.digits)], SMALLEST_PROBABILITY))
        rows, present = np.arange(len(word)), np.array([step.label for step in word])
        options = []
        for is_of_kind in (self.kinds.digits, self.kinds.letters):
            likeliest = np.where(is_of_kind, of_labels, -np.inf).argmax(axis=1)
            options.append(np.where(is_of_kind[present], present, likeliest))
        best = max(options, key=lambda labels: float(of_labels[rows, labels].sum()))
        return dict(zip(word, best.tolist(), strict=True))

    def _words(self, path: Path) -> list[list[Step]]:
        """Return the characters of each word that the user has not set."""
        boxes = [tuple(self.candidates.boxes[step.start, step.length - 1].tolist()) for step in path.steps]
        words: list[list[Step]] = [[]]
        for step, has_space in zip(
            path.steps, [False, *find_spaces(boxes, self.candidates.height)], strict=True
        ):
            if has_space:
                words.append([])
            fixed = self.candidates.items[step.start].fixed
            if step.label != MARK and (fixed is None or fixed.label is None):
                words[-1].append(step)
        return [word for word in words if word]
