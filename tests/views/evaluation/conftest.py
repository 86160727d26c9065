"""Evaluation panels."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.views.evaluation.panel import EvaluationPanel
from tests.views.evaluation.evaluation_panels import REJECTED, SOME, evaluation_of


@pytest.fixture
def panel(qtbot: QtBot) -> EvaluationPanel:
    widget = EvaluationPanel()
    qtbot.addWidget(widget)
    widget.resize(640, 560)
    widget.set_active(True)
    widget.show()
    return widget


@pytest.fixture
def filled(panel: EvaluationPanel) -> EvaluationPanel:
    panel.set_evaluation(evaluation_of(SOME), "Third try", REJECTED)
    return panel
