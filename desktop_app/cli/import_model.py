"""The `import` command: a network that was trained elsewhere gets a place in the model library."""

from __future__ import annotations

import argparse
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from desktop_app import paths
from desktop_app.core.errors import Refusal, printable, shown_name
from desktop_app.recognition.library import model_folders
from desktop_app.recognition.recognizer import open_recognizer

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LIBRARIES = ("h5py", "keras", "tensorflow")
_LONGEST_TITLE = 60
_MOST_LABELS = 1000


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
    except Refusal as refusal:
        print(f"handwriting: {refusal}", file=sys.stderr)
        return 1
    return 0


def _import(args: argparse.Namespace) -> None:
    name, title, labels = _name(args), _title(args), _labels(args.labels)
    if any(find_spec(library) is None for library in _LIBRARIES):
        raise Refusal("Importing needs more than reading: install handwriting[training].")
    from desktop_app.training.convert import convert_foreign

    folder = paths.user_models_dir() / name
    convert_foreign(args.file, folder, title, labels, try_out=open_recognizer)
    info = open_recognizer(folder).info
    shape = "×".join(map(str, info.input_shape))
    print(f"{folder}: {''.join(info.labels)}, inputs of {shape}, {len(info.layers)} layers")
    print(f"try it: handwriting recognize --model {name} PATH, or the menu Model of the window")


def _name(args: argparse.Namespace) -> str:
    """The wished name, or one made from the file's, that no other model has."""
    name: str = args.name or re.sub(r"[^a-z0-9_-]+", "-", args.file.stem.lower()).strip("-_")[:40]
    if not _NAME.fullmatch(name):
        raise Refusal("Names of models are small letters, digits, - and _; give another one with --name.")
    if name in model_folders() or (paths.user_models_dir() / name).exists():
        raise Refusal(f"There is already a model called {name}; give another name with --name.")
    return name


def _title(args: argparse.Namespace) -> str:
    title: str = printable((args.title or shown_name(args.file.stem)).strip())
    if not 0 < len(title) <= _LONGEST_TITLE:
        raise Refusal(f"Titles have 1 to {_LONGEST_TITLE} characters; give another one with --title.")
    return title


def _labels(labels: str) -> str:
    if (
        len(set(labels)) < len(labels)
        or not labels.isprintable()
        or " " in labels
        or len(labels) > _MOST_LABELS
    ):
        raise Refusal("Labels are characters that can be seen, each of them once; give others with --labels.")
    return labels
