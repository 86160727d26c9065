"""The registry of views, in the order of the View menu and of tabs with equal order."""

from __future__ import annotations

from desktop_app.views import (
    arithmetic,
    batch,
    compare,
    data,
    enlargement,
    evaluation,
    feature_maps,
    filters,
    layers,
    line_network,
    network,
    reading,
    recipe,
    run,
    runs,
    sample_grid,
    samples,
    timeline,
    training_preview,
    tutorial,
    why,
)
from desktop_app.views.view import View

VIEWS: tuple[View, ...] = (
    reading.VIEW,
    enlargement.VIEW,
    layers.VIEW,
    feature_maps.VIEW,
    filters.VIEW,
    sample_grid.VIEW,
    samples.VIEW,
    compare.VIEW,
    tutorial.VIEW,
    arithmetic.VIEW,
    why.VIEW,
    timeline.VIEW,
    line_network.VIEW,
    data.VIEW,
    network.VIEW,
    recipe.VIEW,
    runs.VIEW,
    evaluation.VIEW,
    run.VIEW,
    training_preview.VIEW,
    batch.VIEW,
)
