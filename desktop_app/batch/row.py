"""The result of one file of a batch."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.ink.strokes import Box
from desktop_app.lines.text_reading import LabelProbability, TextReading
from desktop_app.tasks.reading import Reading

_MOST_ALTERNATIVES = 3


@dataclass(frozen=True)
class Row:
    """The result of one file.

    Attributes:
        source: path of the file.
        verdict: value of `Verdict`; empty if the file cannot be read.
        text: label, or text of several characters with lines separated by line breaks; empty without one.
        confidence: probability that the text is correct, 0..1.
        alternatives: up to three other texts with their probabilities, most probable first.
        boxes: left, top, right and bottom of each character of a text on the page; empty for one character.
        error: why the file cannot be read; empty if it was.
        milliseconds: time from the page to the reading.
        pages: number of pages of the file, of which the first was read.
        not_a_character: probability that the ink is none of the labels, 0..1; None for a text of several
            characters and without ink.
    """

    source: str
    verdict: str = ""
    text: str = ""
    confidence: float = 0.0
    alternatives: tuple[LabelProbability, ...] = ()
    boxes: tuple[Box, ...] = ()
    error: str = ""
    milliseconds: float = 0.0
    pages: int = 1
    not_a_character: float | None = None


def row_of(source: str, reading: Reading | TextReading, pages: int = 1) -> Row:
    """Return the row of a reading; pages: number of pages of the file."""
    if isinstance(reading, TextReading):
        return _row_of_text(source, reading, pages)
    others = sorted(
        (LabelProbability(label, p) for label, p in reading.probabilities.items() if label != reading.label),
        key=lambda other: -other.probability,
    )
    return Row(
        source,
        verdict=str(reading.verdict),
        text=reading.label or "",
        confidence=reading.confidence,
        alternatives=tuple(others[:_MOST_ALTERNATIVES]),
        milliseconds=reading.milliseconds,
        pages=pages,
        not_a_character=reading.not_a_character if reading.probabilities else None,
    )


def _row_of_text(source: str, reading: TextReading, pages: int) -> Row:
    return Row(
        source,
        verdict=str(reading.verdict),
        text=reading.text,
        confidence=reading.confidence,
        alternatives=tuple(LabelProbability(text, p) for text, p in reading.ranked_alternatives),
        boxes=tuple(each.box for each in reading.characters if not each.is_mark),
        milliseconds=reading.milliseconds,
        pages=pages,
    )
