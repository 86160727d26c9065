"""Case of letters on a line, from heights, depths and the cases of the other letters of their word.

Small c, o or s look like their capitals, and a network has one label for both; on a line they are lower than
digits, capitals and b or h, and p and y reach below the line. A capital A may also be written like a small a.
A bar is I among capitals and l among small letters. The cases of the letters of a word follow a pattern; what
is doubtful about them makes the text and its letters less probable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.case_patterns import case_probability, cheapest_case
from desktop_app.lines.letter_shapes import DEEP, extent_on_line
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath
from desktop_app.tasks.task import Task

_HEIGHT_SPREAD = 0.18
"""Standard deviation of the logarithm of the height of a letter."""

_DEPTH_SPREAD = 0.15
"""Standard deviation of the depth of a letter below the line, in heights of capitals."""

_LARGEST_COST = 4.0
"""What a height, a depth or a label costs at most, as a logarithm of probability."""

_BAR = 0.25
"""Largest width of a bar relative to its height: I or l, but not L."""

_Values = NDArray[np.float64]


@dataclass(frozen=True)
class _Place:
    """A character on its line.

    Attributes:
        forms: as a capital and as a small letter; the same if it has no case or the user set the label.
        costs: of these forms by what the network says.
        height: above the line, in units of the page.
        depth: below the line, in units of the page.
    """

    forms: tuple[str, str]
    costs: tuple[float, float]
    height: float
    depth: float


@dataclass(frozen=True, eq=False)
class _Cased:
    """Characters in their cases.

    Attributes:
        forms: of all characters.
        each: probability that the case of each character is right.
        together: probability that all cases are right.
    """

    forms: list[str]
    each: _Values
    together: float


def case_pairs(task: Task) -> dict[str, str]:
    """Return the small letter of each capital that is the label of both."""
    pairs = ((label, alias) for alias, label in task.aliases)
    return {label: alias for label, alias in pairs if label.isupper() and label.lower() == alias}


def restore_case(line: Line, slope: float, pairs: dict[str, str], labels: Sequence[str]) -> Line:
    """Return a line with the case of its letters; texts that differed in case only become one.

    Args:
        line: the reading of a line.
        slope: vertical change of the line per horizontal unit.
        pairs: small letter of each capital that is the label of both.
        labels: all labels.
    """
    if not pairs or any(len(character.label) > 1 for path in line.paths for character in path.characters):
        return line
    return replace(
        line, paths=_joined([_restored(path, slope, pairs, frozenset(labels)) for path in line.paths])
    )


def _joined(paths: Sequence[TextPath]) -> tuple[TextPath, ...]:
    """Return paths with different texts, most probable first; a text has the probability of all its paths."""
    joined: dict[str, TextPath] = {}
    for path in paths:
        same = joined.get(path.text)
        if same is None:
            joined[path.text] = path
            continue
        columns = None
        if same.of_columns is not None and path.of_columns is not None:
            columns = min(1.0, same.of_columns + path.of_columns)
        joined[path.text] = replace(
            same,
            probability=min(1.0, same.probability + path.probability),
            of_paths=min(1.0, same.of_paths + path.of_paths),
            of_columns=columns,
        )
    return tuple(sorted(joined.values(), key=lambda path: -path.probability))


def _restored(path: TextPath, slope: float, pairs: dict[str, str], labels: frozenset[str]) -> TextPath:
    known = [character for character in path.characters if not character.is_mark]
    lengths = [len(word) for word in path.text.split(" ")]
    letters = _letters(_places(known, slope, pairs, labels), lengths)
    renamed = iter(
        [
            _renamed(character, form, float(probability))
            for character, form, probability in zip(known, letters.forms, letters.each, strict=True)
        ]
    )
    characters = tuple(each if each.is_mark else next(renamed) for each in path.characters)
    ends = np.cumsum(lengths).tolist()
    words = (letters.forms[end - length : end] for end, length in zip(ends, lengths, strict=True))
    return replace(
        path,
        text=" ".join(map("".join, words)),
        characters=characters,
        probability=path.probability * letters.together,
    )


def _places(
    characters: Sequence[CharacterReading], slope: float, pairs: dict[str, str], labels: frozenset[str]
) -> list[_Place]:
    """Return what the characters may be, and where they stand on their line."""
    boxes = np.array([character.box for character in characters], dtype=np.float64).reshape(-1, 4)
    if not len(boxes):
        return []
    shift = slope * (boxes[:, 0] + boxes[:, 2]) / 2
    tops, bottoms = boxes[:, 1] - shift, boxes[:, 3] - shift
    is_bar = boxes[:, 2] - boxes[:, 0] < _BAR * (boxes[:, 3] - boxes[:, 1])
    forms = [
        _forms(character, pairs, labels, is_bar=bar)
        for character, bar in zip(characters, is_bar.tolist(), strict=True)
    ]
    is_deep = np.array([small in DEEP for (_, small), _ in forms])
    on_line = bottoms[~is_deep]
    level = float(np.median(on_line)) if len(on_line) else float(bottoms.min())
    return [
        _Place(*own, level - top, bottom - level)
        for own, top, bottom in zip(forms, tops.tolist(), bottoms.tolist(), strict=True)
    ]


def _forms(
    character: CharacterReading, pairs: dict[str, str], labels: frozenset[str], *, is_bar: bool
) -> tuple[tuple[str, str], tuple[float, float]]:
    """Return a character as a capital and as a small letter, and what both cost."""
    label, other = character.label, character.label.swapcase()
    if character.is_corrected or not (label in pairs or other in labels):
        return (label, label), (0.0, 0.0)
    if label in pairs:
        return ("I" if is_bar and label == "L" and "I" in pairs else label, pairs[label]), (0.0, 0.0)
    known = {each.label: each.probability for each in character.alternatives}
    ratio = known[label] / max(known.get(other, 0.0), 1e-9) if label in known else 1.0
    cost = float(np.clip(np.log(max(ratio, 1e-9)), 0.0, _LARGEST_COST))
    return ((label, other), (0.0, cost)) if label.isupper() else ((other, label), (cost, 0.0))


def _letters(places: Sequence[_Place], lengths: Sequence[int]) -> _Cased:
    """Return the characters in the cases that cost least.

    Args:
        places: all characters of a line.
        lengths: numbers of characters of its words.
    """
    extents = np.array([[extent_on_line(form) for form in place.forms] for place in places]).reshape(-1, 2, 2)
    heights = np.array([place.height for place in places])
    # The height of capitals is one by which some character has its usual height.
    scales = (heights[:, None] / extents[..., 0])[heights > 0].ravel()
    if not len(scales):
        return _Cased([place.forms[0] for place in places], np.ones(len(places)), 1.0)
    costs = _costs(places, extents, scales)
    ends = np.cumsum(lengths).tolist()
    words = [slice(end - length, end) for end, length in zip(ends, lengths, strict=True)]
    found = [cheapest_case(costs[:, word]) for word in words]
    best = int(np.sum([cost for cost, _ in found], axis=0).argmin())
    has_case = np.array([place.forms[0] != place.forms[1] for place in places])
    forms, each, together = [], [], 1.0
    for word, (_, by_scale) in zip(words, found, strict=True):
        of_word, of_letters = case_probability(costs[best, word], by_scale[best], has_case[word])
        forms += [place.forms[int(small)] for place, small in zip(places[word], by_scale[best], strict=True)]
        each.append(of_letters)
        together *= of_word
    return _Cased(forms, np.concatenate(each), together)


def _costs(places: Sequence[_Place], extents: _Values, scales: _Values) -> _Values:
    """Return what each character costs as a capital and as a small letter, (scales, characters, 2)."""
    heights, depths = (np.array([getattr(place, name) for place in places]) for name in ("height", "depth"))
    relative = np.maximum(heights, 1e-9)[None, :, None] / (scales[:, None, None] * extents[..., 0])
    of_heights = 0.5 * (np.log(relative) / _HEIGHT_SPREAD) ** 2
    # One that hangs below the line shows no height.
    of_heights[:, heights <= 0] = 0.0
    below = np.maximum(depths, 0.0)[None, :, None] / scales[:, None, None] + extents[..., 1]
    of_depths = 0.5 * (below / _DEPTH_SPREAD) ** 2
    is_deep = np.array([place.forms[1] in DEEP for place in places])
    of_depths[:, ~is_deep] = 0.0
    of_labels = np.array([place.costs for place in places])
    costs: _Values = np.minimum(of_heights, _LARGEST_COST) + np.minimum(of_depths, _LARGEST_COST) + of_labels
    return costs


def _renamed(character: CharacterReading, label: str, probability: float) -> CharacterReading:
    """Return a character with the label of its case, and with the probability of that case."""
    sure = replace(character, confidence=character.confidence * probability)
    if label == character.label:
        return sure
    renamed = {character.label: label, label: character.label}
    alternatives = tuple(
        LabelProbability(renamed.get(each.label, each.label), each.probability)
        for each in character.alternatives
    )
    return replace(sure, label=label, alternatives=alternatives)
