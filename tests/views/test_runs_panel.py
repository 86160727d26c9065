"""Tests of the runs panel: table, actions, comparison."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from desktop_app.core.messages import message
from desktop_app.networks.layer_list import Layer
from desktop_app.runs.recipe import DataPart, Negatives
from desktop_app.runs.run_folder import RunFolder, RunHistory, RunRecord
from desktop_app.runs.run_queue import with_seeds
from desktop_app.runs.run_store import Run
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.tasks.task import Task
from desktop_app.views.parts.ask_bar import AskBar
from desktop_app.views.runs.comparison import MOST_COMPARED, Comparison, distinct_titles, seed_groups
from desktop_app.views.runs.differences import MISSING, differences, network_text
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.runs.runs_model import (
    DATA,
    DURATION,
    EPOCHS,
    NETWORK,
    PARAMETERS,
    STARTED,
    STATE,
    TEST,
    TITLE,
    VALIDATION,
)
from desktop_app.views.runs.runs_table import RunsTable
from desktop_app.views.view_export import PICTURE, PRINT_WIDTH, TABLE, view_image, view_svg

RECIPE = zoo_entry("mlp-300-300").recipe
RUNS_DIR = Path("/runs")

FINISHED = RunRecord(
    "First",
    state="finished",
    reason="finished",
    started="2026-03-01T14:15:02+00:00",
    seconds=754.4,
    epochs=20,
    best_epoch=17,
    parameters=328_810,
    figures={"val_accuracy": 0.98125, "test_accuracy": 0.9777},
    model="first",
)


def run_of(name: str, **values: Any) -> Run:
    """A run that is finished, but for these values of the run or its record."""
    record = {key: values.pop(key) for key in tuple(values) if key in RunRecord.__dataclass_fields__}
    run = Run(RunFolder(RUNS_DIR / name), RECIPE, replace(FINISHED, **record))
    return replace(run, has_checkpoint=True, has_model=True, **values)


FIRST = run_of("first")
SECOND = run_of("second", title="Second", started="2026-03-02T14:15:02+00:00", epochs=9, best_epoch=3)
THIRD = run_of("third", title="Third", started="2026-02-02T14:15:02+00:00", figures={"val_accuracy": 0.99})
RUNNING = run_of("running", title="Going", state="running", reason="", is_running=True, model="")
DAMAGED = Run(
    RunFolder(RUNS_DIR / "bad"),
    None,
    RunRecord("bad", state="failed"),
    problem=message("run.json is damaged."),
)


@pytest.fixture
def panel(qtbot: QtBot) -> RunsPanel:
    widget = RunsPanel()
    qtbot.addWidget(widget)
    widget.resize(700, 640)
    widget.set_active(True)
    widget.show()
    return widget


@pytest.fixture
def filled(panel: RunsPanel) -> RunsPanel:
    panel.set_runs((FIRST, SECOND, THIRD))
    panel.set_models(("first",))
    return panel


def table_of(panel: RunsPanel) -> RunsTable:
    table = panel.findChild(RunsTable)
    assert table is not None
    return table


def ask_of(panel: RunsPanel) -> AskBar:
    ask = panel.findChild(AskBar)
    assert ask is not None
    return ask


def comparison_of(panel: RunsPanel) -> Comparison:
    comparison = panel.findChild(Comparison)
    assert comparison is not None
    return comparison


def titles(panel: RunsPanel) -> list[str]:
    table = table_of(panel)
    return [cell(panel, row, TITLE) for row in range(table.model().rowCount())]


def cell(panel: RunsPanel, row: int, column: int) -> str:
    model = table_of(panel).model()
    return str(model.data(model.index(row, column)))


def click(panel: RunsPanel, row: int, *, more: bool = False, column: int = TITLE) -> None:
    table = table_of(panel)
    place = table.visualRect(table.model().index(row, column)).center()
    keys = Qt.KeyboardModifier.ControlModifier if more else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)


def action(panel: RunsPanel, text: str) -> QAction:
    return next(found for found in table_of(panel).actions() if found.text() == text)


def button(panel: RunsPanel, text: str) -> QAbstractButton:
    return next(found for found in panel.findChildren(QAbstractButton) if found.text() == text)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# ---------------------------------------------------------------------------------------- the table


def test_runs_before_the_panel_is_visible_are_shown(qtbot: QtBot) -> None:
    widget = RunsPanel()
    qtbot.addWidget(widget)
    widget.set_runs((FIRST,))
    widget.select_run("first")
    widget.set_active(True)
    assert titles(widget) == ["First"]
    assert widget.selected() == ("first",)


def test_empty_panel_shows_a_hint(panel: RunsPanel) -> None:
    def hint() -> str:
        return next(label.text() for label in panel.findChildren(QLabel) if label.isVisible())

    assert hint().startswith("Searching for runs")
    panel.set_runs(())
    assert hint().startswith("No runs yet.")
    panel.set_runs((FIRST,))
    assert table_of(panel).isVisible()
    panel.set_runs(())
    assert not table_of(panel).isVisible()


def test_cells_of_a_run(filled: RunsPanel) -> None:
    filled.set_runs((FIRST,))
    emitted = [cell(filled, 0, column) for column in range(10)]
    assert emitted[TITLE] == "First"
    assert emitted[STATE] == "finished"
    assert emitted[VALIDATION] == "98.12 %"
    assert emitted[TEST] == "97.77 %"
    assert emitted[EPOCHS] == "17 of 20"
    assert emitted[DURATION] == "12 min 34 s"
    assert emitted[STARTED].startswith("2026-03-01")
    assert emitted[NETWORK] == "MLP 300-300"
    assert emitted[DATA] == "MNIST"
    assert emitted[PARAMETERS] == "328,810"


@pytest.mark.parametrize(
    ("run", "word"),
    [
        (RUNNING, "running"),
        (replace(RUNNING, record=replace(RUNNING.record, state="learned")), "measuring"),
        (replace(RUNNING, is_running=False, is_interrupted=True), "interrupted"),
        (FIRST, "finished"),
        (run_of("a", reason="stopped"), "stopped"),
        (run_of("a", reason="patience"), "stopped early"),
        (run_of("a", reason="not a number"), "diverged"),
        (run_of("a", state="failed", remark="The disk is full."), "failed"),
        (DAMAGED, "damaged"),
    ],
)
def test_every_state_has_text_and_icon(panel: RunsPanel, run: Run, word: str) -> None:
    panel.set_runs((run,))
    index = table_of(panel).model().index(0, STATE)
    assert index.data() == word
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()
    reason = str(run.problem or run.record.remark)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == (reason or word)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (3599.6, "1 h 00 min"), (1e10, "2777777 h 46 min")],
)
def test_durations_have_two_units(panel: RunsPanel, seconds: float, text: str) -> None:
    panel.set_runs((run_of("a", seconds=seconds),))
    assert cell(panel, 0, DURATION) == text


def test_unknown_values_are_empty(panel: RunsPanel) -> None:
    panel.set_runs((DAMAGED,))
    emitted = [cell(panel, 0, column) for column in range(10)]
    assert emitted[TITLE] == "bad"
    assert emitted[STATE] == "damaged"
    assert "".join(emitted[VALIDATION:]) == ""


def test_columns_are_sortable_with_unknown_values_at_an_end(filled: RunsPanel) -> None:
    assert titles(filled) == ["Second", "First", "Third"], "the newest first"
    table = table_of(filled)

    def sort_by(column: int) -> None:
        heads = table.horizontalHeader()
        table.scrollTo(table.model().index(0, column))
        place = heads.sectionViewportPosition(column) + heads.sectionSize(column) // 2
        point = heads.viewport().rect().center()
        point.setX(place)
        QTest.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=point)

    sort_by(VALIDATION)
    first = titles(filled)
    sort_by(VALIDATION)
    assert sorted([first[0], titles(filled)[0]]) != [first[0], first[0]]
    assert "Third" in {first[0], titles(filled)[0]}
    filled.set_runs((FIRST, SECOND, THIRD, DAMAGED))
    sort_by(TEST)
    ends = {titles(filled)[0], titles(filled)[-1]}
    assert ends & {"bad", "Third"}, "unknown values are at an end"


def test_selection_is_kept_when_runs_change(filled: RunsPanel, qtbot: QtBot) -> None:
    click(filled, 1)
    assert filled.selected() == ("first",)
    with qtbot.assertNotEmitted(filled.selection_changed), qtbot.assertNotEmitted(filled.run_chosen):
        filled.set_runs((RUNNING, FIRST, SECOND))
    assert filled.selected() == ("first",)
    assert set(titles(filled)) == {"Going", "First", "Second"}
    with qtbot.waitSignal(filled.selection_changed) as emitted:
        filled.set_runs((RUNNING, SECOND))
    assert emitted.args == [()]


def test_changed_run_is_updated(filled: RunsPanel) -> None:
    filled.set_runs((replace(FIRST, record=replace(FIRST.record, epochs=21)), SECOND, THIRD))
    assert cell(filled, 1, EPOCHS) == "17 of 21"


def test_run_chosen_is_emitted_for_a_single_selection(filled: RunsPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(filled.run_chosen) as chosen, qtbot.waitSignal(filled.selection_changed) as emitted:
        click(filled, 0)
    assert chosen.args == [SECOND.folder]
    assert emitted.args == [("second",)]
    with qtbot.assertNotEmitted(filled.run_chosen), qtbot.waitSignal(filled.selection_changed) as emitted:
        click(filled, 2, more=True)
    assert emitted.args == [("second", "third")]


def test_selected_run_may_be_listed_later(filled: RunsPanel) -> None:
    filled.select_run("running")
    assert filled.selected() == ()
    filled.set_runs((FIRST, RUNNING))
    assert filled.selected() == ("running",)
    click(filled, titles(filled).index("First"))
    filled.set_runs((FIRST, RUNNING))
    assert filled.selected() == ("first",), "it is selected once only"


def test_titles_are_printable(panel: RunsPanel) -> None:
    panel.set_runs((run_of("a", title="line\nbreak\x00 <b>bold</b>"),))
    assert cell(panel, 0, TITLE) == "line\N{REPLACEMENT CHARACTER}break\N{REPLACEMENT CHARACTER} <b>bold</b>"


def test_many_runs_are_shown(panel: RunsPanel) -> None:
    runs = tuple(run_of(f"run-{number}", title=f"Run {number}") for number in range(2000))
    panel.set_runs(runs)
    panel.set_runs(runs[:1000])
    assert len(titles(panel)) == 1000


# ------------------------------------------------------------------------------------------- rename


def editor_of(panel: RunsPanel) -> QLineEdit:
    editor = table_of(panel).findChild(QLineEdit)
    assert editor is not None
    return editor


def test_title_is_edited_in_the_table(filled: RunsPanel, qtbot: QtBot) -> None:
    click(filled, 0)
    QTest.keyClick(table_of(filled), Qt.Key.Key_F2)
    with qtbot.waitSignal(filled.rename_requested) as emitted:
        QTest.keyClicks(editor_of(filled), "Better")
        QTest.keyClick(editor_of(filled), Qt.Key.Key_Return)
    assert emitted.args == ["second", "Better"]
    assert cell(filled, 0, TITLE) == "Better", "shown before it is written"
    filled.set_runs((FIRST, SECOND, THIRD))
    assert cell(filled, 0, TITLE) == "Second", "it could not be written after all"


@pytest.mark.parametrize(("typed", "key"), [("  ", Qt.Key.Key_Return), ("Other", Qt.Key.Key_Escape)])
def test_empty_or_cancelled_title_changes_nothing(
    filled: RunsPanel, qtbot: QtBot, typed: str, key: Qt.Key
) -> None:
    click(filled, 0)
    action(filled, "Rename").trigger()
    with qtbot.assertNotEmitted(filled.rename_requested):
        QTest.keyClicks(editor_of(filled), typed)
        QTest.keyClick(editor_of(filled), key)
    assert cell(filled, 0, TITLE) == "Second"


def test_editing_continues_while_runs_change(filled: RunsPanel) -> None:
    click(filled, 0)
    QTest.keyClick(table_of(filled), Qt.Key.Key_F2)
    QTest.keyClicks(editor_of(filled), "Bet")
    filled.set_runs((FIRST, replace(SECOND, record=replace(SECOND.record, epochs=10)), THIRD, RUNNING))
    assert editor_of(filled).text() == "Bet"


# ------------------------------------------------------------------------------------------- delete


def test_deleting_asks_and_cancel_has_the_focus(filled: RunsPanel, qtbot: QtBot) -> None:
    click(filled, 0)
    click(filled, 1, more=True)
    with qtbot.assertNotEmitted(filled.delete_requested):
        QTest.keyClick(table_of(filled), Qt.Key.Key_Delete)
        assert ask_of(filled).question() == "Delete 2 runs with their models and curves?"
        QTest.keyClick(filled.focusWidget(), Qt.Key.Key_Return)
    assert ask_of(filled).question() == ""
    QTest.keyClick(table_of(filled), Qt.Key.Key_Delete)
    with qtbot.waitSignal(filled.delete_requested) as emitted:
        press(button(filled, "Delete"))
    assert emitted.args == [("second", "first")]
    assert ask_of(filled).question() == ""


def test_question_is_dismissed_by_selection_and_escape(filled: RunsPanel) -> None:
    click(filled, 0)
    QTest.keyClick(table_of(filled), Qt.Key.Key_Delete)
    assert "“Second”" in ask_of(filled).question()
    filled.set_runs((FIRST, SECOND, THIRD))
    assert ask_of(filled).question(), "an update of runs does not dismiss it"
    click(filled, 1)
    assert ask_of(filled).question() == ""
    QTest.keyClick(table_of(filled), Qt.Key.Key_Delete)
    QTest.keyClick(filled.focusWidget(), Qt.Key.Key_Escape)
    assert ask_of(filled).question() == ""
    assert table_of(filled).hasFocus()


# ------------------------------------------------------------------------------------------ actions


@pytest.mark.parametrize(
    ("run", "possible"),
    [
        (FIRST, {"Resume…", "Use recipe", "Use model", "Save model…", "Rename", "Open folder", "Delete…"}),
        (RUNNING, {"Use recipe", "Save model…", "Rename", "Open folder"}),
        (DAMAGED, {"Open folder", "Delete…"}),
        (
            run_of("a", model="elsewhere", has_log=True),
            {
                "Resume…",
                "Use recipe",
                "Save model…",
                "Rename",
                "Open folder",
                "Open in TensorBoard",
                "Delete…",
            },
        ),
    ],
)
def test_only_possible_actions_are_enabled(filled: RunsPanel, run: Run, possible: set[str]) -> None:
    filled.set_runs((run,))
    click(filled, 0)
    assert {found.text() for found in table_of(filled).actions() if found.isEnabled()} == possible


def test_actions_without_and_with_multiple_selection(filled: RunsPanel) -> None:
    assert not any(found.isEnabled() for found in table_of(filled).actions())
    click(filled, 0)
    click(filled, 1, more=True)
    assert [found.text() for found in table_of(filled).actions() if found.isEnabled()] == ["Delete…"]


def test_action_follows_the_library(filled: RunsPanel) -> None:
    click(filled, 1)
    assert action(filled, "Use model").isEnabled()
    filled.set_models(())
    assert not action(filled, "Use model").isEnabled()


def test_actions_emit_signals(filled: RunsPanel, qtbot: QtBot) -> None:
    filled.set_runs((replace(FIRST, has_log=True),))
    click(filled, 0)
    for text, signal, expected in (
        ("Use recipe", filled.recipe_changed, RECIPE),
        ("Use model", filled.model_chosen, "first"),
        ("Save model…", filled.save_model_requested, "first"),
    ):
        with qtbot.waitSignal(signal) as emitted:
            press(button(filled, text))
        assert emitted.args == [expected]
    with qtbot.waitSignal(filled.folder_requested) as emitted:
        action(filled, "Open folder").trigger()
    assert emitted.args == [RUNS_DIR / "first"]
    with qtbot.waitSignal(filled.tensorboard_requested) as emitted:
        action(filled, "Open in TensorBoard").trigger()
    assert emitted.args == [RUNS_DIR / "first" / "tensorboard"]


@pytest.mark.parametrize(("done", "first"), [(20, 40), (7, 20)])
def test_resuming_asks_for_epochs(panel: RunsPanel, qtbot: QtBot, done: int, first: int) -> None:
    panel.set_runs((run_of("first", epochs=done),))
    click(panel, 0)
    press(button(panel, "Resume…"))
    assert ask_of(panel).question() == f"“First” was trained for {done} epochs. Resume until epoch:"
    number = ask_of(panel).findChild(QSpinBox)
    assert number is not None
    assert (number.minimum(), number.value()) == (done + 1, first)
    assert number.hasFocus()
    QTest.keyClicks(number, "64")
    with qtbot.waitSignal(panel.resume_requested) as emitted:
        QTest.keyClick(number, Qt.Key.Key_Return)
    assert emitted.args == ["first", 64]


# --------------------------------------------------------------------------------------- comparison


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
    choice = comparison_of(filled).findChild(QComboBox)
    assert choice is not None
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
    metric = filled.findChild(QComboBox)
    assert metric is not None
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
    assert differing(panel) == [["No differences", "", ""]]


def test_equal_titles_are_made_distinct() -> None:
    same = run_of("other", started="2026-04-01T10:00:00+00:00")
    assert distinct_titles([FIRST, SECOND]) == ["First", "Second"]
    assert distinct_titles([FIRST, same]) == ["First · 2026-03-01 14:15", "First · 2026-04-01 10:00"]
    assert distinct_titles([FIRST, run_of("copy")]) == ["First · first", "First · copy"]
    assert distinct_titles([run_of("a", title="x" * 100)]) == ["x" * 31 + "…"]


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


# -------------------------------------------------------------------------------------- differences


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
