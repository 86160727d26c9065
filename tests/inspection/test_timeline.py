from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.paths import models_dir
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.inspection.timeline import Timeline, answer_changes, compute_timeline, snapshot_points
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import Observation, Recognizer

DIGITS = models_dir() / "digits"


class CountingRecognizer(Recognizer):
    """A recognizer that records how many points each reading had."""

    def observe(self, page: Page) -> Observation:
        assert isinstance(page, Ink)
        self.counts = [*getattr(self, "counts", []), page.point_count]
        return super().observe(page)

    def take_counts(self) -> list[int]:
        counts, self.counts = getattr(self, "counts", []), []
        return counts


@pytest.fixture
def recognizer() -> CountingRecognizer:
    card = read_card(DIGITS)
    return CountingRecognizer(card, Network(card, read_network(DIGITS, card)))


def timeline_of(recognizer: Recognizer, ink: Ink, earlier: Timeline | None = None) -> Timeline:
    """The complete timeline."""
    return compute_timeline(recognizer, ink, earlier, max_readings=1000)


def polyline(*corners: tuple[float, float], points: int) -> list[tuple[float, float]]:
    """Evenly spaced points along straight lines."""
    at = np.linspace(0, len(corners) - 1, points)
    corner_array = np.array(corners, dtype=np.float64)
    x, y = (np.interp(at, range(len(corners)), corner_array[:, axis]) for axis in (0, 1))
    return list(zip(x.tolist(), y.tolist(), strict=True))


SEVEN = polyline((110, 90), (290, 90), (190, 330), points=60)
CROSSBAR = polyline((170, 210), (270, 210), points=15)


def test_each_snapshot_has_the_probabilities_of_its_ink(recognizer: CountingRecognizer) -> None:
    ink = Ink.from_points([SEVEN, CROSSBAR])
    timeline = timeline_of(recognizer, ink)
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


def test_last_answer_change_of_a_seven_is_to_seven(recognizer: CountingRecognizer) -> None:
    timeline = timeline_of(recognizer, Ink.from_points([SEVEN]))
    seven = timeline.labels.index("7")
    assert timeline.most_probable[-1] == seven
    assert timeline.most_probable[10] != seven, "a horizontal line is no seven yet"
    last = answer_changes(timeline)[-1]
    assert last.after == seven
    assert last.before != seven
    assert timeline.points[timeline.most_probable == seven].min() <= last.points <= 60


@given(st.integers(1, 5000), st.integers(2, 120))
def test_snapshots_are_evenly_spaced_and_end_with_all_points(points: int, max_snapshots: int) -> None:
    snapshots = snapshot_points(points, max_snapshots)
    assert snapshots[-1] == points
    assert len(snapshots) <= max_snapshots
    assert len(snapshots) >= min(points, max_snapshots // 2)
    steps = np.diff(snapshots, prepend=0)
    assert (steps[:-1] == steps[0]).all()
    assert 0 < steps[-1] <= steps[0]


def test_empty_ink_has_no_snapshots(recognizer: CountingRecognizer) -> None:
    timeline = timeline_of(recognizer, Ink())
    assert timeline.is_complete
    assert timeline.probabilities.shape == (0, 11)
    assert answer_changes(timeline) == ()


def test_unchanged_ink_is_not_read_again(recognizer: CountingRecognizer) -> None:
    earlier = timeline_of(recognizer, Ink.from_points([SEVEN[:50]]))
    recognizer.take_counts()
    grown = timeline_of(recognizer, Ink.from_points([SEVEN[:53]]), earlier)
    assert recognizer.take_counts() == [51, 52, 53]
    expected = timeline_of(recognizer, Ink.from_points([SEVEN[:53]]))
    assert (grown.probabilities == expected.probabilities).all()
    recognizer.take_counts()
    timeline_of(recognizer, Ink.from_points([SEVEN[:53], CROSSBAR]), grown)
    assert recognizer.take_counts() == list(range(54, 53 + len(CROSSBAR) + 1))


def test_changed_ink_is_read_again(recognizer: CountingRecognizer) -> None:
    ink = Ink.from_points([SEVEN, CROSSBAR])
    earlier = timeline_of(recognizer, ink)
    moved = [*SEVEN[:40], (0.0, 0.0), *SEVEN[41:]]
    recognizer.take_counts()
    changed = timeline_of(recognizer, Ink.from_points([moved, CROSSBAR]), earlier)
    assert recognizer.take_counts() == list(range(41, 76))
    assert (changed.probabilities[:40] == earlier.probabilities[:40]).all()
    timeline_of(recognizer, Ink.from_points([CROSSBAR]), earlier)
    assert recognizer.take_counts() == list(range(1, 16)), "the second stroke alone is another drawing"
    timeline_of(recognizer, Ink.from_points([SEVEN]), earlier)
    assert recognizer.take_counts() == [], "nothing to read after the last stroke is undone"


def test_larger_step_reuses_every_second_snapshot(recognizer: CountingRecognizer) -> None:
    long = polyline((110, 90), (290, 90), (190, 330), points=100)
    earlier = timeline_of(recognizer, Ink.from_points([long[:92]]))
    assert earlier.points.tolist() == list(range(1, 93))
    recognizer.take_counts()
    later = timeline_of(recognizer, Ink.from_points([long[:96]]), earlier)
    assert later.points.tolist() == list(range(2, 97, 2))
    assert recognizer.take_counts() == [94, 96]


def test_limited_readings_complete_the_timeline_in_parts(recognizer: CountingRecognizer) -> None:
    ink = Ink.from_points([SEVEN])
    whole = timeline_of(recognizer, ink)
    recognizer.take_counts()
    part: Timeline | None = None
    sizes = []
    while part is None or not part.is_complete:
        part = compute_timeline(recognizer, ink, part, max_readings=25)
        sizes.append(len(part.points))
        assert len(recognizer.take_counts()) <= 25
    assert sizes == [25, 50, 60]
    assert (part.probabilities == whole.probabilities).all()
