"""The panel *Training preview*."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.views.training_preview.panel import TrainingPreviewPanel


@pytest.fixture
def panel(qtbot: QtBot) -> TrainingPreviewPanel:
    widget = TrainingPreviewPanel()
    qtbot.addWidget(widget)
    widget.resize(620, 330)
    widget.set_active(True)
    widget.show()
    return widget
