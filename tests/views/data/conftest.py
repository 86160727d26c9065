"""Data panels with samples."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QTabWidget
from pytestqt.qtbot import QtBot

from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.augmentation import ImageAugmentation
from desktop_app.views.data.panel import DataPanel
from tests.finding import child
from tests.views.data.data_panels import MNIST, RECIPE, collection_of
from tests.views.drafts import TestDraft, draft_of


@pytest.fixture
def panel(qtbot: QtBot) -> DataPanel:
    widget = DataPanel(TestDraft(Recipe()))
    qtbot.addWidget(widget)
    widget.resize(620, 600)
    draft_of(widget).show(RECIPE)
    widget.set_active(True)
    widget.show()
    return widget


@pytest.fixture
def full(panel: DataPanel) -> DataPanel:
    panel.set_summaries({"mnist": MNIST})
    panel.set_collection(collection_of())
    return panel


@pytest.fixture
def augmented(full: DataPanel) -> DataPanel:
    draft_of(full).show(replace(RECIPE, image_augmentation=ImageAugmentation()))
    child(full, QTabWidget).setCurrentIndex(1)
    return full
