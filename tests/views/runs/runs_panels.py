"""Panels with runs, and events on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.core.messages import message
from desktop_app.runs.run_folder import RunFolder, RunRecord
from desktop_app.runs.run_store import Run
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.runs.runs_model import TITLE
from desktop_app.views.runs.runs_table import RunsTable
from tests.finding import child

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

DAMAGED = Run(
    RunFolder(RUNS_DIR / "bad"),
    None,
    RunRecord("bad", state="failed"),
    problem=message("run.json is damaged."),
)


def table_of(panel: RunsPanel) -> RunsTable:
    return child(panel, RunsTable)


def click(panel: RunsPanel, row: int, *, more: bool = False, column: int = TITLE) -> None:
    table = table_of(panel)
    place = table.visualRect(table.model().index(row, column)).center()
    keys = Qt.KeyboardModifier.ControlModifier if more else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)
