"""Network panels with a draft."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.runs.recipe import Recipe
from desktop_app.views.network.panel import NetworkPanel
from tests.views.drafts import TestDraft, draft_of
from tests.views.network.network_panels import SMALL


@pytest.fixture
def panel(qtbot: QtBot) -> NetworkPanel:
    widget = NetworkPanel(TestDraft(Recipe()))
    qtbot.addWidget(widget)
    widget.resize(600, 600)
    draft_of(widget).show(SMALL)
    widget.set_active(True)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def drafts(panel: NetworkPanel) -> list[Recipe]:
    """Recipes that the panel has set, newest last."""
    handed: list[Recipe] = []
    draft_of(panel).edited.connect(handed.append)
    return handed
