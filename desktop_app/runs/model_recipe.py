"""The recipe in a model folder."""

from __future__ import annotations

from pathlib import Path

from desktop_app.core.errors import UserError
from desktop_app.networks.card import ModelCard
from desktop_app.networks.model_folder import RECIPE_FILE, read_verified_file
from desktop_app.runs.recipe import LARGEST_RECIPE, Recipe, recipe_from_json


def read_model_recipe(folder: Path, card: ModelCard) -> Recipe:
    """Read the recipe that a model was trained by.

    Args:
        folder: the model folder.
        card: card of the model.

    Raises:
        UserError: the model has none, or it is damaged.
    """
    if RECIPE_FILE not in card.files:
        raise UserError(
            "The model {title} has no recipe, which names the data to train with; choose a model that was "
            "trained with this program.",
            title=card.title,
        )
    return recipe_from_json(read_verified_file(folder / RECIPE_FILE, card, LARGEST_RECIPE))
