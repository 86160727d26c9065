from desktop_app.core.text import shape_text, shortened


def test_shapes_have_thousands_separators() -> None:
    assert shape_text((28, 28, 1)) == "28×28×1"
    assert shape_text([None, 60_000]) == "?×60,000"
    assert shape_text(()) == ""


def test_long_texts_are_shortened() -> None:
    assert shortened("digits", 6) == "digits"
    assert shortened("letters", 6) == "lette…"
