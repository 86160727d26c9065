"""The process that converts networks beside the program."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import RunFolder
from desktop_app.training import litert_process, train
from desktop_app.training.export import save_keras, write_network
from desktop_app.training.fit import plain_network
from desktop_app.training.litert_process import LiteRTConverter


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started."""
    made: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return made


def refused(graph: keras.Model, path: Path) -> None:
    raise AssertionError("it was converted here")


def test_networks_are_converted_beside_the_program(
    plain_recipe: Recipe,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
) -> None:
    graph = plain_network(plain_recipe)
    write_network(graph, tmp_path / "here.tflite")
    monkeypatch.setattr(litert_process, "write_network", refused)
    with LiteRTConverter() as beside:
        assert not beside.is_ready
        qtbot.waitUntil(lambda: beside.is_ready)
        for name in ("first", "second"):
            beside.write_network(graph, tmp_path / f"{name}.tflite")
            assert answers(tmp_path / f"{name}.tflite") == pytest.approx(answers(tmp_path / "here.tflite"))
    (process,) = started
    assert process.returncode is not None
    assert isinstance(process.args, list)
    assert not Path(process.args[-1]).exists()


def answers(path: Path) -> list[float]:
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(str(path)).get_signature_runner()
    inputs = np.random.default_rng(1).random((1, 28, 28, 1), dtype=np.float32)
    (name,) = runner.get_input_details()
    last: list[float] = runner(**{name: inputs})["probabilities"][0].tolist()
    return last


def test_what_is_not_ready_is_not_waited_for(plain_recipe: Recipe, tmp_path: Path) -> None:
    with LiteRTConverter() as beside:
        beside.write_network(plain_network(plain_recipe), tmp_path / "network.tflite")
        assert not beside.is_ready
    assert len(answers(tmp_path / "network.tflite")) == 10


def test_a_process_that_dies_is_done_without(
    plain_recipe: Recipe,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
) -> None:
    with LiteRTConverter() as beside:
        qtbot.waitUntil(lambda: beside.is_ready)
        (process,) = started

        def dies(graph: keras.Model, path: Path) -> None:
            # It has been seen to be ready, and dies in this very moment.
            process.kill()
            process.wait()
            save_keras(graph, path)

        monkeypatch.setattr(litert_process, "save_keras", dies)
        beside.write_network(plain_network(plain_recipe), tmp_path / "network.tflite")
    assert len(answers(tmp_path / "network.tflite")) == 10


def test_without_a_process_it_is_converted_here(
    plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*given: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", none)
    with LiteRTConverter() as beside:
        assert not beside.is_ready
        beside.write_network(plain_network(plain_recipe), tmp_path / "network.tflite")
    assert len(answers(tmp_path / "network.tflite")) == 10


def test_without_room_for_temporary_files_it_is_converted_here(
    plain_recipe: Recipe, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **options: object) -> None:
        raise UserError("No space left.")

    with LiteRTConverter() as beside:
        qtbot.waitUntil(lambda: beside.is_ready)
        monkeypatch.setattr(litert_process, "save_keras", full)
        beside.write_network(plain_network(plain_recipe), tmp_path / "network.tflite")
    assert len(answers(tmp_path / "network.tflite")) == 10


def test_a_run_ends_its_converter(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    train.train(plain_recipe, RunFolder(tmp_path / "run"), places, lambda _: None, RunControl(), aside=True)
    (process,) = started
    assert process.returncode is not None
    assert open_recognizer(tmp_path / "run" / "model").card.title == "Plain"
