"""All messages and user errors of the program: literal templates that lupdate finds, with their values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

PACKAGE = Path(__file__).parents[2] / "desktop_app"
FUNCTIONS = {"UserError", "NeedsDownload", "UnknownArithmetic", "message"}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


CALLS = dict(calls())


def template_of(call: ast.Call) -> str:
    (template,) = call.args
    assert isinstance(template, ast.Constant)
    assert isinstance(template.value, str)
    return template.value


def test_there_are_messages() -> None:
    assert len(CALLS) > 200


@pytest.mark.parametrize("place", CALLS)
def test_template_is_literal_and_has_its_values(place: str) -> None:
    call = CALLS[place]
    names = {name for _, name, _, _ in Formatter().parse(template_of(call)) if name is not None}
    assert names == {keyword.arg for keyword in call.keywords}


@pytest.mark.parametrize("place", [place for place, call in CALLS.items() if call.func.id != "message"])  # type: ignore[attr-defined]
def test_errors_are_short_sentences(place: str) -> None:
    template = template_of(CALLS[place])
    assert template.endswith((".", "{error}", "{problem}"))
    assert len(template) < 200
