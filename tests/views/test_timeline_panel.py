from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink
from desktop_app.inspection.timeline import Timeline
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.playback import PlaybackButton
from desktop_app.views.timeline.panel import TimelinePanel
from desktop_app.views.timeline.probability_band import ProbabilityBand
from desktop_app.views.view_export import npz_bytes, view_svg
from tests.finding import child

LABELS = tuple("0123456789")


def timeline_of(*certain: int) -> Timeline:
    """Return a timeline of three points per snapshot; each answer has probability 0.98, 10 rejects."""
    probabilities = np.full((len(certain), 11), 0.002, dtype=np.float32)
    probabilities[range(len(certain)), list(certain)] = 0.98
    ink = Ink.from_points([[(i, i) for i in range(3 * len(certain))]])
    return Timeline(ink, np.arange(3, 3 * len(certain) + 1, 3), probabilities, LABELS, True)


SEVEN_TO_TWO = timeline_of(10, 10, 7, 7, 2, 2)


@pytest.fixture
def panel(qtbot: QtBot) -> TimelinePanel:
    widget = TimelinePanel()
    qtbot.addWidget(widget)
    widget.resize(640, 240)
    widget.set_active(True)
    widget.show()
    return widget


def band_of(panel: TimelinePanel) -> ProbabilityBand:
    return child(panel, ProbabilityBand, "probability_band")


def caption(panel: TimelinePanel) -> str:
    return panel.findChildren(Caption)[0].text()


def test_caption_describes_the_last_change_of_the_answer(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    assert caption(panel) == "Changed from 7 to 2 at point 15 of 18"
    panel.set_timeline(timeline_of(7, 7))
    assert caption(panel) == ""


def test_caption_describes_the_chosen_snapshot(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    chosen: list[object] = []
    panel.snapshot_chosen.connect(chosen.append)
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Left)
    assert caption(panel) == "Point 15 of 18: 2, 98.0 % (changed from 7)"
    QTest.keyClick(band, Qt.Key.Key_Left)
    assert caption(panel) == "Point 12 of 18: 7, 98.0 %"
    QTest.keyClick(band, Qt.Key.Key_Home)
    assert caption(panel) == "Point 3 of 18: not a digit, 98.0 %"
    QTest.keyClick(band, Qt.Key.Key_End)
    assert chosen == [15, 12, 3, None]
    assert panel.shown_points() is None


def test_show_all_button_returns_to_the_whole_drawing(panel: TimelinePanel) -> None:
    button = child(panel, QPushButton)
    panel.set_timeline(SEVEN_TO_TWO)
    assert not button.isEnabled()
    chosen: list[object] = []
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    panel.snapshot_chosen.connect(chosen.append)
    assert button.isEnabled()
    button.click()
    assert chosen == [None]
    assert not button.isEnabled()


def test_playback_shows_every_snapshot_and_ends_with_the_whole_drawing(
    qtbot: QtBot, panel: TimelinePanel
) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    chosen: list[object] = []
    panel.snapshot_chosen.connect(chosen.append)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: chosen[-1:] == [None])
    assert chosen == [3, 6, 9, 12, 15, None]


def test_playback_pauses_and_continues_from_there(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_timeline(timeline_of(*[7] * 90))
    chosen: list[int | None] = []
    panel.snapshot_chosen.connect(chosen.append)
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(chosen) >= 3)
    QTest.keyClick(band, Qt.Key.Key_Space)
    paused = panel.shown_points()
    assert paused == chosen[-1]
    chosen.clear()
    QTest.keyClick(band, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(chosen) >= 1)
    assert chosen[0] == (paused or 0) + 3
    panel.show_whole_drawing()


def test_moving_the_scrubber_pauses_playback(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_timeline(timeline_of(*[7] * 90))
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Space)
    QTest.keyClick(band, Qt.Key.Key_Right)
    assert panel.shown_points() == 6
    assert not child(panel, PlaybackButton).is_playing


def test_hiding_the_panel_shows_the_whole_drawing(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Space)
    chosen: list[object] = []
    panel.snapshot_chosen.connect(chosen.append)
    panel.set_active(False)
    assert chosen == [None]
    assert not child(panel, PlaybackButton).is_playing


def test_show_whole_drawing_emits_nothing(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    with qtbot.assertNotEmitted(panel.snapshot_chosen):
        panel.show_whole_drawing()
    assert panel.shown_points() is None


def test_chosen_snapshot_stays_when_more_snapshots_arrive(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    panel.set_timeline(timeline_of(10, 10, 7, 7, 2, 2, 2))
    assert panel.shown_points() == 3


def test_image_has_no_timeline(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    filled = panel.grab().toImage()
    panel.set_image()
    assert panel.shown_points() is None
    assert panel.numbers() == {}
    assert panel.grab().toImage() != filled


def test_numbers_and_plot_can_be_exported(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    numbers = panel.numbers()
    assert numbers["points"].tolist() == [3, 6, 9, 12, 15, 18]
    assert (numbers["probabilities"] == SEVEN_TO_TWO.probabilities).all()
    assert numbers["columns"].tolist() == [*LABELS, "not a digit"]
    assert numbers["stroke_lengths"].tolist() == [18]
    assert npz_bytes(numbers).startswith(b"PK")
    assert panel.is_plot
    assert panel.exported_widget() is band_of(panel)
    plot = view_svg(panel, "")
    assert b">not a digit<" in plot
    assert b"<polyline" in plot or b"<polygon" in plot or b"<path" in plot
