"""Tests of exported scripts: they run without this program and give the same results."""

from __future__ import annotations

import ast
import logging
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
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.dataset import Dataset, build_dataset
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.layer_list import Layer
from desktop_app.runs.recipe import Fitting, Keeping, Recipe, Schedule, read_recipe
from desktop_app.runs.run_folder import MODEL, RunFolder
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.runs.zoo.characters import dense
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.tasks.task import Task
from desktop_app.training.script import export_script, script_of
from desktop_app.training.train import train


def ignore(event: object) -> None:
    """Ignore an event."""


def never() -> bool:
    return False


def dataset_of(recipe: Recipe, folders: DataFolders) -> Dataset:
    return build_dataset(recipe, folders, ignore, never)


def exported(recipe: Recipe, folders: DataFolders, folder: Path) -> Path:
    export_script(recipe, dataset_of(recipe, folders), folder)
    return folder


def metrics_in(output: str) -> tuple[float, float]:
    """Return test loss and accuracy from the output of a script."""
    found = re.findall(r"^test loss (\S+), test accuracy (\S+)$", output, re.MULTILINE)
    assert len(found) == 1, output
    return float(found[0][0]), float(found[0][1])


def check_same(recipe: Recipe, folders: DataFolders, script: Path, output: str) -> None:
    """Check that a run of the program gives the same metrics and weights as the script did."""
    run = RunFolder(script.with_name("run"))
    record = train(recipe, run, folders, ignore, RunControl())
    loss, accuracy = metrics_in(output)
    assert loss == pytest.approx(record.figures["test_loss"], abs=1e-5)
    assert accuracy == pytest.approx(record.figures["test_accuracy"], abs=1e-5)
    program_model = keras.saving.load_model(run.path / MODEL / "model.keras", compile=False)
    script_model = keras.saving.load_model(script / "model.keras", compile=False)
    assert [layer.name for layer in program_model.layers] == [layer.name for layer in script_model.layers]
    for one, other in zip(program_model.weights, script_model.weights, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), atol=1e-5, err_msg=one.path)


def test_script_runs_alone_and_gives_the_result_of_the_program(
    small_recipe: Recipe, folders: DataFolders, tmp_path: Path
) -> None:
    # Dense layers, because they train faster.
    recipe = replace(small_recipe, layers=dense(16, 16, 0.1))
    script = exported(recipe, folders, tmp_path / "script")
    environment = os.environ | {"PYTHONPATH": "", "HOME": str(tmp_path)}
    process = subprocess.run(
        [sys.executable, str(script / "train.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert "Traceback" not in process.stderr
    check_same(recipe, folders, script, process.stdout)


RESIDUAL = (
    Layer("Conv2D", "conv", options={"filters": 4, "kernel_size": (5, 4), "strides": 3, "use_bias": False}),
    Layer("BatchNormalization", "norm", options={"momentum": 0.9}),
    Layer("LayerNormalization", "norm_of_all", options={"axis": (1, 2, 3)}),
    Layer("SpatialDropout2D", "dropped", options={"rate": 0.1}),
    Layer("DepthwiseConv2D", "depthwise", options={"padding": "same", "activation": "relu"}),
    Layer("Add", "sum", ("depthwise", "norm")),
    Layer("MaxPooling2D", "halved", options={"strides": None, "pool_size": (2, 1)}),
    Layer("Flatten", "flat"),
    Layer("Dense", "answers", options={"units": "classes", "activation": "softmax"}),
)
VARIANTS: dict[str, dict[str, Any]] = {
    "best epoch, patience, plateau schedule": {
        "fitting": Fitting(epochs=5, batch_size=60, optimizer="sgd", momentum=0.5),
        "schedule": Schedule("plateau", rate=3.0, every=1, factor=0.3),
        "keeping": Keeping(monitor="val_accuracy", patience=2),
    },
    "logits, one-cycle schedule, several steps per execution": {
        "layers": (Layer("Flatten"), Layer("Dense", "sums", options={"units": "classes"})),
        "fitting": Fitting(
            epochs=2,
            batch_size=50,
            optimizer="rmsprop",
            steps_per_execution=3,
            label_smoothing=0.1,
        ),
        "schedule": Schedule("one-cycle", rate=0.01),
    },
    "skip connections, bfloat16": {
        "layers": RESIDUAL,
        "fitting": Fitting(epochs=1, batch_size=100, precision="mixed_bfloat16", recalibration_batches=2),
        "schedule": Schedule("step", every=1),
    },
}


@pytest.mark.parametrize("name", VARIANTS)
def test_script_gives_the_result_of_the_program(
    plain_recipe: Recipe,
    folders: DataFolders,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    recipe = replace(plain_recipe, **VARIANTS[name])
    script = exported(recipe, folders, tmp_path / "script")
    # TensorFlow warns about many short runs in one process.
    monkeypatch.syspath_prepend(script)
    with caplog.at_level(logging.WARNING):
        runpy.run_path(str(script / "train.py"), run_name="__main__")
        check_same(recipe, folders, script, capfd.readouterr().out)


def test_script_chooses_an_automatic_precision(
    plain_recipe: Recipe,
    folders: DataFolders,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = replace(plain_recipe, fitting=Fitting(epochs=1, batch_size=100, precision="auto"))
    script = exported(recipe, folders, tmp_path / "script")
    monkeypatch.syspath_prepend(script)
    runpy.run_path(str(script / "train.py"), run_name="__main__")
    assert re.search("^precision: (float32|mixed_bfloat16)$", capfd.readouterr().out, re.MULTILINE)


def test_folder_contains_samples_and_recipe(
    plain_recipe: Recipe, folders: DataFolders, tmp_path: Path
) -> None:
    dataset = dataset_of(plain_recipe, folders)
    folder = tmp_path / "deep" / "script"
    export_script(plain_recipe, dataset, folder)
    modules = {"batches.py", "calibrated_network.py", "compiled_network.py", "loop.py", "loop_settings.py"}
    modules |= {"calibration.py", "recalibration.py", "scores.py"}
    assert {path.name for path in folder.iterdir()} == {
        "train.py",
        "short.py",
        "data.npz",
        "recipe.json",
    } | modules
    assert [path.name for path in folder.parent.iterdir()] == ["script"]
    assert read_recipe(folder / "recipe.json") == plain_recipe
    with np.load(folder / "data.npz", allow_pickle=False) as arrays:
        assert arrays["labels"].tolist() == list(plain_recipe.task.labels)
        assert np.array_equal(arrays["epochs"], dataset.epochs)
        for name, part in (
            ("training", dataset.training),
            ("validation", dataset.validation),
            ("test", dataset.test),
        ):
            assert np.array_equal(arrays[f"{name}_inputs"], part.inputs)
            assert np.array_equal(arrays[f"{name}_targets"], part.targets)


@pytest.mark.parametrize("entry", ZOO, ids=lambda entry: entry.name)
def test_scripts_do_not_import_this_program(entry: ZooEntry) -> None:
    recipe = entry.recipe
    texts = script_of(recipe)
    roots = set()
    for text in texts.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom):
                roots.add(str(node.module).split(".")[0])
            elif isinstance(node, ast.Import):
                roots |= {alias.name.split(".")[0] for alias in node.names}
    modules = {name.removesuffix(".py") for name in texts}
    libraries = roots - sys.stdlib_module_names - modules
    assert {"keras", "numpy", "tensorflow"} <= libraries <= {"keras", "numpy", "scipy", "tensorflow"}
    assert not any("desktop_app" in text for text in texts.values())
    tree = ast.parse(texts["train.py"])
    # One line per layer.
    (build,) = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "build_network"]
    assert sum("keras.layers." in ast.unparse(node) for node in build.body) == len(recipe.layers) + 1


PRINTABLE = st.characters(codec="utf-8").filter(lambda c: c.isprintable() and not c.isspace())


@settings(max_examples=15)
@given(
    title=st.text(PRINTABLE, min_size=1, max_size=60),
    labels=st.lists(PRINTABLE, min_size=2, max_size=4, unique=True),
)
def test_script_is_valid_with_any_title_and_labels(title: str, labels: list[str]) -> None:
    layers = (Layer("Flatten"), Layer("Dense", options={"units": "classes"}), Layer("Softmax"))
    recipe = Recipe(title=title, task=Task(labels=tuple(labels)), layers=layers)
    tree = ast.parse(script_of(recipe)["train.py"])
    assert title.replace('"', "'") in str(ast.get_docstring(tree, clean=False))


def test_export_stops_while_samples_are_written(
    plain_recipe: Recipe, folders: DataFolders, tmp_path: Path
) -> None:
    calls = iter([False] * 5)
    with pytest.raises(Stopped):
        export_script(
            plain_recipe, dataset_of(plain_recipe, folders), tmp_path / "script", lambda: next(calls, True)
        )
    assert list(tmp_path.iterdir()) == []


def test_existing_folder_is_not_overwritten(
    plain_recipe: Recipe, folders: DataFolders, tmp_path: Path
) -> None:
    dataset = dataset_of(plain_recipe, folders)
    with pytest.raises(UserError, match="already exists"):
        export_script(plain_recipe, dataset, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be saved"):
        export_script(plain_recipe, dataset, tmp_path / "file" / "script")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    with pytest.raises(UserError, match="There is no layer yet"):
        export_script(replace(plain_recipe, layers=()), dataset, tmp_path / "script")
