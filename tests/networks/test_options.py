from __future__ import annotations

import pytest

from desktop_app.core.fields import ChoiceField, FlagField, NumberField
from desktop_app.core.messages import Translatable, message
from desktop_app.networks.layers.options import CLASSES, Option, Value, parse_numbers
from desktop_app.networks.layers.registry import KINDS


def english(text: Translatable | None) -> str:
    return "" if text is None else str(text)


def test_option_field_has_translated_texts() -> None:
    units = Option("units", message("Units"), message("How many values"), 10, 1, 100)
    assert units.field(lambda text: english(text).upper()) == NumberField(
        "units", "UNITS", 10, 1, 100, "HOW MANY VALUES (units)", step=1.0
    )
    padding = Option(
        "padding", message("Padding"), message("What is added"), "same", choices=("same", "valid")
    )
    assert padding.field(english) == ChoiceField(
        "padding", "Padding", "same", {"same": "same", "valid": "valid"}, "What is added (padding)"
    )
    assert Option("bias", message("Bias"), message("Whether"), default=True).field(english) == FlagField(
        "bias", "Bias", True, "Whether (bias)"
    )
    classes = Option("units", message("Units"), message("How many"), CLASSES, 1, 9, allows_classes=True)
    assert classes.field(english) == NumberField("units", "Units", None, 1, 9, "How many (units)", step=1.0)
    limit = Option("limit", message("Limit"), message("Largest"), None, 0.0, 9.0, none=message("none"))
    assert limit.field(english) == NumberField(
        "limit", "Limit", None, 0.0, 9.0, "Largest (limit)", none="none"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_default_of_every_field_is_allowed(kind: str) -> None:
    for option in KINDS[kind].options:
        if option.lengths or option.allows_classes:
            continue
        field = option.field(english)
        assert option.fits(field.default), option.name
        if isinstance(field, NumberField):
            assert field.is_whole == option.is_whole, option.name


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3", 3),
        (" 3 × 5 ", (3, 5)),
        ("3X5x7", (3, 5, 7)),
        ("-1", -1),
        ("2+1×0+3", ((2, 1), (0, 3))),
        ("2 + 1", ((2, 1),)),
    ],
)
def test_numbers_are_parsed(text: str, numbers: object) -> None:
    assert parse_numbers(text) == numbers


@pytest.mark.parametrize("text", ["", "x", "3×", "large", "1+2+3", "1.5", "+"])
def test_invalid_numbers_are_none(text: str) -> None:
    assert parse_numbers(text) is None


def short_text(option: Option, value: Value) -> str:
    return english(option.short_text(value))


def test_short_text_omits_defaults() -> None:
    kernel = Option(
        "k", message("K"), message(""), 3, 1, 9, lengths=(2,), short="window {full}", always_shown=True
    )
    assert [short_text(kernel, value) for value in (3, 5, (3, 5))] == [
        "window 3×3",
        "window 5×5",
        "window 3×5",
    ]
    stride = Option("s", message("S"), message(""), 1, 1, 9, lengths=(2,), short="stride {value}")
    assert [short_text(stride, value) for value in (1, 2, (1, 2))] == ["", "stride 2", "stride 1×2"]
    margins = Option("m", message("M"), message(""), 1, 0, 9, lengths=(2,), margins=True)
    assert short_text(margins, ((2, 1), (0, 3))) == "2+1×0+3"
    rate = Option("r", message("R"), message(""), 0.5, 0.0, 0.9)
    assert (short_text(rate, 0.25), short_text(rate, 0.5)) == ("0.25", "")


@pytest.mark.parametrize(
    ("option", "allowed", "invalid"),
    [
        (
            Option("n", message("N"), message(""), 3, 1, 9),
            (1, 9),
            (0, 10, 3.0, True, "3", None, (3, 3), CLASSES),
        ),
        (
            Option("n", message("N"), message(""), 0.5, 0.0, 1.0, none=message("any")),
            (0.0, 1, None),
            (1.5, True, "x"),
        ),
        (
            Option("n", message("N"), message(""), (1, 2), 1, 9, lengths=(2, 3)),
            ((1, 9), (1, 2, 3)),
            (5, (1,), (0, 1)),
        ),
        (
            Option("n", message("N"), message(""), 1, 1, 9, lengths=(2,)),
            (5, (1, 9)),
            ((1, 2, 3), ((1, 1), 2)),
        ),
        (
            Option("n", message("N"), message(""), 1, 0, 9, lengths=(2,), margins=True),
            (((0, 9), 1), ((1, 2), (3, 4))),
            (((1, 2, 3), 1), ((1, 10), 1)),
        ),
        (Option("n", message("N"), message(""), default=True), (True, False), (1, 0, None)),
        (Option("n", message("N"), message(""), "a", choices=("a", "b")), ("a", "b"), ("c", 1)),
        (Option("n", message("N"), message(""), 3, 1, 9, allows_classes=True), (3, CLASSES), ("others", 10)),
    ],
)
def test_option_allows_values_of_its_type_and_range(
    option: Option, allowed: tuple[object, ...], invalid: tuple[object, ...]
) -> None:
    assert [value for value in allowed if not option.fits(value)] == []
    assert [value for value in invalid if option.fits(value)] == []


def test_allowed_values_name_the_choices_or_the_range() -> None:
    assert "a, b" in str(Option("n", message("N"), message(""), "a", choices=("a", "b")).allowed_values)
    assert {"1", "9"} <= set(str(Option("n", message("N"), message(""), 3, 1, 9).allowed_values).split())
    assert (
        Option("n", message("N"), message(""), default=True).allowed_values
        != Option("n", message("N"), message(""), 3).allowed_values
    )
