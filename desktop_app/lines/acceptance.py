"""Verdict on a whole text: whether it is accepted, and which characters to check if it is not."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.lines.line_model import DEFAULT_LEVEL, AcceptanceLevel, calibrated
from desktop_app.lines.text_reading import TextReading
from desktop_app.tasks.reading import Verdict


@dataclass(frozen=True)
class TextVerdict:
    """Whether a text can be relied on.

    Attributes:
        verdict: `read` if the text is accepted, `unsure` if not, `no ink` if there is no text.
        confidence: calibrated probability, 0..1, that everything is correct, spaces aside.
        to_check: numbers of the characters to check, in `TextReading.characters`: the least reliable ones,
            without which the others reach the level; empty if the text is accepted.
        level: the level.
    """

    verdict: Verdict
    confidence: float
    to_check: tuple[int, ...]
    level: AcceptanceLevel


def judge_text(reading: TextReading, level: AcceptanceLevel = DEFAULT_LEVEL) -> TextVerdict:
    """Return the verdict on a text at a level of acceptance."""
    verdict = reading.verdict_at(level)
    to_check = _to_check(reading, level) if verdict is Verdict.UNSURE else ()
    return TextVerdict(verdict, reading.confidence, to_check, level)


def _to_check(reading: TextReading, level: AcceptanceLevel) -> tuple[int, ...]:
    """Return the characters that are not needed to reach the level; at least one."""
    confidences = [character.confidence for character in reading.characters]
    order = sorted(range(len(confidences)), key=lambda number: -confidences[number])
    reliable, product = 0, 1.0
    for number in order[:-1]:
        product *= confidences[number]
        if calibrated(product) < level.confidence:
            break
        reliable += 1
    return tuple(sorted(order[reliable:]))
