"""The table of runs: columns, renaming, deleting, and actions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from desktop_app.runs.run_store import Run
from desktop_app.views.parts.ask_bar import AskBar
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

RUNNING = run_of("running", title="Going", state="running", reason="", is_running=True, model="")


def ask_of(panel: RunsPanel) -> AskBar:
    return child(panel, AskBar)


def titles(panel: RunsPanel) -> list[str]:
    table = table_of(panel)
    return [cell(panel, row, TITLE) for row in range(table.model().rowCount())]


def cell(panel: RunsPanel, row: int, column: int) -> str:
    model = table_of(panel).model()
    return str(model.data(model.index(row, column)))


def action(panel: RunsPanel, text: str) -> QAction:
    return next(found for found in table_of(panel).actions() if found.text() == text)


def button(panel: RunsPanel, text: str) -> QAbstractButton:
    return next(found for found in panel.findChildren(QAbstractButton) if found.text() == text)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


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


def editor_of(panel: RunsPanel) -> QLineEdit:
    return child(table_of(panel), QLineEdit)


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
    ):
        with qtbot.waitSignal(signal) as emitted:
            press(button(filled, text))
        assert emitted.args == [expected]
    with qtbot.waitSignal(filled.save_model_requested) as emitted:
        press(button(filled, "Save model…"))
    assert emitted.args == [RUNS_DIR / "first" / "model", FIRST.title]
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
    number = child(ask_of(panel), QSpinBox)
    assert (number.minimum(), number.value()) == (done + 1, first)
    assert number.hasFocus()
    QTest.keyClicks(number, "64")
    with qtbot.waitSignal(panel.resume_requested) as emitted:
        QTest.keyClick(number, Qt.Key.Key_Return)
    assert emitted.args == ["first", 64]
