"""Tests of true texts in names."""

import pytest

from desktop_app.batch.truth import is_correct, truth_of

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


def test_spaces_are_not_compared():
    assert is_correct("12\n34", "1 234")
    assert not is_correct("124", "1234")
