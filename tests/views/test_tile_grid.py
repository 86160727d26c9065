from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView, elided_caption

RED, GREEN, BLUE = 0xFFFF0000, 0xFF00FF00, 0xFF0000FF


def tiles_of(count: int, side: int = 4) -> Tiles:
    """Return tiles of one colour each; the first has a blue pixel at row 1, column 2."""
    pixels = np.full((count, side, side), RED, dtype=np.uint32)
    pixels[1::2] = GREEN
    pixels[0, 1, 2] = BLUE
    return Tiles(pixels)


@pytest.fixture
def grid(qtbot: QtBot) -> TileGrid:
    widget = TileGrid()
    qtbot.addWidget(widget)
    widget.resize(300, 160)
    widget.show()
    return widget


def colour_at(grid: TileGrid, place: QPointF) -> int:
    return grid.grab().toImage().pixelColor(place.toPoint()).rgba()


def test_every_tile_is_painted_where_it_is_found(grid: TileGrid) -> None:
    grid.set_tiles(tiles_of(6))
    for tile in range(6):
        expected = GREEN if tile % 2 else RED
        area = grid.area_of(tile)
        for corner in (area.topLeft() + QPointF(1, 1), area.bottomRight() - QPointF(2, 2)):
            assert colour_at(grid, corner) == expected
    pixel = grid.area_of(0).width() / 4
    assert colour_at(grid, grid.area_of(0).topLeft() + QPointF(2.5 * pixel, 1.5 * pixel)) == BLUE


def test_the_item_under_the_mouse_is_emitted(grid: TileGrid) -> None:
    grid.set_tiles(tiles_of(6))
    emitted: list[object] = []
    grid.pointed_at.connect(emitted.append)
    area = grid.area_of(4)
    QTest.mouseMove(grid, (area.topLeft() + QPointF(1, area.height() - 2)).toPoint())
    QTest.mouseMove(grid, QPoint(0, 0))
    assert emitted == [(4, 3, 0), None]


def test_a_click_chooses_and_frames_a_tile(qtbot: QtBot, grid: TileGrid) -> None:
    grid.set_tiles(tiles_of(6))
    before = grid.grab().toImage()
    with qtbot.waitSignal(grid.chosen) as chosen:
        QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.area_of(3).center().toPoint())
    assert chosen.args == [3]
    edge = grid.area_of(3).topLeft() - QPointF(1, 1)
    assert grid.grab().toImage() != before
    assert colour_at(grid, edge) == grid.palette().accent().color().rgba()


def test_arrow_keys_go_from_tile_to_tile(grid: TileGrid) -> None:
    grid.set_tiles(tiles_of(6))
    chosen: list[int] = []
    grid.chosen.connect(chosen.append)
    layout = grid.layout_of_tiles
    assert layout is not None
    keys = (
        Qt.Key.Key_Right,
        Qt.Key.Key_Right,
        Qt.Key.Key_Left,
        Qt.Key.Key_Left,
        Qt.Key.Key_End,
        Qt.Key.Key_Home,
    )
    for key in keys:
        QTest.keyClick(grid, key)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert chosen == [0, 1, 0, 0, 5, 0, min(layout.columns, 5)]


def test_unselectable_tiles_cannot_be_selected(grid: TileGrid) -> None:
    grid.set_can_choose(False)
    grid.set_tiles(tiles_of(2))
    grid.chosen.connect(lambda _: pytest.fail("chosen"))
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.area_of(1).center().toPoint())
    QTest.keyClick(grid, Qt.Key.Key_Right)


def test_missing_tiles_are_empty_frames(grid: TileGrid) -> None:
    tiles = tiles_of(2)
    tiles.pixels[1] = 0
    grid.set_tiles(tiles)
    image = grid.grab().toImage()
    area = grid.area_of(1).toAlignedRect()
    assert image.pixelColor(area.center()).rgba() == grid.palette().window().color().rgba()
    assert image.pixelColor(area.topLeft()).rgba() == grid.palette().mid().color().rgba()


def test_captions_are_above_their_tiles(grid: TileGrid) -> None:
    tiles = tiles_of(2)
    grid.set_tiles(Tiles(tiles.pixels, ("7", "a label that is far too long for its tile")))
    area = grid.area_of(0).toAlignedRect()
    image = grid.grab().toImage()
    window = grid.palette().window().color().rgba()
    over = {
        image.pixelColor(x, y).rgba()
        for x in range(area.left(), area.left() + 12)
        for y in range(1, area.top())
    }
    assert len(over - {window}) > 1
    assert area.top() >= 10


def test_without_tiles_the_hint_is_shown(grid: TileGrid) -> None:
    empty = grid.grab().toImage()
    grid.set_hint("Nothing here yet.")
    assert grid.grab().toImage() != empty
    grid.set_tiles(tiles_of(2))
    grid.set_tiles(None)
    with pytest.raises(IndexError):
        grid.area_of(0)


def test_the_selection_is_removed_with_its_tile(grid: TileGrid) -> None:
    grid.set_tiles(tiles_of(6))
    grid.set_chosen(5)
    grid.set_tiles(tiles_of(3))
    assert grid.choice is None


def test_many_tiles_scroll_to_the_selection(qtbot: QtBot) -> None:
    view = TileView(TileGrid(TileSizes(least=40)))
    qtbot.addWidget(view)
    view.resize(220, 120)
    view.show()
    view.grid.set_tiles(tiles_of(40))
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    assert view.grid.area_of(0).width() >= 40
    assert view.grid.area_of(39).right() <= view.viewport().width()
    QTest.keyClick(view.grid, Qt.Key.Key_Home)
    QTest.keyClick(view.grid, Qt.Key.Key_End)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    view.grid.set_tiles(tiles_of(4))
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() == 0)


def test_caption_keeps_its_value_when_it_is_cut(grid: TileGrid) -> None:
    metrics = QFontMetricsF(grid.font())
    line = "sulphur-crested cockatoo · 98 %"
    width = 0.6 * metrics.horizontalAdvance(line)
    cut = elided_caption(line, metrics, width)
    assert cut.startswith("sul")
    assert cut.endswith("… · 98 %")
    assert metrics.horizontalAdvance(cut) <= width
    assert elided_caption(line, metrics, 2 * width) == line


def test_captions_of_two_lines_have_room_above_their_tiles(grid: TileGrid) -> None:
    grid.set_tiles(Tiles(tiles_of(3).pixels, ("one",) * 3))
    single = grid.area_of(0).top()
    grid.set_tiles(Tiles(tiles_of(3).pixels, ("one\ntwo",) * 3))
    assert grid.area_of(0).top() > 1.5 * single


@pytest.mark.parametrize("side", [80, 96])
def test_enlarged_tiles_with_captions_are_painted_whole(qtbot: QtBot, side: int) -> None:
    grid = TileGrid(TileSizes(side, most=side, gap=8))
    qtbot.addWidget(grid)
    pixels = np.full((4, 32, 32), RED, dtype=np.uint32)
    pixels[:, :, 16:] = GREEN
    grid.resize(4 * (side + 8) + 8, 140)
    grid.show()
    grid.set_tiles(Tiles(pixels, ("deer\n→ bird · 10 %",) * 4))
    for tile in range(4):
        area = grid.area_of(tile)
        assert colour_at(grid, QPointF(area.left() + 10, area.center().y())) == RED
        assert colour_at(grid, QPointF(area.right() - 10, area.center().y())) == GREEN
