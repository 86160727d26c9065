"""Network panels with a draft, and events on their controls."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QMenu, QPushButton, QSpinBox, QWidget

from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.network.panel import NetworkPanel
from desktop_app.views.network.problem_line import ProblemLine
from tests.finding import child

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


def table_of(panel: NetworkPanel) -> LayerTable:
    return child(panel, LayerTable)


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


def spin_box(panel: NetworkPanel, text: str) -> QAbstractSpinBox:
    found = control(panel, text)
    assert isinstance(found, QAbstractSpinBox)
    return found


def type_number(panel: NetworkPanel, name: str, text: str) -> None:
    field = spin_box(panel, name)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def add(panel: NetworkPanel, kind: str) -> None:
    button = child(panel, QPushButton, "Add layer")
    entries = [
        action for menu in (button.menu(), *button.menu().findChildren(QMenu)) for action in menu.actions()
    ]
    next(action for action in entries if action.text() == kind and action.menu() is None).trigger()


def line_of(panel: NetworkPanel) -> ProblemLine:
    return child(panel, ProblemLine)
