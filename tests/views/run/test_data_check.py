"""The data of a recipe are checked before the run."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from desktop_app.runs.recipe import DataPart
from tests.views.run.run_views import RECIPE, Fixture


def test_missing_data_is_reported_before_the_run(qtbot: QtBot, setup: Fixture) -> None:
    setup.draft.set(replace(RECIPE, data=(DataPart("/nowhere/digits"),)))
    qtbot.waitUntil(lambda: "There is no data called" in setup.status())
    setup.draft.set(RECIPE)
    assert "There is no data called" not in setup.status()


def test_unsuitable_labels_are_reported_before_the_run(qtbot: QtBot, setup: Fixture) -> None:
    letters = replace(RECIPE, task=replace(RECIPE.task, labels=("a", "b")))
    setup.draft.set(letters)
    qtbot.waitUntil(lambda: "no sample with a label of this recipe" in setup.status())


def test_data_is_checked_again_when_the_panel_is_shown(qtbot: QtBot, setup: Fixture) -> None:
    setup.mnist.rename(setup.mnist.with_suffix(".away"))
    setup.panel.set_active(False)
    setup.panel.set_active(True)
    qtbot.waitUntil(lambda: "MNIST" in (setup.draft.data_problem() or ""))
    setup.mnist.with_suffix(".away").rename(setup.mnist)
    setup.panel.set_active(False)
    setup.panel.set_active(True)
    assert setup.draft.data_problem() is None
    assert setup.status().startswith("Ready to train")


def test_data_is_not_checked_while_the_data_view_opens_it(setup: Fixture) -> None:
    setup.draft.is_data_shown = True
    setup.draft.set(replace(RECIPE, data=(DataPart("/nowhere/digits"),)))
    setup.controller.close()
    assert setup.draft.data_problem() is None
