"""The sample grid view: responses of a layer to many samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, WITH_LABELS, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.parts.pixels import sample_image
    from desktop_app.views.sample_grid.controller import SampleGridController
    from desktop_app.views.sample_grid.panel import SampleGridPanel

    panel = SampleGridPanel()
    panel.sample_chosen.connect(lambda pixels: context.image_requested.emit(sample_image(pixels)))
    return panel, SampleGridController(panel, context.samples)


VIEW = View(
    "wall",
    QT_TRANSLATE_NOOP("View", "Sample grid"),
    {READ: Position(Slot.LOWER, is_open=False), INSIDE: Position(Slot.RIGHT)},
    _make,
    tasks=WITH_LABELS,
)
