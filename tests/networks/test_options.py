from __future__ import annotations

import pytest

from desktop_app.core.fields import ChoiceField, FlagField, NumberField
from desktop_app.networks.layers.options import Option
from desktop_app.networks.layers.registry import KINDS


def test_an_option_describes_its_field_in_the_words_of_the_user() -> None:
    units = Option("units", "Units", "How many values", 10, 1, 100)
    assert units.field(str.upper) == NumberField(
        "units", "UNITS", 10, 1, 100, "HOW MANY VALUES (units)", step=1.0
    )
    padding = Option("padding", "Padding", "What is added", "same", choices=("same", "valid"))
    assert padding.field(str) == ChoiceField(
        "padding", "Padding", "same", {"same": "same", "valid": "valid"}, "What is added (padding)"
    )
    assert Option("bias", "Bias", "Whether", default=True).field(str) == FlagField(
        "bias", "Bias", True, "Whether (bias)"
    )
    limit = Option("limit", "Limit", "Largest", None, 0.0, 9.0, none="none")
    assert limit.field(str) == NumberField("limit", "Limit", None, 0.0, 9.0, "Largest (limit)", none="none")


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_of_every_field_fits_its_option(kind: str) -> None:
    for option in KINDS[kind].options:
        if option.lengths or option.by_class:
            continue
        field = option.field(str)
        assert option.fits(field.default), option.name
        if isinstance(field, NumberField):
            assert field.is_whole == option.is_whole, option.name
