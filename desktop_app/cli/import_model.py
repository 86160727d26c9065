"""The `import` command: a network that was trained elsewhere gets a place in the model library."""

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
    name_from,
    problem_of_labels,
    problem_of_name,
    problem_of_title,
    title_from,
)
from desktop_app.networks.recognizer import open_recognizer

_LIBRARIES = ("h5py", "keras", "tensorflow")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = (
        "The network must take squares of 8 to 128 pixels, also in one row, with light ink on "
        "dark ground, in 0 to 1, or in 0 to 255 if it begins with Rescaling. The file is checked and "
        "converted without running any code in it."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .keras or .h5 file")
    parser.add_argument("--name", metavar="NAME", help="name in the library (default: that of the file)")
    parser.add_argument("--title", metavar="TITLE", help="what the window shows (default: name of the file)")
    parser.add_argument(
        "--labels",
        default="",
        metavar="CHARACTERS",
        help="the character of each answer (default: 0123456789)",
    )


def run(args: argparse.Namespace) -> int:
    """Check, convert, try, and put into the library; 0 when it was done, 1 when the file was refused."""
    try:
        _import(args)
    except UserError as error:
        print(f"handwriting: {error}", file=sys.stderr)
        return 1
    return 0


def _import(args: argparse.Namespace) -> None:
    name, title, labels = _name(args), _title(args), _labels(args.labels)
    if any(find_spec(library) is None for library in _LIBRARIES):
        raise UserError("Importing needs more than reading: install handwriting[training].")
    from desktop_app.training.import_process import import_foreign_model

    folder = paths.user_models_dir() / name
    import_foreign_model(args.file, folder, title, labels, try_out=open_recognizer)
    info = open_recognizer(folder).info
    shape = shape_text(info.input_shape)
    print(f"{folder}: {''.join(info.labels)}, inputs of {shape}, {len(info.layers)} layers")
    print(f"try it: handwriting recognize --model {name} PATH, or the menu Model of the window")


def _name(args: argparse.Namespace) -> str:
    """The wished name, or one made from the file's, that no other model has."""
    name: str = args.name or name_from(args.file.stem)
    if problem := problem_of_name(name):
        raise UserError(f"{problem}; give another one with --name.")
    if name in model_folders() or (paths.user_models_dir() / name).exists():
        raise UserError(f"There is already a model called {name}; give another name with --name.")
    return name


def _title(args: argparse.Namespace) -> str:
    title = title_from(args.title or shown_name(args.file.stem))
    if problem := problem_of_title(title):
        raise UserError(f"{problem}; give another one with --title.")
    return title


def _labels(labels: str) -> str:
    """The wished characters; empty for the usual ones."""
    if labels and (problem := problem_of_labels(labels)):
        raise UserError(f"{problem}; give others with --labels.")
    return labels
