"""A panel with runs."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.views.runs.panel import RunsPanel
from tests.views.runs.runs_panels import FIRST, SECOND, THIRD


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
