"""Problems of JSON that is not a recipe, from the parser's words to half a sentence."""

from __future__ import annotations

import re

from desktop_app.core.errors import printable
from desktop_app.core.messages import Message, message, message_template
from desktop_app.core.text import shortened

_LONGEST_TEXT = 100

_KINDS = {
    "int": message("a whole number"),
    "float": message("a number"),
    "str": message("a text"),
    "bool": message("true or false"),
    "array": message("a list"),
    "object": message("an object in braces"),
    "null": message("null"),
}

_PATTERNS = (
    (r"Expected (?P<kind>int|float) >= (?P<n>\S+)", message_template("{where} must be at least {n}")),
    (r"Expected (?P<kind>int|float) <= (?P<n>\S+)", message_template("{where} must be at most {n}")),
    (r"Expected str of length >= (?P<n>\d+)", message_template("{where} must have {n} or more characters")),
    (r"Expected str of length <= (?P<n>\d+)", message_template("{where} may have at most {n} characters")),
    (r"Expected array of length >= (?P<n>\d+)", message_template("{where} must have {n} or more values")),
    (r"Expected array of length <= (?P<n>\d+)", message_template("{where} may have at most {n} values")),
    (r"Expected array of length (?P<n>\d+), got \d+", message_template("{where} must have {n} values")),
    (
        r"Expected str matching regex '\^val_.*'",
        message_template("{where} must be the name of a metric with val_ before it"),
    ),
    (
        r"Expected str matching regex '.*'",
        message_template(
            "{where} must be 1 to 40 small letters, digits, - and _, with a letter or a digit first"
        ),
    ),
    (
        r"Expected (?P<kind>\w+)( \| null)?, got (?P<got>\w+)",
        message_template("{where} must be {kind}, not {got}"),
    ),
    (r"Invalid enum value (?P<value>.*)", message_template("{where} cannot be {value}")),
    (r"Object missing required field (?P<key>\w+)", message_template("{where} has no {key}")),
    (r"duplicate key (?P<key>.*)", message_template("the key {key} is there twice; remove one")),
    (r"Number out of range", message_template("a number is too large; change it")),
    (r"Input data was truncated", message_template("it is empty or incomplete")),
    (
        r"JSON is malformed: (?P<problem>.*) \(byte (?P<n>\d+)\)",
        message_template("its JSON is wrong at byte {n} ({problem})"),
    ),
)
"""What the parser says, without its quotes, and what users read."""


def recipe_problem(error: Exception) -> Message:
    """Return an error of the parser as half a sentence, e.g. "fitting.epochs must be at least 1"."""
    if isinstance(error, RecursionError):
        return message("it is nested too deeply")
    if isinstance(error, UnicodeError):
        return message("it is not text in UTF-8")
    problem, _, path = printable(str(error)).replace("`", "").partition(" - at $")
    where = shortened(path.lstrip("."), _LONGEST_TEXT) or message("the whole")
    for pattern, template in _PATTERNS:
        if found := re.fullmatch(pattern, problem):
            values = {name: _shown(text) for name, text in found.groupdict().items()}
            return Message(template, {"where": where, **values})
    return message("{where} is wrong ({problem})", where=where, problem=shortened(problem, _LONGEST_TEXT))


def _shown(text: str) -> Message | str:
    return _KINDS.get(text, shortened(text, _LONGEST_TEXT))
