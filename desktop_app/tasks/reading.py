"""Readings: the result of a network for one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from desktop_app.core.messages import Message

PLAUSIBLE = 0.05
"""Smallest probability of an answer that is named as an alternative."""


class Verdict(StrEnum):
    """Reliability of a reading; the values are shown and stored."""

    READ = "read"
    UNSURE = "unsure"
    NOT_A_CHARACTER = "not a character"
    NO_INK = "no ink"


def probability_text(probability: float) -> str:
    """Return a probability in percent with one decimal, e.g. "99.7 %"; it is never rounded to 0 or 100."""
    if probability < 0.001:
        return "<0.1 %"
    return ">99.9 %" if probability > 0.999 else f"{100 * probability:.1f} %"


@dataclass(frozen=True)
class Reading:
    """The answer to one page.

    Attributes:
        verdict: reliability of the answer.
        label: most probable label, or None for the verdicts "no ink" and "not a character".
        alternatives: candidate labels, most probable first: the label and up to two others when unsure,
            only the label when read, none otherwise.
        probabilities: probability of each label of the model, in its order; the rest up to 1 is the
            probability of "not a character". Empty without ink.
        confidence: probability of the label, 0..1; 0 without label.
        milliseconds: time from the page to the reading.
        remark: why the ink is not a character, or no ink was found, where that is known.
    """

    verdict: Verdict
    label: str | None = None
    alternatives: tuple[str, ...] = ()
    probabilities: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    confidence: float = 0.0
    milliseconds: float = 0.0
    remark: Message | None = None

    @property
    def not_a_character(self) -> float:
        """Probability that the input is none of the labels, 0..1."""
        if not self.probabilities:
            return 0.0
        return max(0.0, 1.0 - sum(self.probabilities.values()))
