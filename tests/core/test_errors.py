import errno

import pytest

from desktop_app.core.errors import UserError, printable, reason, shown_name


def test_a_error_is_its_sentence():
    assert str(UserError("Choose another file.")) == "Choose another file."


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/ann/seven.png", "seven.png"),
        ("folder/", "folder"),
        ("two\nlines\x1b[31m.png", "two\N{REPLACEMENT CHARACTER}lines\N{REPLACEMENT CHARACTER}[31m.png"),
        ("\udcff.png", "\N{REPLACEMENT CHARACTER}.png"),
        ("/", "/"),
    ],
)
def test_names_are_fit_for_a_sentence(path, shown):
    assert shown_name(path) == shown


def test_long_names_keep_both_ends():
    shown = shown_name("begin" + "x" * 300 + "end.png")
    assert shown.startswith("begin")
    assert shown.endswith("end.png")
    assert len(shown) <= 80


def test_printable_text_stays():
    assert printable("Zoë: 7.png") == "Zoë: 7.png"


def test_reasons_are_words():
    assert reason(PermissionError(errno.EACCES, "Permission denied")) == "permission is missing"
    assert reason(OSError(errno.EIO, "Input/output error")) == "input/output error"
    assert reason(OSError()) == "the system gave no reason"
