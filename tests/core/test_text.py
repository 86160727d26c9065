import pytest

from desktop_app.core.text import shape_text, shortened, with_digits_of


def test_shapes_have_thousands_separators() -> None:
    assert shape_text((28, 28, 1)) == "28×28×1"
    assert shape_text([None, 60_000]) == "?×60,000"
    assert shape_text(()) == ""


@pytest.mark.parametrize("zero", [0x660, 0x6F0, 0x966, 0xFF10])
def test_digits_of_other_scripts_and_widths_are_those_of_the_labels(zero: int) -> None:
    seven, text = chr(zero + 7), f"1{chr(zero + 4)}²Ⅶa"
    assert with_digits_of("0123456789", text) == "14²Ⅶa"
    assert with_digits_of((*"0123456789", seven), seven) == seven
    assert with_digits_of("abc", seven) == seven


def test_long_texts_are_shortened() -> None:
    assert shortened("digits", 6) == "digits"
    assert shortened("letters", 6) == "lette…"
