"""Entries of the zoo."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.messages import Message
from desktop_app.runs.recipe import Recipe


@dataclass(frozen=True)
class ZooEntry:
    """A built-in recipe.

    Attributes:
        description: one sentence for the user.
        recipe: the recipe.
        source_value: published value of the first metric of the task on the test samples; None if unknown.
    """

    description: Message
    recipe: Recipe
    source_value: float | None = None

    @property
    def name(self) -> str:
        """Name of the recipe and of its models."""
        return self.recipe.name

    @property
    def title(self) -> str:
        """Title shown to the user."""
        return self.recipe.title
