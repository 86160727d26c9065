from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink
from desktop_app.inspection.timeline import Timeline
from desktop_app.views.parts.band_layout import MOST_LABELS, OTHERS, label_position, stack_probabilities
from desktop_app.views.parts.label_colours import faint_colour, label_colours, neutral_colour
from desktop_app.views.parts.theme import DARK, LIGHT, Theme, palette_of
from desktop_app.views.timeline.probability_band import ProbabilityBand
from tests.contrast import contrast

LABELS = tuple("0123456789")
WIDTH, HEIGHT = 816, 244
"""Size of a band whose stack is 800 pixels wide and 200 high."""


def rows(*certain: int) -> np.ndarray:
    """Return a row per answer with probability 0.98; 10 is "not a character"."""
    probabilities = np.full((len(certain), 11), 0.002, dtype=np.float32)
    probabilities[range(len(certain)), list(certain)] = 0.98
    return probabilities


def timeline_of(*certain: int, complete: bool = True) -> Timeline:
    """Return the timeline of two strokes with two points per snapshot."""
    count = len(certain)
    ink = Ink.from_points([[(i, i) for i in range(count)], [(i, 9) for i in range(count)]])
    points = np.arange(2, 2 * count + 1, 2)
    return Timeline(ink, points, rows(*certain), LABELS, complete)


@pytest.fixture
def band(qtbot: QtBot) -> ProbabilityBand:
    widget = ProbabilityBand()
    qtbot.addWidget(widget)
    widget.resize(WIDTH, HEIGHT)
    widget.show()
    return widget


def painted(band: ProbabilityBand) -> QImage:
    return band.grab().toImage()


def share_colour(band: ProbabilityBand, x: float, height: float) -> str:
    """Return the colour at fractions of the width and of the height (from below) of the stack."""
    image = painted(band)
    ratio = image.devicePixelRatio()
    at = QPoint(int((8 + x * 800) * ratio), int((24 + (1 - height) * 200) * ratio))
    return image.pixelColor(at).name()


# --- stacking ---


def test_unlikely_labels_are_merged() -> None:
    probabilities = np.array(
        [[0.5, 0.3, 0.05, 0.05, 0.1, 0], [0.2, 0.05, 0.05, 0.6, 0.1, 0]], dtype=np.float32
    )
    stack = stack_probabilities(probabilities, 5)
    assert stack.columns == (0, 1, 3, 4, OTHERS, 5)
    shares = np.diff(stack.edges, axis=1)
    assert shares[:, :4] == pytest.approx(probabilities[:, [0, 1, 3, 4]])
    assert shares[:, 4] == pytest.approx([0.05, 0.05])
    assert shares[:, 5] == pytest.approx([0, 0])


def test_network_without_rejection_has_no_rejection_column() -> None:
    assert stack_probabilities(np.array([[0.9, 0.1]], dtype=np.float32), 2).columns == (0, 1, OTHERS)


@given(st.integers(1, 20), st.integers(1, 40), st.booleans(), st.integers(0, 1000))
def test_stack_fills_the_height(snapshots: int, labels: int, rejects: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(labels + rejects, 0.2), snapshots).astype(np.float32)
    stack = stack_probabilities(probabilities, labels)
    assert stack.edges.shape == (snapshots, len(stack.columns) + 1)
    assert (stack.edges[:, 0] == 0).all()
    assert stack.edges[:, -1] == pytest.approx(np.ones(snapshots))
    assert (np.diff(stack.edges, axis=1) >= 0).all()
    assert len(stack.columns) <= MOST_LABELS + 2


# --- label positions ---


def test_label_is_centred_in_the_highest_stretch() -> None:
    high = np.array([1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 1, 1], dtype=np.float32)
    low = np.zeros(12, dtype=np.float32)
    assert label_position(low, high, 3, 5) == (5, 4.5)
    assert label_position(low, high, 8, 5) is None
    assert label_position(low, high, 20, 0.5) is None


@given(st.integers(0, 500), st.integers(1, 12), st.floats(0.1, 8))
def test_labels_stay_between_the_edges(seed: int, width: int, height: float) -> None:
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 5, 40).astype(np.float32)
    high = low + rng.uniform(0, 9, 40).astype(np.float32)
    position = label_position(low, high, width, height)
    fits = [high[i : i + width].min() - low[i : i + width].max() for i in range(41 - width)]
    if position is None:
        assert max(fits) < height
    else:
        at, middle = position
        assert fits[at] >= 0.9 * max(fits)
        assert low[at : at + width].max() <= middle <= high[at : at + width].min()


# --- colours ---


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_is_readable_on_every_colour(theme: Theme) -> None:
    palette = palette_of(theme)
    colours = [*label_colours(range(10), palette).values(), neutral_colour(palette), faint_colour(palette)]
    assert len({colour.name() for colour in colours}) == 12
    for colour in colours:
        assert contrast(colour, QColor(theme.text)) >= 4.5


def test_label_colours_are_stable_and_distinct() -> None:
    palette = palette_of(LIGHT)
    some, more = label_colours([3, 7], palette), label_colours([1, 3, 7], palette)
    assert some[7] == more[7]
    colliding = label_colours([2, 12, 22], palette)
    assert len({colour.name() for colour in colliding.values()}) == 3
    assert len(label_colours(range(25), palette)) == 25


# --- painting ---


def test_each_answer_is_painted_in_its_colour(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(10, 10, 7, 7, 7, 2, 2, 2))
    colours = label_colours([2, 7], band.palette())
    assert share_colour(band, 0.1, 0.3) == neutral_colour(band.palette()).name()
    assert share_colour(band, 0.45, 0.3) == colours[7].name()
    assert share_colour(band, 0.85, 0.3) == colours[2].name()


def test_part_after_the_chosen_snapshot_is_faded(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(7, 7, 7, 7, 7, 7, 7, 7))
    colour = label_colours([7], band.palette())[7].name()
    band.set_snapshot(3)
    assert share_colour(band, 0.3, 0.3) == colour
    faded = share_colour(band, 0.8, 0.3)
    assert faded != colour
    assert QColor(faded).lightness() > QColor(colour).lightness()
    band.set_snapshot(None)
    assert share_colour(band, 0.8, 0.3) == colour


def test_change_of_the_answer_is_marked_by_a_line(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 4, *[2] * 4))
    image = painted(band)
    change = 8 + round(800 * 10 / 16)
    above = [image.pixelColor(x, 10).lightness() for x in range(change - 40, change + 40)]
    assert int(np.argmin(above)) == pytest.approx(40, abs=1)


def test_incomplete_timeline_leaves_the_rest_empty(band: ProbabilityBand) -> None:
    whole = timeline_of(7, 7, 7, 7, 7, 7, 7, 7)
    part = Timeline(whole.ink, whole.points[:4], whole.probabilities[:4], LABELS, False)
    band.set_timeline(part)
    assert share_colour(band, 0.3, 0.3) == label_colours([7], band.palette())[7].name()
    assert share_colour(band, 0.8, 0.3) == band.palette().window().color().name()


def test_hint_is_shown_without_answers(band: ProbabilityBand) -> None:
    band.set_timeline(None, "Draw something.")
    with_hint = painted(band)
    band.set_timeline(None)
    assert with_hint != painted(band)


@pytest.mark.parametrize("size", [(1, 1), (60, 40), (320, 120), (2000, 30)])
def test_band_paints_at_any_size(band: ProbabilityBand, size: tuple[int, int]) -> None:
    band.setMinimumSize(1, 1)
    band.resize(*size)
    band.set_timeline(timeline_of(1, 7, 2, 10))
    band.set_snapshot(1)
    assert not painted(band).isNull()


# --- input ---


def test_dragging_chooses_the_snapshot_under_the_mouse(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 8))
    wanted: list[object] = []
    band.snapshot_requested.connect(wanted.append)
    band.snapshot_requested.connect(band.set_snapshot)
    QTest.mousePress(band, Qt.MouseButton.LeftButton, pos=QPoint(8 + 400, 100))
    QTest.mouseMove(band, QPoint(8 + 405, 100))
    QTest.mouseMove(band, QPoint(-50, 100))
    QTest.mouseMove(band, QPoint(8 + 300, 300))
    QTest.mouseMove(band, QPoint(2000, 100))
    QTest.mouseRelease(band, Qt.MouseButton.LeftButton, pos=QPoint(2000, 100))
    QTest.mouseMove(band, QPoint(8 + 400, 100))
    assert wanted == [3, 0, 2, None]


def test_keys_choose_snapshots(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 30))
    wanted: list[object] = []
    band.snapshot_requested.connect(wanted.append)
    band.snapshot_requested.connect(band.set_snapshot)
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Left, keys.Key_Left, keys.Key_PageUp, keys.Key_Home, keys.Key_Left):
        QTest.keyClick(band, key)
    assert wanted == [28, 27, 17, 0]
    wanted.clear()
    for key in (keys.Key_Right, keys.Key_PageDown, keys.Key_End, keys.Key_Home, keys.Key_Escape):
        QTest.keyClick(band, key)
    assert wanted == [1, 11, None, 0, None]


def test_space_toggles_playback(qtbot: QtBot, band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(7, 7))
    with qtbot.waitSignal(band.playback_toggled):
        QTest.keyClick(band, Qt.Key.Key_Space)


def test_no_input_without_answers(qtbot: QtBot, band: ProbabilityBand) -> None:
    with qtbot.assertNotEmitted(band.snapshot_requested), qtbot.assertNotEmitted(band.playback_toggled):
        QTest.mouseClick(band, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Space):
            QTest.keyClick(band, key)


def test_shorter_timeline_resets_a_snapshot_beyond_its_end(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 8))
    band.set_snapshot(6)
    band.set_timeline(timeline_of(7, 7, 7))
    reset = painted(band)
    band.set_snapshot(None)
    assert reset == painted(band)


def test_accessible_name_and_description(band: ProbabilityBand) -> None:
    assert band.accessibleName()
    assert "Space" in band.accessibleDescription()


def test_stack_is_painted_from_below(band: ProbabilityBand) -> None:
    probabilities = np.zeros((8, 11), dtype=np.float32)
    probabilities[:, [2, 7, 10]] = 0.3, 0.5, 0.2
    whole = timeline_of(*[7] * 8)
    band.set_timeline(Timeline(whole.ink, whole.points, probabilities, LABELS, True))
    colours = label_colours([2, 7], band.palette())
    heights = (0.05, 0.35, 0.85)
    expected = [colour.name() for colour in (colours[2], colours[7], neutral_colour(band.palette()))]
    assert [share_colour(band, 0.21, height) for height in heights] == expected
    assert all(one != other for one, other in pairwise(expected))
