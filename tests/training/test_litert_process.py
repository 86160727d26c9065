"""Tests of the process that converts networks."""

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
from desktop_app.training.fit import new_network
from desktop_app.training.litert_process import LiteRTConverter


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Processes started by the test."""
    processes: list[subprocess.Popen[bytes]] = []

    class RecordedProcess(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", RecordedProcess)
    return processes


def fail(graph: keras.Model, path: Path) -> None:
    raise AssertionError("converted in this process")


def test_networks_are_converted_in_the_process(
    plain_recipe: Recipe,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
) -> None:
    graph = new_network(plain_recipe)
    write_network(graph, tmp_path / "here.tflite")
    monkeypatch.setattr(litert_process, "write_network", fail)
    with LiteRTConverter() as converter:
        assert not converter.is_ready
        qtbot.waitUntil(lambda: converter.is_ready)
        for name in ("first", "second"):
            converter.write_network(graph, tmp_path / f"{name}.tflite")
            assert outputs_of(tmp_path / f"{name}.tflite") == pytest.approx(
                outputs_of(tmp_path / "here.tflite")
            )
    (process,) = started
    assert process.returncode is not None
    assert isinstance(process.args, list)
    assert not Path(process.args[-1]).exists()


def outputs_of(path: Path) -> list[float]:
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(str(path)).get_signature_runner()
    inputs = np.random.default_rng(1).random((1, 28, 28, 1), dtype=np.float32)
    (name,) = runner.get_input_details()
    outputs: list[float] = runner(**{name: inputs})["probabilities"][0].tolist()
    return outputs


def test_model_is_converted_here_if_process_is_not_ready(plain_recipe: Recipe, tmp_path: Path) -> None:
    with LiteRTConverter() as converter:
        converter.write_network(new_network(plain_recipe), tmp_path / "network.tflite")
        assert not converter.is_ready
    assert len(outputs_of(tmp_path / "network.tflite")) == 10


def test_model_is_converted_here_if_process_dies(
    plain_recipe: Recipe,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
) -> None:
    with LiteRTConverter() as converter:
        qtbot.waitUntil(lambda: converter.is_ready)
        (process,) = started

        def kill_and_save(graph: keras.Model, path: Path) -> None:
            # The process dies after it was ready.
            process.kill()
            process.wait()
            save_keras(graph, path)

        monkeypatch.setattr(litert_process, "save_keras", kill_and_save)
        converter.write_network(new_network(plain_recipe), tmp_path / "network.tflite")
    assert len(outputs_of(tmp_path / "network.tflite")) == 10


def test_model_is_converted_here_without_process(
    plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_error(*arguments: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", raise_error)
    with LiteRTConverter() as converter:
        assert not converter.is_ready
        converter.write_network(new_network(plain_recipe), tmp_path / "network.tflite")
    assert len(outputs_of(tmp_path / "network.tflite")) == 10


def test_model_is_converted_here_if_temporary_disk_is_full(
    plain_recipe: Recipe, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise UserError("No space left.")

    with LiteRTConverter() as converter:
        qtbot.waitUntil(lambda: converter.is_ready)
        monkeypatch.setattr(litert_process, "save_keras", full)
        converter.write_network(new_network(plain_recipe), tmp_path / "network.tflite")
    assert len(outputs_of(tmp_path / "network.tflite")) == 10


def test_run_ends_its_conversion_process(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    train.train(
        plain_recipe, RunFolder(tmp_path / "run"), folders, lambda _: None, RunControl(), in_subprocess=True
    )
    (process,) = started
    assert process.returncode is not None
    assert open_recognizer(tmp_path / "run" / "model").card.title == "Plain · MNIST"


def test_model_is_converted_here_if_the_result_is_open_elsewhere(
    plain_recipe: Recipe, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(path: Path) -> None:
        raise PermissionError(13, "in use by another process")

    with LiteRTConverter() as converter:
        qtbot.waitUntil(lambda: converter.is_ready)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", in_use)
            converter.write_network(new_network(plain_recipe), tmp_path / "network.tflite")
    assert len(outputs_of(tmp_path / "network.tflite")) == 10
