"""Short titles of runs that are compared."""

from __future__ import annotations

import pytest

from desktop_app.views.runs.run_titles import distinct_titles, shortened_titles, wrapped_title
from tests.views.runs.runs_panels import FIRST, SECOND, run_of

SAME_START = (
    "Fast, few samples on UCI digits, no augmentation, rate 0.001",
    "Fast, few samples on UCI digits, no augmentation, rate 0.003",
    "Fast, few samples on UCI digits, with augmentation, rate 0.003",
    "Convolution",
)


def test_equal_titles_get_their_start_time_or_folder() -> None:
    same = run_of("other", started="2026-04-01T10:00:00+00:00")
    assert distinct_titles([FIRST, SECOND], ["First", "Second"]) == ["First", "Second"]
    with_times = ["First · 2026-03-01 14:15", "First · 2026-04-01 10:00"]
    assert distinct_titles([FIRST, same], ["First", "First"]) == with_times
    assert distinct_titles([FIRST, run_of("copy")], ["First", "First"]) == ["First · first", "First · copy"]


def test_shortened_titles_show_where_they_differ() -> None:
    assert shortened_titles(SAME_START, 32) == [
        "Fas… no augmentation, rate 0.001",
        "Fas… no augmentation, rate 0.003",
        "F… with augmentation, rate 0.003",
        "Convolution",
    ]
    assert shortened_titles(SAME_START[:2], 32) == [
        "Fast, few samples on… rate 0.001",
        "Fast, few samples on… rate 0.003",
    ]


@pytest.mark.parametrize(
    "titles", [["x" * 100], ["First " + "x" * 100, "Second " + "y" * 100], ["Same start " + "x" * 90] * 2]
)
def test_titles_without_a_common_beginning_are_cut_at_their_end(titles: list[str]) -> None:
    assert shortened_titles(titles, 32) == [f"{title[:31]}…" for title in titles]


def test_a_long_difference_keeps_its_beginning_and_end() -> None:
    titles = [f"Layers and layers {'x' * 50} {end}" for end in ("one", "two")]
    titles += [f"Layers and layers {'y' * 50} one"]
    short = shortened_titles(titles, 32)
    assert all(len(title) <= 32 for title in short)
    assert len(set(short)) == 3


def test_titles_are_wrapped_and_start_times_are_not() -> None:
    assert wrapped_title("Fas… no augmentation, rate 0.001", 13) == "Fas… no\naugmentation,\nrate 0.001"
    assert wrapped_title("First · 2026-03-01 14:15", 40) == "First\n2026-03-01 14:15"
