"""What the user has decided about the characters of a page: how its ink is divided, and labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from msgspec import Meta

EditLabel: TypeAlias = Annotated[str, Meta(max_length=1, pattern=r"\A\S?\Z")]
"""A character that is no space, or nothing."""


@dataclass(frozen=True)
class InkRange:
    """A part of the ink of a page.

    Attributes:
        source: key of a whole stroke, or of a connected part of an image.
        first, last: first and last point of the stroke, or first column and the one after the last column
            of the part, counted from its left.
    """

    source: bytes
    first: int
    last: int

    def contains(self, other: InkRange) -> bool:
        """Return whether another range is within this one."""
        return self.source == other.source and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: InkRange) -> bool:
        """Return whether the ranges have more than an end in common."""
        if self.source != other.source:
            return False
        return max(self.first, other.first) < min(self.last, other.last) or self == other


@dataclass(frozen=True)
class FixedCharacter:
    """Ink that is one character, or a mark.

    Attributes:
        ranges: all of its ink.
        label: its label; empty: it is a mark, i.e. no character; None: the network reads it.
    """

    ranges: tuple[InkRange, ...]
    label: EditLabel | None = None

    def overlaps(self, other: FixedCharacter) -> bool:
        """Return whether the characters have ink in common."""
        return any(mine.overlaps(its) for mine in self.ranges for its in other.ranges)


@dataclass(frozen=True)
class TextEdits:
    """All decisions of the user about a page.

    Attributes:
        characters: characters that do not have ink in common.
    """

    characters: tuple[FixedCharacter, ...] = ()

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self.characters)

    def with_characters(self, *characters: FixedCharacter) -> TextEdits:
        """Return the edits with other characters, which replace those with the same ink."""
        kept = (old for old in self.characters if not any(old.overlaps(new) for new in characters))
        return TextEdits((*kept, *characters))

    def within(self, sources: Collection[bytes]) -> TextEdits:
        """Return the decisions about characters whose ink is entirely in these strokes or connected parts."""
        return TextEdits(
            tuple(
                character
                for character in self.characters
                if character.ranges and all(each.source in sources for each in character.ranges)
            )
        )

    def ranges_of(self, source: bytes) -> list[InkRange]:
        """Return the ranges of a stroke or connected part that belong to fixed characters."""
        ranges = (each for character in self.characters for each in character.ranges)
        return [each for each in ranges if each.source == source]

    def ends_in(self, source: bytes, last: int) -> set[int]:
        """Return the ends of these ranges from 0 to `last`."""
        return {end for each in self.ranges_of(source) for end in (each.first, each.last) if 0 <= end <= last}


NO_EDITS = TextEdits()


def group_ranges(
    ranges: Sequence[InkRange], edits: TextEdits
) -> list[tuple[tuple[int, ...], FixedCharacter | None]]:
    """Join the ranges of each fixed character.

    Args:
        ranges: all ranges of a page; none of them is partly in a fixed character.
        edits: decisions about ink of the page.

    Returns:
        Numbers of the ranges that are a piece together, and their fixed character or None, by the first
        number.
    """
    groups: dict[int, tuple[tuple[int, ...], FixedCharacter | None]] = {
        number: ((number,), None) for number in range(len(ranges))
    }
    for character in edits.characters:
        members = [
            [number for number, each in enumerate(ranges) if whole.contains(each)]
            for whole in character.ranges
        ]
        if all(members):
            numbers = sorted({number for some in members for number in some})
            for number in numbers:
                groups.pop(number, None)
            groups[numbers[0]] = tuple(numbers), character
    return [groups[number] for number in sorted(groups)]


def merged(characters: Iterable[tuple[InkRange, ...]]) -> FixedCharacter:
    """Return one character with the ink of several."""
    return FixedCharacter(tuple(each for ranges in characters for each in ranges))
