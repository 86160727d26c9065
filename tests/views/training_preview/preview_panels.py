"""Runs for the panel *Training preview*, and what it shows of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop_app.networks.network_info import NetworkInfo
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.tile_grid import TileGrid
from desktop_app.views.parts.tool_button import ToolButton
from desktop_app.views.training_preview.answer import Answer
from desktop_app.views.training_preview.epoch_band import EpochBand
from desktop_app.views.training_preview.mosaic import Mosaic
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    AnswerHistory,
    PreviewProgress,
    PreviewSnapshot,
    snapshot_of,
    with_drawing,
)
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, LABELS, observation_of

SEEN = observation_of("1").prepared
assert SEEN is not None
INPUT = SEEN.model_input


def row_for(column: int, share: float = 0.9) -> NDArray[np.float32]:
    row = np.full(11, (1 - share) / 10, dtype=np.float32)
    row[column] = share
    return row


def snapshot_for(epoch: int, column: int, share: float = 0.9) -> PreviewSnapshot:
    return replace(
        with_drawing(snapshot_of(epoch, GRAPH), GRAPH, INPUT), probabilities=row_for(column, share)
    )


def history_of(*columns: int, complete: bool = True) -> AnswerHistory:
    rows = np.array([row_for(column) for column in columns])
    return AnswerHistory(np.arange(len(columns)), rows, LABELS, "not a character", complete)


def progress_of(*kept: int, info: NetworkInfo = INFO) -> PreviewProgress:
    return PreviewProgress(info, 20, kept)


def run_with(panel: TrainingPreviewPanel, *columns: int) -> None:
    """Show a run whose epochs answered with these columns."""
    panel.start_run(progress_of())
    panel.set_progress(progress_of(*range(len(columns))))
    panel.set_history(history_of(*columns))
    panel.set_snapshot(snapshot_for(len(columns) - 1, columns[-1]))
    refresh(panel)


def refresh(panel: TrainingPreviewPanel) -> None:
    """Hide and show the panel, which updates it at once."""
    panel.set_active(False)
    panel.set_active(True)


def caption_of(panel: TrainingPreviewPanel) -> str:
    return child(panel, Caption, "preview_of").text()


def label_of(panel: TrainingPreviewPanel) -> QLabel:
    return child(panel, QLabel, "preview_label")


def titles_of(panel: TrainingPreviewPanel) -> list[str]:
    return [child(mosaic, Caption, "mosaic_title").text() for mosaic in panel.findChildren(Mosaic)]


def newest_of(panel: TrainingPreviewPanel) -> QPushButton:
    return child(panel, QPushButton, "Newest epoch")


def play_of(panel: TrainingPreviewPanel) -> ToolButton:
    """Return the playback button."""
    return child(panel, ToolButton)


def band_of(panel: TrainingPreviewPanel) -> EpochBand:
    return child(panel, EpochBand, "epoch_band")


def answer_of(panel: TrainingPreviewPanel) -> tuple[str, str, str]:
    return child(panel, Answer).texts()


def grids_of(panel: TrainingPreviewPanel) -> list[TileGrid]:
    return [child(mosaic, TileGrid) for mosaic in panel.findChildren(Mosaic)]


def visible_text(panel: QWidget) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
