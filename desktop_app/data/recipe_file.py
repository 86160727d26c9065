"""Recipe files that name data beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop_app.core.files import is_there
from desktop_app.data.sources.built_in import MY_SAMPLES, source_info
from desktop_app.runs.recipe import Recipe, read_recipe


def open_recipe(path: Path) -> Recipe:
    """Return the recipe in a file; relative paths of data that lead there from its folder become absolute.

    The recipe can then be trained anywhere. Other relative paths stay, and are searched in the data folders.

    Raises:
        UserError: see `read_recipe`.
    """
    recipe, folder = read_recipe(path), path.absolute().parent
    parts = tuple(replace(part, source=_beside(folder, part.source)) for part in recipe.data)
    return replace(recipe, data=parts)


def _beside(folder: Path, source: str) -> str:
    """Return the absolute path of a source in a folder; the source if it is a name or not there.

    Recipes cannot have a path that is not printable.
    """
    is_name = source == MY_SAMPLES or source_info(source) is not None
    found = folder / source
    return str(found) if not is_name and str(found).isprintable() and is_there(found) else source
