"""Tests of short scripts: they run without this program, and they are short."""

from __future__ import annotations

import ast
import os
import re
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.data.dataset import build_dataset
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.layer_list import Layer
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Recipe, Schedule
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.tasks.augmentation import ImageAugmentation
from desktop_app.tasks.task import Task
from desktop_app.training.script import export_script
from desktop_app.training.short_script import short_script, uses_keras_mnist

NETWORK = "def build_network():\n    pass"


def exported(recipe: Recipe, folders: DataFolders, folder: Path) -> Path:
    """Export a recipe; return its short script."""
    dataset = build_dataset(recipe, folders, lambda _: None, lambda: False)
    export_script(recipe, dataset, folder)
    return folder / "short.py"


def test_script_runs_alone(small_recipe: Recipe, folders: DataFolders, tmp_path: Path) -> None:
    recipe = replace(small_recipe, fitting=replace(small_recipe.fitting, epochs=1))
    script = exported(recipe, folders, tmp_path / "script")
    assert "desktop_app" not in script.read_text()
    process = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert re.search(r"^test accuracy 0\.\d{4}$", process.stdout, re.MULTILINE)
    model = keras.saving.load_model(script.with_name("short.keras"))
    assert model.output_shape == (None, 11)


VARIANTS: dict[str, dict[str, Any]] = {
    "plateau, sgd, weights of the last epoch": {
        "fitting": Fitting(epochs=1, batch_size=60, optimizer="sgd", momentum=0.5),
        "schedule": Schedule("plateau", rate=0.1, every=1, factor=0.3, minimum=1e-4),
        "keeping": Keeping(weights="last", patience=2),
    },
    "logits, one-cycle, rmsprop, accuracy": {
        "layers": (Layer("Flatten"), Layer("Dense", "sums", options={"units": "classes"})),
        "fitting": Fitting(epochs=1, batch_size=50, optimizer="rmsprop", weight_decay=0.01),
        "schedule": Schedule("one-cycle", rate=0.01),
        "keeping": Keeping(monitor="val_accuracy"),
    },
    "step, mirrored": {
        "fitting": Fitting(epochs=1, batch_size=50),
        "schedule": Schedule("step", every=2),
        "image_augmentation": ImageAugmentation(flip="both"),
    },
    "images": {
        "task": Task("restoration", 28, 28, 1, "mnist-reduce", ()),
        "layers": (Layer("Conv2D", options={"filters": 1, "kernel_size": 3, "padding": "same"}),),
        "fitting": Fitting(epochs=1, batch_size=100),
        "schedule": Schedule("cosine", warm_up=0.5),
        "keeping": Keeping(monitor="val_psnr"),
    },
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_setting_gives_a_script_that_runs(
    plain_recipe: Recipe, folders: DataFolders, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    recipe = replace(plain_recipe, **VARIANTS[name])
    script = exported(recipe, folders, tmp_path / "script")
    runpy.run_path(str(script), run_name="__main__")
    assert "test loss" in capfd.readouterr().out


@pytest.mark.parametrize("validation", [50, 0.0])
def test_mnist_is_loaded_from_keras(
    plain_recipe: Recipe,
    folders: DataFolders,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    validation: float,
) -> None:
    part = DataPart("mnist", validation=validation, normalize=False)
    recipe = replace(plain_recipe, data=(part,), fitting=replace(plain_recipe.fitting, epochs=1))
    script = exported(recipe, folders, tmp_path / "script")
    script.with_name("data.npz").unlink()
    images, labels = np.zeros((200, 28, 28), np.uint8), np.arange(200) % 10
    loaded = (images, labels), (images[:40], labels[:40])
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: loaded)
    runpy.run_path(str(script), run_name="__main__")
    assert "test accuracy" in capfd.readouterr().out


def test_scripts_are_short() -> None:
    for entry in ZOO:
        lines = short_script(entry.recipe, NETWORK, 5000).splitlines()
        ast.parse("\n".join(lines))
        assert len(lines) <= 60, entry.name
        assert max(map(len, lines)) <= 110, entry.name


def test_data_of_keras_are_used_for_plain_mnist_only(plain_recipe: Recipe) -> None:
    assert uses_keras_mnist(zoo_entry("conv-32-64-64").recipe)
    assert not uses_keras_mnist(plain_recipe)
    assert not uses_keras_mnist(replace(plain_recipe, data=(DataPart("uci-digits", normalize=False),)))


def test_title_cannot_end_the_docstring() -> None:
    title = 'a""" \\ b'
    recipe = replace(ZOO[0].recipe, title=title)
    assert ast.get_docstring(ast.parse(short_script(recipe, NETWORK, 0))) == (
        "a''' \\ b: a short training script. Requires Keras 3 with TensorFlow."
    )
