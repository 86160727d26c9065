"""The Train workspace without a run: its first recipe, layout, keys and colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app.window import view_host
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.installation import install_advice
from desktop_app.core.paths import drafts_dir
from desktop_app.core.settings import Settings
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.parts.theme import apply_appearance
from desktop_app.views.view import TRAIN
from tests.app.training.training_window import choose_tab
from tests.views_of_window import view_of


def test_the_run_is_beside_the_training_preview(window: MainWindow) -> None:
    run, preview = (window.findChild(QDockWidget, f"{name}_dock") for name in ("run", "forming"))
    assert run is not None
    assert preview is not None
    assert not run.visibleRegion().isEmpty()
    assert not preview.visibleRegion().isEmpty()
    assert run.geometry().right() < preview.geometry().left()


def test_the_first_recipe_uses_uci_digits_without_mnist(
    open_window: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDWRITING_DATA", str(tmp_path))
    window = open_window(Settings(workspace=TRAIN))
    assert window.context.training.draft.value == zoo_entry("fast-few-samples").recipe


def test_the_first_recipe_uses_mnist(window: MainWindow) -> None:
    assert [part.source for part in window.context.training.draft.value.data] == ["mnist"]


def test_windows_that_are_open_at_once_have_drafts_of_their_own(
    open_window: Callable[..., MainWindow],
) -> None:
    windows = [open_window() for _ in range(2)]
    for window, title in zip(windows, ("One", "Two"), strict=True):
        draft = window.context.training.draft
        draft.set(replace(draft.value, title=title))
    for window in windows:
        window.close()
    again = {open_window().context.training.draft.value.title for _ in range(2)}
    assert again == {"One", "Two"}


def test_a_draft_that_cannot_be_kept_is_said_once(open_window: Callable[..., MainWindow]) -> None:
    drafts_dir().parent.mkdir(parents=True)
    drafts_dir().write_text("a file in the place of the folder")
    window = open_window()
    draft = window.context.training.draft
    assert window.messages.text().startswith("The draft cannot be kept: ")
    draft.set(replace(draft.value, title="Mine"))
    assert draft.value.title == "Mine"


def test_without_training_libraries_views_show_what_to_install(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_host, "find_spec", lambda name: None if name == "keras" else object())
    window = open_window(Settings(workspace=TRAIN))
    for host in window.hosts:
        if host.view.needs_training:
            window.workspaces.show_view(host.view.name)
            words = [label.text() for label in host.findChildren(QLabel)]
            assert len(words) == 1, host.view.name
            assert str(install_advice()) in words[0]
    assert not window.context.has_training


def test_the_tab_key_reaches_visible_widgets(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: view_of(window, DataPanel).is_active)
    window.canvas.setFocus()
    seen: list[str] = []
    while "Canvas" not in seen:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.accessibleName())
    assert "Close Data" in seen
    assert "Close Network" not in seen
    names = ["Source: MNIST", "Validation split of MNIST", "Add source", "Split seed"]
    assert [name for name in seen if name in names] == names


def is_active(window: MainWindow, title: str) -> bool:
    return any(host.is_active and host.view.title == title for host in window.hosts)


def test_it_fits_a_small_screen(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(860, 560)
    for tab in ("Network", "Recipe", "Runs", "Evaluation", "Data"):
        choose_tab(window, tab)
        qtbot.waitUntil(partial(is_active, window, tab))
    assert (window.width(), window.height()) == (860, 560)


def test_tabs_take_the_colours_of_a_new_palette(qtbot: QtBot, window: MainWindow) -> None:
    choose_tab(window, "Network")
    qtbot.waitUntil(lambda: bool(window.findChildren(LayerTable)))
    (table,) = window.findChildren(LayerTable)
    apply_appearance("dark")
    qtbot.waitUntil(lambda: table.palette().base().color().lightness() < 60)
