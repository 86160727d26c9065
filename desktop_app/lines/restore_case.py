"""Capital or small letter where a network has one label for both, from height and baseline.

Small c, o or s look like their capitals; on a line they are lower than digits, capitals and b or h, and p and
y reach below the line. Letters whose small form is as tall as the capital, such as k, are written like the
rest of their word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath
from desktop_app.tasks.task import Task

_TALL = frozenset("bdfhkltij")
"""Small letters that are as tall as capitals."""

_DEEP = frozenset("gjpqy")
"""Small letters that reach below the line."""

_LOW_BY_TALL = 0.8
"""Height of small letters like o, at most, relative to capitals."""

_LOW_BY_LOW = 1.25
"""The same relative to other low letters."""

_DIFFERENT = 1.3
"""Ratio of heights from which letters differ in case."""

_DEPTH = 0.15
"""Smallest depth of p and y below the line, relative to their height."""


@dataclass(frozen=True)
class _Place:
    """A character with its height above the line and its depth below, in units of the page."""

    label: str
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
    if not pairs:
        return line
    return replace(line, paths=tuple(_restored(path, slope, pairs) for path in line.paths))


def _restored(path: TextPath, slope: float, pairs: dict[str, str]) -> TextPath:
    places = _places(path.characters, slope, pairs)
    if not places:
        return path
    is_small = _are_low(places, pairs)
    characters = iter(zip(path.characters, is_small, strict=True))
    words, restored = [], []
    for word in path.text.split(" "):
        own = [next(characters) for _ in word]
        letters = _word([character.label for character, _ in own], [small for _, small in own], pairs)
        restored += [_renamed(character, label) for (character, _), label in zip(own, letters, strict=True)]
        words.append("".join(letters))
    return replace(path, text=" ".join(words), characters=tuple(restored))


def _places(characters: Sequence[CharacterReading], slope: float, pairs: dict[str, str]) -> list[_Place]:
    """Return where the characters stand on their line."""
    boxes = np.array([character.box for character in characters], dtype=np.float64).reshape(-1, 4)
    if not len(boxes):
        return []
    shift = slope * (boxes[:, 0] + boxes[:, 2]) / 2
    tops, bottoms = boxes[:, 1] - shift, boxes[:, 3] - shift
    labels = [character.label for character in characters]
    is_deep = np.array([label.lower() in _DEEP and (label in pairs or label.islower()) for label in labels])
    on_line = bottoms[~is_deep]
    level = float(np.median(on_line)) if len(on_line) else float(bottoms.min())
    return [
        _Place(label, level - top, bottom - level)
        for label, top, bottom in zip(labels, tops.tolist(), bottoms.tolist(), strict=True)
    ]


def _are_low(places: Sequence[_Place], pairs: dict[str, str]) -> list[bool | None]:
    """Return whether each character is small; None if height and depth do not tell."""
    # K and L are tall in either case; a small i may have lost its dot.
    unsure = pairs.keys() - {"K", "L"}
    tall = [place.height for place in places if _is_tall(place.label) and place.label not in unsure]
    low = [place.height for place in places if place.label not in pairs and not _is_tall(place.label)]
    unclear = [place.height for place in places if _is_unclear(place, pairs)]
    limit = _limit(tall, low, unclear)
    answers: list[bool | None] = []
    for place in places:
        small = pairs.get(place.label)
        if small is None:
            answers.append(None)
        elif small in _DEEP:
            answers.append(place.depth > _DEPTH * (place.height + place.depth))
        elif small in _TALL or limit is None:
            answers.append(None)
        else:
            answers.append(place.height < limit)
    return answers


def _is_tall(label: str) -> bool:
    return not label.islower() or label in _TALL


def _is_unclear(place: _Place, pairs: dict[str, str]) -> bool:
    small = pairs.get(place.label)
    return small is not None and small not in _TALL and small not in _DEEP


def _limit(tall: list[float], low: list[float], unclear: list[float]) -> float | None:
    """Return the height below which letters are small, or None if it is unknown."""
    if tall and low:
        return float(np.sqrt(np.median(tall) * np.median(low)))
    if tall:
        return _LOW_BY_TALL * float(np.median(tall))
    if low:
        return _LOW_BY_LOW * float(np.median(low))
    if unclear and max(unclear) >= _DIFFERENT * min(unclear) > 0:
        return float(np.sqrt(max(unclear) * min(unclear)))
    return None


def _word(labels: Sequence[str], is_small: Sequence[bool | None], pairs: dict[str, str]) -> list[str]:
    """Return the letters of a word; unclear ones are written like most of the others."""
    known = [
        label.islower() if small is None else small
        for label, small in zip(labels, is_small, strict=True)
        if label.isalpha() and (small is not None or label not in pairs)
    ]
    usual = sum(known) * 2 > len(known)
    return [
        pairs[label] if label in pairs and (usual if small is None else small) else label
        for label, small in zip(labels, is_small, strict=True)
    ]


def _renamed(character: CharacterReading, label: str) -> CharacterReading:
    if label == character.label:
        return character
    alternatives = tuple(
        LabelProbability(label, each.probability) if each.label == character.label else each
        for each in character.alternatives
    )
    return replace(character, label=label, alternatives=alternatives)
