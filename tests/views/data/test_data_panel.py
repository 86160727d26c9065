"""The data panel: states and samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QSpinBox,
    QTabWidget,
    QToolButton,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.core.messages import message
from desktop_app.data.collection import TRAINING, VALIDATION, Collection, Selection
from desktop_app.data.sources.built_in import source_info
from desktop_app.data.sources.source_set import LeftOut
from desktop_app.inspection.tiles import value_tiles
from desktop_app.tasks.augmentation import ImageAugmentation
from desktop_app.tasks.task import Task
from desktop_app.views.data.amount_box import AmountBox
from desktop_app.views.data.class_histogram import ClassHistogram
from desktop_app.views.data.left_out_tab import LeftOutTab
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.data.sample_grid import MAX_SELECTED
from desktop_app.views.data.samples_tab import SamplesTab
from desktop_app.views.data.state_view import StateView
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.source_button import SourceButton
from desktop_app.views.parts.tile_grid import TileGrid
from tests.finding import child
from tests.views.data.data_panels import (
    FILE,
    RECIPE,
    button,
    changes_of,
    collection_of,
    grid_of,
    named,
    pictures_of,
)
from tests.views.drafts import draft_of


def answer(panel: DataPanel, collection: Collection) -> None:
    """Answer requests of the panel at once."""
    panel.images_requested.connect(lambda p: panel.set_images(p, collection.inputs(p)))
    panel.mean_requested.connect(lambda s: panel.set_mean(s, collection.mean(s, lambda: False)))


# ------------------------------------------------------------------------------------- states


def test_download_starts_only_on_click(qtbot: QtBot, panel: DataPanel) -> None:
    downloads: list[None] = []
    panel.download_requested.connect(lambda: downloads.append(None))
    panel.set_error("MNIST is not there.", source_info("mnist"))
    assert child(panel, StateView).text() == "MNIST is not there."
    assert downloads == []
    QTest.mouseClick(button(panel, "Download MNIST (11 MB)"), Qt.MouseButton.LeftButton)
    assert downloads == [None]
    panel.set_progress("Downloading", 3, 11, can_cancel=True)
    assert not button(panel, "Download MNIST (11 MB)").isVisible()
    with qtbot.waitSignal(panel.cancel_requested):
        QTest.mouseClick(button(panel, "Cancel"), Qt.MouseButton.LeftButton)


def test_error_is_shown_with_a_retry_button(qtbot: QtBot, full: DataPanel) -> None:
    full.set_error("The file is damaged; choose another.")
    assert child(full, StateView).isVisible()
    assert child(full, StateView).text() == "The file is damaged; choose another."
    assert full.numbers() == {}
    assert not button(full, "Cancel").isVisible()
    with qtbot.waitSignal(full.content_requested):
        QTest.mouseClick(button(full, "Try again"), Qt.MouseButton.LeftButton)


def test_numbers_of_the_data_are_shown(full: DataPanel) -> None:
    assert numbers_of(full) == "3,000 samples · 3 classes · stratified split"
    some = collection_of(40)
    source = replace(some.sources[0], writers=np.array([f"w{n % 4}" for n in range(40)]))
    full.set_collection(replace(some, sources=(source,), left_out=1500))
    assert numbers_of(full) == (
        "40 samples · 3 classes · 4 writers · split by writer · 1,500 with other labels excluded"
    )


# ------------------------------------------------------------------------------------ samples


def numbers_of(panel: DataPanel) -> str:
    return child(panel, QLabel, "data_numbers").text()


def caption_of(panel: DataPanel) -> str:
    return child(panel, Caption, "samples_caption").text()


def test_only_visible_samples_are_requested(qtbot: QtBot, panel: DataPanel) -> None:
    asked: list[int] = []
    collection = collection_of()
    panel.images_requested.connect(lambda positions: asked.extend(positions.tolist()))
    answer(panel, collection)
    panel.set_collection(collection)
    seen = len(asked)
    assert asked == list(range(seen))
    assert 9 < seen < 100
    grid = grid_of(panel)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    assert max(asked) == 2999
    assert len(asked) < 3 * seen
    assert len(set(asked)) == len(asked)
    before = len(asked)
    grid.verticalScrollBar().setValue(0)
    assert len(asked) == before


def test_samples_are_painted_in_their_cells(panel: DataPanel) -> None:
    collection = collection_of()
    answer(panel, collection)
    panel.set_collection(collection)
    grid = grid_of(panel)
    painted = grid.viewport().grab().toImage()
    ratio = painted.devicePixelRatio()
    for place in (0, 7, 12):
        expected = value_tiles(collection.inputs([place]), 0.0, 1.0)[0]
        area = grid.area_of(place)
        for row, column in ((place % 28, 5), (20, 20)):
            at = area.topLeft() * ratio
            side = area.width() * ratio / 28
            colour = painted.pixelColor(int(at.x() + (column + 0.5) * side), int(at.y() + (row + 0.5) * side))
            assert colour.rgba() == expected[row, column]


def test_class_and_split_filter_samples(full: DataPanel) -> None:
    means: list[Selection] = []
    full.mean_requested.connect(means.append)
    named(full, QComboBox, "Class").setCurrentIndex(3)
    named(full, QComboBox, "Split").setCurrentIndex(2)
    assert means == [Selection(2), Selection(2, VALIDATION)]
    expected = [n for n in range(3000) if n % 3 == 2 and n % 10 == 8]
    assert grid_of(full).positions.tolist() == expected
    assert caption_of(full).startswith("100 samples")


def test_mean_of_another_selection_is_ignored(full: DataPanel) -> None:
    named(full, QComboBox, "Class").setCurrentIndex(2)
    full.set_mean(Selection(), (np.ones((28, 28, 1), np.float32), 3))
    assert "mean" not in full.numbers()
    mean = np.full((28, 28, 1), 0.5, np.float32)
    full.set_mean(Selection(1), (mean, 1000))
    np.testing.assert_array_equal(full.numbers()["mean"], mean)
    assert child(full, TileGrid, "Mean image").toolTip() == "Mean of 1000 samples"


def histogram_of(panel: DataPanel) -> ClassHistogram:
    (histogram,) = panel.findChildren(ClassHistogram)
    return histogram


def test_clicking_a_bar_selects_its_class(full: DataPanel) -> None:
    histogram, box = histogram_of(full), named(full, QComboBox, "Class")
    QTest.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=histogram.area_of(1).center().toPoint())
    assert box.currentText() == "1"
    QTest.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=histogram.area_of(1).center().toPoint())
    assert box.currentText() == "All classes"
    for key, text in (
        (Qt.Key.Key_Right, "0"),
        (Qt.Key.Key_Right, "1"),
        (Qt.Key.Key_Left, "0"),
        (Qt.Key.Key_Left, "0"),
        (Qt.Key.Key_Escape, "All classes"),
    ):
        QTest.keyClick(histogram, key)
        assert box.currentText() == text


def test_bars_show_their_numbers(full: DataPanel) -> None:
    histogram = histogram_of(full)
    QTest.mouseMove(histogram, QPoint(1, 1))
    QTest.mouseMove(histogram, histogram.area_of(2).center().toPoint())
    assert caption_of(full) == "2: 800 training, 100 validation, 100 test"
    QTest.mouseMove(histogram, QPoint(1, 1))
    assert caption_of(full) == "3,000 samples. Click some to see them augmented."


def test_heights_of_bars_are_proportional(qtbot: QtBot) -> None:
    histogram = ClassHistogram()
    qtbot.addWidget(histogram)
    histogram.resize(300, 120)
    histogram.set_counts(("a", "b", "c"), np.array([[100, 0, 0], [50, 0, 0], [20, 20, 20]]))
    painted = histogram.grab().toImage()
    accent = histogram.palette().accent().color().rgba()

    def filled(label: int) -> int:
        x = int(histogram.area_of(label).center().x() * painted.devicePixelRatio())
        return sum(painted.pixel(x, y) == accent for y in range(painted.height()))

    assert filled(0) > 60
    assert filled(1) == pytest.approx(filled(0) / 2, abs=2)
    assert filled(2) < filled(1)


@pytest.mark.parametrize("count", [0, 1, 60, 200])
@pytest.mark.parametrize("width", [150, 600])
def test_any_number_of_classes_can_be_painted(qtbot: QtBot, count: int, width: int) -> None:
    histogram = ClassHistogram()
    qtbot.addWidget(histogram)
    histogram.resize(width, 100)
    counts = np.zeros((count, 3), np.int64)
    counts[:1] = 100_000
    histogram.set_counts(tuple(f"label {n}" for n in range(count)), counts)
    histogram.set_selection(count - 1 if count else None, TRAINING)
    assert not histogram.grab().isNull()


def test_samples_are_described_and_selected_by_mouse_and_keys(full: DataPanel) -> None:
    grid = grid_of(full)
    at = grid.area_of(2).center().toPoint()
    QTest.mouseMove(grid.viewport(), QPoint(1, 1))
    QTest.mouseMove(grid.viewport(), at)
    assert caption_of(full) == "sample 3 of Dots · label 2 · training"
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert list(grid.selected) == [2]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_End, Qt.Key.Key_Return):
        QTest.keyClick(grid, key)
    assert list(grid.selected) == [2, 3, 2999]
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()
    assert grid.viewport().rect().contains(grid.area_of(2999).toAlignedRect())
    QTest.keyClick(grid, Qt.Key.Key_Home)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert list(grid.selected) == [3, 2999]
    named(full, QComboBox, "Class").setCurrentIndex(1)
    assert list(grid.selected) == [3, 2999]
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert not child(full, SamplesTab).has_selection


def test_a_double_clicked_sample_is_put_on_the_canvas(full: DataPanel) -> None:
    grid = grid_of(full)
    pixels = np.full((3, 28, 28), 0xFF20A0E0, np.uint32)
    grid.set_images(np.arange(3), pixels)
    images: list[QImage] = []
    full.sample_chosen.connect(images.append)
    at = grid.area_of(1).center().toPoint()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    left, kind = Qt.MouseButton.LeftButton, QEvent.Type.MouseButtonDblClick
    event = QMouseEvent(
        kind,
        QPointF(at),
        grid.viewport().mapToGlobal(QPointF(at)),
        left,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(grid.viewport(), event)
    assert list(grid.selected) == []
    QTest.keyClick(grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [image.pixelColor(3, 3).name() for image in images] == ["#20a0e0"] * 2


def test_number_of_selected_samples_is_limited(full: DataPanel) -> None:
    grid = grid_of(full)
    for _ in range(MAX_SELECTED + 5):
        QTest.keyClick(grid, Qt.Key.Key_Right)
        QTest.keyClick(grid, Qt.Key.Key_Space)
    assert len(grid.selected) == MAX_SELECTED


def test_empty_selection_shows_a_hint(full: DataPanel) -> None:
    some = collection_of(60)
    full.set_collection(replace(some, part_of=np.zeros(60, np.int8)))
    named(full, QComboBox, "Split").setCurrentIndex(3)
    assert grid_of(full).positions.tolist() == []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Space):
        QTest.keyClick(grid_of(full), key)
    assert not full.grab().isNull()
    assert child(full, SamplesTab).selected_positions == ()


def test_labels_below_the_images_are_elided_with_a_tooltip(full: DataPanel) -> None:
    collection = pictures_of()
    full.set_collection(collection)
    grid = grid_of(full)
    # Twice the size of the images, and as wide as the longest name within limits.
    assert grid.area_of(0).size() == QSizeF(64, 64)
    assert 64 < grid.area_of(1).left() - grid.area_of(0).left() <= 2 * 64 + 4

    def tooltip(index: int) -> str:
        point = grid.area_of(index).center().toPoint()
        help_event = QHelpEvent(QEvent.Type.ToolTip, point, grid.viewport().mapToGlobal(point))
        QApplication.sendEvent(grid.viewport(), help_event)
        return QToolTip.text()

    assert tooltip(1) == ""
    assert tooltip(2) == collection.classes[2]


# ---------------------------------------------------------------------------------------- room


@pytest.mark.parametrize("width", [420, 620, 900])
def test_narrow_panel_clips_nothing(full: DataPanel, width: int) -> None:
    draft_of(full).show(replace(RECIPE, image_augmentation=ImageAugmentation(flip="both")))
    full.resize(width, 520)
    for page in (0, 1):
        child(full, QTabWidget).setCurrentIndex(page)
        assert full.width() == width
        for widget in full.findChildren(QWidget):
            if not widget.isVisible() or widget.visibleRegion().isEmpty():
                continue
            left = widget.mapTo(full, QPoint(0, 0)).x()
            assert left >= 0, widget
            assert left + widget.width() <= width, widget


def test_every_control_has_a_name(augmented: DataPanel) -> None:
    named_kinds = (QComboBox, QSpinBox, AmountBox, QToolButton, SourceButton)
    for kind in named_kinds:
        for widget in augmented.findChildren(kind):
            if widget.isVisible() and widget.objectName() not in ("ScrollLeftButton", "ScrollRightButton"):
                assert widget.accessibleName(), widget


def test_files_that_are_left_out_are_listed_with_the_reason(full: DataPanel) -> None:
    tabs = child(full, QTabWidget)
    number = tabs.indexOf(child(full, LeftOutTab))
    assert not tabs.isTabVisible(number)
    collection = collection_of()
    left_out = (LeftOut("cat/a.png", message("a.png is empty.")), LeftOut("dog/b.tif", message("Pages."), 11))
    source = replace(collection.sources[0], left_out=left_out)
    full.set_collection(replace(collection, sources=(source,)))
    assert tabs.isTabVisible(number)
    assert tabs.tabText(number) == "12 samples left out"
    items = [child(full, LeftOutTab).topLevelItem(row) for row in range(2)]
    assert [(item.text(0), item.text(1)) for item in items if item is not None] == [
        ("cat/a.png", "a.png is empty."),
        ("dog/b.tif", "Pages."),
    ]
    full.set_collection(collection)
    assert not tabs.isTabVisible(number)


def test_scaling_is_chosen_for_image_classification(full: DataPanel) -> None:
    task = Task("picture", 32, 32, 3, "crop", ("a", "b"))
    draft_of(full).show(replace(RECIPE, task=task))
    box = next(box for box in full.findChildren(QComboBox) if box.accessibleName() == "Scaling")
    assert box.isVisible()
    assert box.currentText() == "Crop"
    assert box.accessibleDescription().startswith("Scaling. How images of another size become inputs.")
    changes = changes_of(full)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert [recipe.task for recipe in changes] == [replace(task, preparation="fit")]


def test_characters_are_seen_with_or_without_the_directions_of_the_pen(full: DataPanel) -> None:
    box = next(box for box in full.findChildren(QComboBox) if box.accessibleName() == "Input")
    draft_of(full).show(replace(RECIPE, task=Task()))
    assert box.isVisible()
    assert box.currentText() == "Ink"
    assert box.accessibleDescription().startswith("Input. What the network sees.")
    changes = changes_of(full)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "Ink and directions"
    assert box.width() > box.fontMetrics().horizontalAdvance(box.currentText())
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert [recipe.task for recipe in changes] == [
        Task(preparation="mnist-directions", channels=3),
        Task(),
    ]


def test_preparation_cannot_be_chosen_where_there_is_only_one(full: DataPanel) -> None:
    box = next(box for box in full.findChildren(QComboBox) if box.accessibleName() == "Input")
    draft_of(full).show(replace(RECIPE, task=Task("restoration", 14, 14, 1, "mnist-reduce", (), scale=2)))
    assert not box.isVisible()


def test_images_are_not_normalized_for_image_classification(full: DataPanel) -> None:
    full.set_summaries({"mnist": FILE})
    normalize = next(box for box in full.findChildren(QCheckBox) if box.text() == "Normalize")
    assert normalize.isVisible()
    draft_of(full).show(replace(RECIPE, task=Task("picture", 32, 32, 3, "fit", ("a", "b"))))
    assert not normalize.isVisible()
