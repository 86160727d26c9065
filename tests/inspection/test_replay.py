from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.paths import models_dir
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.inspection.replay import Timeline, answer_changes, replay, snapshot_points
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import Observation, Recognizer

DIGITS = models_dir() / "digits"


class Counting(Recognizer):
    """A recognizer that notes how many points it was given to read."""

    def observe(self, page: Page) -> Observation:
        assert isinstance(page, Ink)
        self.asked = [*getattr(self, "asked", []), page.point_count]
        return super().observe(page)

    def taken(self) -> list[int]:
        asked, self.asked = getattr(self, "asked", []), []
        return asked


@pytest.fixture
def recognizer() -> Counting:
    card = read_card(DIGITS)
    return Counting(card, Network(card, read_network(DIGITS, card)))


def along(*corners: tuple[float, float], points: int) -> list[tuple[float, float]]:
    """Points evenly along straight lines."""
    at = np.linspace(0, len(corners) - 1, points)
    places = np.array(corners, dtype=np.float64)
    x, y = (np.interp(at, range(len(corners)), places[:, axis]) for axis in (0, 1))
    return list(zip(x.tolist(), y.tolist(), strict=True))


SEVEN = along((110, 90), (290, 90), (190, 330), points=60)
CROSS = along((170, 210), (270, 210), points=15)


def test_every_moment_is_read_as_it_was_then(recognizer: Counting) -> None:
    ink = Ink.from_points([SEVEN, CROSS])
    timeline = replay(recognizer, ink)
    assert timeline.is_complete
    assert timeline.points.tolist() == list(range(1, 76))
    assert timeline.labels == recognizer.info.labels
    assert timeline.ink is ink
    for points in (1, 20, 60, 61, 75):
        reading = recognizer.read(ink.until(points))
        row = timeline.probabilities[points - 1]
        assert dict(zip(timeline.labels, row[:-1].tolist(), strict=True)) == pytest.approx(
            dict(reading.probabilities), abs=1e-6
        )
        assert row.sum() == pytest.approx(1, abs=1e-5)


def test_a_seven_comes_about(recognizer: Counting) -> None:
    timeline = replay(recognizer, Ink.from_points([SEVEN]))
    seven = timeline.labels.index("7")
    assert timeline.winners[-1] == seven
    assert timeline.winners[10] != seven, "a level line is no seven yet"
    last = answer_changes(timeline)[-1]
    assert last.after == seven
    assert last.before != seven
    assert timeline.points[timeline.winners == seven].min() <= last.points <= 60


@given(st.integers(1, 5000), st.integers(2, 120))
def test_moments_lie_evenly_and_end_with_all_points(points: int, most: int) -> None:
    moments = snapshot_points(points, most)
    assert moments[-1] == points
    assert len(moments) <= most
    assert len(moments) >= min(points, most // 2)
    steps = np.diff(moments, prepend=0)
    assert (steps[:-1] == steps[0]).all()
    assert 0 < steps[-1] <= steps[0]


def test_no_ink_has_no_moment(recognizer: Counting) -> None:
    timeline = replay(recognizer, Ink())
    assert timeline.is_complete
    assert timeline.probabilities.shape == (0, 11)
    assert answer_changes(timeline) == ()


def test_what_is_known_is_not_read_again(recognizer: Counting) -> None:
    before = replay(recognizer, Ink.from_points([SEVEN[:50]]))
    recognizer.taken()
    grown = replay(recognizer, Ink.from_points([SEVEN[:53]]), before=before)
    assert recognizer.taken() == [51, 52, 53]
    anew = replay(recognizer, Ink.from_points([SEVEN[:53]]))
    assert (grown.probabilities == anew.probabilities).all()
    recognizer.taken()
    replay(recognizer, Ink.from_points([SEVEN[:53], CROSS]), before=grown)
    assert recognizer.taken() == list(range(54, 53 + len(CROSS) + 1))


def test_what_has_changed_is_read_again(recognizer: Counting) -> None:
    ink = Ink.from_points([SEVEN, CROSS])
    before = replay(recognizer, ink)
    moved = [*SEVEN[:40], (0.0, 0.0), *SEVEN[41:]]
    recognizer.taken()
    changed = replay(recognizer, Ink.from_points([moved, CROSS]), before=before)
    assert recognizer.taken() == list(range(41, 76))
    assert (changed.probabilities[:40] == before.probabilities[:40]).all()
    replay(recognizer, Ink.from_points([CROSS]), before=before)
    assert recognizer.taken() == list(range(1, 16)), "the second stroke alone is another drawing"
    replay(recognizer, Ink.from_points([SEVEN]), before=before)
    assert recognizer.taken() == [], "undoing the last stroke leaves nothing to read"


def test_fewer_moments_for_more_points_keep_what_is_known(recognizer: Counting) -> None:
    before = replay(recognizer, Ink.from_points([SEVEN[:16]]), moments=17)
    recognizer.taken()
    after = replay(recognizer, Ink.from_points([SEVEN[:20]]), moments=17, before=before)
    assert after.points.tolist() == list(range(2, 21, 2))
    assert recognizer.taken() == [18, 20]


def test_a_long_replay_comes_in_parts(recognizer: Counting) -> None:
    ink = Ink.from_points([SEVEN])
    whole = replay(recognizer, ink)
    recognizer.taken()
    part: Timeline | None = None
    sizes = []
    while part is None or not part.is_complete:
        part = replay(recognizer, ink, before=part, at_most=25)
        sizes.append(len(part.points))
        assert len(recognizer.taken()) <= 25
    assert sizes == [25, 50, 60]
    assert (part.probabilities == whole.probabilities).all()
