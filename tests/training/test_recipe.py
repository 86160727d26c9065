from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app import paths
from desktop_app.training.recipe import InkVariety, Recipe, read_recipe, recipe_from_json, recipe_to_json


def test_a_recipe_survives_its_file() -> None:
    recipe = Recipe(name="mine", filters=(8, 16, 32), ink_variety=InkVariety(pen_share=(0.1, 0.2)))
    assert recipe_from_json(recipe_to_json(recipe)) == recipe


def test_what_is_left_out_has_its_usual_value() -> None:
    assert recipe_from_json('{"epochs": 3}') == Recipe(epochs=3)


@pytest.mark.parametrize("text", ["[]", "{", '{"colour": 1}', '{"split": {"who": 1}}', '{"split": 3}'])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"recipe|line 1"):
        recipe_from_json(text)


@pytest.mark.parametrize(
    "text",
    ['{"architecture": "none"}', '{"architecture": "dense"}', '{"filters": [8, 8]}', '{"architecture": 1}'],
)
def test_architectures_that_there_are_not_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="network with"):
        recipe_from_json(text)


@pytest.mark.parametrize("name", sorted(path.name for path in paths.models_dir().iterdir()))
def test_the_shipped_models_have_their_recipes(name: str) -> None:
    assert read_recipe(Path(paths.models_dir() / name / "recipe.json")).name == name
