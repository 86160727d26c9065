"""Recipes that wait to be trained one after another, for example one recipe with several seeds."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from desktop_app.core.decoding import convert
from desktop_app.core.errors import UserError
from desktop_app.core.files import read_file, write_atomically
from desktop_app.runs.recipe import LARGEST_RECIPE, Recipe, recipe_from_json, recipe_to_json

MOST_SEEDS, MOST_QUEUED = 20, 100

_FILE = "queue.json"
_LARGEST_SEED = 2**31 - 1
_LONGEST_TITLE = 60
_SEED = re.compile(r", seed [0-9]+$")


def with_seeds(recipe: Recipe, count: int) -> tuple[Recipe, ...]:
    """Return a recipe with so many consecutive seeds, which are part of the titles if there are several."""
    if count == 1:
        return (recipe,)
    return tuple(_with_seed(recipe, (recipe.seed + number) % (_LARGEST_SEED + 1)) for number in range(count))


def _with_seed(recipe: Recipe, seed: int) -> Recipe:
    suffix = f", seed {seed}"
    title = title_without_seed(recipe.title)[: _LONGEST_TITLE - len(suffix)]
    return replace(recipe, seed=seed, title=f"{title}{suffix}")


def title_without_seed(title: str) -> str:
    """Return the title of a recipe without the seed that with_seeds() has added."""
    return _SEED.sub("", title)


def text_without_seed(recipe: Recipe) -> str:
    """Return a text that is equal for recipes that differ in seed and title only."""
    # Numbers have the types of their fields: a recipe in a file has 8.0 where one in the code may have 8.
    return recipe_to_json(convert(asdict(replace(recipe, seed=0, title="any")), Recipe))


def read_queue(runs_dir: Path) -> tuple[Recipe, ...]:
    """Return the recipes that wait in a folder of runs, the next one first.

    Raises:
        UserError: the file is damaged.
    """
    path = runs_dir / _FILE
    if not path.exists():
        return ()
    try:
        texts = [json.dumps(each) for each in json.loads(read_file(path, MOST_QUEUED * LARGEST_RECIPE))]
        return tuple(recipe_from_json(text) for text in texts[:MOST_QUEUED])
    except (ValueError, TypeError, RecursionError, UserError) as error:
        raise UserError("The queue of runs, {path}, is damaged and was not read.", path=path) from error


def write_queue(recipes: Sequence[Recipe], runs_dir: Path) -> None:
    """Write the recipes that wait.

    Raises:
        UserError: the file cannot be written.
    """
    path = runs_dir / _FILE
    if recipes or path.exists():
        write_atomically(path, json.dumps([asdict(recipe) for recipe in recipes]).encode())
