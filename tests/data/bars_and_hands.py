"""Sources of two kinds: images of bars, and ink of several hands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from desktop_app.data.collection import Collection, collect
from desktop_app.data.ink_set import InkSet
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.tasks.task import Task

LABELS = ("1", "7", "x")
STROKES = {
    "1": [(50, 0), (50, 90)],
    "7": [(0, 0), (60, 0), (30, 90)],
    "x": [(0, 0), (60, 90), (60, 0), (0, 90)],
}


def images(count: int, side: int = 28) -> SourceSet:
    """Images of bars, each further to the right than the previous one."""
    pixels = np.zeros((count, side, side), dtype=np.uint8)
    for number in range(count):
        pixels[number, 4:24, 4 + number % 16 : 7 + number % 16] = 100 + number % 100
    labels = np.array([LABELS[number % 3] for number in range(count)])
    return SourceSet("Bars", "bars.npz", "0" * 64, labels, images=pixels[..., None])


def inks(writers: int = 6) -> SourceSet:
    """Ink with two characters of each label by each writer, who have different slants."""
    points, strokes, labels, names = [], [0], [], []
    for writer in range(writers):
        for label in LABELS * 2:
            stroke = [(x + y * writer // 20, y) for x, y in STROKES[label]]
            points += stroke
            strokes.append(len(points))
            labels.append(label)
            names.append(f"w{writer}")
    ink_set = InkSet(
        np.array(points, dtype=np.int16),
        np.array(strokes, dtype=np.int64),
        np.arange(len(labels) + 1),
        np.array(labels),
        np.array(names),
    )
    return SourceSet("Hands", "hands.npz", "1" * 64, ink_set.labels, inks=ink_set, writers=ink_set.writers)


def recipe_of(*parts: DataPart, **changes: Any) -> Recipe:
    """A recipe for bars; labels and rejects are those of its task."""
    own = {name: changes.pop(name) for name in ("labels", "rejects") if name in changes}
    task = replace(Task(labels=("1", "7", "x")), **own)
    made = Recipe(data=parts or (DataPart("bars"),), task=task, seed=3)
    return replace(made, **changes)


def never() -> bool:
    return False


def always() -> bool:
    return True


def both() -> Collection:
    recipe = recipe_of(DataPart("bars", normalize=False), DataPart("hands"))
    return collect(recipe, [images(30), inks()])
