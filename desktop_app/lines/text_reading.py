"""Readings of pages with several characters."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop_app.ink.strokes import Box
from desktop_app.lines.line_model import DEFAULT_LEVEL, AcceptanceLevel
from desktop_app.lines.text_edits import FixedCharacter, InkRange
from desktop_app.tasks.reading import Verdict


@dataclass(frozen=True)
class LabelProbability:
    """A label and its probability, 0..1."""

    label: str
    probability: float


@dataclass(frozen=True)
class CharacterReading:
    """The reading of one character in a line, or of a mark: ink without a label, such as a full stop.

    Attributes:
        label: the label; empty for a mark.
        confidence: probability, 0..1, that the ink in the box is one character with this label; it accounts
            for other ways to separate the characters. In a text it is at least that of the whole text.
        box: left, top, right and bottom on the page: canvas units for ink, pixels for images.
        alternatives: the label and up to two other labels of the same ink, most probable first.
        pieces: numbers of the pieces of the page, see `pieces_of`.
        ranges: all of its ink.
        fixed: what the user has decided about it, or None.
    """

    label: str
    confidence: float
    box: Box
    alternatives: tuple[LabelProbability, ...]
    pieces: tuple[int, ...]
    ranges: tuple[InkRange, ...] = ()
    fixed: FixedCharacter | None = None

    @property
    def is_mark(self) -> bool:
        """Whether the ink is no character."""
        return not self.label

    @property
    def is_corrected(self) -> bool:
        """Whether the user has set the label."""
        return self.fixed is not None and self.fixed.label is not None


@dataclass(frozen=True)
class TextPath:
    """A way to read all characters of a line.

    Attributes:
        text: labels, with a space between groups of characters and where there is a mark.
        probability: probability of the text, 0..1.
        characters: characters and marks, from left to right; at least one character.
        of_paths: share of the paths with this text among all paths, 0..1.
        of_columns: probability of the text by the line network, 0..1; None if the line was read without one.
    """

    text: str
    probability: float
    characters: tuple[CharacterReading, ...]
    of_paths: float = 0.0
    of_columns: float | None = None

    def with_bounded_confidences(self) -> TextPath:
        """Return the path with characters that are at least as probable as the text, which has all of them.

        Marks keep their confidence: the text says nothing about them.
        """
        characters = tuple(
            each if each.is_mark else replace(each, confidence=max(each.confidence, self.probability))
            for each in self.characters
        )
        return replace(self, characters=characters)


@dataclass(frozen=True)
class Line:
    """A line of characters.

    Attributes:
        box: left, top, right and bottom on the page.
        paths: up to three readings with different texts, most probable first; at least one.
    """

    box: Box
    paths: tuple[TextPath, ...]

    @property
    def text(self) -> str:
        """The most probable text."""
        return self.paths[0].text

    @property
    def confidence(self) -> float:
        """Probability, 0..1, that the text is completely correct."""
        return self.paths[0].probability

    @property
    def characters(self) -> tuple[CharacterReading, ...]:
        """Characters and marks of the most probable reading, from left to right."""
        return self.paths[0].characters


@dataclass(frozen=True)
class TextReading:
    """The reading of a page with several characters.

    Attributes:
        lines: from top to bottom; empty if the page is empty.
        milliseconds: time from the page to the reading.
    """

    lines: tuple[Line, ...]
    milliseconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """Whether the text can be relied on, at the default level."""
        return self.verdict_at(DEFAULT_LEVEL)

    def verdict_at(self, level: AcceptanceLevel) -> Verdict:
        """Return whether the text can be relied on at a level of acceptance."""
        if not self.lines:
            return Verdict.NO_INK
        return Verdict.READ if self.confidence >= level.confidence else Verdict.UNSURE

    @property
    def text(self) -> str:
        """The text of all lines, separated by line breaks."""
        return "\n".join(line.text for line in self.lines)

    @property
    def characters(self) -> tuple[CharacterReading, ...]:
        """The characters and marks of all lines."""
        return tuple(character for line in self.lines for character in line.characters)

    @property
    def confidence(self) -> float:
        """Probability, 0..1, that everything is correct; 0 without lines."""
        product = 1.0
        for line in self.lines:
            product *= line.confidence
        return product if self.lines else 0.0

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Up to two other texts that differ in one line, most probable first."""
        return tuple(text for text, _ in self.ranked_alternatives)

    @property
    def ranked_alternatives(self) -> tuple[tuple[str, float], ...]:
        """The alternatives with the probability, 0..1, that everything in them is correct."""
        others = [
            (path.probability / line.confidence, number, path.text)
            for number, line in enumerate(self.lines)
            for path in line.paths[1:]
        ]
        texts = [line.text for line in self.lines]
        ranked = sorted(others, key=lambda other: -other[0])[:2]
        return tuple(
            ("\n".join((*texts[:number], text, *texts[number + 1 :])), ratio * self.confidence)
            for ratio, number, text in ranked
        )
