"""The `import` command: adds a Keras model file to the model library."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from desktop_app.core import paths
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.text import shape_text
from desktop_app.networks.library import model_folders
from desktop_app.networks.naming import (
    labels_problem,
    model_name_problem,
    name_from,
    title_from,
    title_problem,
)
from desktop_app.networks.recognizer import open_recognizer

_LIBRARIES = ("h5py", "keras", "tensorflow")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = (
        "The network must classify characters or, with words as labels, images. Its input must be a square "
        "image of 8 to 128 pixels, possibly flattened; for characters with light ink on a dark background; "
        "in 0..1, or in 0..255 if the first layer is Rescaling. The file is checked and converted without "
        "running code from it."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .keras or .h5 file")
    parser.add_argument("--name", metavar="NAME", help="name in the library (default: from the file name)")
    parser.add_argument("--title", metavar="TITLE", help="title in the window (default: from the file name)")
    parser.add_argument(
        "--labels",
        default="",
        metavar="LABELS",
        help="labels of the outputs in order: characters, or words with commas (default: 0123456789)",
    )


def run(args: argparse.Namespace) -> int:
    """Import a model file; return the exit code."""
    try:
        _import(args)
    except UserError as error:
        print(f"handwriting: {error}", file=sys.stderr)
        return 1
    return 0


def _import(args: argparse.Namespace) -> None:
    name, title, labels = _name(args), _title(args), _labels(args.labels)
    if any(find_spec(library) is None for library in _LIBRARIES):
        raise UserError("Importing models needs more libraries. Install handwriting[training].")
    from desktop_app.training.import_process import import_foreign_model

    folder = paths.user_models_dir() / name
    import_foreign_model(args.file, folder, title, labels, try_out=open_recognizer)
    info = open_recognizer(folder).info
    shape = shape_text(info.input_shape)
    print(f"{folder}: {_shown(info.labels)}, inputs of {shape}, {len(info.layers)} layers")
    print(f"to use it: handwriting recognize --model {name} PATH, or the Model menu of the window")


def _name(args: argparse.Namespace) -> str:
    """Return the given name, or one from the file name; no other model may have it."""
    name: str = args.name or name_from(args.file.stem)
    if problem := model_name_problem(name):
        raise UserError("--name: {problem}", problem=problem)
    if name in model_folders() or (paths.user_models_dir() / name).exists():
        raise UserError("There is already a model called {name}; give another name with --name.", name=name)
    return name


def _title(args: argparse.Namespace) -> str:
    title = title_from(args.title or shown_name(args.file.stem))
    if problem := title_problem(title):
        raise UserError("--title: {problem}", problem=problem)
    return title


def _shown(labels: tuple[str, ...]) -> str:
    return ("" if all(len(label) == 1 for label in labels) else ", ").join(labels)


def _labels(labels: str) -> str:
    """Return the given labels; empty for the default."""
    if labels and (problem := labels_problem(labels)):
        raise UserError("--labels: {problem}", problem=problem)
    return labels
