"""Export: a recipe and its data as a Keras script that runs without this program, to the same end.

What can be the program's own source is: it is taken over function by function, so that script and
program cannot drift apart. Only the network and the recipe's values are written out anew.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np

from desktop_app.core.errors import Refusal, reason, shown_name
from desktop_app.data import augment_images as vary_images
from desktop_app.data import dataset
from desktop_app.data.dataset import Dataset, Samples
from desktop_app.networks.layer_list import INPUT, TracedLayer
from desktop_app.runs.recipe import Recipe, check_recipe, trace_recipe, write_recipe
from desktop_app.training import calibrate, feed, fit, optimizing, script_parts, watcher
from desktop_app.training.fit import plain_network

SCRIPT, DATA, RECIPE = "train.py", "data.npz", "recipe.json"

_ALL: tuple[str, ...] = ()
_TAKEN_OVER: tuple[tuple[str, ModuleType, tuple[str, ...]], ...] = (
    ("The samples, and the batches that are made of them", dataset, ("Inputs", "Samples")),
    ("", feed, _ALL),
    ("How images are varied, each time anew", vary_images, _ALL),
    ("Optimizer, learning rate and loss", optimizing, _ALL),
    ("Which weights are kept", watcher, ("Weights", "kept_weights")),
    (
        "What is learned with, and what comes after learning",
        fit,
        ("_ANSWER_BATCH", "compiled", "_skip_before", "steps_at_once", "settle", "predict", "shares"),
    ),
    ("", calibrate, _ALL),
    ("The run", script_parts, _ALL),
)
"""Headings, modules, and the names that are taken over from them; none for all."""

_PARTS_OF_THE_RECIPE = ("fitting", "schedule", "keeping", "negatives", "image_augmentation")
_OF_NO_USE = ("every_epoch", "tensorboard", "rejected_share", "per_epoch", "look_alikes")
"""Values that decide nothing once the samples are there."""
_LIBRARIES = ("keras", "numpy", "scipy", "tensorflow")
_TRAINED = "model.keras"

_HEAD = '''"""{title}: a training run as a script of its own.

It needs Keras 3 with TensorFlow, NumPy and SciPy, and {data} beside it:

    python {script}

Weights, order and variety come from the seed, so it ends where the run of the program would. It
prints how many test samples are read right and writes {trained}.
"""

from __future__ import annotations

'''


def export_script(recipe: Recipe, dataset: Dataset, folder: Path) -> None:
    """Write a folder with a script that trains the recipe's network by itself.

    The folder holds train.py, which imports Keras, TensorFlow, NumPy and SciPy and nothing of this
    program; data.npz with the prepared samples, uint8 (n, 28, 28) each; and recipe.json.

    Args:
        recipe: what to train.
        dataset: made from the recipe by `dataset.build_dataset`.
        folder: where to write; must not exist yet.

    Raises:
        Refusal: the recipe contradicts itself, the folder is there already or cannot be written, or
            the program's own source is not at hand.
    """
    check_recipe(recipe)
    if folder.exists():
        raise Refusal(f"{shown_name(folder)} is there already; choose another name.")
    text = script_of(recipe)
    temporary = folder.with_name(f".{secrets.token_hex(8)}")
    try:
        temporary.mkdir(parents=True)
        _write_data(dataset, recipe, temporary / DATA)
        write_recipe(recipe, temporary / RECIPE)
        _write(temporary / SCRIPT, text.encode())
        temporary.rename(folder)
    except OSError as error:
        why = reason(error)
        raise Refusal(f"{shown_name(folder)} cannot be written: {why}; choose another place.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def script_of(recipe: Recipe) -> str:
    """The text of the script, in Python.

    Raises:
        Refusal: the program's own source is not at hand.
    """
    sections = []
    for heading, module, names in _TAKEN_OVER:
        if module is vary_images and recipe.image_augmentation is None:
            continue
        left_out = ("_Varied",) if recipe.image_augmentation is None else ()
        source = "\n\n\n".join(_pieces(module, names, left_out))
        sections.append(_headed(heading, source) if heading else source)
    written = [_headed("The recipe", _recipe_lines(recipe)), _headed("The network", _network_lines(recipe))]
    body = "\n\n\n".join([*written, *sections])
    end = '\n\n\nif __name__ == "__main__":\n    run(build_network, recipe, Path(__file__).parent)\n'
    head = _HEAD.format(title=_in_docstring(recipe.title), data=DATA, script=SCRIPT, trained=_TRAINED)
    return head + _imports(body + end) + "\n\n" + body + end


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "'")


def _headed(heading: str, source: str) -> str:
    return f"# {'-' * (95 - len(heading))} {heading}\n\n{source}"


# ------------------------------------------------------------------------------ what is written out


@dataclass(frozen=True)
class _Task:
    """What a script has to know of a task."""

    labels: tuple[str, ...]
    rejects: bool
    output_shape: tuple[int, ...]


def _recipe_lines(recipe: Recipe) -> str:
    values = {
        "seed": recipe.seed,
        "task": _Task(recipe.task.labels, recipe.task.rejects, recipe.task.output_shape),
        "ends_in_probabilities": recipe.ends_in_probabilities,
        **{name: getattr(recipe, name) for name in _PARTS_OF_THE_RECIPE},
    }
    lines = ["Recipe = Fitting = Schedule = ImageAugmentation = SimpleNamespace", "", "recipe = Recipe("]
    lines += [f"    {name}={_literal(value, 1)}," for name, value in values.items()]
    return "\n".join([*lines, ")"])


def _literal(value: object, depth: int = 0) -> str:
    """A value as Python writes it; parts of a recipe as namespaces, a value a line."""
    if is_dataclass(value) and not isinstance(value, type):
        inner = "    " * (depth + 1)
        lines = [
            f"{inner}{field.name}={_literal(getattr(value, field.name), depth + 1)},\n"
            for field in fields(value)
            if field.name not in _OF_NO_USE
        ]
        return f"SimpleNamespace(\n{''.join(lines)}{'    ' * depth})"
    # JSON's quotes, because a label may hold any character that can be seen.
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


# ------------------------------------------------------------------------------- what is taken over


def _pieces(module: ModuleType, names: tuple[str, ...], left_out: tuple[str, ...]) -> Iterator[str]:
    """Functions, classes and constants of a module, as they stand there.

    Raises:
        Refusal: the source is not at hand, as in a program that was frozen into one file.
    """
    try:
        source = inspect.getsource(module)
    except OSError as error:
        raise Refusal("Scripts are exported by a program installed from its source alone.") from error
    lines = source.splitlines()
    found = set()
    kept = False
    for node in ast.parse(source).body[1:]:
        defined = _names_of(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        # A text behind a constant is its documentation.
        kept = (
            kept
            if not defined
            else defined.isdisjoint(left_out) and (not names or not defined.isdisjoint(names))
        )
        if kept:
            found |= defined
            decorators = [each.lineno for each in getattr(node, "decorator_list", ())]
            yield "\n".join(lines[min([node.lineno, *decorators]) - 1 : node.end_lineno])
    if missing := set(names) - found:
        raise LookupError(f"{module.__name__} has no {missing}")


def _names_of(node: ast.stmt) -> set[str]:
    """What a statement defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def _imports(body: str) -> str:
    """The imports of all modules that were taken over, as far as their names are used."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    found = {"import keras", "from types import SimpleNamespace"}
    for _, module, _ in _TAKEN_OVER:
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.Import | ast.ImportFrom) and not _is_our_own(node):
                wanted = [each for each in node.names if (each.asname or each.name) in used]
                found |= {ast.unparse(_alone(node, each)) for each in wanted}
    ours = {line for line in found if line.split()[1].split(".")[0] in _LIBRARIES}
    return "\n\n".join("\n".join(sorted(lines, key=_import_order)) for lines in (found - ours, ours))


def _alone(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    """An import of one of its names."""
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], 0)


def _is_our_own(node: ast.Import | ast.ImportFrom) -> bool:
    module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
    return str(module).split(".")[0] in (__package__.split(".")[0], "__future__")


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


# -------------------------------------------------------------------------------------------- files


def _write_data(dataset: Dataset, recipe: Recipe, path: Path) -> None:
    """All samples, compressed, with the labels that their classes stand for."""
    arrays: dict[str, Any] = {"labels": np.array(recipe.task.labels)}
    for number, variant in enumerate(dataset.epochs):
        arrays |= _arrays_of(f"training_{number}", variant)
    arrays |= _arrays_of("validation", dataset.validation) | _arrays_of("test", dataset.test)
    with path.open("xb") as file:
        np.savez_compressed(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def _arrays_of(name: str, samples: Samples) -> dict[str, Any]:
    return {
        f"{name}_inputs": samples.inputs,
        f"{name}_classes": samples.classes,
        f"{name}_strength": samples.strength,
    }


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
