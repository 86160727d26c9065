import copy
import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.errors import UserError, printable, reason, shown_list, shown_name
from desktop_app.core.messages import message

GERMAN = {
    "{name} cannot be read: {reason}.": "{name} ist nicht lesbar: {reason}.",
    "it does not exist": "es gibt sie nicht",
}


def test_error_is_its_english_sentence():
    assert str(UserError("Choose another file.")) == "Choose another file."
    assert str(UserError("{count:,} samples are too many.", count=1234)) == "1,234 samples are too many."


def test_braces_in_values_stay():
    assert str(UserError("{name} is damaged.", name="{x}{")) == "{x}{ is damaged."
    assert str(UserError("{x}{ is damaged.")) == "{x}{ is damaged."


def test_values_are_translated_as_well():
    cause = FileNotFoundError(errno.ENOENT, "No such file")
    error = UserError("{name} cannot be read: {reason}.", name="7.png", reason=reason(cause))
    assert str(error) == "7.png cannot be read: it does not exist."
    assert error.text(GERMAN.__getitem__) == "7.png ist nicht lesbar: es gibt sie nicht."


def test_errors_within_errors_are_translated():
    inner = UserError("{name} is damaged.", name="7.png")
    outer = UserError("Run {run} failed: {error}", run=3, error=inner)
    assert str(outer) == "Run 3 failed: 7.png is damaged."
    assert (
        outer.text(lambda text: text.replace("failed", "schlug fehl"))
        == "Run 3 schlug fehl: 7.png is damaged."
    )


def test_error_of_a_message():
    problem = message("{layer} is too large.", layer="Dense")
    assert UserError.from_message(problem).message == problem


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_keep_the_values(copied):
    error = copied(UserError("{name} is damaged.", name="7.png"))
    assert type(error) is UserError
    assert str(error) == "7.png is damaged."


def test_messages_are_equal_by_text_and_values():
    assert message("{n} left", n=1) == message("{n} left", n=1) != message("{n} left", n=2)
    assert len({message("{n} left", n=1), message("{n} left", n=1)}) == 1


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
    assert len(shown) <= 50


def test_printable_text_stays():
    assert printable("Zoë: 7.png") == "Zoë: 7.png"


def test_reasons_are_words():
    assert str(reason(PermissionError(errno.EACCES, "Permission denied"))) == "permission is missing"
    assert str(reason(OSError(errno.EIO, "Input/output error"))) == "input/output error"
    assert str(reason(OSError())) == "the system gave no reason"


@given(st.lists(st.text(max_size=50), max_size=60))
def test_lists_in_sentences_are_short(texts):
    shown = shown_list(texts)
    assert len(shown) <= 60
    assert shown == printable(shown)


def test_lists_end_with_an_ellipsis_after_a_whole_text():
    assert shown_list(["a", "b"]) == "a, b"
    shown = shown_list(f"model{number}" for number in range(30))
    assert shown.startswith("model0, model1, ")
    assert shown.endswith(", model6, …")
