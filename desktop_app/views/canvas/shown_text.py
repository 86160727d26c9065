"""The text of the page on the canvas, with the selected character."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from desktop_app.ink.page import Page
from desktop_app.lines.acceptance import TextVerdict
from desktop_app.lines.grouping import grouped
from desktop_app.lines.line_columns import LineColumns
from desktop_app.lines.text_edits import InkRange
from desktop_app.lines.text_reading import CharacterReading, Line, TextReading


@dataclass(frozen=True, eq=False)
class ShownText:
    """A text with one selected character, which all views show.

    Attributes:
        page: the page that was read.
        reading: its text; it has characters.
        verdict: on the text.
        selected: index of the selected character in `reading.characters`.
        character_page: the page with the ink of the selected character only.
        grouping: style of `lines.grouping` in which it is shown.
        columns: what the line network says about the line of the selected character; None if no view shows
            that, or if there is none.
        labels: labels and aliases of the model.
    """

    page: Page
    reading: TextReading
    verdict: TextVerdict
    selected: int
    character_page: Page
    grouping: str = "written"
    columns: LineColumns | None = None
    labels: Collection[str] = ()

    @property
    def shown(self) -> str:
        """The text as it is shown and copied."""
        return "\n".join(grouped(line.text, self.grouping) for line in self.reading.lines)

    @property
    def character(self) -> CharacterReading:
        """The selected character."""
        return self.reading.characters[self.selected]

    @property
    def line(self) -> tuple[int, Line]:
        """The line of the selected character, and the index of its first character."""
        first = 0
        for line in self.reading.lines:
            if self.selected < first + len(line.characters):
                return first, line
            first += len(line.characters)
        raise IndexError(self.selected)

    def can_merge(self, number: int) -> bool:
        """Return whether there is a next character on the line of a character."""
        end = 0
        for line in self.reading.lines:
            end += len(line.characters)
            if number < end:
                return number + 1 < end
        return False


def number_of(text: TextReading, ranges: Sequence[InkRange]) -> int | None:
    """Return the index of the first character of a text with some of this ink; None if there is none."""
    return next(
        (
            number
            for number, character in enumerate(text.characters)
            if any(mine.overlaps(its) for mine in character.ranges for its in ranges)
        ),
        None,
    )
