"""The network panel: table of layers, zoo, editing, undo, summary and diagram."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.networks.layer_list import MOST_LAYERS, Layer, check_layers, summary, with_names
from desktop_app.networks.layers.registry import KINDS
from desktop_app.runs.recipe import Recipe, check_recipe
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.tasks.task import Task
from desktop_app.views.layers.layer_row import LayerRow
from desktop_app.views.network.layer_editor import LayerEditor
from desktop_app.views.network.panel import NetworkPanel
from desktop_app.views.parts.caption import Caption
from tests.finding import child
from tests.views.drafts import TestDraft, draft_of
from tests.views.network.network_panels import (
    ALT,
    KEY,
    RESIDUAL,
    SMALL,
    add,
    box,
    choose,
    control,
    line_of,
    names_of,
    pick,
    position_of,
    press,
    rows_of,
    table_of,
    type_number,
)


def show_view(panel: NetworkPanel, number: int) -> None:
    tabs = child(panel, QTabWidget)
    bar = tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())
    assert tabs.currentIndex() == number


# --- what the table shows ---


def test_layers_are_shown_with_options_shapes_and_parameters(panel: NetworkPanel) -> None:
    assert rows_of(panel) == [
        ("input", "the image", "28×28×1", ""),
        ("conv1", "Conv2D  4 · 3×3 · relu", "26×26×4", "40"),
        ("pool1", "MaxPooling2D  2×2", "13×13×4", ""),
        ("dropout1", "Dropout  0.25", "13×13×4", ""),
        ("flatten1", "Flatten", "676", ""),
        ("probabilities", "Dense  one per class · softmax", "10", "6,770"),
    ]
    assert child(panel, Caption, "network_totals").text() == "6 layers · 6,810 parameters · 26.60 KB"
    assert line_of(panel).text() == "Output: probabilities of 10 classes."


def test_wide_editor_leaves_height_to_the_table(qtbot: QtBot) -> None:
    editor = LayerEditor()
    qtbot.addWidget(editor)
    heights = []
    for width in (700, 940):
        editor.resize(width, 400)
        heights.append(editor.sizeHint().height())
    assert heights[1] < heights[0]


def test_branches_and_options_are_shown(panel: NetworkPanel) -> None:
    draft_of(panel).show(RESIDUAL)
    rows = {cells[0]: cells[1] for cells in rows_of(panel)}
    assert rows["add3"] == "Add  norm3b + skip3"
    assert rows["skip3"] == "Conv2D  from relu2b · 64 · 1×1 · stride 2 · no bias"
    assert rows["depthwise2"] == "DepthwiseConv2D  3×3 · same · no bias"
    assert "1,536 not trainable" in child(panel, Caption, "network_totals").text()
    assert line_of(panel).text() == "Output: probabilities of 11 classes."


def test_number_of_classes_is_that_of_the_recipe(panel: NetworkPanel) -> None:
    draft_of(panel).show(replace(SMALL, task=Task(rejects=True)))
    assert rows_of(panel)[-1][2] == "11"


def test_output_may_be_an_image(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    task = Task("restoration", 8, 8, 1, "reduce", labels=(), scale=2)
    enlarging = with_names(
        [Layer("UpSampling2D"), Layer("Conv2D", options={"filters": 1, "padding": "same"})]
    )
    draft_of(panel).show(replace(SMALL, task=task, layers=enlarging))
    assert line_of(panel).text() == "Output: image of 16×16×1."
    choose(panel, "conv1")
    type_number(panel, "Filters", "3")
    assert line_of(panel).text() == (
        "conv1: The output of the network is 16×16×3, not 16×16×1; end it e.g. with a Conv2D (filters: 1)."
    )
    choose(panel, "up1")
    add(panel, "Dense")
    assert not [
        check
        for check in panel.findChildren(QCheckBox)
        if check.text() == "One per class" and check.isVisible()
    ]


def test_subtract_has_two_inputs(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    add(panel, "BatchNormalization")
    for kind, boxes in (("Subtract", 2), ("Add", 3)):
        add(panel, kind)
        shown = [
            each for each in panel.findChildren(QComboBox) if each.toolTip().startswith("Layer whose output")
        ]
        assert sum(each.isVisible() for each in shown) == boxes
        press(panel, "Undo edit")
        choose(panel, "norm1")


def test_new_draft_is_shown_and_not_set_again(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    draft_of(panel).show(RESIDUAL)
    draft_of(panel).show(RESIDUAL)
    assert len(rows_of(panel)) == len(RESIDUAL.layers) + 1
    for name in ("conv1", "add3", "logits", "dropout", "input"):
        choose(panel, name)
    assert drafts == []


def test_hidden_panel_is_updated_when_shown(qtbot: QtBot) -> None:
    late = NetworkPanel(TestDraft(Recipe()))
    qtbot.addWidget(late)
    draft_of(late).show(SMALL)
    late.set_active(True)
    assert len(rows_of(late)) == 6
    late.set_active(False)
    draft_of(late).show(RESIDUAL)
    late.set_active(True)
    assert len(rows_of(late)) == len(RESIDUAL.layers) + 1
    assert isinstance(late.exported_widget(), QWidget)


def test_recipe_without_layers_shows_a_hint(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    draft_of(panel).show(Recipe())
    assert [cells[0] for cells in rows_of(panel)] == ["input"]
    assert line_of(panel).text() == "There is no layer yet; add one."
    assert child(panel, Caption, "network_totals").text() == ""
    QTest.keyClick(table_of(panel), KEY.Key_Delete)
    add(panel, "Flatten")
    assert names_of(drafts[-1]) == ["flatten1"]


# --- the zoo ---


def test_use_network_keeps_the_rest_of_the_recipe(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    mine = replace(SMALL, name="mine", seed=7, fitting=replace(SMALL.fitting, epochs=3))
    draft_of(panel).show(mine)
    pick(box(panel, "Predefined network"), "Conv 64-64-128-128, average")
    button = next(b for b in panel.findChildren(QAbstractButton) if b.text() == "Use network")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    (draft,) = drafts
    entry = zoo_entry("conv-64-64-128-128-average")
    assert draft == replace(mine, layers=entry.recipe.layers)
    check_recipe(draft)
    assert line_of(panel).text() == "Output: logits of 10 classes."


def test_use_recipe_can_be_undone(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    mine = replace(SMALL, name="mine", seed=7)
    draft_of(panel).show(mine)
    pick(box(panel, "Predefined network"), "Digits")
    button = next(b for b in panel.findChildren(QAbstractButton) if b.text() == "Use recipe")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert drafts == [zoo_entry("digits").recipe]
    press(panel, "Undo edit")
    assert drafts[-1] == mine
    press(panel, "Redo edit")
    assert drafts[-1] == zoo_entry("digits").recipe


def test_zoo_entries_have_size_and_score(panel: NetworkPanel) -> None:
    combo = box(panel, "Predefined network")
    model = combo.model()
    cells = [[model.index(row, column).data() for column in range(4)] for row in range(len(ZOO))]
    assert ["MLP 300-300", "character recognition", "328,810", "98.00 %"] in cells
    assert ["Digits", "character recognition", "340,203", ""] in cells
    assert ["ConvMixer-256/8", "image classification", "602,890", "85.00 %"] in cells
    pick(combo, "Conv 32-64-64, Dense64")
    assert child(panel, QLabel, "zoo_about").text() == (
        "Small, fast, and much better than one convolution.  ·  93,322 parameters  ·  99.18 % in its source"
    )


def test_entry_of_the_draft_is_selected(panel: NetworkPanel) -> None:
    combo = box(panel, "Predefined network")
    assert combo.currentIndex() == -1
    draft_of(panel).show(zoo_entry("conv-32-64-128-augmented").recipe)
    assert combo.currentText() == "Conv 32-64-128, augmented"
    draft_of(panel).show(replace(RESIDUAL, name="mine"))
    assert combo.currentText() == "Digits, residual"
    pick(combo, "MLP 300-300")
    draft_of(panel).show(replace(RESIDUAL, name="mine", layers=RESIDUAL.layers[:-1]))
    assert combo.currentText() == "MLP 300-300"


def test_list_of_the_zoo_shows_all_columns(panel: NetworkPanel, qtbot: QtBot) -> None:
    combo = box(panel, "Predefined network")
    QTest.mouseClick(combo, Qt.MouseButton.LeftButton)
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    model = combo.model()
    for column in range(4):
        cell = view.visualRect(model.index(2, column))
        assert view.viewport().rect().contains(cell)
        assert cell.width() >= view.fontMetrics().horizontalAdvance(model.index(2, column).data())
    combo.hidePopup()


# --- adding, taking out, moving ---


def test_layer_is_added_after_the_selected_one(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    add(panel, "BatchNormalization")
    assert names_of(drafts[-1])[:3] == ["conv1", "norm1", "pool1"]
    assert rows_of(panel)[2] == ("norm1", "BatchNormalization", "26×26×4", "16")
    assert table_of(panel).index() == 1
    add(panel, "Add")
    assert drafts[-1].layers[2].inputs == ("norm1", "conv1")
    check_recipe(drafts[-1])


def test_every_kind_can_be_added(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    for number, kind in enumerate(KINDS):
        choose(panel, "input")
        add(panel, kind)
        assert drafts[-1].layers[0].kind == kind
        assert len(drafts) == number + 1
        assert box(panel, "Kind").currentText() == kind


def test_layers_are_removed_and_duplicated(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "pool1")
    press(panel, "Duplicate layer")
    assert names_of(drafts[-1]) == ["conv1", "pool1", "pool2", "dropout1", "flatten1", "probabilities"]
    press(panel, "Remove layer")
    assert drafts[-1] == SMALL
    table_of(panel).setFocus()
    QTest.keyClick(table_of(panel), KEY.Key_Delete)
    assert names_of(drafts[-1]) == ["conv1", "pool1", "flatten1", "probabilities"]


def test_layers_move_by_buttons_and_keys(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    press(panel, "Move layer down")
    assert names_of(drafts[-1])[:3] == ["pool1", "conv1", "dropout1"]
    table_of(panel).setFocus()
    QTest.keyClick(table_of(panel), KEY.Key_Down, ALT)
    assert names_of(drafts[-1])[:3] == ["pool1", "dropout1", "conv1"]
    QTest.keyClick(table_of(panel), KEY.Key_Up, ALT)
    press(panel, "Move layer up")
    assert drafts[-1] == SMALL
    count = len(drafts)
    QTest.keyClick(table_of(panel), KEY.Key_Up, ALT)
    assert len(drafts) == count
    assert not control(panel, "Move layer up").isEnabled()


@pytest.mark.parametrize(
    ("dragged", "onto", "lower_half", "order"),
    [
        ("conv1", "dropout1", True, ["pool1", "dropout1", "conv1"]),
        ("dropout1", "conv1", False, ["dropout1", "conv1", "pool1"]),
        ("pool1", "input", False, ["pool1", "conv1", "dropout1"]),
        ("conv1", "", False, ["pool1", "dropout1", "flatten1", "probabilities", "conv1"]),
    ],
)
def test_layers_move_by_dragging(
    panel: NetworkPanel, drafts: list[Recipe], dragged: str, onto: str, lower_half: bool, order: list[str]
) -> None:
    table = table_of(panel)
    row = [cells[0] for cells in rows_of(panel)].index(dragged)
    mime = table.model().mimeData([table.model().index(row, 0)])
    at = QPointF(position_of(panel, onto)) if onto else QPointF(40, table.viewport().height() - 2)
    at += QPointF(0, 8 if lower_half else -8) if onto else QPointF()
    move, buttons, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(at.toPoint(), move, mime, buttons, none),
        QDragMoveEvent(at.toPoint(), move, mime, buttons, none),
        QDropEvent(at, move, mime, buttons, none),
    ):
        QApplication.sendEvent(table.viewport(), event)
    assert names_of(drafts[-1])[: len(order)] == order
    assert names_of(drafts[-1])[table.index()] == dragged


def test_number_of_layers_is_limited(panel: NetworkPanel) -> None:
    draft_of(panel).show(replace(SMALL, layers=with_names([Layer("ReLU")] * MOST_LAYERS)))
    assert not child(panel, QPushButton, "Add layer").isEnabled()
    draft_of(panel).show(replace(SMALL, layers=with_names([Layer("ReLU")] * (MOST_LAYERS - 1))))
    assert child(panel, QPushButton, "Add layer").isEnabled()


# --- what is wrong ---


def test_problem_is_shown_in_its_row_and_below_the_table(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "pool1")
    type_number(panel, "Window", "16")
    choose(panel, "dropout1")
    add(panel, "MaxPooling2D")
    sentence = "MaxPooling2D is too large for maps of 1×1; make it smaller or pool less."
    assert [cells[2] for cells in rows_of(panel)][4:] == 3 * ["\N{EN DASH}"]
    index = table_of(panel).model().index(4, 1)
    assert index.data() == sentence
    assert index.data(Qt.ItemDataRole.ToolTipRole) == sentence
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert table_of(panel).model().index(3, 1).data(Qt.ItemDataRole.DecorationRole) is None
    assert line_of(panel).text() == f"pool2: {sentence}"
    assert line_of(panel).is_problem()
    assert names_of(drafts[-1])[3] == "pool2"


# --- summary and picture ---


def test_summary_can_be_copied(panel: NetworkPanel) -> None:
    show_view(panel, 1)
    text = control(panel, "Summary of the network")
    assert isinstance(text, QPlainTextEdit)
    expected = summary(check_layers(SMALL.layers, (28, 28, 1), (10,)), "digits")
    assert text.toPlainText() == expected
    assert text.isReadOnly()
    button = next(b for b in panel.findChildren(QAbstractButton) if b.text() == "Copy")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == expected
    draft_of(panel).show(RESIDUAL)
    assert text.toPlainText().startswith("Network: residual")


def test_diagram_shows_and_selects_layers(panel: NetworkPanel) -> None:
    draft_of(panel).show(RESIDUAL)
    choose(panel, "relu1")
    show_view(panel, 2)
    row = child(panel, LayerRow)
    assert row.chosen_layer() == "relu1"
    row.setFocus()
    QTest.keyClick(row, KEY.Key_Right)
    assert row.chosen_layer() == "depthwise2"
    name = control(panel, "Name")
    assert isinstance(name, QLineEdit)
    assert name.text() == "depthwise2"
    show_view(panel, 0)
    assert table_of(panel).index() == names_of(RESIDUAL).index("depthwise2")


def test_diagram_waits_for_a_valid_network(panel: NetworkPanel) -> None:
    show_view(panel, 2)
    row = child(panel, LayerRow)
    assert row.positions() is not None
    draft_of(panel).show(replace(SMALL, layers=SMALL.layers[:1]))
    assert row.positions() is None
    draft_of(panel).show(SMALL)
    assert row.positions() is not None


# --- room ---


def clipped_texts(panel: NetworkPanel) -> list[str]:
    """Return controls that are smaller than their text or outside the panel."""
    found = []
    for each in panel.findChildren(QWidget):
        if not each.isVisible() or each.window() is not panel:
            continue
        area = each.rect().translated(each.mapTo(panel, QPoint(0, 0)))
        inside = panel.rect().contains(area) or each.parent() is table_of(panel).viewport()
        if isinstance(each, QAbstractButton | QLineEdit | QComboBox | QSpinBox) and not inside:
            found.append(f"{each.accessibleName()} is outside")
        if isinstance(each, QAbstractButton) and each.width() < each.minimumSizeHint().width():
            found.append(f"{each.text()} is cut off")
    return found


@pytest.mark.parametrize(("width", "height"), [(420, 450), (560, 650), (700, 450)])
def test_no_text_is_clipped(panel: NetworkPanel, width: int, height: int) -> None:
    draft_of(panel).show(RESIDUAL)
    panel.resize(width, height)
    assert panel.minimumSizeHint().width() <= width
    heights = set()
    for name in ("conv1", "add3", "relu2a", "dropout", "logits"):
        choose(panel, name)
        panel.grab()
        assert clipped_texts(panel) == []
        heights.add(table_of(panel).height())
        assert table_of(panel).viewport().rect().contains(position_of(panel, name))
    assert len(heights) == 1
    assert min(heights) >= 96


def test_selected_layer_stays_visible(panel: NetworkPanel) -> None:
    draft_of(panel).show(RESIDUAL)
    panel.resize(600, 1200)
    choose(panel, "relu4a")
    panel.resize(600, 450)
    panel.grab()
    table = table_of(panel)
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()).center())


def focused() -> QWidget:
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def test_tab_order_goes_through_the_options(panel: NetworkPanel) -> None:
    after = QLineEdit(panel)
    after.show()
    for name, stops in (
        ("probabilities", ["Input", "One per class", "Activation", "Bias"]),
        ("conv1", ["Input", "Filters", "Kernel", "Stride", "Padding", "Activation", "Bias"]),
    ):
        choose(panel, name)
        control(panel, "Name").setFocus()
        passed = []
        for _ in stops:
            QTest.keyClick(focused(), KEY.Key_Tab)
            focus = focused()
            passed.append(focus.accessibleName() or (focus.text() if isinstance(focus, QCheckBox) else ""))
        assert passed == stops


def test_every_control_has_a_name(panel: NetworkPanel) -> None:
    for name in ("conv1", "dropout1", "probabilities"):
        choose(panel, name)
        for kind in (QComboBox, QSpinBox, QDoubleSpinBox, QCheckBox, QLineEdit, QAbstractButton):
            for each in panel.findChildren(kind):
                if each.isVisible() and each.focusPolicy() != Qt.FocusPolicy.NoFocus:
                    text = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
                    is_inside = isinstance(each.parent(), QAbstractSpinBox)
                    assert text or is_inside, each
