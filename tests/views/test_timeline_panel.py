from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink
from desktop_app.inspection.replay import Timeline
from desktop_app.views.parts.caption import Caption
from desktop_app.views.timeline.panel import TimelinePanel
from desktop_app.views.timeline.probability_band import ProbabilityBand
from desktop_app.views.view_export import numbers_file, plot_of
from tests.finding import child

LABELS = tuple("0123456789")


def timeline_of(*certain: int) -> Timeline:
    """Three points for each moment, each with one answer that is nearly sure; 10 rejects."""
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
    return panel.findChild(ProbabilityBand, "probability_band")  # type: ignore[return-value]


def words(panel: TimelinePanel) -> str:
    return panel.findChildren(Caption)[0].text()


def test_it_says_where_the_answer_last_became_another(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    assert words(panel) == "7 became 2 at point 15 of 18"
    panel.set_timeline(timeline_of(7, 7))
    assert words(panel) == ""


def test_a_chosen_moment_is_told_in_points_and_in_words(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    chosen: list[object] = []
    panel.snapshot_chosen.connect(chosen.append)
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Left)
    assert words(panel) == "Point 15 of 18: 2, 98 % · here 7 became 2"
    QTest.keyClick(band, Qt.Key.Key_Left)
    assert words(panel) == "Point 12 of 18: 7, 98 %"
    QTest.keyClick(band, Qt.Key.Key_Home)
    assert words(panel) == "Point 3 of 18: not a character, 98 %"
    QTest.keyClick(band, Qt.Key.Key_End)
    assert chosen == [15, 12, 3, None]
    assert panel.moment() is None


def test_a_button_leads_back_to_now(panel: TimelinePanel) -> None:
    button = panel.findChildren(QPushButton)[0]
    panel.set_timeline(SEVEN_TO_TWO)
    assert not button.isEnabled()
    chosen: list[object] = []
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    panel.snapshot_chosen.connect(chosen.append)
    assert button.isEnabled()
    button.click()
    assert chosen == [None]
    assert not button.isEnabled()


def test_playing_goes_through_all_moments_and_ends_now(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    chosen: list[object] = []
    panel.snapshot_chosen.connect(chosen.append)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: chosen[-1:] == [None])
    assert chosen == [3, 6, 9, 12, 15, None]


def test_playing_can_be_halted_and_goes_on_from_there(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_timeline(timeline_of(*[7] * 90))
    chosen: list[int | None] = []
    panel.snapshot_chosen.connect(chosen.append)
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(chosen) >= 3)
    QTest.keyClick(band, Qt.Key.Key_Space)
    halted = panel.moment()
    assert halted == chosen[-1]
    chosen.clear()
    QTest.keyClick(band, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(chosen) >= 1)
    assert chosen[0] == (halted or 0) + 3
    panel.return_to_now()


def test_a_hand_on_the_scrubber_halts_the_play(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_timeline(timeline_of(*[7] * 90))
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Space)
    QTest.keyClick(band, Qt.Key.Key_Right)
    assert panel.moment() == 6
    assert not child(panel, QTimer).isActive()


def test_who_cannot_see_the_scrubber_sees_the_whole_drawing(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    band = band_of(panel)
    QTest.keyClick(band, Qt.Key.Key_Space)
    chosen: list[object] = []
    panel.snapshot_chosen.connect(chosen.append)
    panel.set_active(False)
    assert chosen == [None]
    assert not child(panel, QTimer).isActive()


def test_returning_for_another_reason_asks_for_nothing(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    with qtbot.assertNotEmitted(panel.snapshot_chosen):
        panel.return_to_now()
    assert panel.moment() is None


def test_a_moment_stays_while_the_rest_is_still_read(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    panel.set_timeline(timeline_of(10, 10, 7, 7, 2, 2, 2))
    assert panel.moment() == 3


def test_a_picture_has_no_ink_time(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Home)
    filled = panel.grab().toImage()
    panel.set_picture()
    assert panel.moment() is None
    assert panel.numbers() == {}
    assert panel.grab().toImage() != filled


def test_its_numbers_and_its_plot_can_be_taken_away(panel: TimelinePanel) -> None:
    panel.set_timeline(SEVEN_TO_TWO)
    numbers = panel.numbers()
    assert numbers["points"].tolist() == [3, 6, 9, 12, 15, 18]
    assert (numbers["probabilities"] == SEVEN_TO_TWO.probabilities).all()
    assert numbers["columns"].tolist() == [*LABELS, "not a character"]
    assert numbers["stroke_lengths"].tolist() == [18]
    assert numbers_file(numbers).startswith(b"PK")
    assert panel.is_plot
    assert panel.subject() is band_of(panel)
    plot = plot_of(panel, "")
    assert b">not a character<" in plot
    assert b"<polyline" in plot or b"<polygon" in plot or b"<path" in plot
