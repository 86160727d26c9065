from __future__ import annotations

import pytest

from desktop_app.networks.layer_list import check_layers
from desktop_app.runs.recipe import check_recipe, recipe_from_json, recipe_to_json
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.runs.zoo.entry import ZooEntry

PARAMETERS = {
    "fast": 29_322,
    "fast-few-samples": 29_322,
    "fast-augmented": 61_258,
    "mlp-300-300": 328_810,
    "mlp-512-512": 669_706,
    "conv32-dense128": 2_770_634,
    "conv32-pool-dense128": 693_962,
    "conv32-pool-dropout-dense128": 693_962,
    "conv-32-64-128": 110_474,
    "conv-32-64-128-augmented": 110_474,
    "conv-32-64-64": 93_322,
    "conv-64-64-128-128-average": 260_298,
    "conv-64-64-128-128-pool-average": 260_298,
    "conv-64-64-128-128-pool-flatten": 279_498,
    "digits": 340_203,
    "residual": 50_155,
    "dense": 101_311,
    "letters": 615_928,
    "pictures": 602_890,
    "quick-pictures": 627_082,
    "convmixer-256-8": 602_890,
    "convmixer-256-8-both": 602_890,
    "convmixer-two-stages-flatten": 10_340_874,
    "convmixer-two-stages-average": 1_954_570,
    "conv-pool-64-128-256": 2_197_590,
    "convmixer-128-8": 174_986,
    "super-resolution": 87_681,
    "super-resolution-autoencoder": 296_449,
}

entries = pytest.mark.parametrize("entry", ZOO, ids=lambda entry: entry.name)


def test_names_are_unique() -> None:
    assert [entry.name for entry in ZOO] == list(PARAMETERS)
    assert len({entry.title for entry in ZOO}) == len(ZOO)
    assert all(zoo_entry(entry.name) is entry for entry in ZOO)
    with pytest.raises(KeyError):
        zoo_entry("none")


@entries
def test_networks_have_published_numbers_of_parameters(entry: ZooEntry) -> None:
    checked = check_layers(entry.recipe.layers, entry.recipe.task.input_shape, entry.recipe.task.output_shape)
    assert not checked.problem
    assert checked.parameters == PARAMETERS[entry.name]
    assert all(layer.name for layer in entry.recipe.layers)


@entries
def test_recipes_are_valid_and_can_be_written_and_read(entry: ZooEntry) -> None:
    check_recipe(entry.recipe)
    assert recipe_from_json(recipe_to_json(entry.recipe)) == entry.recipe
    assert entry.recipe.title == entry.title
    assert str(entry.description).endswith(".")
    assert entry.source_value is None or 0.8 < entry.source_value < 1
