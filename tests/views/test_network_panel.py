from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.networks.layer_list import MOST_LAYERS, Layer, check_layers, summary, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.networks.layers.registry import KINDS
from desktop_app.runs.recipe import Recipe, check_recipe
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.tasks.task import Task
from desktop_app.views.layers.layer_row import LayerRow
from desktop_app.views.network.layer_editor import LayerEditor
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.network.panel import NetworkPanel
from desktop_app.views.network.problem_line import ProblemLine
from desktop_app.views.parts.caption import Caption
from tests.finding import child
from tests.views.drafts import TestDraft, draft_of

KEY, ALT, CONTROL = Qt.Key, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier

SMALL = Recipe(
    layers=with_names(
        [
            Layer("Conv2D", options={"filters": 4, "activation": "relu"}),
            Layer("MaxPooling2D"),
            Layer("Dropout", options={"rate": 0.25}),
            Layer("Flatten"),
            Layer("Dense", "probabilities", options={"units": CLASSES, "activation": "softmax"}),
        ]
    )
)
RESIDUAL = zoo_entry("residual").recipe


@pytest.fixture
def panel(qtbot: QtBot) -> NetworkPanel:
    widget = NetworkPanel(TestDraft(Recipe()))
    qtbot.addWidget(widget)
    widget.resize(600, 600)
    draft_of(widget).show(SMALL)
    widget.set_active(True)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def drafts(panel: NetworkPanel) -> list[Recipe]:
    """Recipes that the panel has set, newest last."""
    handed: list[Recipe] = []
    draft_of(panel).edited.connect(handed.append)
    return handed


def table_of(panel: NetworkPanel) -> LayerTable:
    table = panel.findChild(LayerTable)
    assert table is not None
    return table


def rows_of(panel: NetworkPanel) -> list[tuple[str, ...]]:
    model = table_of(panel).model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(4)) for row in range(model.rowCount())
    ]


def names_of(recipe: Recipe) -> list[str]:
    return [layer.name for layer in recipe.layers]


def position_of(panel: NetworkPanel, name: str) -> QPoint:
    table = table_of(panel)
    row = [cells[0] for cells in rows_of(panel)].index(name)
    table.scrollTo(table.model().index(row, 0))
    return table.visualRect(table.model().index(row, 0)).center()


def choose(panel: NetworkPanel, name: str) -> None:
    at = position_of(panel, name)
    QTest.mouseClick(table_of(panel).viewport(), Qt.MouseButton.LeftButton, pos=at)


def control(panel: NetworkPanel, text: str) -> QWidget:
    found = [
        child
        for child in panel.findChildren(QWidget)
        if child.accessibleName() == text and child.isVisible() and not isinstance(child, QMenu)
    ]
    assert len(found) == 1, (text, found)
    return found[0]


def press(panel: NetworkPanel, text: str) -> None:
    QTest.mouseClick(control(panel, text), Qt.MouseButton.LeftButton)


def spin(panel: NetworkPanel, text: str) -> QSpinBox:
    found = control(panel, text)
    assert isinstance(found, QSpinBox)
    return found


def box(panel: NetworkPanel, text: str) -> QComboBox:
    found = control(panel, text)
    assert isinstance(found, QComboBox)
    return found


def pick(combo: QComboBox, text: str) -> None:
    """Choose with the keyboard."""
    combo.setFocus()
    number = combo.findText(text)
    assert number >= 0, [combo.itemText(at) for at in range(combo.count())]
    QTest.keyClick(combo, KEY.Key_Home)
    for _ in range(number):
        QTest.keyClick(combo, KEY.Key_Down)


def type_number(panel: NetworkPanel, name: str, text: str) -> None:
    field = control(panel, name)
    assert isinstance(field, QAbstractSpinBox)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def add(panel: NetworkPanel, kind: str) -> None:
    button = control(panel, "Add layer")
    assert isinstance(button, QToolButton)
    entries = [
        action for menu in (button.menu(), *button.menu().findChildren(QMenu)) for action in menu.actions()
    ]
    next(action for action in entries if action.text() == kind and action.menu() is None).trigger()


def line_of(panel: NetworkPanel) -> ProblemLine:
    line = panel.findChild(ProblemLine)
    assert line is not None
    return line


def show_view(panel: NetworkPanel, number: int) -> None:
    tabs = panel.findChild(QTabWidget)
    assert tabs is not None
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
    assert child(panel, Caption, "network_totals").text() == "5 layers · 6,810 parameters · 26.60 KB"
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
        "conv1: The output of the network is 16×16×3, not 16×16×1; end it e.g. with a Conv2D of 1 filters."
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
    assert ["Digits", "character recognition", "338,603", ""] in cells
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
    assert not control(panel, "Add layer").isEnabled()
    draft_of(panel).show(replace(SMALL, layers=with_names([Layer("ReLU")] * (MOST_LAYERS - 1))))
    assert control(panel, "Add layer").isEnabled()


# --- changing a layer ---


def test_shapes_follow_typed_options(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    type_number(panel, "Filters", "12")
    assert [draft.layers[0].options["filters"] for draft in drafts] == [1, 12]
    assert rows_of(panel)[1] == ("conv1", "Conv2D  12 · 3×3 · relu", "26×26×12", "120")
    assert spin(panel, "Filters").hasFocus()


def test_each_option_has_its_control(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    type_number(panel, "Kernel", "5")
    type_number(panel, "Stride", "2")
    pick(box(panel, "Padding"), "same")
    pick(box(panel, "Activation"), "tanh")
    bias = control(panel, "Bias")
    assert isinstance(bias, QCheckBox)
    QTest.mouseClick(bias, Qt.MouseButton.LeftButton, pos=QPoint(8, bias.height() // 2))
    assert drafts[-1].layers[0].options == {
        "filters": 4,
        "kernel_size": 5,
        "strides": 2,
        "padding": "same",
        "activation": "tanh",
        "use_bias": False,
    }
    assert rows_of(panel)[1][1:] == ("Conv2D  4 · 5×5 · stride 2 · same · tanh · no bias", "14×14×4", "100")
    choose(panel, "dropout1")
    rate = control(panel, "Rate")
    assert isinstance(rate, QDoubleSpinBox)
    assert rate.text() == "0.25"
    rate.setFocus()
    QTest.keyClick(rate, KEY.Key_Up)
    assert drafts[-1].layers[2].options == {"rate": pytest.approx(0.3)}
    assert rate.text() == "0.3"


def test_sizes_are_one_number_or_one_per_axis(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    kernel = control(panel, "Kernel")
    assert isinstance(kernel, QAbstractSpinBox)
    for typed, meant in (("5", 5), ("2x7", (2, 7)), ("2 × 6", (2, 6))):
        type_number(panel, "Kernel", typed)
        assert drafts[-1].layers[0].options["kernel_size"] == meant
    assert rows_of(panel)[1][1:3] == ("Conv2D  4 · 2×6 · relu", "27×23×4")
    QTest.keyClick(kernel, KEY.Key_Up)
    assert kernel.text() == "3×7"
    assert drafts[-1].layers[0].options["kernel_size"] == (3, 7)
    count = len(drafts)
    for typed in ("0", "two", "×", ""):
        type_number(panel, "Kernel", typed)
    assert len(drafts) == count
    choose(panel, "pool1")
    choose(panel, "conv1")
    assert control(panel, "Kernel").text() == "3×7"  # type: ignore[attr-defined]
    check_recipe(drafts[-1])


def test_strides_may_be_those_of_the_window(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "pool1")
    stride = control(panel, "Stride")
    assert isinstance(stride, QAbstractSpinBox)
    assert stride.text() == "as the window"
    stride.setFocus()
    QTest.keyClick(stride, KEY.Key_Up)
    assert drafts[-1].layers[1].options == {"strides": 1}
    assert rows_of(panel)[2][1:3] == ("MaxPooling2D  2×2 · stride 1", "25×25×4")
    QTest.keyClick(stride, KEY.Key_Down)
    assert drafts[-1].layers[1].options == {"strides": None}


def test_max_value_may_be_none(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    add(panel, "ReLU")
    largest = control(panel, "Largest")
    assert isinstance(largest, QDoubleSpinBox)
    assert largest.text() == "any"
    largest.setFocus()
    largest.selectAll()
    QTest.keyClicks(largest, "6")
    assert drafts[-1].layers[1].options == {"max_value": 6.0}
    assert rows_of(panel)[2][1] == "ReLU  at most 6.0"


def test_every_option_of_every_kind_has_a_control(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    for kind in KINDS:
        pick(box(panel, "Kind"), kind)
        for option in KINDS[kind].options:
            found: QWidget | None = control(panel, str(option.title))
            while found is not None and not found.toolTip():
                found = found.parentWidget()
            assert found is not None
            assert found.toolTip().endswith(f"({option.name})")


def test_ranges_are_those_of_the_kind(panel: NetworkPanel) -> None:
    choose(panel, "conv1")
    filters = spin(panel, "Filters")
    assert (filters.minimum(), filters.maximum()) == (1, 2048)
    assert [box(panel, "Padding").itemText(number) for number in range(box(panel, "Padding").count())] == [
        "valid",
        "same",
    ]


def test_units_are_a_number_or_one_per_class(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    def units() -> object:
        return drafts[-1].layers[-1].options["units"]

    choose(panel, "probabilities")
    assert not spin(panel, "Units").isEnabled()
    assert spin(panel, "Units").value() == 10
    check = next(box for box in panel.findChildren(QCheckBox) if box.text() == "One per class")
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(8, check.height() // 2))
    assert units() == 10
    type_number(panel, "Units", "64")
    assert units() == 64
    assert line_of(panel).is_problem()
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(8, check.height() // 2))
    assert units() == CLASSES
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(8, check.height() // 2))
    assert units() == 10


def test_changing_the_kind_keeps_common_options(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "pool1")
    pick(box(panel, "Kind"), "AveragePooling2D")
    assert drafts[-1].layers[1].kind == "AveragePooling2D"
    assert names_of(drafts[-1])[1] == "pool1"
    pick(box(panel, "Kind"), "ReLU")
    assert drafts[-1].layers[1] == Layer("ReLU", "relu1")


def test_changing_the_kind_back_restores_options(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    pick(box(panel, "Kind"), "Softmax")
    assert len(drafts) > 10
    pick(box(panel, "Kind"), "Conv2D")
    assert drafts[-1] == SMALL
    pick(box(panel, "Kind"), "DepthwiseConv2D")
    press(panel, "Undo edit")
    assert drafts[-1] == SMALL


def test_undo_key_in_a_number_undoes_the_edit_not_the_text(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    filters = spin(panel, "Filters")
    filters.setFocus()
    QTest.keyClick(filters, KEY.Key_Up)
    QTest.keyClicks(filters, "7")
    assert len(drafts) == 2
    QTest.keyClick(filters, KEY.Key_Z, CONTROL)
    assert drafts[-1] == SMALL


def test_renaming_updates_inputs_of_other_layers(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    draft_of(panel).show(RESIDUAL)
    choose(panel, "relu1")
    name = control(panel, "Name")
    assert isinstance(name, QLineEdit)
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "start")
    assert drafts == []
    QTest.keyClick(name, KEY.Key_Return)
    (draft,) = drafts
    by_name = {layer.name: layer for layer in draft.layers}
    assert by_name["add2"].inputs == ("norm2b", "start")
    check_recipe(draft)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pool1", "Another layer is already named pool1. Choose another name."),
        ("input", "Another layer is already named input. Choose another name."),
        ("a b", "Layer names are up to 40 letters, digits and _; choose another name."),
        ("", "Layer names are up to 40 letters, digits and _; choose another name."),
    ],
)
def test_invalid_name_is_refused(panel: NetworkPanel, drafts: list[Recipe], text: str, sentence: str) -> None:
    choose(panel, "conv1")
    name = control(panel, "Name")
    assert isinstance(name, QLineEdit)
    name.setFocus()
    name.selectAll()
    QTest.keyClick(name, KEY.Key_Backspace)
    QTest.keyClicks(name, text)
    QTest.keyClick(name, KEY.Key_Return)
    assert line_of(panel).text() == sentence
    assert line_of(panel).is_problem()
    assert name.text() == "conv1"
    assert drafts == []


def test_inputs_of_add_are_chosen_from_previous_layers(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    def inputs() -> tuple[str, ...]:
        return {layer.name: layer for layer in drafts[-1].layers}["add2"].inputs

    draft_of(panel).show(RESIDUAL)
    choose(panel, "add2")

    def boxes() -> list[QComboBox]:
        return [each for each in panel.findChildren(QComboBox) if each.accessibleName().startswith("Input")]

    assert [each.currentText() for each in boxes()] == ["norm2b (previous)", "relu1", "none"]
    pick(boxes()[1], "norm1")
    assert inputs() == ("norm2b", "norm1")
    pick(boxes()[2], "relu1")
    assert inputs() == ("norm2b", "norm1", "relu1")
    check_recipe(drafts[-1])
    assert boxes()[2].hasFocus()
    assert [each.currentText() for each in boxes()][2:] == ["relu1", "none"]
    pick(boxes()[2], "none")
    assert inputs() == ("norm2b", "norm1")
    press(panel, "Undo edit")
    assert drafts[-1] == RESIDUAL


def test_input_may_be_any_previous_layer(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "dropout1")
    source = box(panel, "Input")
    assert source.currentText() == "pool1 (previous)"
    pick(source, "conv1")
    assert drafts[-1].layers[2].inputs == ("conv1",)
    assert line_of(panel).text() == (
        "pool1: The output of pool1 is not used; connect it or remove the layer."
    )
    pick(box(panel, "Input"), "pool1 (previous)")
    assert drafts[-1] == SMALL


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


# --- undoing ---


def test_edits_are_undone_and_redone(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    undo, redo = control(panel, "Undo edit"), control(panel, "Redo edit")
    assert not undo.isEnabled()
    choose(panel, "conv1")
    add(panel, "ReLU")
    press(panel, "Duplicate layer")
    edited = drafts[-1]
    press(panel, "Undo edit")
    press(panel, "Undo edit")
    assert drafts[-1] == SMALL
    assert not undo.isEnabled()
    press(panel, "Redo edit")
    press(panel, "Redo edit")
    assert drafts[-1] == edited
    assert not redo.isEnabled()


def test_digits_of_a_number_are_one_edit(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    type_number(panel, "Filters", "128")
    type_number(panel, "Kernel", "5")
    press(panel, "Undo edit")
    assert drafts[-1].layers[0].options == {"filters": 128, "activation": "relu"}
    press(panel, "Undo edit")
    assert drafts[-1] == SMALL


def test_undo_keeps_changes_of_other_views(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    add(panel, "ReLU")
    longer = replace(drafts[-1], fitting=replace(drafts[-1].fitting, epochs=77))
    draft_of(panel).show(longer)
    press(panel, "Undo edit")
    assert drafts[-1] == replace(SMALL, fitting=replace(SMALL.fitting, epochs=77))


def test_new_network_has_no_edits_to_undo(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    add(panel, "ReLU")
    draft_of(panel).show(RESIDUAL)
    assert not control(panel, "Undo edit").isEnabled()
    QTest.keyClick(table_of(panel), KEY.Key_Z, CONTROL)
    assert len(drafts) == 1


class Window(QMainWindow):
    """A window with its own undo action, like that of the canvas."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = 0
        action = QAction("Undo", self)
        action.setShortcut(QKeySequence.StandardKey.Undo)
        action.triggered.connect(self._count)
        self.addAction(action)
        self.panel, self.elsewhere = NetworkPanel(TestDraft(Recipe())), QToolButton()
        self.elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.addWidget(self.elsewhere)
        layout.addWidget(self.panel)
        self.setCentralWidget(middle)
        draft_of(self.panel).show(SMALL)
        self.panel.set_active(True)

    def _count(self) -> None:
        self.undone += 1


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    choose(window.panel, "conv1")
    add(window.panel, "ReLU")
    return window


def test_undo_keys_follow_the_focus(window: Window) -> None:
    window.elsewhere.setFocus()
    QTest.keyClick(window.elsewhere, KEY.Key_Z, CONTROL)
    assert window.undone == 1
    assert len(window.panel.draft.value.layers) == 6
    table = table_of(window.panel)
    table.setFocus()
    QTest.keyClick(table, KEY.Key_Z, CONTROL)
    assert window.undone == 1
    assert window.panel.draft.value == SMALL
    QTest.keyClick(table, KEY.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert len(window.panel.draft.value.layers) == 6


def test_undo_keys_in_a_number_undo_the_edit(window: Window) -> None:
    choose(window.panel, "conv1")
    type_number(window.panel, "Filters", "9")
    QTest.keyClick(spin(window.panel, "Filters"), KEY.Key_Z, CONTROL)
    assert window.panel.draft.value.layers[0].options["filters"] == 4
    QTest.keyClick(spin(window.panel, "Filters"), KEY.Key_Z, CONTROL)
    assert window.panel.draft.value == SMALL
    assert window.undone == 0


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
    row = panel.findChild(LayerRow)
    assert row is not None
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
    row = panel.findChild(LayerRow)
    assert row is not None
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
