from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.core.errors import UserError
from desktop_app.runs.recipe import check_recipe, recipe_from_json, recipe_to_json
from desktop_app.runs.run_queue import (
    read_queue,
    text_without_seed,
    title_without_seed,
    with_seeds,
    write_queue,
)
from desktop_app.runs.zoo.catalog import ZOO

RECIPE = ZOO[0].recipe


def test_seeds_are_consecutive_and_in_the_titles() -> None:
    recipes = with_seeds(replace(RECIPE, seed=7, title="x" * 60), 3)
    assert [recipe.seed for recipe in recipes] == [7, 8, 9]
    assert len({recipe.title for recipe in recipes}) == 3
    for recipe in recipes:
        check_recipe(recipe)
        assert len(recipe.title) <= 60
        assert text_without_seed(recipe) == text_without_seed(RECIPE)
    assert with_seeds(RECIPE, 1) == (RECIPE,)


def test_recipes_of_the_zoo_are_equal_to_what_is_read_from_their_files() -> None:
    for entry in ZOO:
        read = recipe_from_json(recipe_to_json(entry.recipe))
        assert text_without_seed(read) == text_without_seed(entry.recipe)


def test_titles_have_one_seed() -> None:
    (_, second) = with_seeds(replace(RECIPE, title="Fast"), 2)
    assert second.title == "Fast, seed 2"
    assert with_seeds(second, 2)[0].title == "Fast, seed 2"
    assert title_without_seed(second.title) == title_without_seed("Fast") == "Fast"


def test_largest_seed_is_followed_by_the_smallest() -> None:
    assert [recipe.seed for recipe in with_seeds(replace(RECIPE, seed=2**31 - 1), 2)] == [2**31 - 1, 0]


def test_queue_is_written_and_read(tmp_path: Path) -> None:
    assert read_queue(tmp_path) == ()
    write_queue((), tmp_path)
    assert list(tmp_path.iterdir()) == []
    recipes = tuple(entry.recipe for entry in ZOO)
    write_queue(recipes, tmp_path)
    assert read_queue(tmp_path) == recipes
    write_queue((), tmp_path)
    assert read_queue(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "{", "3", "[3]", '[{"seed": -1}]', '{"a": 1}', "[" * 99_999])
def test_damaged_queue_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "queue.json").write_text(text)
    with pytest.raises(UserError, match="queue"):
        read_queue(tmp_path)
