"""Spans of time and counts as they are said of a run."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.data.sources.built_in import describe
from desktop_app.runs.recipe import Recipe

_MINUTE, _HOUR = 60, 3600


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunPanel", text)


def duration(seconds: float) -> str:
    """A span of time with two units, e.g. "2 min 05 s"."""
    whole = round(max(seconds, 0.0))
    if whole < _MINUTE:
        return _tr("{s} s").format(s=whole)
    if whole < _HOUR:
        return _tr("{min} min {s:02} s").format(min=whole // _MINUTE, s=whole % _MINUTE)
    return _tr("{h} h {min:02} min").format(h=whole // _HOUR, min=whole % _HOUR // _MINUTE)


def count(number: float) -> str:
    """A count with its thousands apart, e.g. "12,400"."""
    return f"{round(number):,}"


def task(recipe: Recipe) -> str:
    """What a recipe trains, e.g. "MLP 300-300 on MNIST, 20 epochs"."""
    data = " + ".join(describe(part.source) for part in recipe.data)
    epochs = recipe.fitting.epochs
    words = _tr("{title} on {data}, 1 epoch") if epochs == 1 else _tr("{title} on {data}, {epochs} epochs")
    return words.format(title=recipe.title, data=data, epochs=count(epochs))
