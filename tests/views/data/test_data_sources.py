"""The sources in the data panel, and their splits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.task import Task
from desktop_app.views.data.amount_box import AmountBox
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.data.source_row import SourceRow
from tests.drags import data_of, drop, enter, leave
from tests.finding import child
from tests.views.data.data_panels import (
    FILE,
    MNIST,
    RECIPE,
    changes_of,
    collection_of,
    named,
)
from tests.views.drafts import TestDraft, draft_of


def action(owner: QPushButton, text: str) -> QAction:
    return next(action for action in owner.menu().actions() if action.text() == text)


def rows_of(panel: DataPanel) -> list[SourceRow]:
    return [row for row in panel.findChildren(SourceRow) if row.isVisible()]


def type_into(box: AmountBox | QSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_content_before_the_panel_is_visible_is_shown(qtbot: QtBot) -> None:
    panel = DataPanel(TestDraft(Recipe()))
    qtbot.addWidget(panel)
    draft_of(panel).show(RECIPE)
    panel.set_summaries({"mnist": MNIST})
    panel.set_progress("Reading", 0, 0)
    panel.set_error("It is gone.")
    panel.set_collection(collection_of())
    panel.set_active(True)
    assert panel.numbers()["counts"].sum() == 3000


def test_showing_a_recipe_does_not_change_it(qtbot: QtBot, full: DataPanel) -> None:
    changes = changes_of(full)
    other = replace(
        RECIPE,
        data=(DataPart("pendigits", validation=3, test=0.25), DataPart("mnist")),
        split_seed=9,
        image_augmentation=ImageAugmentation(flip="both", rotation=60.25),
        ink_augmentation=InkAugmentation(pen_share=(0.033, 0.9)),
    )
    with qtbot.waitSignal(full.content_requested):
        draft_of(full).show(other)
    with qtbot.assertNotEmitted(full.content_requested):
        draft_of(full).show(other)
    assert changes == []
    assert full.draft.value == other
    assert not full.expects_task
    amounts = [box.text() for row in rows_of(full) for box in row.findChildren(AmountBox)]
    assert amounts == ["3", "25 %", "10 %", "included"]


def test_dropped_data_set_and_folder_become_sources(full: DataPanel, tmp_path: Path) -> None:
    changes, table, folder = changes_of(full), tmp_path / "own.csv", tmp_path / "letters"
    folder.mkdir()
    highlight = child(full, QWidget, "drop_highlight")
    data = data_of(table, folder)
    assert enter(full, data)
    assert highlight.isVisible()
    leave(full)
    assert not highlight.isVisible()
    assert enter(full, data)
    drop(full, data)
    assert changes[-1].data == (*RECIPE.data, DataPart(str(table)), DataPart(str(folder)))


@pytest.mark.parametrize("name", ["seven.png", "seven.inkml", "model.keras"])
def test_pages_and_models_are_left_to_the_window(full: DataPanel, tmp_path: Path, name: str) -> None:
    assert not enter(full, data_of(tmp_path / name))
    assert not child(full, QWidget, "drop_highlight").isVisible()


def test_sources_that_are_not_added_are_explained(full: DataPanel, tmp_path: Path) -> None:
    reasons: list[str] = []
    full.source_refused.connect(lambda error: reasons.append(str(error)))
    tables = [tmp_path / f"{number}.csv" for number in range(20)]
    assert enter(full, data_of(*tables[:2], tables[0]))
    drop(full, data_of(*tables[:2], tables[0]))
    assert reasons == ["0.csv is a source already; choose other data."]
    assert enter(full, data_of(*tables[2:]))
    drop(full, data_of(*tables[2:]))
    assert len(full.draft.value.data) == 20
    assert reasons[1:] == ["19.csv was not added: a recipe has at most 20 sources. Remove one first."]


@pytest.mark.parametrize(("labels", "is_explained"), [(("apple", "plum"), True), (("2", "3"), False)])
def test_a_mixture_of_digits_and_colour_images_is_explained(
    full: DataPanel, labels: tuple[str, ...], is_explained: bool
) -> None:
    draft_of(full).show(replace(RECIPE, data=(*RECIPE.data, DataPart("fruit"))))
    fruit = replace(FILE, title="fruit", labels=labels, is_colour=True)
    full.set_summaries({"mnist": MNIST, "fruit": fruit})
    full.set_collection(collection_of())
    text = child(full, QLabel, "data_numbers").text()
    assert ("The colour images of fruit have other classes than MNIST." in text) == is_explained


def test_source_can_be_replaced(full: DataPanel) -> None:
    changes = changes_of(full)
    action(named(full, QPushButton, "Source: MNIST"), "Pen digits").trigger()
    assert changes == [replace(RECIPE, data=(DataPart("pendigits"),))]
    assert full.expects_task
    full.set_task(Task(labels=("a", "b")))
    assert changes[-1].task.labels == ("a", "b")
    assert not full.expects_task


def test_recipe_set_by_others_keeps_its_labels(full: DataPanel) -> None:
    action(named(full, QPushButton, "Source: MNIST"), "Pen digits").trigger()
    draft_of(full).show(replace(RECIPE, data=(DataPart("unipen"),)))
    assert not full.expects_task


def test_sources_are_added_and_removed(full: DataPanel) -> None:
    changes = changes_of(full)
    removers = [b for b in full.findChildren(QToolButton) if b.accessibleName() == "Remove MNIST"]
    assert [remover.isVisible() for remover in removers] == [False]
    action(named(full, QPushButton, "Add source"), "Pen digits").trigger()
    action(named(full, QPushButton, "Add source"), "Pen digits").trigger()
    assert [row.isVisible() for row in rows_of(full)] == [True, True]
    assert changes == [replace(RECIPE, data=(DataPart("mnist"), DataPart("pendigits")))]
    QTest.mouseClick(named(full, QToolButton, "Remove MNIST"), Qt.MouseButton.LeftButton)
    assert changes[-1].data == (DataPart("pendigits"),)
    assert len(rows_of(full)) == 1
    assert full.expects_task


def test_files_and_folders_are_requested_and_added(qtbot: QtBot, full: DataPanel, tmp_path: Path) -> None:
    changes = changes_of(full)
    with qtbot.waitSignal(full.source_file_requested):
        action(named(full, QPushButton, "Add source"), "Open file…").trigger()
    full.add_source(tmp_path / "own.npz")
    with qtbot.waitSignal(full.source_folder_requested):
        action(named(full, QPushButton, "Source: MNIST"), "Open folder…").trigger()
    full.add_source(tmp_path / "folder")
    assert [part.source for part in changes[0].data] == ["mnist", str(tmp_path / "own.npz")]
    assert [part.source for part in changes[1].data] == [str(tmp_path / "folder"), str(tmp_path / "own.npz")]
    assert named(full, QPushButton, "Source: own.npz").toolTip() == str(tmp_path / "own.npz")


def test_splits_are_percentages_or_numbers(full: DataPanel) -> None:
    full.set_summaries({"mnist": FILE})
    changes = changes_of(full)
    type_into(named(full, AmountBox, "Validation split of MNIST"), "12.5 %")
    type_into(named(full, AmountBox, "Test split of MNIST"), "500")
    assert [(r.data[0].validation, r.data[0].test) for r in changes] == [(0.125, 0.2), (0.125, 500)]
    assert not full.expects_task
    type_into(named(full, QSpinBox, "Split seed"), "77")
    assert changes[-1].split_seed == 77
    QTest.mouseClick(
        normalize := next(box for box in full.findChildren(QCheckBox) if box.text() == "Normalize"),
        Qt.MouseButton.LeftButton,
        pos=QPoint(8, normalize.height() // 2),
    )
    assert changes[-1].data[0].normalize is False


def test_included_test_split_is_explained_and_fixed(full: DataPanel) -> None:
    box = named(full, AmountBox, "Test split of MNIST")
    assert not box.isEnabled()
    assert box.text() == "included"
    assert "of 300 samples, which cannot be changed" in box.toolTip()
    assert not any(box.isVisible() for box in full.findChildren(QCheckBox) if box.text() == "Normalize")
    full.set_summaries({"mnist": FILE})
    assert box.isEnabled()
    assert box.text() == "20 %"


def test_transposed_images_are_suggested_to_be_turned(full: DataPanel) -> None:
    changes = changes_of(full)

    def box() -> QCheckBox:
        return next(box for box in full.findChildren(QCheckBox) if box.text() == "Transpose")

    hint = next(label for label in full.findChildren(QLabel) if "seem to be transposed" in label.text())
    assert (box().isVisible(), hint.isVisible()) == (False, False)
    full.set_summaries({"mnist": replace(FILE, seems_transposed=True)})
    assert (box().isVisible(), hint.isVisible()) == (True, True)
    box().click()
    assert changes[-1].data[0].transpose
    assert (box().isVisible(), hint.isVisible()) == (True, False)


def test_included_validation_split_is_explained_and_fixed(full: DataPanel) -> None:
    full.set_summaries({"mnist": replace(FILE, own_validation=50)})
    box = named(full, AmountBox, "Validation split of MNIST")
    assert (box.isEnabled(), box.text()) == (False, "included")
    assert "of 50 samples, which cannot be changed" in box.toolTip()


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("10 %", 0.1, "10 %"),
        ("0,5%", 0.005, "0.5 %"),
        ("5000", 5000, "5000"),
        ("0.25", 0.25, "25 %"),
        ("100 %", 0.999, "99.9 %"),
        ("2.6", 3, "3"),
        ("nonsense", 0.2, "20 %"),
        ("-3", 3, "3"),
    ],
)
def test_amounts_are_parsed(qtbot: QtBot, typed: str, value: float, shown: str) -> None:
    box = AmountBox()
    qtbot.addWidget(box)
    box.setValue(0.2)
    box.show()
    type_into(box, typed)
    assert box.value() == pytest.approx(value)
    assert box.text() == shown


def test_arrow_keys_keep_the_unit_of_an_amount(qtbot: QtBot) -> None:
    box = AmountBox()
    qtbot.addWidget(box)
    for start, key, expected in (
        (0.1, Qt.Key.Key_Up, 0.11),
        (0.0, Qt.Key.Key_Down, 0.0),
        (0.99, Qt.Key.Key_Up, 0.99),
        (1, Qt.Key.Key_Down, 1),
        (5000, Qt.Key.Key_Up, 5100),
        (30, Qt.Key.Key_Down, 29),
    ):
        box.setValue(start)
        QTest.keyClick(box, key)
        assert box.value() == pytest.approx(expected)
