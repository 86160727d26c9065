"""Texts about counts and about what a run trains."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.data.sources.built_in import describe
from desktop_app.runs.recipe import Recipe


def count_text(number: float) -> str:
    """Return a number rounded and with thousands separators, e.g. "12,400"."""
    return f"{round(number):,}"


def task_text(recipe: Recipe) -> str:
    """Return what a recipe trains, e.g. "MLP 300-300 on MNIST, 20 epochs"."""
    data = " + ".join(describe(part.source) for part in recipe.data)
    text = QCoreApplication.translate(
        "RunPanel", "{title} on {data}, %n epoch(s)", None, recipe.fitting.epochs
    )
    return text.format(title=recipe.title, data=data)
