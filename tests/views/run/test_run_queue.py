"""Recipes that are trained one after another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.run_queue import read_queue
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.tool_button import IconButton
from desktop_app.views.run.controller import RunController
from desktop_app.views.run.panel import RunPanel
from tests.finding import child
from tests.views.run.run_views import RECIPE, Fixture, start_paused


def queued(setup: Fixture) -> list[str]:
    """Return the titles in the shown queue, the next one first."""
    listed = child(setup.panel, QListWidget)
    if not listed.isVisible():
        return []
    return [listed.item(row).text().partition(" on ")[0] for row in range(listed.count())]


def set_seeds(setup: Fixture, count: int) -> None:
    box = child(setup.panel, WholeNumberEdit, "seeds")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(count))


def press_icon(setup: Fixture, name: str) -> None:
    (found,) = [b for b in setup.panel.findChildren(IconButton) if b.accessibleName() == name]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_seeds_are_trained_one_after_another(qtbot: QtBot, setup: Fixture) -> None:
    set_seeds(setup, 3)
    setup.press("Train")
    assert queued(setup) == [f"{RECIPE.title}, seed 2", f"{RECIPE.title}, seed 3"]
    qtbot.waitUntil(lambda: len(setup.models_made) == 3)
    assert [record.title for record in setup.records()] == [f"{RECIPE.title}, seed {n}" for n in (1, 2, 3)]
    assert setup.running == [True, False] * 3
    assert queued(setup) == []


def test_queue_is_reordered_and_shortened_while_a_run_is_active(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    set_seeds(setup, 3)
    setup.press("Add to queue")
    assert queued(setup) == [f"{RECIPE.title}, seed {n}" for n in (1, 2, 3)]
    press_icon(setup, "Move down")
    assert queued(setup) == [f"{RECIPE.title}, seed {n}" for n in (2, 1, 3)]
    # The moved recipe stays selected.
    QTest.keyClick(child(setup.panel, QListWidget), Qt.Key.Key_Delete)
    assert queued(setup) == [f"{RECIPE.title}, seed {n}" for n in (2, 3)]
    setup.training.release.set()
    qtbot.waitUntil(lambda: len(setup.models_made) == 3)
    titles = [record.title for record in setup.records()]
    assert titles == [RECIPE.title, f"{RECIPE.title}, seed 2", f"{RECIPE.title}, seed 3"]


def test_queue_waits_after_stop(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    setup.press("Add to queue")
    setup.press("Stop")
    qtbot.waitUntil(lambda: len(setup.models_made) == 1)
    assert queued(setup) == [RECIPE.title]
    assert not setup.controller.is_running
    setup.training.holds_after = -1
    setup.press("Train queue")
    qtbot.waitUntil(lambda: len(setup.models_made) == 2)
    assert queued(setup) == []


def test_failed_recipe_returns_to_the_queue(qtbot: QtBot, setup: Fixture) -> None:
    setup.training.error = UserError("There is no MNIST; choose its folder.")
    set_seeds(setup, 2)
    with qtbot.waitSignal(setup.controller.failed):
        setup.press("Train")
    assert queued(setup) == [f"{RECIPE.title}, seed 1", f"{RECIPE.title}, seed 2"]
    assert setup.running == [True, False]


def test_queue_is_kept_for_the_next_start(qtbot: QtBot, setup: Fixture, tmp_path: Path) -> None:
    start_paused(qtbot, setup)
    set_seeds(setup, 2)
    setup.press("Add to queue")
    setup.controller.close()
    again = Fixture(qtbot, tmp_path / "again")
    again.controller.close()
    other = RunPanel(again.draft)
    qtbot.addWidget(other)
    folders = DataFolders(None, tmp_path / "downloads")
    controller = RunController(other, again.draft, lambda: folders, setup.runs, setup.models, again.training)
    other.show()
    other.set_active(True)
    qtbot.waitUntil(lambda: child(other, QListWidget).count() == 2)
    assert child(other, QListWidget).isVisible()
    assert not controller.is_running
    controller.close()


def test_closing_keeps_the_queue_as_another_window_left_it(
    qtbot: QtBot, setup: Fixture, tmp_path: Path
) -> None:
    start_paused(qtbot, setup)
    set_seeds(setup, 2)
    setup.press("Add to queue")
    file = setup.runs / "queue.json"
    qtbot.waitUntil(lambda: file.exists() and len(read_queue(setup.runs)) == 2)
    panel = RunPanel(setup.draft)
    qtbot.addWidget(panel)
    folders = DataFolders(None, tmp_path / "downloads")
    other = RunController(panel, setup.draft, lambda: folders, setup.runs, setup.models, setup.training)
    panel.show()
    panel.set_active(True)
    qtbot.waitUntil(lambda: child(panel, QListWidget).count() == 2)
    setup.training.holds_after = -1
    setup.training.release.set()
    qtbot.waitUntil(lambda: len(setup.models_made) == 3)
    setup.controller.close()
    assert read_queue(setup.runs) == ()
    other.close()
    assert read_queue(setup.runs) == ()


def test_damaged_queue_is_reported(qtbot: QtBot, setup: Fixture, tmp_path: Path) -> None:
    setup.controller.close()
    (tmp_path / "other" / "runs").mkdir(parents=True)
    (tmp_path / "other" / "runs" / "queue.json").write_text("[{]")
    other = Fixture(qtbot, tmp_path / "other")
    qtbot.waitUntil(lambda: bool(other.failures))
    assert "queue" in str(other.failures[0][0])
    other.controller.close()
