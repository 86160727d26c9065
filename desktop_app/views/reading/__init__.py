"""The answer with its probabilities and the preparation of the input."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, TRAIN, WITH_LABELS, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _compare(context: ViewContext, rival: int | None) -> None:
    context.subject_requested.emit(Subject.EVIDENCE)
    context.comparison_requested.emit(rival)


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.reading.panel import ReadingPanel
    from desktop_app.views.reading.samples_controller import SamplesController

    panel = ReadingPanel()
    panel.rival_chosen.connect(partial(_compare, context))
    panel.set_text(context.text.value)
    context.text.changed.connect(panel.set_text)
    panel.set_reading_on(context.is_reading.value)
    context.is_reading.changed.connect(panel.set_reading_on)
    panel.correction_requested.connect(context.label_requested)
    panel.character_chosen.connect(context.choose_character)
    panel.set_characters(context.characters.value)
    context.characters.changed.connect(panel.set_characters)
    panel.characters_chosen.connect(context.characters.set)
    panel.level_chosen.connect(context.level.set)
    panel.selection_moved.connect(context.text_commands.move)
    panel.character_typed.connect(context.correct_selected)
    return panel, SamplesController(panel, context.canvas)


VIEW = View(
    "reading",
    QT_TRANSLATE_NOOP("View", "Reading"),
    {
        READ: Position(Slot.RIGHT),
        INSIDE: Position(Slot.RIGHT, is_open=False, order=1),
        TRAIN: Position(Slot.RIGHT, is_open=False, order=1),
    },
    _make,
    tasks=WITH_LABELS,
)
