from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.networks.network_info import LayerInfo
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    PreviewSnapshot,
)
from tests.finding import child
from tests.views.conftest import INFO
from tests.views.training_preview.preview_panels import (
    INPUT,
    answer_of,
    grids_of,
    history_of,
    label_of,
    progress_of,
    refresh,
    run_with,
    snapshot_for,
)

DIVERGED = np.full(11, np.nan, dtype=np.float32)


def test_answer_has_label_probability_and_since_when(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 3, 7, 7)
    assert answer_of(panel) == ("7", "90.0 %", "unchanged since epoch 1")
    assert child(panel, ProbabilityBars).values()["7"] == pytest.approx(0.9)
    panel.set_history(history_of(3, 7, 7, complete=False))
    refresh(panel)
    assert answer_of(panel)[2] == ""


def test_answer_of_an_earlier_epoch_has_its_own_since(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 5, 3, 3, 7)
    panel.set_snapshot(snapshot_for(2, 3))
    refresh(panel)
    assert answer_of(panel) == ("3", "90.0 %", "unchanged since epoch 1")


def test_not_a_character_has_no_label(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 7, 10)
    assert answer_of(panel) == ("", "90.0 %", "not a digit")
    assert not label_of(panel).pixmap().isNull()
    run_with(panel, 7)
    assert answer_of(panel)[0] == "7"
    assert label_of(panel).pixmap().isNull()


def test_diverged_network_is_reported(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7)
    panel.set_snapshot(replace(snapshot_for(1, 7), probabilities=DIVERGED))
    refresh(panel)
    assert answer_of(panel)[1:] == ("NaN", "Training diverged: the outputs are NaN. Lower the learning rate.")
    assert child(panel, ProbabilityBars).values() == {}


def test_unsupported_layer_is_named(panel: TrainingPreviewPanel) -> None:
    odd = LayerInfo("odd", "Mystery", (11,), ("conv",))
    panel.start_run(progress_of(0))
    panel.set_snapshot(PreviewSnapshot(0, INFO.layer("conv"), None, INPUT, unknown=odd))
    refresh(panel)
    assert answer_of(panel)[2] == "The answer cannot be computed."
    assert "layer odd: Mystery is not supported" in grids_of(panel)[1].hint
