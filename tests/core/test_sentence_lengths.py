"""Lengths of the sentences of user errors, also with long names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import desktop_app
from desktop_app.core.errors import UserError, printable, shown_list, shown_name

LONGEST = 200
_CALLS = MappingProxyType({"shown_name": 50, "shown_list": 60, "reason": 50})
"""Most characters that functions return."""
_NAMES = ("name", "file", "title", "sample", "other")
_NUMBER = 12
_NAME = 50


def _sentences() -> Iterator[tuple[str, str, dict[str, int]]]:
    """Yield place, template, and the most characters of each value of all user errors of the program."""
    folder = Path(desktop_app.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "UserError" and node.args:
                template = ast.literal_eval(node.args[0])
                widths = {each.arg: _width(each.arg, each.value) for each in node.keywords if each.arg}
                yield f"{path.name}:{node.lineno}", template, widths


def _width(name: str, value: ast.expr) -> int:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _CALLS:
        return _CALLS[value.func.id]
    return _NAME if name in _NAMES else _NUMBER


SENTENCES = list(_sentences())


def test_user_errors_are_found() -> None:
    assert len(SENTENCES) > 200


@pytest.mark.parametrize(("place", "template", "widths"), SENTENCES)
def test_sentences_are_short(place: str, template: str, widths: dict[str, int]) -> None:
    length = len(re.sub(r"\{\w*[^}]*\}", "", template))
    length += sum(widths.get(name, _NUMBER) for name in re.findall(r"\{(\w*)[^}]*\}", template))
    assert length <= LONGEST, place


@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=20))
def test_values_of_sentences_are_short_and_on_one_line(name: str, texts: list[str]) -> None:
    shown, listed = shown_name(name), shown_list(texts)
    assert len(shown) <= _CALLS["shown_name"]
    assert len(listed) <= _CALLS["shown_list"]
    sentence = str(UserError("{name} is not one of {texts}.", name=shown, texts=listed))
    assert sentence == printable(sentence)
    assert sentence.endswith(".")
