"""Patterns of the case of words: capitals, small letters, or small letters after a capital.

A word gets the pattern that its letters contradict least; a letter that contradicts it much keeps its own
case. Costs are logarithms of probability. So the patterns also say how probable the cases of a word are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_OWN_CASE = 3.0
"""What a letter costs that has another case than the pattern of its word."""

_NAME = 0.3
"""What the pattern of a capital and small letters costs."""

_PATTERNS = (0, 0, 0.0), (1, 1, 0.0), (0, 1, _NAME)
"""First letter and others, 1 for small, and what the pattern costs."""

_TRUST = 1.5
"""Factor of the costs as logarithms of probability; fitted to words of validation writers."""

_Values = NDArray[np.float64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _OfPattern:
    """What the letters of a word cost by a pattern.

    Attributes:
        usual: which letters are small by the pattern, (letters,).
        own, other: what they cost in that case and in the other one, (..., letters).
        cost: of the pattern.
    """

    usual: _Flags
    own: _Values
    other: _Values
    cost: float


def cheapest_case(costs: _Values) -> tuple[_Values, _Flags]:
    """Return what a word costs with its best pattern, and which of its letters are small, both by scale.

    Args:
        costs: (scales, letters, 2), of each letter as a capital and as a small letter.
    """
    of_pattern, small = [], []
    for pattern in _patterns(costs):
        has_own_case = pattern.other < pattern.own
        of_pattern.append(np.minimum(pattern.own, pattern.other).sum(axis=1) + pattern.cost)
        small.append(has_own_case != pattern.usual)
    best = np.argmin(of_pattern, axis=0)
    scales = np.arange(len(costs))
    return np.array(of_pattern)[best, scales], np.array(small)[best, scales]


def case_probability(costs: _Values, is_small: _Flags, has_case: _Flags) -> tuple[float, _Values]:
    """Return how probable the cases of a word are, if its letters are right.

    A word has one of the patterns, from which each letter deviates on its own.

    Args:
        costs: (letters, 2), of each letter as a capital and as a small letter.
        is_small: which letters are small, (letters,).
        has_case: which letters have different forms, (letters,).

    Returns:
        Probability that all are right, and that of each letter, (letters,).
    """
    weights, together, each = [], [], []
    for pattern in _patterns(costs):
        own, other = -_TRUST * pattern.own, -_TRUST * pattern.other
        either = np.logaddexp(own, other)
        agreed = np.where(has_case, np.exp(np.where(is_small == pattern.usual, own, other) - either), 1.0)
        weights.append(float(np.where(has_case, either, 0.0).sum()) - _TRUST * pattern.cost)
        together.append(float(agreed.prod()))
        each.append(agreed)
    shares = np.exp(np.array(weights) - np.logaddexp.reduce(weights))
    return float(shares @ np.array(together)), shares @ np.array(each)


def _patterns(costs: _Values) -> Iterator[_OfPattern]:
    """Yield what letters cost by each pattern; costs: (..., letters, 2)."""
    for first, others, cost in _PATTERNS:
        usual = np.full(costs.shape[-2], others == 1)
        usual[:1] = first == 1
        own, other = (np.where(case, costs[..., 1], costs[..., 0]) for case in (usual, ~usual))
        yield _OfPattern(usual, own, other + _OWN_CASE, cost)
