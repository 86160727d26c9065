"""Export: a recipe and its data as a Keras script that runs without this program, to the same end.

The training loop, and what the task adds to it, are the program's own modules, copied whole, so that
script and program cannot drift apart. Only the network and the recipe's values are written out anew.
"""

from __future__ import annotations

import inspect
import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.data.dataset import Dataset, Samples
from desktop_app.networks.layer_list import INPUT, TracedLayer
from desktop_app.runs.recipe import Recipe, check_recipe, trace_recipe, write_recipe
from desktop_app.tasks.kinds import task_kind
from desktop_app.training import loop
from desktop_app.training.fit import loop_settings, plain_network

SCRIPT, DATA, RECIPE = "train.py", "data.npz", "recipe.json"

_TRAINED = "model.keras"

_HEAD = '''"""{title}: a training run as a script of its own.

It needs Keras 3 with TensorFlow, NumPy and SciPy, and the files beside it:

    python {script}

Weights, order and augmentation come from the seed, so it ends where the run of the program would. It
prints how good the network is on the test samples and writes {trained}.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
'''

_LOAD = '''def load(path):
    """The training samples, their rows in each variant, the samples to choose by, and those to measure by."""
    with np.load(path, allow_pickle=False) as arrays:

        def part(name):
            kinds = ("inputs", "targets", "strength")
            return SimpleNamespace(**{kind: arrays[f"{name}_{kind}"] for kind in kinds})

        return part("training"), arrays["epochs"], part("validation"), part("test")'''

_RUN = '''def run(folder):
    """Learn, recalibrate, measure, and save what came of it."""
    training, epochs, validation, test = load(folder / "data.npz")
    # Before anything is built: first weights come from the global seed.
    keras.utils.set_random_seed(settings.seed)
    model = compiled(build_network, settings, batches_per_epoch(epochs.shape[1], settings))
    keep = Keep(settings)
    callbacks = [keep, keras.callbacks.TerminateOnNaN()]
    learn(model, training, epochs, validation, settings, callbacks, augment=augment, verbose=2)
    trained = build_network()
    trained.set_weights(keep.weights)
    recalibrate(trained, training.inputs[epochs[0]], settings)
{calibrate}    trained.save(folder / "{trained}")
    if len(test.inputs):
        scores = {evaluate}(predict(trained, test.inputs), test.targets)
        sys.stdout.write(", ".join(f"test {{name}} {{value:.7f}}" for name, value in scores.items()) + "\\n")


if __name__ == "__main__":
    run(Path(__file__).parent)
'''

_CALIBRATE = """    trained = with_probabilities(trained)
    calibrate(
        trained,
        predict(trained, validation.inputs),
        validation.targets,
        lambda outputs, classes: {find}(
            outputs, classes, rejects={rejects}, expected_share={share}
        ),
    )
"""


def export_script(recipe: Recipe, dataset: Dataset, folder: Path) -> None:
    """Write a folder with a script that trains the recipe's network by itself.

    The folder holds train.py with the recipe's network and values; the modules of this program that it
    imports, each whole: they need Keras, TensorFlow, NumPy and SciPy alone; data.npz with the prepared
    samples; and recipe.json.

    Args:
        recipe: what to train.
        dataset: made from the recipe by `dataset.build_dataset`.
        folder: where to write; must not exist yet.

    Raises:
        UserError: the recipe contradicts itself, the folder is there already or cannot be written, or
            the program's own source is not at hand.
    """
    check_recipe(recipe)
    if folder.exists():
        raise UserError(f"{shown_name(folder)} is there already; choose another name.")
    texts = script_of(recipe)
    temporary = folder.with_name(f".{secrets.token_hex(8)}")
    try:
        temporary.mkdir(parents=True)
        _write_data(dataset, recipe, temporary / DATA)
        write_recipe(recipe, temporary / RECIPE)
        for name, text in texts.items():
            _write(temporary / name, text.encode())
        temporary.rename(folder)
    except OSError as error:
        why = reason(error)
        raise UserError(f"{shown_name(folder)} cannot be written: {why}; choose another place.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def script_of(recipe: Recipe) -> dict[str, str]:
    """The text of the script, and of the modules of the program that it takes as they are, by file name.

    Raises:
        UserError: the program's own source is not at hand.
    """
    kind = task_kind(recipe.task)
    functions: list[Callable[..., object]] = [kind.evaluate]
    if recipe.image_augmentation is not None:
        functions.append(kind.augment)
    calibrates = ""
    if kind.calibrate is not None:
        functions.append(kind.calibrate)
        calibrates = _CALIBRATE.format(
            find=kind.calibrate.__name__,
            rejects=recipe.task.rejects,
            share=recipe.negatives.expected_share,
        )
    imports = sorted(
        f"from {_module(each).__name__.split('.')[-1]} import {each.__name__}" for each in functions
    )
    used = ["Keep", "Settings", "batches_per_epoch", "compiled", "learn", "predict", "recalibrate"]
    used += ["calibrate", "with_probabilities"] if kind.calibrate is not None else []
    imports.append("from loop import (\n" + "".join(f"    {name},\n" for name in sorted(used)) + ")")
    head = _HEAD.format(title=_in_docstring(recipe.title), script=SCRIPT, trained=_TRAINED)
    sections = (
        _headed("How it learns", _settings_lines(recipe)),
        _headed("The network", _network_lines(recipe)),
        _headed("The samples, and how they are changed", f"{_LOAD}\n\n\n{_augmentation_lines(recipe)}"),
        _headed(
            "The run", _RUN.format(calibrate=calibrates, trained=_TRAINED, evaluate=kind.evaluate.__name__)
        ),
    )
    modules = [loop, *map(_module, functions)]
    texts = {f"{module.__name__.split('.')[-1]}.py": _source(module) for module in modules}
    return {SCRIPT: "\n".join([head, *imports, ""]) + "\n" + "\n\n\n".join(sections), **texts}


def _module(function: Callable[..., object]) -> ModuleType:
    """The module that a function stands in."""
    return sys.modules[function.__module__]


def _source(module: ModuleType) -> str:
    """The text of a module.

    Raises:
        UserError: the source is not at hand, as in a program that was frozen into one file.
    """
    try:
        return inspect.getsource(module)
    except OSError as error:
        raise UserError("Scripts are exported by a program installed from its source alone.") from error


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "'")


def _headed(heading: str, source: str) -> str:
    return f"# {'-' * (95 - len(heading))} {heading}\n\n{source}"


# ------------------------------------------------------------------------------ what is written out


def _settings_lines(recipe: Recipe) -> str:
    lines = [f"    {name}={_literal(value)}," for name, value in asdict(loop_settings(recipe)).items()]
    return "\n".join(["settings = Settings(", *lines, ")"])


def _augmentation_lines(recipe: Recipe) -> str:
    """The function that changes batches; none where they are learned as they are."""
    values = recipe.image_augmentation
    if values is None:
        return "augment = None"
    name = task_kind(recipe.task).augment.__name__
    inner = ", ".join(f"{name}={_literal(value)}" for name, value in asdict(values).items())
    return (
        f"ranges = SimpleNamespace({inner})\n\n\n"
        "def augment(inputs, targets, strength, rng):\n"
        '    """Change a batch at random."""\n'
        f"    return {name}(inputs, targets, strength, ranges, rng)"
    )


def _literal(value: object) -> str:
    """A value as Python writes it."""
    # JSON's quotes, because a name may hold any character that can be seen.
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' * (len(value) == 1)})"
    return repr(value)


def _network_lines(recipe: Recipe) -> str:
    """A function that builds the network, a line for each layer."""
    model = plain_network(recipe)
    layers = trace_recipe(recipe).layers
    before = [INPUT, *(each.layer.name for each in layers)]
    chain = all(each.layer.inputs == (name,) for each, name in zip(layers, before, strict=False))
    lines = [
        "def build_network() -> keras.Model:",
        '    """The network, with fresh weights."""',
        f"    inputs = keras.layers.Input({recipe.task.input_shape}, name={_literal(INPUT)})",
    ]
    if not chain:
        lines.append(f"    x = {{{_literal(INPUT)}: inputs}}")
    for number, each in enumerate(layers):
        layer = each.layer
        made = _layer_call(each, model.get_layer(layer.name))
        if chain:
            lines.append(f"    x = {made}({'x' if number else 'inputs'})")
        else:
            given = [f"x[{_literal(name)}]" for name in layer.inputs]
            taken = given[0] if len(given) == 1 else f"[{', '.join(given)}]"
            lines.append(f"    x[{_literal(layer.name)}] = {made}({taken})")
    outputs = "x" if chain else f"x[{_literal(layers[-1].layer.name)}]"
    lines.append(f"    return keras.Model(inputs, {outputs}, name={_literal(model.name)})")
    return "\n".join(lines)


def _layer_call(traced: TracedLayer, made: keras.Layer) -> str:
    """The call that makes a layer as the program has made it; what Keras does anyway is left unsaid."""
    layer, config = traced.layer, made.get_config()
    usual = inspect.signature(type(made).__init__).parameters
    options: dict[str, Any] = dict(layer.options)
    if "units" in options:
        options["units"] = config["units"]
    said = {name: value for name, value in options.items() if not _is_usual(value, usual[name].default)}
    if "seed" in config:
        said["seed"] = config["seed"]
    if _is_exact(made):
        said["dtype"] = "float32"
    said["name"] = layer.name
    words = ", ".join(f"{name}={_literal(value)}" for name, value in said.items())
    return f"keras.layers.{layer.kind}({words})"


def _is_usual(value: object, usual: object) -> bool:
    """Whether Keras takes a value where none is given; it writes sizes as pairs and "linear" as None."""
    return usual in (value, (value, value)) or (usual is None and value == "linear")


def _is_exact(made: keras.Layer) -> bool:
    """Whether the layer was told to compute in float32 whatever the others do."""
    return bool(made.dtype_policy is not keras.config.dtype_policy())


# -------------------------------------------------------------------------------------------- files


def _write_data(dataset: Dataset, recipe: Recipe, path: Path) -> None:
    """All samples, compressed, with the labels that their numbers stand for."""
    arrays: dict[str, Any] = {"labels": np.array(recipe.task.labels), "epochs": dataset.epochs}
    arrays |= (
        _arrays_of("training", dataset.training)
        | _arrays_of("validation", dataset.validation)
        | _arrays_of("test", dataset.test)
    )
    with path.open("xb") as file:
        np.savez_compressed(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def _arrays_of(name: str, samples: Samples) -> dict[str, Any]:
    return {
        f"{name}_inputs": samples.inputs,
        f"{name}_targets": samples.targets,
        f"{name}_strength": samples.strength,
    }


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
