from desktop_app.core.text import shape_text


def test_shapes_are_written_with_their_thousands_apart() -> None:
    assert shape_text((28, 28, 1)) == "28×28×1"
    assert shape_text([None, 60_000]) == "?×60,000"
    assert shape_text(()) == ""
