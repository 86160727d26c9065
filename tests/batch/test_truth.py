"""Tests of true texts in names."""

from pathlib import Path

import pytest

from desktop_app.batch.truth import is_correct, numbered_folders, truth_of
from desktop_app.tasks.task import Task

DIGITS = tuple("0123456789")


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ("scans/7/a.png", "7"),
        ("scans/0171 2026.png", "0171 2026"),
        ("scans/0171 2026_second.png", "0171 2026"),
        ("scans/3_1.png", "3"),
        ("scans/IMG.png", None),
        ("scans/x3.png", None),
        ("scans/_3.png", None),
        ("3.png", "3"),
    ],
)
def test_truth_of_names(source, truth):
    assert truth_of(source, DIGITS) == truth


def test_folders_may_be_words():
    assert truth_of("test/frog/0001.png", ("cat", "frog")) == "frog"


def test_running_numbers_are_no_truth():
    numbered = [Path(f"scans/{number}.png") for number in range(100, 130)]
    texts = [Path("numbers/4821.png"), Path("numbers/171.png"), Path("numbers/9.png"), Path("one/3.png")]
    numbered.append(Path("scans/33907.png"))
    assert numbered_folders([*numbered, *texts]) == {Path("scans")}
    assert truth_of("scans/104.png", DIGITS, {Path("scans")}) is None
    assert truth_of("scans/104_a.png", DIGITS, {Path("scans")}) == "104"
    assert truth_of("numbers/4821.png", DIGITS, {Path("scans")}) == "4821"
    assert truth_of("7/104.png", DIGITS, {Path("7")}) == "7"


def test_spaces_are_not_compared():
    assert is_correct("12\n34", "1 234", {"1": 0})
    assert not is_correct("124", "1234", {"1": 0})


def test_aliases_are_labels():
    index = Task(labels=("C", "B"), aliases=(("c", "C"),)).label_index
    assert truth_of("scans/c/1.png", index) == "c"
    assert truth_of("scans/cB_1.png", index) == "cB"
    assert is_correct("C", "c", index)
    assert not is_correct("B", "c", index)
    assert not is_correct("CB", "cB", index)
