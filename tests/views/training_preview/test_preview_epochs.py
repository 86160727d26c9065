from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    AnswerHistory,
)
from tests.views.conftest import LABELS
from tests.views.training_preview.preview_panels import (
    band_of,
    history_of,
    newest_of,
    play_of,
    progress_of,
    refresh,
    run_with,
)


def requested_epochs_of(panel: TrainingPreviewPanel) -> list[object]:
    wanted: list[object] = []
    panel.epoch_requested.connect(wanted.append)
    return wanted


def test_keyboard_selects_epochs(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7, 7)
    wanted, band = requested_epochs_of(panel), band_of(panel)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End):
        QTest.keyClick(band, key)
    assert wanted == [2, 1, 0, 1, None]
    assert panel.epoch is None


def test_mouse_selects_the_epoch_under_it(panel: TrainingPreviewPanel) -> None:
    panel.start_run(progress_of(0, 2, 4, 12))
    refresh(panel)
    wanted, band = requested_epochs_of(panel), band_of(panel)
    QTest.mousePress(band, Qt.MouseButton.LeftButton, pos=QPoint(round(band.x_of(3.4)), 40))
    QTest.mouseMove(band, QPoint(round(band.x_of(0.5)), 40))
    QTest.mouseMove(band, QPoint(round(band.x_of(11)), 40))
    QTest.mouseRelease(band, Qt.MouseButton.LeftButton, pos=QPoint(round(band.x_of(11)), 40))
    assert wanted == [4, 0, None]


def test_new_epochs_keep_the_selected_one(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7)
    wanted = requested_epochs_of(panel)
    band_of(panel).setValue(1)
    panel.set_progress(progress_of(0, 1, 2, 3, 4))
    refresh(panel)
    assert (panel.epoch, band_of(panel).value()) == (1, 1)
    panel.set_progress(progress_of(0, 2, 4, 6))
    refresh(panel)
    # The selected epoch is no longer kept: the one before is selected.
    assert (panel.epoch, band_of(panel).value()) == (0, 0)
    assert wanted == [1]


def test_newest_epoch_is_followed_unless_one_is_selected(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1)
    assert not newest_of(panel).isEnabled()
    panel.set_progress(progress_of(0, 1, 2))
    refresh(panel)
    assert band_of(panel).value() == 2
    band_of(panel).setValue(0)
    wanted = requested_epochs_of(panel)
    QTest.mouseClick(newest_of(panel), Qt.MouseButton.LeftButton)
    assert wanted == [None]
    assert not newest_of(panel).isEnabled()


def test_playback_goes_through_all_epochs_to_the_newest(qtbot: QtBot, panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7, 7)
    wanted = requested_epochs_of(panel)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Space)
    assert play_of(panel).text() == "Pause"
    qtbot.waitUntil(lambda: wanted[-1:] == [None])
    assert wanted == [0, 1, 2, None]
    assert play_of(panel).text() == "Play the epochs"


def test_playback_stops_on_request_and_when_hidden(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7, 7)
    for halt in (lambda: QTest.keyClick(band_of(panel), Qt.Key.Key_Space), lambda: panel.set_active(False)):
        play_of(panel).click()
        assert play_of(panel).text() == "Pause"
        halt()
        assert play_of(panel).text() == "Play the epochs"


def test_single_epoch_cannot_be_played(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1)
    assert not play_of(panel).isEnabled()
    QTest.keyClick(band_of(panel), Qt.Key.Key_Space)
    assert play_of(panel).text() == "Play the epochs"


def test_band_distinguishes_labels_and_fades_outdated_answers(
    panel: TrainingPreviewPanel,
) -> None:
    run_with(panel, *(1, 1, 1, 1, 7, 7, 7, 7))
    band = band_of(panel)

    def colour_at(epoch: float) -> int:
        return band.grab().toImage().pixelColor(round(band.x_of(epoch)), band.height() // 2).rgb()

    early, late = colour_at(0.5), colour_at(6.5)
    assert early != late
    panel.set_history(history_of(1, 1, 1, 1, 7, 7, 7, 7, complete=False))
    refresh(panel)
    assert colour_at(6.5) != late
    panel.set_history(history_of(1, 1, 1, 1, 7, 7, 7, 7))
    refresh(panel)
    assert colour_at(6.5) == late
    # Epochs after the selected one fade as well, earlier ones do not.
    band.setValue(2)
    assert colour_at(6.5) != late
    assert colour_at(0.5) == early


@pytest.mark.parametrize("columns", [(1,), (10, 10), (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)])
def test_any_progress_can_be_painted(panel: TrainingPreviewPanel, columns: tuple[int, ...]) -> None:
    run_with(panel, *columns)
    assert not panel.grab().isNull()
    panel.set_history(
        AnswerHistory(np.array([3]), np.zeros((1, 11), dtype=np.float32), LABELS, "not a character", True)
    )
    refresh(panel)
    assert not panel.grab().isNull()
