"""A view with the curves of a run, and what it draws."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.curves.plot import CurvePlot, PlotState, load
from desktop_app.views.curves.plot_style import PlotStyle
from tests.views.curves.curve_views import PATIENCE, a_run


@pytest.fixture(autouse=True, scope="module")
def _load_fonts() -> None:
    """Load matplotlib's fonts before the tests: the first time takes longer than a test may wait."""
    load()


@pytest.fixture
def view(qtbot: QtBot) -> CurvesView:
    """A view that shows a run of six epochs."""
    made = CurvesView()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show_curves(a_run())
    made.show()
    qtbot.waitUntil(lambda: len(made.surface.areas) == 3, timeout=PATIENCE)
    return made


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[PlotState]:
    """States of all drawings from now on."""
    found: list[PlotState] = []
    draw = CurvePlot.draw

    def noted(
        plot: CurvePlot, shown: PlotState, style: PlotStyle, size: tuple[int, int], ratio: float
    ) -> QImage:
        found.append(shown)
        return draw(plot, shown, style, size, ratio)

    monkeypatch.setattr(CurvePlot, "draw", noted)
    return found
