"""Data panels with samples, and events on their controls."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeVar

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.data.collection import TEST, VALIDATION, Collection
from desktop_app.data.source_summary import SourceSummary
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.task import Task
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.data.sample_grid import SampleGrid
from tests.views.drafts import draft_of

W = TypeVar("W", bound=QWidget)


RECIPE = Recipe()


MNIST = SourceSummary("MNIST", 3000, ("0", "1", "2"), 0, 0, 300, needs_normalizing=False, is_colour=False)
FILE = SourceSummary("files", 3000, ("0", "1", "2"), 0, 0, 0, needs_normalizing=True, is_colour=False)


def collection_of(count: int = 3000, labels: tuple[str, ...] = ("0", "1", "2")) -> Collection:
    """Samples with alternating labels; one tenth each for validation and test."""
    images = np.zeros((count, 28, 28), dtype=np.uint8)
    images[np.arange(count), np.arange(count) % 28, 5] = 255
    numbers = np.arange(count)
    of_each = np.array(labels)[numbers % len(labels)]
    source = SourceSet("Dots", "dots.npz", "0" * 64, of_each, images=images[..., None])
    parts = np.zeros(count, np.int8)
    parts[8::10], parts[9::10] = VALIDATION, TEST
    return Collection(
        task=Task(labels=labels),
        sources=(source,),
        raw=(True,),
        classes=labels,
        source_of=np.zeros(count, np.int16),
        row_of=numbers.astype(np.int64),
        class_of=(numbers % len(labels)).astype(np.int16),
        part_of=parts,
        left_out=0,
    )


def changes_of(panel: DataPanel) -> list[Recipe]:
    changes: list[Recipe] = []
    draft_of(panel).edited.connect(changes.append)
    return changes


def named(panel: QWidget, kind: type[W], text: str) -> W:
    return next(w for w in panel.findChildren(kind) if w.accessibleName() == text and w.isVisibleTo(panel))


def button(panel: QWidget, text: str) -> QPushButton:
    return next(b for b in panel.findChildren(QPushButton) if b.text() == text)


def grid_of(panel: DataPanel) -> SampleGrid:
    (grid,) = panel.findChildren(SampleGrid)
    return grid


def pictures_of(channels: Literal[1, 3] = 3) -> Collection:
    """Return samples of an image classification with long names of classes."""
    collection = collection_of(100, ("automobile", "cat", "pneumonoultramicroscopicsilicovolcanoconiosis"))
    task = Task("picture", 32, 32, channels, "fit", collection.classes)
    images = np.zeros((100, 32, 32, channels), np.uint8)
    source = replace(collection.sources[0], images=images)
    return replace(collection, task=task, sources=(source,))
