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
from desktop_app.inspection.replay import Timeline
from desktop_app.views.parts.band_layout import MOST_LABELS, OTHERS, place_for, stacked
from desktop_app.views.parts.label_colours import faint_colour, label_colours, neutral_colour
from desktop_app.views.parts.theme import DARK, LIGHT, Theme, palette_of
from desktop_app.views.timeline.probability_band import ProbabilityBand
from tests.contrast import contrast

LABELS = tuple("0123456789")
WIDTH, HEIGHT = 816, 244
"""A band whose shares are 800 pixels across and 200 high."""


def rows(*certain: int) -> np.ndarray:
    """A moment for each answer that is nearly sure; 10 is "not a character"."""
    probabilities = np.full((len(certain), 11), 0.002, dtype=np.float32)
    probabilities[range(len(certain)), list(certain)] = 0.98
    return probabilities


def timeline_of(*certain: int, complete: bool = True) -> Timeline:
    """A drawing of two points for each moment, the pen lifted in the middle."""
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
    """The name of the colour at a share of the width and of the height of the stack, from below."""
    image = painted(band)
    ratio = image.devicePixelRatio()
    at = QPoint(int((8 + x * 800) * ratio), int((24 + (1 - height) * 200) * ratio))
    return image.pixelColor(at).name()


# --- which shares are stacked ---


def test_labels_that_matter_are_told_apart_and_the_rest_is_merged() -> None:
    probabilities = np.array(
        [[0.5, 0.3, 0.05, 0.05, 0.1, 0], [0.2, 0.05, 0.05, 0.6, 0.1, 0]], dtype=np.float32
    )
    stack = stacked(probabilities, 5)
    assert stack.columns == (0, 1, 3, 4, OTHERS, 5)
    shares = np.diff(stack.edges, axis=1)
    assert shares[:, :4] == pytest.approx(probabilities[:, [0, 1, 3, 4]])
    assert shares[:, 4] == pytest.approx([0.05, 0.05])
    assert shares[:, 5] == pytest.approx([0, 0])


def test_a_network_that_never_rejects_has_no_share_for_it() -> None:
    assert stacked(np.array([[0.9, 0.1]], dtype=np.float32), 2).columns == (0, 1, OTHERS)


@given(st.integers(1, 20), st.integers(1, 40), st.booleans(), st.integers(0, 1000))
def test_shares_always_fill_the_height(moments: int, labels: int, rejects: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(labels + rejects, 0.2), moments).astype(np.float32)
    stack = stacked(probabilities, labels)
    assert stack.edges.shape == (moments, len(stack.columns) + 1)
    assert (stack.edges[:, 0] == 0).all()
    assert stack.edges[:, -1] == pytest.approx(np.ones(moments))
    assert (np.diff(stack.edges, axis=1) >= 0).all()
    assert len(stack.columns) <= MOST_LABELS + 2


# --- where words fit ---


def test_words_stand_in_the_middle_of_the_roomiest_stretch() -> None:
    high = np.array([1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 1, 1], dtype=np.float32)
    low = np.zeros(12, dtype=np.float32)
    assert place_for(low, high, 3, 5) == (5, 4.5)
    assert place_for(low, high, 8, 5) is None
    assert place_for(low, high, 20, 0.5) is None


@given(st.integers(0, 500), st.integers(1, 12), st.floats(0.1, 8))
def test_words_never_reach_over_the_edges(seed: int, width: int, height: float) -> None:
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 5, 40).astype(np.float32)
    high = low + rng.uniform(0, 9, 40).astype(np.float32)
    place = place_for(low, high, width, height)
    fits = [high[i : i + width].min() - low[i : i + width].max() for i in range(41 - width)]
    if place is None:
        assert max(fits) < height
    else:
        at, middle = place
        assert fits[at] >= 0.9 * max(fits)
        assert low[at : at + width].max() <= middle <= high[at : at + width].min()


# --- colours ---


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_can_be_read_on_every_colour(theme: Theme) -> None:
    palette = palette_of(theme)
    colours = [*label_colours(range(10), palette).values(), neutral_colour(palette), faint_colour(palette)]
    assert len({colour.name() for colour in colours}) == 12
    for colour in colours:
        assert contrast(colour, QColor(theme.text)) >= 4.5


def test_labels_keep_their_colours_and_none_is_used_twice() -> None:
    palette = palette_of(LIGHT)
    some, more = label_colours([3, 7], palette), label_colours([1, 3, 7], palette)
    assert some[7] == more[7]
    colliding = label_colours([2, 12, 22], palette)
    assert len({colour.name() for colour in colliding.values()}) == 3
    assert len(label_colours(range(25), palette)) == 25


# --- what is painted ---


def test_each_answer_fills_its_time_with_its_colour(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(10, 10, 7, 7, 7, 2, 2, 2))
    colours = label_colours([2, 7], band.palette())
    assert share_colour(band, 0.1, 0.3) == neutral_colour(band.palette()).name()
    assert share_colour(band, 0.45, 0.3) == colours[7].name()
    assert share_colour(band, 0.85, 0.3) == colours[2].name()


def test_what_comes_after_the_chosen_moment_fades(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(7, 7, 7, 7, 7, 7, 7, 7))
    colour = label_colours([7], band.palette())[7].name()
    band.set_snapshot(3)
    assert share_colour(band, 0.3, 0.3) == colour
    faded = share_colour(band, 0.8, 0.3)
    assert faded != colour
    assert QColor(faded).lightness() > QColor(colour).lightness()
    band.set_snapshot(None)
    assert share_colour(band, 0.8, 0.3) == colour


def test_a_line_marks_where_the_answer_became_another(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 4, *[2] * 4))
    image = painted(band)
    turn = 8 + round(800 * 10 / 16)
    above = [image.pixelColor(x, 10).lightness() for x in range(turn - 40, turn + 40)]
    assert int(np.argmin(above)) == pytest.approx(40, abs=1)


def test_an_unfinished_timeline_leaves_the_rest_free(band: ProbabilityBand) -> None:
    whole = timeline_of(7, 7, 7, 7, 7, 7, 7, 7)
    part = Timeline(whole.ink, whole.points[:4], whole.probabilities[:4], LABELS, False)
    band.set_timeline(part)
    assert share_colour(band, 0.3, 0.3) == label_colours([7], band.palette())[7].name()
    assert share_colour(band, 0.8, 0.3) == band.palette().window().color().name()


def test_without_answers_it_says_what_would_be_there(band: ProbabilityBand) -> None:
    band.set_timeline(None, "Draw something.")
    with_hint = painted(band)
    band.set_timeline(None)
    assert with_hint != painted(band)


@pytest.mark.parametrize("size", [(1, 1), (60, 40), (320, 120), (2000, 30)])
def test_any_size_can_be_painted(band: ProbabilityBand, size: tuple[int, int]) -> None:
    band.setMinimumSize(1, 1)
    band.resize(*size)
    band.set_timeline(timeline_of(1, 7, 2, 10))
    band.set_snapshot(1)
    assert not painted(band).isNull()


# --- going through the moments ---


def test_dragging_asks_for_the_moments_under_the_mouse(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 8))
    wanted: list[object] = []
    band.snapshot_wanted.connect(wanted.append)
    band.snapshot_wanted.connect(band.set_snapshot)
    QTest.mousePress(band, Qt.MouseButton.LeftButton, pos=QPoint(8 + 400, 100))
    QTest.mouseMove(band, QPoint(8 + 405, 100))
    QTest.mouseMove(band, QPoint(-50, 100))
    QTest.mouseMove(band, QPoint(8 + 300, 300))
    QTest.mouseMove(band, QPoint(2000, 100))
    QTest.mouseRelease(band, Qt.MouseButton.LeftButton, pos=QPoint(2000, 100))
    QTest.mouseMove(band, QPoint(8 + 400, 100))
    assert wanted == [3, 0, 2, None]


def test_keys_go_through_the_moments(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 30))
    wanted: list[object] = []
    band.snapshot_wanted.connect(wanted.append)
    band.snapshot_wanted.connect(band.set_snapshot)
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Left, keys.Key_Left, keys.Key_PageUp, keys.Key_Home, keys.Key_Left):
        QTest.keyClick(band, key)
    assert wanted == [28, 27, 17, 0]
    wanted.clear()
    for key in (keys.Key_Right, keys.Key_PageDown, keys.Key_End, keys.Key_Home, keys.Key_Escape):
        QTest.keyClick(band, key)
    assert wanted == [1, 11, None, 0, None]


def test_space_plays(qtbot: QtBot, band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(7, 7))
    with qtbot.waitSignal(band.play_wanted):
        QTest.keyClick(band, Qt.Key.Key_Space)


def test_without_answers_there_is_nothing_to_go_through(qtbot: QtBot, band: ProbabilityBand) -> None:
    with qtbot.assertNotEmitted(band.snapshot_wanted), qtbot.assertNotEmitted(band.play_wanted):
        QTest.mouseClick(band, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Space):
            QTest.keyClick(band, key)


def test_a_shorter_timeline_forgets_a_moment_that_it_has_not(band: ProbabilityBand) -> None:
    band.set_timeline(timeline_of(*[7] * 8))
    band.set_snapshot(6)
    band.set_timeline(timeline_of(7, 7, 7))
    now = painted(band)
    band.set_snapshot(None)
    assert now == painted(band)


def test_names_for_those_who_listen(band: ProbabilityBand) -> None:
    assert band.accessibleName()
    assert "Space" in band.accessibleDescription()


def test_edges_are_drawn_from_below(band: ProbabilityBand) -> None:
    probabilities = np.zeros((8, 11), dtype=np.float32)
    probabilities[:, [2, 7, 10]] = 0.3, 0.5, 0.2
    whole = timeline_of(*[7] * 8)
    band.set_timeline(Timeline(whole.ink, whole.points, probabilities, LABELS, True))
    colours = label_colours([2, 7], band.palette())
    heights = (0.05, 0.35, 0.85)
    expected = [colour.name() for colour in (colours[2], colours[7], neutral_colour(band.palette()))]
    assert [share_colour(band, 0.21, height) for height in heights] == expected
    assert all(one != other for one, other in pairwise(expected))
