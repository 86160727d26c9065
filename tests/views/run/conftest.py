"""A view of a run, with a training that is quick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.views.curves.plot import load
from desktop_app.views.run import run_job
from tests.views.run.run_views import Fixture


@pytest.fixture(autouse=True, scope="module")
def _load_fonts() -> None:
    """Load matplotlib's fonts before the tests: the first time takes longer than a test may wait."""
    load()


@pytest.fixture
def setup(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fixture]:
    monkeypatch.setattr(run_job, "add_run_to_library", lambda run, models: f"{run.recipe().name}-1")
    made = Fixture(qtbot, tmp_path)
    yield made
    made.training.release.set()
    made.controller.close()
