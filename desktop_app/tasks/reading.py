"""Readings: what the program says about one input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Verdict(StrEnum):
    """How far a reading can be trusted; the values are the words shown and written."""

    READ = "read"
    UNSURE = "unsure"
    NOT_A_CHARACTER = "not a character"
    NO_INK = "no ink"


@dataclass(frozen=True)
class Reading:
    """The answer to one input.

    Attributes:
        verdict: how far to trust it.
        label: the character, or None where the verdict claims none (no ink, not a character).
        alternatives: the labels in question, most probable first; two or more when unsure,
            the label alone when read, none otherwise.
        probabilities: label to probability for every label the model knows, in the model's order.
            They sum to at most 1; what is missing is the probability of not being a character.
            Empty without ink.
        confidence: probability of the label, 0..1; 0 where there is no label.
        milliseconds: time from the ink or picture to this reading.
    """

    verdict: Verdict
    label: str | None = None
    alternatives: tuple[str, ...] = ()
    probabilities: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    confidence: float = 0.0
    milliseconds: float = 0.0

    @property
    def not_a_character(self) -> float:
        """Probability that the input is none of the labels, 0..1."""
        if not self.probabilities:
            return 0.0
        return max(0.0, 1.0 - sum(self.probabilities.values()))
