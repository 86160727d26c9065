"""The controls of the selected layer in the network panel: its options, kind, name and inputs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from desktop_app.networks.layer_list import Layer
from desktop_app.networks.layers.options import CLASSES
from desktop_app.networks.layers.registry import KINDS
from desktop_app.runs.recipe import Recipe, check_recipe
from desktop_app.views.network.panel import NetworkPanel
from tests.views.drafts import draft_of
from tests.views.network.network_panels import (
    CONTROL,
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
    press,
    rows_of,
    spin,
    spin_box,
    type_number,
)


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
    kernel = spin_box(panel, "Kernel")
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
    assert spin_box(panel, "Kernel").text() == "3×7"
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
