"""The host of a view: creates it when first shown, updates it, or shows why it is not available."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QDockWidget, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app.views import VIEWS
from desktop_app.app.window.main_window import MainWindow
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.networks.recognizer import Observation
from desktop_app.views.context import ViewContext
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.panel import Panel
from desktop_app.views.view import READ, Position, Slot, Subject, View, ViewParts
from tests.finding import child
from tests.views.conftest import INFO, NETWORK, observation_of

INK = Ink.from_points([[[100, 100], [200, 300]]])
PICTURES = replace(NETWORK, info=replace(INFO, name="pictures", task=replace(INFO.task, kind="picture")))


class Notes(Panel):
    """Records its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[object] = []

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        self.calls.append(info.name)

    def set_layer(self, name: str) -> None:
        self.calls.append(name)

    def set_value(self, layer: str, position: object) -> None:
        self.calls.append((layer, position))

    def set_observation(self, observation: Observation) -> None:
        self.calls.append(observation)


class Works(Controller):
    """Records its calls, and keeps the window open while it is busy."""

    def __init__(self, panel: Notes) -> None:
        super().__init__(panel)
        self.calls: list[object] = []
        self.is_busy = self.is_closed = False

    def set_network(self, network: OpenNetwork) -> None:
        self.calls.append(network)

    def set_observation(self, page: Page, observation: Observation) -> None:
        self.calls.append(page)

    def may_close(self, _: object) -> bool:
        return not self.is_busy

    def close(self) -> None:
        self.is_closed = True


class Bench:
    """A window with one more view, whose tab is behind another one."""

    def __init__(self, qtbot: QtBot) -> None:
        self.made: list[tuple[Notes, Works]] = []
        view = View(
            "notes",
            "Notes",
            {READ: Position(Slot.RIGHT)},
            self._make,
            tasks=frozenset({"character"}),
            shows=Subject.DRAFT,
        )
        others = [replace(other, shows=None) for other in VIEWS]
        self.window = MainWindow((*others, view))
        qtbot.addWidget(self.window)
        with qtbot.waitSignal(self.window.shown):
            self.window.show()
        self.host = self.window.hosts[-1]

    def _make(self, context: ViewContext) -> ViewParts:
        assert context.canvas is self.window.canvas
        panel = Notes()
        self.made.append((panel, Works(panel)))
        return self.made[0]

    def dock(self) -> QDockWidget:
        return child(self.window, QDockWidget, "notes_dock")

    def sentence(self) -> str:
        return "".join(label.text() for label in self.host.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def is_seen(panel: Panel) -> bool:
    return panel.isVisible() and panel.is_active


def test_a_view_is_created_when_first_shown_and_brought_up_to_date(qtbot: QtBot, bench: Bench) -> None:
    observation = observation_of("4")
    bench.window.show_network(NETWORK, "relu")
    bench.window.show_layer("conv")
    bench.window.show_value("conv", (1, 2, 3))
    bench.window.show_observation(INK, observation)
    assert bench.made == []
    bench.window.workspaces.show_view("notes")
    qtbot.waitUntil(lambda: len(bench.made) == 1)
    panel, works = bench.made[0]
    assert panel.calls == ["small", "conv", ("conv", (1, 2, 3)), observation]
    assert works.calls == [NETWORK, INK]
    assert panel.is_active
    bench.window.workspaces.show_view("reading")
    qtbot.waitUntil(lambda: not panel.is_active)
    bench.window.show_layer("logits")
    assert panel.calls[-1] == "logits"
    bench.window.workspaces.show_view("notes")
    qtbot.waitUntil(lambda: panel.is_active)
    assert len(bench.made) == 1


def test_a_view_explains_an_unsupported_task(bench: Bench) -> None:
    bench.window.show_network(PICTURES, "relu")
    bench.window.workspaces.show_view("notes")
    assert "“Notes” is not available for" in bench.sentence()
    assert bench.made == []
    bench.window.show_network(NETWORK, "relu")
    panel, works = bench.made[0]
    assert bench.sentence() == ""
    assert is_seen(panel)
    bench.window.show_network(PICTURES, "relu")
    bench.window.show_observation(INK, observation_of("4"))
    assert "not available" in bench.sentence()
    assert not is_seen(panel)
    assert not panel.is_active
    assert (panel.calls, works.calls) == (["small", "relu", ("", None)], [NETWORK])
    bench.window.show_network(NETWORK, "conv")
    assert is_seen(panel)
    assert panel.calls[-3:] == ["small", "conv", ("", None)]


def test_a_requested_view_is_shown(qtbot: QtBot, bench: Bench) -> None:
    bench.window.workspaces.choose("inside")
    bench.window.context.subject_requested.emit(Subject.DRAFT)
    assert len(bench.made) == 1, "what is asked of it next must be heard"
    assert bench.window.workspaces.name == READ
    qtbot.waitUntil(lambda: bench.host.is_active)


def test_a_controller_can_keep_the_window_open_and_is_closed_with_it(bench: Bench) -> None:
    bench.window.workspaces.show_view("notes")
    _, works = bench.made[0]
    works.is_busy = True
    assert not bench.window.close()
    assert not works.is_closed
    works.is_busy = False
    assert bench.window.close()
    assert works.is_closed


def test_no_view_is_created_or_active_after_the_window_was_closed(bench: Bench) -> None:
    bench.window.close()
    bench.host.set_active(True)
    assert bench.made == []
    assert not bench.host.is_active


def test_a_floating_view_is_inactive_and_gets_nothing_after_the_window_was_closed(
    qtbot: QtBot, bench: Bench
) -> None:
    bench.window.workspaces.show_view("notes")
    bench.dock().setFloating(True)
    panel, works = bench.made[0]
    qtbot.waitUntil(lambda: panel.is_active)
    bench.window.close()
    bench.window.show_network(NETWORK, "relu")
    bench.window.show_observation(INK, observation_of("4"))
    assert not panel.is_active
    assert works.calls == []


def test_a_failure_of_a_controller_is_emitted(qtbot: QtBot, bench: Bench) -> None:
    bench.window.workspaces.show_view("notes")
    error = ValueError("no")
    with qtbot.waitSignal(bench.window.context.failed) as failed:
        bench.made[0][1].failed.emit(error, "It failed.")
    assert failed.args == [error, "It failed."]


def test_names_and_positions_of_views_are_in_order() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    closed = set()
    for view in VIEWS:
        assert view.title
        is_open = any(position.is_open for position in view.positions.values())
        if not is_open and not view.replaces:
            closed.add(view.name)
    assert closed == {"my-samples"}
