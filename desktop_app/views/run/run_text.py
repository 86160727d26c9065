"""Counts, and what a run trains, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.data.sources.built_in import describe
from desktop_app.runs.recipe import Recipe


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunPanel", text)


def count_text(number: float) -> str:
    """A count with its thousands apart, e.g. "12,400"."""
    return f"{round(number):,}"


def task_text(recipe: Recipe) -> str:
    """What a recipe trains, e.g. "MLP 300-300 on MNIST, 20 epochs"."""
    data = " + ".join(describe(part.source) for part in recipe.data)
    epochs = recipe.fitting.epochs
    words = _tr("{title} on {data}, 1 epoch") if epochs == 1 else _tr("{title} on {data}, {epochs} epochs")
    return words.format(title=recipe.title, data=data, epochs=count_text(epochs))
