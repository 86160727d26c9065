"""The row of a network that has not read anything."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.views.layers.layer_row import LayerRow
from tests.views.conftest import INFO
from tests.views.layers.layer_rows import CONV, LAST


@pytest.fixture
def shapes(qtbot: QtBot) -> LayerRow:
    row = LayerRow(shapes=True)
    qtbot.addWidget(row)
    row.resize(800, 160)
    row.set_network(INFO)
    row.show()
    return row


def painted_in(row: LayerRow, number: int) -> int:
    """Return the number of pixels of a thumbnail that are not background."""
    scrolled = row.scrolled_row()
    assert scrolled is not None
    image = row.grab(scrolled.thumbnail(number).toAlignedRect()).toImage()
    ground = row.palette().window().color().rgb()
    return sum(
        image.pixelColor(x, y).rgb() != ground for x in range(image.width()) for y in range(image.height())
    )


def test_shapes_are_as_large_as_their_share_of_the_input(shapes: LayerRow) -> None:
    shapes.set_layer("flatten")
    sheet, small, units = painted_in(shapes, 0), painted_in(shapes, CONV), painted_in(shapes, LAST)
    assert sheet > 4 * small > 0
    assert units > 0


def test_shapes_have_no_answer_tile(shapes: LayerRow) -> None:
    positions = shapes.positions()
    assert positions is not None
    assert positions.widths[LAST] == positions.widths[CONV]


def test_without_a_network_the_hint_is_shown(shapes: LayerRow) -> None:
    shapes.set_hint("Nothing to draw.")
    shapes.set_network(None)
    nothing = shapes.grab().toImage()
    assert shapes.positions() is None
    assert shapes.chosen_layer() == ""
    shapes.set_hint("Something else is said here.")
    assert shapes.grab().toImage() != nothing


def test_the_text_before_the_layers_has_room_with_a_large_font(shapes: LayerRow) -> None:
    font = shapes.font()
    usual = shapes.positions()
    assert usual is not None
    font.setPointSize(24)
    shapes.setFont(font)
    large = shapes.positions()
    assert large is not None
    assert usual.introduction < large.introduction <= shapes.width() / 4
    assert large.widths[CONV] > usual.widths[CONV]
