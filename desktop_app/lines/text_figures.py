"""Evaluation of readings of several characters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from desktop_app.lines.text_reading import TextReading
from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.reliability import reliability


@dataclass(frozen=True)
class TextFigures:
    """Figures of an evaluation of texts. Shares are 0..1, or None without samples.

    Attributes:
        count: number of texts.
        string_accuracy: share of texts that are completely correct, whatever the verdict.
        character_error_rate: characters to insert, delete or replace, divided by the number of true
            characters.
        accepted: share of texts with the verdict `read`.
        string_accuracy_of_accepted: share of completely correct texts among those.
        ece: expected calibration error of the confidence of the texts.
    """

    count: int
    string_accuracy: float | None
    character_error_rate: float | None
    accepted: float | None
    string_accuracy_of_accepted: float | None
    ece: float | None


def measure_texts(answers: Iterable[tuple[str, TextReading]]) -> TextFigures:
    """Compare readings with the true texts; white space is not compared.

    Args:
        answers: true text and reading of each sample.
    """
    rows = []
    for true_text, reading in answers:
        expected, text = _plain(true_text), _plain(reading.text)
        is_accepted = reading.verdict is Verdict.READ
        rows.append(
            (text == expected, is_accepted, reading.confidence, distance(text, expected), len(expected))
        )
    if not rows:
        return TextFigures(0, None, None, None, None, None)
    right, accepted, confidence, errors, lengths = (np.array(column) for column in zip(*rows, strict=True))
    return TextFigures(
        count=len(rows),
        string_accuracy=float(right.mean()),
        character_error_rate=float(errors.sum() / max(1, lengths.sum())),
        accepted=float(accepted.mean()),
        string_accuracy_of_accepted=float(right[accepted].mean()) if accepted.any() else None,
        ece=reliability(confidence.astype(np.float64), right).error,
    )


def distance(first: str, second: str) -> int:
    """Return the least number of characters to insert, delete or replace (Levenshtein, 1966)."""
    row = list(range(len(second) + 1))
    for above, character in enumerate(first, start=1):
        previous, row = row, [above]
        for column, other in enumerate(second, start=1):
            row.append(min(previous[column] + 1, row[-1] + 1, previous[column - 1] + (character != other)))
    return row[-1]


def _plain(text: str) -> str:
    return "".join(text.split())
