"""The comparison of runs: curves, seeds, and differences of their recipes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.networks.layer_list import Layer
from desktop_app.runs.recipe import DataPart, Negatives
from desktop_app.runs.run_folder import RunFolder, RunHistory
from desktop_app.runs.run_queue import with_seeds
from desktop_app.runs.run_store import Run
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.tasks.task import Task
from desktop_app.views.runs.comparison import MOST_COMPARED, Comparison, seed_groups
from desktop_app.views.runs.differences import MISSING, differences, network_text
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.view_export import PICTURE, PRINT_WIDTH, TABLE, view_image, view_svg
from tests.finding import child
from tests.views.runs.runs_panels import (
    DAMAGED,
    FIRST,
    RECIPE,
    RUNS_DIR,
    SECOND,
    THIRD,
    click,
    run_of,
    table_of,
)


def comparison_of(panel: RunsPanel) -> Comparison:
    return child(panel, Comparison)


def history_of(epochs: int, **last: float) -> RunHistory:
    metrics = {"val_accuracy": 0.9, "val_loss": 0.3, "loss": 0.2, "learning_rate": 0.001}
    return RunHistory(tuple(metrics | last for _ in range(epochs)))


def names_of_curves(panel: RunsPanel) -> set[str]:
    return set(comparison_of(panel).numbers())


def test_selected_runs_are_compared_by_a_metric(filled: RunsPanel) -> None:
    assert not comparison_of(filled).isVisible(), "without a selection the table fills the panel"
    click(filled, 0)
    click(filled, 1, more=True)
    filled.set_histories({"first": history_of(4), "second": history_of(3)})
    assert names_of_curves(filled) == {"accuracy: First", "accuracy: Second"}
    curves = comparison_of(filled).numbers()
    np.testing.assert_array_equal(curves["accuracy: First"], [[1, 0.9], [2, 0.9], [3, 0.9], [4, 0.9]])
    choice = child(comparison_of(filled), QComboBox)
    show_panel = {}
    for number in range(choice.count()):
        choice.setCurrentIndex(number)
        show_panel[choice.currentText()] = names_of_curves(filled)
    assert show_panel == {
        "Validation accuracy": {"accuracy: First", "accuracy: Second"},
        "Validation loss": {"loss: First", "loss: Second"},
        "Training accuracy": set(),
        "Training loss": {"loss: First", "loss: Second"},
        "Learning rate": {"learning_rate: First", "learning_rate: Second"},
    }


def test_missing_values_are_gaps_and_missing_histories_have_no_curve(filled: RunsPanel) -> None:
    click(filled, 1)
    filled.set_histories({"first": RunHistory(({"val_accuracy": 0.5}, {}, {"val_accuracy": 0.75}))})
    values = comparison_of(filled).numbers()["accuracy: First"][:, 1].tolist()
    assert values[::2] == [0.5, 0.75]
    assert math.isnan(values[1])
    filled.set_histories({})
    assert not comparison_of(filled).curves.has_curves


def test_number_of_compared_runs_is_limited(panel: RunsPanel) -> None:
    runs = tuple(run_of(f"run-{number}", title=f"Run {number}") for number in range(12))
    panel.set_runs(runs)
    table_of(panel).selectAll()
    panel.set_histories({run.name: history_of(2) for run in runs})
    assert len(names_of_curves(panel)) == MOST_COMPARED
    assert any(label.text() == "The first 8 of 12 runs" for label in panel.findChildren(QLabel))


def seeds_of(count: int) -> tuple[Run, ...]:
    """Runs of one recipe with different seeds."""
    recipes = with_seeds(RECIPE, count)
    return tuple(
        run_of(f"seed{recipe.seed}", recipe=recipe, title=f"{recipe.title} · MNIST") for recipe in recipes
    )


def test_seeds_of_a_recipe_are_a_band(panel: RunsPanel) -> None:
    runs = seeds_of(3)
    panel.set_runs((*runs, FIRST))
    table_of(panel).selectAll()
    histories = {
        run.name: RunHistory(tuple({"val_accuracy": value} for value in values))
        for run, values in zip(runs, [(0.5, 0.9), (0.6, 0.97), (0.7,)], strict=True)
    }
    panel.set_histories({**histories, "first": history_of(2, val_accuracy=0.8)})
    numbers = panel.numbers()
    (title,) = [name for name in numbers if "seed" in name and name.endswith(("seeds", "seed(s)"))]
    np.testing.assert_allclose(numbers[title], [[1, 0.6], [2, 0.935]])
    np.testing.assert_allclose(numbers[f"{title}, lowest"], [[1, 0.5], [2, 0.9]])
    np.testing.assert_allclose(numbers[f"{title}, highest"], [[1, 0.7], [2, 0.97]])
    assert len(names_of_curves(panel)) == 1 + 3
    (box,) = [box for box in panel.findChildren(QCheckBox) if box.text() == "Combine seeds"]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert len(names_of_curves(panel)) == 4
    assert not any(name.endswith("lowest") for name in names_of_curves(panel))


def test_runs_with_the_same_seed_are_not_combined() -> None:
    one, two, three = seeds_of(3)
    again = replace(one, folder=RunFolder(RUNS_DIR / "again"))
    assert seed_groups((one, two, again, three)) == [(one, two, three), (again,)]
    assert seed_groups((DAMAGED, one)) == [(DAMAGED,), (one,)]


def differing(panel: RunsPanel) -> list[list[str]]:
    table = comparison_of(panel).table
    if table.isHidden():
        return []
    items = [
        [table.item(row, column) for column in range(table.columnCount())] for row in range(table.rowCount())
    ]
    return [[item.text() for item in row if item is not None] for row in items]


def test_metric_falls_back_to_what_the_runs_have(filled: RunsPanel) -> None:
    click(filled, 1)
    metric = child(filled, QComboBox)
    filled.set_histories({"first": RunHistory(({"accuracy": 0.5, "loss": 1.0},) * 2)})
    assert metric.currentText() == "Training accuracy"
    assert "accuracy: First" in filled.numbers()
    filled.set_histories({"first": history_of(2)})
    assert metric.currentText() == "Validation accuracy"
    metric.setFocus()
    QTest.keyClick(metric, Qt.Key.Key_Down)
    filled.set_histories({"first": RunHistory(({"accuracy": 0.5},))})
    assert metric.currentText() == "Validation loss", "the user's choice is kept"


def test_only_differing_fields_are_listed(panel: RunsPanel) -> None:
    longer = replace(RECIPE, title="Longer", fitting=replace(RECIPE.fitting, epochs=50))
    panel.set_runs((FIRST, replace(SECOND, recipe=longer), THIRD, DAMAGED))
    click(panel, 0)
    assert differing(panel) == [], "one run differs from none"
    click(panel, 1, more=True)
    assert differing(panel) == [["fitting: epochs", "50", "20"]]
    click(panel, 0, more=True)
    click(panel, 2, more=True)
    assert differing(panel) == [["Same recipe", "", ""]]


def test_numbers_have_table_and_curves(filled: RunsPanel) -> None:
    click(filled, 1)
    filled.set_histories({"first": history_of(2)})
    numbers = filled.numbers()
    assert numbers["titles"].tolist() == ["First", "Second", "Third"]
    assert numbers["val_accuracy"].tolist() == [0.98125, 0.98125, 0.99]
    assert math.isnan(numbers["test_accuracy"][2])
    assert numbers["accuracy: First"].shape == (2, 2)


def test_compared_curves_are_exported_with_axes_and_legend(filled: RunsPanel) -> None:
    assert filled.exported_file(PICTURE) == b"", "without a comparison the table is painted"
    click(filled, 0)
    click(filled, 1, more=True)
    filled.set_histories({"first": history_of(4), "second": history_of(3)})
    assert filled.is_plot
    drawing = view_svg(filled, "")
    for text in (b"Validation accuracy", b"Epoch", b"First", b"Second", b"90 %"):
        assert b">" + text + b"<" in drawing
    assert view_image(filled).width() == PRINT_WIDTH
    heads = filled.exported_file(TABLE).decode().splitlines()[0].split(",")
    assert set(heads) == {"epoch", "accuracy: First", "accuracy: Second"}


def test_start_times_of_runs_with_one_title_are_not_cut(qtbot: QtBot) -> None:
    again = run_of(
        "second", title="First", started="2026-04-01T10:00:00+00:00", recipe=replace(RECIPE, split_seed=9)
    )
    comparison = Comparison()
    qtbot.addWidget(comparison)
    comparison.resize(900, 400)
    comparison.set_runs([FIRST, again])
    heads = [comparison.table.horizontalHeaderItem(column) for column in (1, 2)]
    assert [head.text() for head in heads if head is not None] == [
        "First\n2026-03-01 14:15",
        "First\n2026-04-01 10:00",
    ]


def test_titles_that_differ_at_their_end_show_it(qtbot: QtBot) -> None:
    titles = [f"Fast, few samples on UCI digits, rate {rate}" for rate in (0.001, 0.003)]
    runs = [
        run_of(title, title=title, recipe=replace(RECIPE, split_seed=number))
        for number, title in enumerate(titles)
    ]
    comparison = Comparison()
    qtbot.addWidget(comparison)
    comparison.resize(900, 400)
    comparison.set_runs(runs)
    comparison.set_histories({title: history_of(3) for title in titles})
    assert set(comparison.numbers()) == {f"accuracy: {title}" for title in titles}, "the whole titles"
    boxes = [box for box in comparison.curves.findChildren(QCheckBox) if "rate" in box.text()]
    assert [box.text()[-10:] for box in boxes] == ["rate 0.001", "rate 0.003"]
    assert [box.toolTip() for box in boxes] == [f"Show or hide {title}" for title in titles]
    heads = [comparison.table.horizontalHeaderItem(column) for column in (1, 2)]
    assert [head.text().replace("\n", " ")[-10:] for head in heads if head] == ["rate 0.001", "rate 0.003"]
    assert [head.toolTip() for head in heads if head] == titles


def test_differences_have_the_path_of_the_field() -> None:
    other = replace(
        RECIPE,
        name="other",
        title="Other",
        task=Task(labels=("0", "1"), rejects=True),
        data=(DataPart("mnist"), DataPart("/some/file.csv")),
        negatives=Negatives(per_epoch=5),
        keeping=replace(RECIPE.keeping, tensorboard=True),
    )
    found = {difference.field: difference.values for difference in differences([RECIPE, other])}
    assert found["task: labels"] == ("0, 1, 2, 3, 4, 5, 6, 7, 8, 9", "0, 1")
    assert found["data 2: source"] == (MISSING, "/some/file.csv")
    assert found["task: rejects"] == ("no", "yes")
    assert found["negatives: per epoch"] == ("28000", "5")
    assert found["keeping: tensorboard"] == ("no", "yes")
    assert "name" not in found
    assert "title" not in found
    assert "seed" not in found


def test_layers_differ_by_option_or_as_a_whole() -> None:
    layers = list(RECIPE.layers)
    layers[1] = replace(layers[1], name="renamed", options=layers[1].options | {"units": 500})
    wider = replace(RECIPE, layers=tuple(layers))
    (only,) = differences([RECIPE, wider])
    assert only.field == "layer 2 (Dense): units"
    assert only.values == ("300", "500")
    shorter = replace(RECIPE, layers=(RECIPE.layers[0], *RECIPE.layers[2:]))
    (only,) = differences([RECIPE, shorter])
    assert only.field == "layers"
    assert only.values[0] == "Flatten · 2 × Dense 300 · Dense classes"


def test_all_zoo_entries_can_be_compared() -> None:
    recipes = [entry.recipe for entry in ZOO]
    for difference in differences(recipes):
        assert len(difference.values) == len(recipes)
        assert len(set(difference.values)) > 1
    assert differences([RECIPE, RECIPE]) == ()
    assert network_text([Layer("Strange")]) == "Strange"
