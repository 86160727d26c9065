"""Capital or small letter where a network has one label for both, from height and baseline.

Small c, o or s look like their capitals; on a line they are lower than digits, capitals and b or h, and p and
y reach below the line. Letters whose small form is as tall as the capital, such as k, are written like the
rest of their word. So is a bar, which is I among capitals and l among small letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.lines.letter_shapes import DEEP, TALL
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath
from desktop_app.tasks.task import Task

_LOW_BYTALL = 0.8
"""Height of small letters like o, at most, relative to capitals."""

_LOW_BY_LOW = 1.25
"""The same relative to other low letters."""

_DIFFERENT = 1.3
"""Ratio of heights from which letters differ in case."""

_BAR = 0.25
"""Largest width of a bar relative to its height: I or l, but not L."""

_DEPTH = 0.15
"""Smallest depth of p and y below the line, relative to their height."""


@dataclass(frozen=True)
class _Place:
    """A character on its line.

    Attributes:
        label: its label.
        small: the small letter that has the same label; None if there is none, or the user set the label.
        height: above the line, in units of the page.
        depth: below the line, in units of the page.
    """

    label: str
    small: str | None
    height: float
    depth: float


def case_pairs(task: Task) -> dict[str, str]:
    """Return the small letter of each capital that is the label of both."""
    pairs = ((label, alias) for alias, label in task.aliases)
    return {label: alias for label, alias in pairs if label.isupper() and label.lower() == alias}


def restore_case(line: Line, slope: float, pairs: dict[str, str]) -> Line:
    """Return a line with small letters in place of capitals where they are small.

    Args:
        line: the reading of a line.
        slope: vertical change of the line per horizontal unit.
        pairs: small letter of each capital that is the label of both.
    """
    if not pairs or any(len(character.label) > 1 for path in line.paths for character in path.characters):
        return line
    return replace(line, paths=tuple(_restored(path, slope, pairs) for path in line.paths))


def _restored(path: TextPath, slope: float, pairs: dict[str, str]) -> TextPath:
    known = [character for character in path.characters if not character.is_mark]
    found = _places(known, slope, pairs)
    places, characters, limit = iter(found), iter(known), _limit(found)
    words: list[str] = []
    restored: list[CharacterReading] = []
    for word in path.text.split(" "):
        own = [next(places) for _ in word]
        letters = _word(own, [_is_low(place, limit) for place in own])
        restored += [_renamed(next(characters), label) for label in letters]
        words.append("".join(letters))
    renamed = iter(restored)
    all_of_path = tuple(each if each.is_mark else next(renamed) for each in path.characters)
    return replace(path, text=" ".join(words), characters=all_of_path)


def _places(characters: Sequence[CharacterReading], slope: float, pairs: dict[str, str]) -> list[_Place]:
    """Return where the characters stand on their line."""
    boxes = np.array([character.box for character in characters], dtype=np.float64).reshape(-1, 4)
    if not len(boxes):
        return []
    shift = slope * (boxes[:, 0] + boxes[:, 2]) / 2
    tops, bottoms = boxes[:, 1] - shift, boxes[:, 3] - shift
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 1e-6)
    is_bar = (boxes[:, 2] - boxes[:, 0] < _BAR * heights) & ("I" in pairs)
    labels = [
        "I" if bar and character.label == "L" and not character.is_corrected else character.label
        for bar, character in zip(is_bar.tolist(), characters, strict=True)
    ]
    smalls = [None if character.is_corrected else pairs.get(character.label) for character in characters]
    is_deep = np.array([(small or label) in DEEP for small, label in zip(smalls, labels, strict=True)])
    on_line = bottoms[~is_deep]
    level = float(np.median(on_line)) if len(on_line) else float(bottoms.min())
    return [
        _Place(label, small, level - top, bottom - level)
        for label, small, top, bottom in zip(labels, smalls, tops.tolist(), bottoms.tolist(), strict=True)
    ]


def _is_low(place: _Place, limit: float | None) -> bool | None:
    """Return whether a letter is small; None if height and depth do not show it."""
    if place.small is None:
        return None
    if place.small in DEEP:
        return place.depth > _DEPTH * (place.height + place.depth)
    return None if place.small in TALL or limit is None else place.height < limit


def _limit(places: Sequence[_Place]) -> float | None:
    """Return the height below which letters are small, or None if it is unknown."""
    # One that hangs below the line shows no height.
    places = [place for place in places if place.height > 0]
    clear = [place for place in places if place.small is None]
    # K and L are tall in either case; a small i may have lost its dot.
    tall = [place.height for place in clear if _is_tall(place.label)]
    tall += [place.height for place in places if place.small in ("k", "l")]
    low = [place.height for place in clear if not _is_tall(place.label)]
    if tall and low:
        return float(np.sqrt(np.median(tall) * np.median(low)))
    if tall:
        return _LOW_BYTALL * float(np.median(tall))
    if low:
        return _LOW_BY_LOW * float(np.median(low))
    unclear = [place.height for place in places if place.small and place.small not in TALL | DEEP]
    if unclear and max(unclear) >= _DIFFERENT * min(unclear) > 0:
        return float(np.sqrt(max(unclear) * min(unclear)))
    return None


def _is_tall(label: str) -> bool:
    return not label.islower() or label in TALL


def _word(places: Sequence[_Place], is_low: Sequence[bool | None]) -> list[str]:
    """Return the letters of a word; unclear ones are written like half of the others or more."""
    known = [
        place.label.islower() if low is None else low
        for place, low in zip(places, is_low, strict=True)
        if place.label.isalpha() and (low is not None or place.small is None)
    ]
    usual = sum(known) * 2 >= max(1, len(known))
    return [
        place.small if place.small is not None and (usual if low is None else low) else place.label
        for place, low in zip(places, is_low, strict=True)
    ]


def _renamed(character: CharacterReading, label: str) -> CharacterReading:
    if label == character.label:
        return character
    renamed = {character.label: label, label: character.label}
    alternatives = tuple(
        LabelProbability(renamed.get(each.label, each.label), each.probability)
        for each in character.alternatives
    )
    return replace(character, label=label, alternatives=alternatives)
