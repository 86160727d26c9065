from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.tile_grid import TileGrid
from desktop_app.views.training_preview.answer import Answer
from desktop_app.views.training_preview.mosaic import Mosaic
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.view_export import npz_bytes
from tests.finding import child
from tests.views.conftest import LABELS
from tests.views.training_preview.preview_panels import (
    answer_of,
    band_of,
    caption_of,
    grids_of,
    progress_of,
    refresh,
    run_with,
    snapshot_for,
    visible_text,
)


def test_empty_panel_shows_a_hint(panel: TrainingPreviewPanel) -> None:
    assert "Train a model to see" in visible_text(panel)
    assert panel.numbers() == {}


def test_content_before_the_panel_is_visible_is_shown(qtbot: QtBot) -> None:
    panel = TrainingPreviewPanel()
    qtbot.addWidget(panel)
    run_with(panel, 1, 7)
    panel.set_active(True)
    assert answer_of(panel)[0] == "7"
    assert grids_of(panel)[0].tiles is not None


def test_caption_has_epoch_and_accuracy(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    assert caption_of(panel) == "Epoch 2 of 20"
    panel.set_progress(replace(progress_of(0, 1, 2), values=MappingProxyType({2: 0.987})))
    refresh(panel)
    assert caption_of(panel) == "Epoch 2 of 20 · validation accuracy 98.70 %"
    caption = child(panel, Caption, "preview_of")
    caption.resize(round(caption.text_style.small.width("Epoch 2 of 20 · 98.70 %")) + 4, caption.height())
    assert caption.shown_text() == "Epoch 2 of 20 · 98.70 %"


def test_new_run_discards_the_previous_one(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    band_of(panel).setValue(0)
    panel.start_run(progress_of())
    refresh(panel)
    assert panel.epoch is None
    assert panel.numbers() == {}
    assert answer_of(panel)[:2] == ("", "")


def test_updates_are_throttled(qtbot: QtBot, panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1)
    for column in range(2, 9):
        panel.set_snapshot(snapshot_for(0, column))
    # The first is shown at once; of those that follow too soon the last, when it is due.
    assert answer_of(panel)[0] == "2"
    qtbot.waitUntil(lambda: answer_of(panel)[0] == "8")


def test_hidden_panel_is_updated_when_shown(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 2)
    panel.set_active(False)
    panel.set_snapshot(snapshot_for(1, 5))
    assert answer_of(panel)[0] == "2"
    panel.set_active(True)
    assert answer_of(panel)[0] == "5"


@pytest.mark.parametrize("size", [(620, 330), (420, 600), (420, 330), (1280, 330)])
def test_panel_fits_different_sizes(qtbot: QtBot, panel: TrainingPreviewPanel, size: tuple[int, int]) -> None:
    run_with(panel, 1, 7, 7)
    panel.resize(*size)
    answer, mosaics = child(panel, Answer), panel.findChildren(Mosaic)

    def stands_beside() -> bool:
        return bool(mosaics[0].x() > answer.geometry().right())

    qtbot.waitUntil(lambda: stands_beside() == (size[0] >= 600))
    assert (panel.width(), panel.height()) == size
    content = band_of(panel).parentWidget()
    assert content is not None
    for part in (answer, *mosaics, band_of(panel)):
        assert content.rect().contains(part.geometry())
    # Where it is neither wide nor high, the bars make room for the filters.
    assert child(panel, ColumnView, "Probabilities").isVisible() == (size != (420, 330))


def test_focusable_widgets_have_names(qtbot: QtBot, panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    band_of(panel).setValue(0)
    panel.activateWindow()
    first = child(panel.findChildren(Mosaic)[0], TileGrid)
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    names: list[str] = []
    for _ in range(6):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert names == [
        "Filters",
        "Feature maps",
        "Play the epochs",
        "Newest epoch",
        "Epoch",
        "Filters",
    ]
    interface = QAccessible.queryAccessibleInterface(band_of(panel))
    assert interface.role() == QAccessible.Role.Slider


def test_numbers_are_exported(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    numbers = panel.numbers()
    assert numbers["epoch"] == 2
    assert numbers["probabilities_by_epoch"].shape == (3, 11)
    assert numbers["columns"].tolist() == [*LABELS, "not a character"]
    assert numbers["filters"].shape == (3, 3, 1, 4)
    assert numbers["feature_maps"].shape == (3, 3, 4)
    assert npz_bytes(numbers)
