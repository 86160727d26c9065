"""Tests of the runs controller with real run folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.jobs.background import Background
from desktop_app.jobs.worker import Worker
from desktop_app.runs.run_folder import HISTORY, RunFolder, RunHistory, RunRecord
from desktop_app.runs.run_store import list_runs, new_run
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.runs.comparison import Comparison
from desktop_app.views.runs.controller import RunsController
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.runs.runs_table import RunsTable
from tests.finding import child
from tests.views.conftest import is_idle

RECIPE = zoo_entry("mlp-300-300").recipe


def create_run(runs_dir: Path, title: str, epochs: int = 2) -> RunFolder:
    folder = new_run(runs_dir, RECIPE)
    folder.begin(RECIPE, RunRecord(title, state="finished", epochs=epochs))
    folder.write_history(RunHistory(({"val_accuracy": 0.5},) * epochs))
    folder.release()
    return folder


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def panel(qtbot: QtBot) -> RunsPanel:
    widget = RunsPanel()
    qtbot.addWidget(widget)
    widget.resize(700, 640)
    return widget


@pytest.fixture
def controller(panel: RunsPanel, runs_dir: Path) -> Iterator[RunsController]:
    working = RunsController(panel, runs_dir)
    yield working
    working.close()


def titles(panel: RunsPanel) -> set[str]:
    table = panel.findChild(RunsTable)
    return {table.run_at(row).title for row in range(table.model().rowCount())} if table else set()


def curves(panel: RunsPanel) -> dict[str, int]:
    comparison = panel.findChild(Comparison)
    return {name: len(points) for name, points in comparison.numbers().items()} if comparison else {}


def show_panel(panel: RunsPanel) -> None:
    panel.show()
    panel.set_active(True)


def test_runs_are_listed_while_the_panel_is_visible(
    panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot
) -> None:
    create_run(runs_dir, "One")
    controller.refresh()
    assert is_idle(controller), "the panel is hidden"
    show_panel(panel)
    qtbot.waitUntil(lambda: titles(panel) == {"One"})
    create_run(runs_dir, "Two")
    controller.refresh()
    qtbot.waitUntil(lambda: titles(panel) == {"One", "Two"})
    panel.set_active(False)
    create_run(runs_dir, "Three")
    controller.refresh()
    panel.set_active(True)
    qtbot.waitUntil(lambda: titles(panel) == {"One", "Two", "Three"})


def test_missing_folder_is_no_error(
    panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot
) -> None:
    with (
        qtbot.assertNotEmitted(controller.failed),
        qtbot.waitSignal(child(controller, Worker, "lister").answered),
    ):
        show_panel(panel)
    assert not runs_dir.exists()


def test_histories_of_selected_runs_are_read_again_when_they_grow(
    panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot
) -> None:
    folder = create_run(runs_dir, "One")
    panel.select_run(folder.name)
    with qtbot.waitSignal(controller.run_chosen) as chosen:
        show_panel(panel)
    assert chosen.args[0].path == folder.path
    qtbot.waitUntil(lambda: curves(panel) == {"accuracy: One": 2})
    folder.write_history(RunHistory(({"val_accuracy": 0.5},) * 3))
    controller.refresh()
    qtbot.waitUntil(lambda: curves(panel) == {"accuracy: One": 3})


def test_damaged_history_is_reported_once(
    panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot
) -> None:
    folder = create_run(runs_dir, "One")
    (folder.path / HISTORY).write_bytes(b"{")
    panel.select_run(folder.name)
    with qtbot.waitSignal(controller.failed) as failed:
        show_panel(panel)
    assert isinstance(failed.args[0], UserError)
    assert "history.json" in str(failed.args[0])
    with (
        qtbot.assertNotEmitted(controller.failed),
        qtbot.waitSignal(child(controller, Worker, "reader").answered),
    ):
        controller.refresh()


def test_title_is_saved(panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot) -> None:
    folder = create_run(runs_dir, "One")
    show_panel(panel)
    qtbot.waitUntil(lambda: titles(panel) == {"One"})
    with qtbot.waitSignal(controller.library_changed):
        panel.rename_requested.emit(folder.name, "Better")
    qtbot.waitUntil(lambda: titles(panel) == {"Better"})
    assert folder.record().title == "Better"


def test_title_that_cannot_be_saved_is_reported_and_reset(
    panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot
) -> None:
    folder = create_run(runs_dir, "One")
    show_panel(panel)
    qtbot.waitUntil(lambda: titles(panel) == {"One"})
    (folder.path / "run.json").write_bytes(b"{")
    with qtbot.waitSignal(controller.failed) as failed:
        panel.rename_requested.emit(folder.name, "Better")
    assert isinstance(failed.args[0], UserError)
    assert failed.args[1] == "Could not rename the run."
    qtbot.waitUntil(lambda: titles(panel) == {folder.name})


def test_runs_are_deleted_except_active_ones(
    panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot
) -> None:
    first, second, kept = (
        create_run(runs_dir, "One"),
        create_run(runs_dir, "Two"),
        create_run(runs_dir, "Kept"),
    )
    kept.acquire()
    kept.update(state="running")
    show_panel(panel)
    qtbot.waitUntil(lambda: len(titles(panel)) == 3)
    with qtbot.waitSignal(controller.failed) as failed:
        panel.delete_requested.emit((first.name, kept.name, second.name))
    assert "still in progress" in str(failed.args[0])
    qtbot.waitUntil(lambda: titles(panel) == {"Kept"})
    kept.release()
    assert [run.name for run in list_runs(runs_dir)] == [kept.name]


class FileManager(QObject):
    """Replaces the file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open_url(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


def test_folder_opens_in_the_file_manager(
    panel: RunsPanel, controller: RunsController, runs_dir: Path
) -> None:
    system = FileManager()
    # The stub asks for bytes, PySide for text.
    QDesktopServices.setUrlHandler("file", system, "open_url")  # type: ignore[arg-type]
    try:
        panel.folder_requested.emit(runs_dir / "a run")
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert system.opened == [runs_dir / "a run"]


def test_missing_file_manager_is_reported_with_the_path(
    panel: RunsPanel,
    controller: RunsController,
    runs_dir: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    with qtbot.waitSignal(controller.failed) as failed:
        panel.folder_requested.emit(runs_dir / "a run")
    assert str(runs_dir / "a run") in str(failed.args[0])


def test_signals_are_forwarded(
    panel: RunsPanel, controller: RunsController, runs_dir: Path, qtbot: QtBot
) -> None:
    for panel_signal, signal, values in (
        (panel.recipe_changed, controller.recipe_changed, (RECIPE,)),
        (panel.resume_requested, controller.resume_requested, ("one", 30)),
        (panel.model_chosen, controller.model_chosen, ("first",)),
        (panel.save_model_requested, controller.save_model_requested, (runs_dir / "one" / "model", "One")),
    ):
        with qtbot.waitSignal(signal) as emitted:
            panel_signal.emit(*values)
        assert tuple(emitted.args) == values


def test_missing_log_is_reported(panel: RunsPanel, controller: RunsController, qtbot: QtBot) -> None:
    with qtbot.waitSignal(controller.failed):
        panel.tensorboard_requested.emit(Path("log"))


def test_close_joins_all_workers(panel: RunsPanel, controller: RunsController, runs_dir: Path) -> None:
    create_run(runs_dir, "One")
    show_panel(panel)
    panel.rename_requested.emit("nobody", "x")
    controller.close()
    assert is_idle(controller)
    assert not child(controller, Background).is_busy
