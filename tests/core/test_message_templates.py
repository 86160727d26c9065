"""All messages and user errors of the program: literal templates that lupdate finds, with their values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

PACKAGE = Path(__file__).parents[2] / "desktop_app"
FUNCTIONS = {"UserError", "UnknownArithmetic", "message"}


def all_calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


def calls(*functions: str) -> dict[str, ast.Call]:
    """Return the calls of functions by their places."""
    return {
        place: call
        for place, call in all_calls()
        if isinstance(call.func, ast.Name) and call.func.id in functions
    }


CALLS = calls(*FUNCTIONS)


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


def test_templates_without_values_are_literal() -> None:
    templates = [template_of(call) for call in calls("message_template").values()]
    assert len(templates) > 10


def test_short_texts_of_options_are_templates() -> None:
    """The short text of an option is its value alone, or a template that lupdate finds."""
    texts = [
        (place, keyword.value)
        for place, call in all_calls()
        for keyword in call.keywords
        if keyword.arg == "short"
    ]
    assert len(texts) > 20
    for place, text in texts:
        if isinstance(text, ast.Constant):
            assert text.value in {"{value}", "{full}"}, place
        else:
            assert isinstance(text, ast.Call), place
            assert ast.unparse(text.func) == "message_template", place


@pytest.mark.parametrize("place", sorted(set(CALLS) - set(calls("message"))))
def test_errors_are_short_sentences(place: str) -> None:
    template = template_of(CALLS[place])
    assert template.endswith((".", "{error}", "{problem}", "{advice}"))
    assert len(template) < 200
