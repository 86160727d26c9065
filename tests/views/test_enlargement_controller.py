"""The controller of the enlargement view: newest page, discarded results."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.task import Task
from desktop_app.views.enlargement.controller import EnlargementController
from desktop_app.views.enlargement.panel import EnlargementPanel
from tests.views.conftest import is_idle, workers_of
from tests.views.enlargements import SAME_SIZE_TASK, TASK, cross, observed, open_network


class Setup:
    """A panel and its controller, without the rest of the window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.panel = EnlargementPanel()
        qtbot.addWidget(self.panel)
        self.controller = EnlargementController(self.panel)

    def use(self, task: Task) -> None:
        network = open_network(task)
        self.panel.set_network(network.info, network.graph)
        self.controller.set_network(network)

    def observe(self, observation: Observation) -> None:
        self.controller.set_observation(cross(), observation)

    def shade(self) -> float:
        """Return the largest value of the original; -1 without one."""
        numbers = self.panel.numbers()
        return round(float(numbers["original"].max()) * 255) if numbers else -1


@pytest.fixture
def setup(qtbot: QtBot) -> Iterator[Setup]:
    made = Setup(qtbot)
    made.use(TASK)
    yield made
    made.controller.close()


def shaded(shade: int) -> Observation:
    return observed(TASK, page=cross(shade))


def test_the_newest_page_is_shown(qtbot: QtBot, setup: Setup) -> None:
    setup.panel.set_active(True)
    for shade in range(100, 250, 10):
        setup.observe(shaded(shade))
    qtbot.waitUntil(lambda: setup.shade() == 240)


def test_a_hidden_panel_computes_nothing(qtbot: QtBot, setup: Setup) -> None:
    setup.observe(shaded(200))
    assert is_idle(setup.controller)
    setup.panel.set_active(True)
    qtbot.waitUntil(lambda: setup.shade() == 200)


def test_an_empty_page_is_shown_at_once_and_late_results_are_discarded(qtbot: QtBot, setup: Setup) -> None:
    setup.panel.set_active(True)
    setup.observe(shaded(200))
    qtbot.waitUntil(lambda: setup.shade() == 200)
    (worker,) = workers_of(setup.controller)
    setup.observe(shaded(220))
    with qtbot.waitSignal(worker.answered):
        setup.observe(Observation(None))
        assert setup.shade() == -1
    assert setup.shade() == -1
    setup.observe(shaded(230))
    qtbot.waitUntil(lambda: setup.shade() == 230)


def test_another_network_discards_the_versions(qtbot: QtBot, setup: Setup) -> None:
    setup.panel.set_active(True)
    setup.observe(shaded(200))
    qtbot.waitUntil(lambda: setup.shade() == 200)
    setup.use(SAME_SIZE_TASK)
    assert setup.shade() == -1
    setup.observe(observed(SAME_SIZE_TASK, page=cross(220)))
    qtbot.waitUntil(lambda: setup.shade() == 220)
    assert "bicubic" not in setup.panel.numbers()


def test_an_error_is_reported(qtbot: QtBot, setup: Setup) -> None:
    setup.panel.set_active(True)
    wrong = observed(SAME_SIZE_TASK)
    with qtbot.waitSignal(setup.controller.failed) as failed:
        setup.observe(wrong)
    assert failed.args[1] == "Could not compare the enlarged images."
    setup.observe(shaded(200))
    qtbot.waitUntil(lambda: setup.shade() == 200)
