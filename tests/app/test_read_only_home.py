"""The program of a user whose home folder cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.cli.main import main
from desktop_app.core.errors import UserError
from desktop_app.core.paths import models_dir, resources_dir, runs_dir, settings_path, user_models_dir
from desktop_app.networks.library import add_model
from desktop_app.networks.model_folder import KERAS_FILE
from desktop_app.training.export import save_as_h5
from tests.read_only import read_only

SAMPLE = resources_dir() / "samples" / "three.inkml"


@pytest.fixture
def refused() -> Iterator[list[str]]:
    """Changes in the home folder that were refused."""
    with read_only(Path.home()) as changes:
        yield changes


@pytest.fixture
def window(qtbot: QtBot, refused: list[str]) -> Iterator[MainWindow]:
    window = build_window()
    qtbot.addWidget(window)
    window.resize(1280, 880)
    window.show()
    yield window
    window.close()


def test_window_reads_and_says_once_that_nothing_can_be_kept(
    qtbot: QtBot, window: MainWindow, refused: list[str]
) -> None:
    assert window.messages.text() == (
        f"Settings, models and runs cannot be kept: {settings_path().parent} cannot be written "
        "(the disk is read-only)."
    )
    sentences: list[str] = []
    window.messages.shown.connect(sentences.append)
    with qtbot.waitSignal(window.reading_painted):
        window.context.file_requested.emit(SAMPLE)
    window.drawing_actions.pen_width_chosen.emit(20.0)
    draft = window.context.training.draft
    draft.set(replace(draft.value, title="Mine"))
    window.close()
    assert sentences == []
    assert refused
    assert list(Path.home().iterdir()) == []


def test_only_user_data_cannot_be_written(qtbot: QtBot) -> None:
    with read_only(user_models_dir().parent):
        window = build_window()
        qtbot.addWidget(window)
        assert str(user_models_dir().parent) in window.messages.text()
        window.close()


def test_files_are_recognized(refused: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recognize", str(SAMPLE)]) == 0
    assert "read" in capsys.readouterr().out
    assert not refused


def test_training_names_the_folder(refused: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(models_dir() / "dense" / "recipe.json")]) == 1
    assert capsys.readouterr().err == (
        f"handwriting: A new run cannot be saved in {runs_dir()}: the disk is read-only.\n"
    )


def test_import_names_the_folder(refused: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(models_dir() / "dense" / KERAS_FILE), "--name", "mine"]) == 1
    assert capsys.readouterr().err == (
        f"handwriting: The model cannot be added to the library {user_models_dir()}: the disk is read-only.\n"
    )
    with pytest.raises(UserError, match=str(user_models_dir())):
        add_model(models_dir() / "dense", user_models_dir())


def test_export_fails_with_a_sentence_and_leaves_nothing(refused: list[str]) -> None:
    with pytest.raises(UserError, match=r"^mine\.h5 cannot be saved: the disk is read-only"):
        save_as_h5(models_dir() / "dense", Path.home() / "mine.h5")
    assert list(Path.home().iterdir()) == []
