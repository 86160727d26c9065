"""Tests of true texts in names."""

import string
from pathlib import Path

import pytest

from desktop_app.batch.truth import FolderNames, folder_names, is_correct, numbered_folders, truth_of
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


def test_composed_and_decomposed_names_are_the_same():
    labels = Task(labels=("e\u0301", "o"), aliases=(("e\u0300", "é"),)).label_index
    assert list(labels) == ["é", "o", "è"]
    assert truth_of("scans/e\u0301/1.png", labels) == "é"
    assert truth_of("scans/oe\u0301_1.png", labels) == "oé"
    names = [Path(f"scans/{number:04}_{text}.png") for number, text in enumerate(("e\u0301", "o", "é"))]
    assert [truth_of(str(path), labels, folder_names(names, labels)) for path in names] == ["é", "o", "é"]


def test_patterns_are_found_in_folders_with_decomposed_names():
    folder = "U\N{COMBINING DIAERESIS}bung"  # as on macOS
    numbered = [Path(f"{folder}/{number}.png") for number in range(100, 130)]
    assert truth_of(f"{folder}/100.png", DIGITS, folder_names(numbered, DIGITS)) is None
    at_end = [Path(f"{folder}/{number:04}_{number % 3}.png") for number in range(9)]
    assert truth_of(f"{folder}/0004_1.png", DIGITS, folder_names(at_end, DIGITS)) == "1"


def test_running_numbers_are_no_truth():
    numbered = [Path(f"scans/{number}.png") for number in range(100, 130)]
    texts = [Path("numbers/4821.png"), Path("numbers/171.png"), Path("numbers/9.png"), Path("one/3.png")]
    numbered.append(Path("scans/33907.png"))
    assert numbered_folders([*numbered, *texts]) == {Path("scans")}
    names = folder_names([*numbered, *texts], DIGITS)
    assert truth_of("scans/104.png", DIGITS, names) is None
    assert truth_of("scans/104_a.png", DIGITS, names) == "104"
    assert truth_of("numbers/4821.png", DIGITS, names) == "4821"
    assert truth_of("7/104.png", DIGITS, FolderNames(frozenset({Path("7")}))) == "7"


def truths(*names: str, labels: tuple[str, ...] = DIGITS) -> list[str | None]:
    """What the names of all files of a folder say."""
    paths = [Path("scans") / name for name in names]
    found = folder_names(paths, labels)
    return [truth_of(str(path), labels, found) for path in paths]


@pytest.mark.parametrize("before", ["", "img_", "scan_2026_"])
@pytest.mark.parametrize("labels", [("7", "3", "7", "0"), ("42", "0171 2026", "42", "5")])
def test_a_text_may_follow_a_running_number(before: str, labels: tuple[str, ...]) -> None:
    names = [f"{before}{number:04}_{label}.png" for number, label in enumerate(labels)]
    assert truths(*names) == list(labels)
    letters = tuple("abcdefgimnsz")
    names = [f"{before}{number:04}_{label}.png" for number, label in enumerate("abca")]
    assert truths(*names, labels=letters) == list("abca")


def test_a_label_may_follow_a_name_of_the_file() -> None:
    assert truths("a_4.png", "b_7.png", "c_4.png") == ["4", "7", "4"]
    assert truths("anna_2026_4.png", "anna_2027_7.png", "ben_2026_4.png") == ["4", "7", "4"]
    words = ("cat", "frog")
    assert truths("x1_cat.png", "x2_frog.png", "x4_cat.png", labels=words) == ["cat", "frog", "cat"]
    letters = tuple("abcd0123456789")
    assert truths("a_4.png", "b_7.png", "c_4.png", labels=letters) == ["a", "b", "c"], "so they begin"


@pytest.mark.parametrize(
    "names",
    [
        ("anna_1.png", "anna_2.png", "ben_1.png", "ben_2.png"),
        ("page_3.png", "page_5.png", "page_5.jpg"),
        ("a_1.png", "b_1.png", "c_1.png"),
        ("a_1.png", "b_2.png", "c_3.png"),
        ("a_20260101.png", "b_20260101.png", "c_20260315.png"),
    ],
)
def test_a_number_after_a_name_may_only_count_the_files(names: tuple[str, ...]) -> None:
    assert set(truths(*names)) == {None}


@pytest.mark.parametrize(
    "names",
    [
        ("IMG_0012.jpg", "IMG_0017.jpg", "IMG_0018.jpg"),
        ("DSC01.jpg", "DSCN02.jpg", "dscf 03.jpg"),
        ("Scan.png", "Scan 2.png", "Scan_3.png", "scan4.png"),
        ("20260101_101500.jpg", "20261231-235959.jpg", "PXL_20260101_101733123.jpg"),
        ("IMG_20260101_1015.png", "IMG_20260101_1016.png", "IMG_20260102_1016.png"),
    ],
)
@pytest.mark.parametrize("labels", [DIGITS, tuple(string.digits + string.ascii_letters)])
def test_names_of_cameras_and_scanners_are_no_texts(names: tuple[str, ...], labels: tuple[str, ...]) -> None:
    assert set(truths(*names, labels=labels)) <= {None, "Scan"}


def test_numbers_and_words_that_are_no_names_of_devices_are_texts() -> None:
    letters = tuple(string.digits + string.ascii_letters)
    names = ("20260101.png", "20261301_1015.png", "Scanner7.png", "imgs_1.png", "B2B_1.png")
    assert truths(*names, labels=letters) == ["20260101", "20261301", "Scanner7", "imgs", "B2B"]


def test_a_text_before_a_running_number_counts() -> None:
    assert truths("7_0000.png", "3_0001.png", "7_0002.png") == ["7", "3", "7"]
    assert truths("0171.png", "4821.png", "9034.png", "0042.png") == ["0171", "4821", "9034", "0042"]
    assert truths("0171_1.png", "4821_2.png", "9034_1.png") == ["0171", "4821", "9034"]
    assert truths("41_1.png", "42_1.png", "43_1.png") == ["41", "42", "43"]
    assert truths("0_a.png", "1_b.png", "2_a.png", "3_b.png") == ["0", "1", "2", "3"]
    assert truths("42_1.png", "42_2.png", "43_1.png", "43_2.png") == ["42", "42", "43", "43"]


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
