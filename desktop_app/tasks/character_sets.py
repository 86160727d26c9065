"""Sets of characters to which the answers of a network are restricted, e.g. only digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from desktop_app.tasks.task import Task

CharacterSet: TypeAlias = Literal["all", "digits", "capitals", "small-letters", "letters"]
CHARACTER_SETS: tuple[CharacterSet, ...] = get_args(CharacterSet)

_OTHER_SHARE = 0.03
"""Weight of the probability of characters outside the set: they are expected to be rare."""

_TINY = 1e-12
"""Added to each probability, so that their sum is not 0."""

_BELONGS: Mapping[CharacterSet, Callable[[str], bool]] = MappingProxyType(
    {
        "digits": str.isdecimal,
        "capitals": str.isupper,
        "small-letters": str.islower,
        "letters": str.isalpha,
    }
)

SetOffsets: TypeAlias = Mapping[CharacterSet, tuple[float, ...]]
"""Offsets of the labels of sets, see `Restriction`; sets may be missing."""

_NO_OFFSETS: SetOffsets = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Restriction:
    """A restriction of the answers of a network to a set of characters.

    Attributes:
        task: the task with the labels of the set, in their order. A label that also stands for another
            character has the name of the one in the set: "C" is "c" among small letters.
        outputs: int64 (labels,), the output of each of these labels.
        offsets: float64 (labels,), added to the logarithms of their probabilities.
    """

    task: Task
    outputs: NDArray[np.int64]
    offsets: NDArray[np.float64]

    def apply(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probabilities of the labels in the set.

        Characters outside the set count as "none of the labels" if the network rejects, with a small weight,
        since somebody who asks for digits rarely draws an A. So a round O is read as 0, and an A is not read.
        Offsets divide the probability of the labels among them.

        Args:
            probabilities: float32 (…, outputs), outputs of the network.

        Returns:
            float32 (…, labels), or (…, labels + 1) with rejection; their sums are 1.
        """
        chosen = probabilities[..., self.outputs].astype(np.float64)
        total = chosen.sum(axis=-1, keepdims=True)
        chosen *= np.exp(self.offsets)
        chosen *= total / np.maximum(chosen.sum(axis=-1, keepdims=True), _TINY)
        if self.task.rejects:
            known = probabilities[..., :-1].sum(axis=-1, keepdims=True, dtype=np.float64)
            outside = np.maximum(known - total, 0)
            chosen = np.concatenate([chosen, probabilities[..., -1:] + _OTHER_SHARE * outside], axis=-1)
        chosen += _TINY
        restricted: NDArray[np.float32] = (chosen / chosen.sum(axis=-1, keepdims=True)).astype(np.float32)
        return restricted

    def apply_to_columns(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a line network says about each column of a line, for the labels in the set.

        Args:
            columns: (columns, labels + 1), logarithms of probabilities; the last is that of no label.
        """
        chosen = columns[:, [*self.outputs.tolist(), -1]]
        restricted: NDArray[np.float64] = chosen - np.logaddexp.reduce(chosen, axis=1, keepdims=True)
        return restricted


def available_sets(task: Task) -> tuple[CharacterSet, ...]:
    """Return the sets that contain some, but not all characters of a task; first "all"."""
    if task.kind != "character":
        return ("all",)
    known = len(task.label_index)
    sizes = {name: sum(map(belongs, task.label_index)) for name, belongs in _BELONGS.items()}
    return ("all", *(name for name in CHARACTER_SETS[1:] if 2 <= sizes[name] < known))


def restriction(
    task: Task, characters: CharacterSet, offsets: SetOffsets = _NO_OFFSETS
) -> Restriction | None:
    """Return the restriction of a task to a set of characters.

    Args:
        task: the task.
        characters: the set.
        offsets: those of its labels in each set.

    Returns:
        The restriction; None for "all" and for sets that are not available for the task.
    """
    if characters == "all" or characters not in available_sets(task):
        return None
    names = _names_in_set(task, _BELONGS[characters])
    index = {label: number for number, label in enumerate(task.labels)}
    belongs = _BELONGS[characters]
    aliases = tuple(pair for pair in task.aliases if pair[1] in names and belongs(pair[0]))
    restricted = replace(task, labels=tuple(names), aliases=aliases)
    outputs = np.array([index[label] for label in names.values()], np.int64)
    own = np.array(offsets.get(characters, (0.0,) * len(outputs)), np.float64)
    return Restriction(restricted, outputs, own)


def divided_labels(task: Task, characters: CharacterSet) -> frozenset[str]:
    """Return the labels of a task that stand for characters inside and outside a set."""
    belongs = _BELONGS[characters]
    return frozenset(label for alias, label in task.aliases if belongs(alias) != belongs(label))


def in_set(labels: NDArray[np.str_], characters: CharacterSet) -> NDArray[np.bool_]:
    """Return whether each label, which may be "", is a character of a set."""
    names, numbers = np.unique(labels, return_inverse=True)
    is_in = np.array([_BELONGS[characters](str(name)) for name in names], np.bool_)
    return is_in[numbers]


def _names_in_set(task: Task, belongs: Callable[[str], bool]) -> dict[str, str]:
    """Return the label of the task for each character of the set that has an output of its own."""
    names: dict[str, str] = {}
    for label in task.labels:
        characters = [label, *(alias for alias, meant in task.aliases if meant == label)]
        if (name := next(filter(belongs, characters), None)) is not None:
            names[name] = label
    return names
