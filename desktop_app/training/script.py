"""Export of a recipe and its data as a Keras script that trains without this program.

The script uses copies of the program's modules for the training loop and the functions of the task, in which
only the names of the imported modules are shorter, so both give the same result. Only the network and the
recipe's values are generated.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import replace_file
from desktop_app.core.stopping import ShouldStop, StoppableFile
from desktop_app.core.temporary import TemporaryFolder
from desktop_app.data.dataset import Dataset
from desktop_app.data.samples import Samples
from desktop_app.networks.layer_list import INPUT, CheckedLayer
from desktop_app.runs.recipe import Recipe, check_recipe, check_recipe_layers, write_recipe
from desktop_app.tasks.kinds import task_kind
from desktop_app.training import calibrated_network
from desktop_app.training.batches import batches_per_epoch, predict
from desktop_app.training.compiled_network import compile_network
from desktop_app.training.fit import loop_settings, new_network
from desktop_app.training.loop import EpochMonitor, fit_network
from desktop_app.training.loop_settings import AUTOMATIC, LoopSettings
from desktop_app.training.precision import with_fastest_precision
from desktop_app.training.recalibration import recalibrate
from desktop_app.training.short_script import short_script

SCRIPT, SHORT_SCRIPT, DATA, RECIPE = "train.py", "short.py", "data.npz", "recipe.json"

_MODEL = "model.keras"

_USED = (EpochMonitor, LoopSettings, batches_per_epoch, compile_network, fit_network, predict, recalibrate)
"""What every script imports from the modules of the training loop."""

_HEAD = '''"""{title}: training script exported from a recipe.

Requires Keras 3 with TensorFlow, NumPy and SciPy, and the other files of this folder. Usage:

    python {script}

Initial weights, sample order and augmentation depend on the seed, so the result is the same as in the
program. The script prints the metrics on the test samples and writes {model}.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
'''

_LOAD = '''def load(path):
    """Return the training samples, their rows in each variant, the validation and the test samples."""
    with np.load(path, allow_pickle=False) as arrays:

        def samples(name):
            fields = ("inputs", "targets", "strength")
            return SimpleNamespace(**{field: arrays[f"{name}_{field}"] for field in fields})

        return samples("training"), arrays["epochs"], samples("validation"), samples("test")'''

_RUN = '''def run(folder):
    """Train, recalibrate, save and evaluate the network."""
    training, epochs, validation, test = load(folder / "data.npz")
{precision}    # Before the network is built: initial weights use the global seed.
    keras.utils.set_random_seed({settings}.seed)
    model = compile_network(build_network, {settings}, batches_per_epoch(epochs.shape[1], {settings}))
    monitor = EpochMonitor({settings})
    callbacks = [monitor, keras.callbacks.TerminateOnNaN()]
    fit_network(model, training, epochs, validation, {settings}, callbacks, augment=augment, verbose=2)
    trained = build_network()
    trained.set_weights(monitor.weights)
    recalibrate(
        trained, training, epochs[0], validation, {settings}, augment=augment, should_stop=lambda: False
    )
{calibrate}    trained.save(folder / "{model}")
    if len(test.inputs):
        scores = {evaluate}(predict(trained, test.inputs), test.targets)
        sys.stdout.write(", ".join(f"test {{name}} {{value:.7f}}" for name, value in scores.items()) + "\\n")


if __name__ == "__main__":
    run(Path(__file__).parent)
'''

_PRECISION = """    fastest = with_fastest_precision(build_network, settings, training)
    sys.stdout.write(f"precision: {fastest.precision}\\n")
"""

_CALIBRATE = """    trained = with_probabilities(trained)
    calibrate(
        trained,
        predict(trained, validation.inputs),
        validation.targets,
        lambda outputs, classes: {fit}(
            outputs, classes, rejects={rejects}, expected_share={share}
        ),
    )
"""


def export_script(
    recipe: Recipe, dataset: Dataset, folder: Path, should_stop: ShouldStop = lambda: False
) -> None:
    """Write a folder with a script that trains the recipe's network.

    The folder contains train.py with the network and the values of the recipe; copies of the modules that it
    imports, which need only Keras, TensorFlow, NumPy and SciPy; short.py, a short script with a similar
    training; data.npz with the prepared samples; and recipe.json.

    Args:
        recipe: recipe to export.
        dataset: its data, from `dataset.build_dataset`.
        folder: folder to create; must not exist yet.
        should_stop: called often while samples are written.

    Raises:
        UserError: the recipe is invalid, the folder exists or cannot be written, or the program's source code
            is not available.
        Stopped: should_stop() returned True; nothing was written.
    """
    check_recipe(recipe)
    if folder.exists():
        raise UserError("{name} already exists; choose another name.", name=shown_name(folder))
    texts = script_of(recipe)
    texts[SHORT_SCRIPT] = short_script(recipe, _network_lines(recipe), len(dataset.validation))
    try:
        with TemporaryFolder(folder.parent) as temporary:
            draft = temporary / "script"
            draft.mkdir()
            _write_data(dataset, recipe, draft / DATA, should_stop)
            write_recipe(recipe, draft / RECIPE)
            for name, text in texts.items():
                _write(draft / name, text.encode())
            replace_file(draft, folder)
    except OSError as error:
        why = reason(error)
        raise UserError(
            "{name} cannot be saved: {reason}; choose another folder.", name=shown_name(folder), reason=why
        ) from error


def script_of(recipe: Recipe) -> dict[str, str]:
    """Return the source of the script and of the modules that it imports, by file name.

    Raises:
        UserError: the program's source code is not available.
    """
    kind = task_kind(recipe.task)
    used: list[Callable[..., object]] = [*_USED, kind.evaluate]
    if recipe.image_augmentation is not None:
        used.append(kind.augment)
    calibrate = ""
    if kind.calibrate is not None:
        used += [kind.calibrate, calibrated_network.calibrate, calibrated_network.with_probabilities]
        calibrate = _CALIBRATE.format(
            fit=kind.calibrate.__name__,
            rejects=recipe.task.rejects,
            share=recipe.negatives.expected_share,
        )
    is_automatic = recipe.fitting.precision == AUTOMATIC
    if is_automatic:
        used.append(with_fastest_precision)
    run = _RUN.format(
        precision=_PRECISION if is_automatic else "",
        settings="fastest" if is_automatic else "settings",
        calibrate=calibrate,
        model=_MODEL,
        evaluate=kind.evaluate.__name__,
    )
    modules: dict[str, list[Callable[..., object]]] = defaultdict(list)
    for each in used:
        modules[each.__module__].append(each)
    head = _HEAD.format(title=_in_docstring(recipe.title), script=SCRIPT, model=_MODEL)
    sections = (
        _section("Settings", _settings_lines(recipe)),
        _section("Network", _network_lines(recipe)),
        _section("Data and augmentation", f"{_LOAD}\n\n\n{_augmentation_lines(recipe)}"),
        _section("Run", run),
    )
    texts = {f"{_short(module)}.py": _source(module) for module in modules}
    imports = sorted(
        f"from {_short(module)} import {', '.join(sorted(each.__name__ for each in functions))}"
        for module, functions in modules.items()
    )
    return {SCRIPT: "\n".join([head, *imports, ""]) + "\n" + "\n\n\n".join(sections), **texts}


def _short(module: str) -> str:
    return module.rpartition(".")[2]


def _source(module: str) -> str:
    """Return the source code of a module, which imports others from its own folder.

    Raises:
        UserError: the source code is not available, as in a frozen program.
    """
    try:
        return inspect.getsource(sys.modules[module]).replace("from desktop_app.training.", "from ")
    except OSError as error:
        raise UserError("Scripts cannot be exported by the bundled program; install it with pip.") from error


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "'")


def _section(heading: str, source: str) -> str:
    return f"# {'-' * (95 - len(heading))} {heading}\n\n{source}"


# ------------------------------------------------------------------------------------ generated code


def _settings_lines(recipe: Recipe) -> str:
    lines = [f"    {name}={_literal(value)}," for name, value in asdict(loop_settings(recipe)).items()]
    return "\n".join(["settings = LoopSettings(", *lines, ")"])


def _augmentation_lines(recipe: Recipe) -> str:
    """Return the code of the function that augments batches, or of None for no augmentation."""
    values = recipe.image_augmentation
    if values is None:
        return "augment = None"
    name = task_kind(recipe.task).augment.__name__
    inner = ", ".join(f"{name}={_literal(value)}" for name, value in asdict(values).items())
    return (
        f"ranges = SimpleNamespace({inner})\n\n\n"
        "def augment(inputs, targets, strength, rng):\n"
        '    """Augment a batch."""\n'
        f"    return {name}(inputs, targets, strength, ranges, rng)"
    )


def _literal(value: object) -> str:
    """Return a value as a Python literal."""
    # JSON quoting leaves all printable characters as they are.
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' * (len(value) == 1)})"
    return repr(value)


def _network_lines(recipe: Recipe) -> str:
    """Return the code of a function that builds the network, one line per layer."""
    model = new_network(recipe)
    layers = check_recipe_layers(recipe).layers
    previous = [INPUT, *(each.layer.name for each in layers)]
    is_chain = all(each.layer.inputs == (name,) for each, name in zip(layers, previous, strict=False))
    lines = [
        "def build_network() -> keras.Model:",
        '    """Build the network with initial weights."""',
        f"    inputs = keras.layers.Input({recipe.task.input_shape}, name={_literal(INPUT)})",
    ]
    if not is_chain:
        lines.append(f"    x = {{{_literal(INPUT)}: inputs}}")
    for number, each in enumerate(layers):
        layer = each.layer
        call = _layer_call(each, model.get_layer(layer.name))
        if is_chain:
            lines.append(f"    x = {call}({'x' if number else 'inputs'})")
        else:
            tensors = [f"x[{_literal(name)}]" for name in layer.inputs]
            inputs = tensors[0] if len(tensors) == 1 else f"[{', '.join(tensors)}]"
            lines.append(f"    x[{_literal(layer.name)}] = {call}({inputs})")
    outputs = "x" if is_chain else f"x[{_literal(layers[-1].layer.name)}]"
    lines.append(f"    return keras.Model(inputs, {outputs}, name={_literal(model.name)})")
    return "\n".join(lines)


def _layer_call(checked: CheckedLayer, keras_layer: keras.Layer) -> str:
    """Return the call that creates a layer, without options that have Keras' default values."""
    layer, config = checked.layer, keras_layer.get_config()
    parameters = inspect.signature(type(keras_layer).__init__).parameters
    options: dict[str, Any] = dict(layer.options)
    if "units" in options:
        options["units"] = config["units"]
    options = {
        name: value for name, value in options.items() if not _is_default(value, parameters[name].default)
    }
    if "seed" in config:
        options["seed"] = config["seed"]
    # A layer created with an explicit dtype has its own policy object.
    if keras_layer.dtype_policy is not keras.config.dtype_policy():
        options["dtype"] = "float32"
    options["name"] = layer.name
    arguments = ", ".join(f"{name}={_literal(value)}" for name, value in options.items())
    return f"keras.layers.{layer.kind}({arguments})"


def _is_default(value: object, default: object) -> bool:
    """Return whether a value equals Keras' default, which may be a pair of sizes or None for "linear"."""
    return default in (value, (value, value)) or (default is None and value == "linear")


# -------------------------------------------------------------------------------------------- files


def _write_data(dataset: Dataset, recipe: Recipe, path: Path, should_stop: ShouldStop) -> None:
    """Write all samples, compressed, and the labels of the classes."""
    arrays: dict[str, Any] = {"labels": np.array(recipe.task.labels), "epochs": dataset.epochs}
    arrays |= (
        _arrays_of("training", dataset.training)
        | _arrays_of("validation", dataset.validation)
        | _arrays_of("test", dataset.test)
    )
    with path.open("xb") as file:
        stoppable: Any = StoppableFile(file, should_stop)
        np.savez_compressed(stoppable, **arrays)
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
