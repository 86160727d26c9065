"""The `import` command: adds a Keras model file to the model library."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

from desktop_app.cli.arguments import not_empty, not_empty_path
from desktop_app.core import paths
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import is_there
from desktop_app.core.installation import install_advice
from desktop_app.core.messages import Message
from desktop_app.core.text import shape_text
from desktop_app.networks.library import model_folders
from desktop_app.networks.naming import (
    labels_from,
    labels_problem,
    labels_text,
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
        "The network must classify characters or, with words as labels, images; or output images of the size "
        "of its input or larger. Its input must be a square image of 8 to 128 pixels, possibly flattened. "
        "Sample digits show whether it takes light ink on a dark background or the reverse, with values from "
        "0 to 1 or to 255, and the labels of a network that reads digits. A .keras file of this program says "
        "all this, and the title. The file is checked and converted without running code from it."
    )
    parser.add_argument("file", type=not_empty_path, metavar="FILE", help="a .keras or .h5 file")
    parser.add_argument(
        "--name", type=not_empty, metavar="NAME", help="name in the library (default: from the file name)"
    )
    parser.add_argument(
        "--title",
        type=not_empty,
        metavar="TITLE",
        help="title in the window (default: as saved, or from the file name)",
    )
    parser.add_argument(
        "--labels",
        type=not_empty,
        metavar="LABELS",
        help="the label of each output, in order: characters, or words separated by commas "
        "(default: as saved, or for networks that read digits: their digits)",
    )


def run(args: argparse.Namespace) -> int:
    """Import a model file; return the exit code.

    Raises:
        UserError: it cannot be imported.
    """
    _import(args)
    return 0


def _import(args: argparse.Namespace) -> None:
    name, title, labels = _name(args), _title(args), _labels(args.labels or "")
    if any(find_spec(library) is None for library in _LIBRARIES):
        raise UserError("Importing models needs more libraries. {advice}", advice=install_advice())
    from desktop_app.training.import_process import prepare_import

    folder = paths.user_models_dir() / name
    with prepare_import(args.file, folder.parent, on_step=_show_step) as found:
        outputs_images = not found.facts.outputs
        if not labels and not found.facts.labels and not outputs_images:
            raise UserError(
                "{name} does not read the sample digits; give the labels of its {count} outputs with "
                "--labels.",
                name=shown_name(args.file),
                count=found.facts.outputs,
            )
        title = title if args.title else found.facts.title or title
        found.add(folder, title, labels or found.facts.labels, open_recognizer)
        sentences = found.facts.sentences(labels)
    info = open_recognizer(folder).info
    shape = shape_text(info.input_shape)
    if outputs_images:
        print(f"{folder}: inputs of {shape}, {len(info.layers)} layers")
        print(*sentences, sep="\n")
        print(f"to use it: handwriting evaluate --model {name} DATA, or the Model menu of the window")
        return
    print(f"{folder}: {labels_text(info.labels)}, inputs of {shape}, {len(info.layers)} layers")
    print(*sentences, sep="\n")
    print(f"to use it: handwriting recognize --model {name} PATH, or the Model menu of the window")


def _show_step(step: Message) -> None:
    """Print a step if standard error is a terminal."""
    if sys.stderr.isatty():
        print(step, file=sys.stderr, flush=True)


def _name(args: argparse.Namespace) -> str:
    """Return the given name, or one from the file name; no other model may have it."""
    name: str = args.name or name_from(args.file.stem)
    if problem := model_name_problem(name):
        raise UserError("--name: {problem}", problem=problem)
    if name in model_folders() or is_there(paths.user_models_dir() / name):
        raise UserError("There is already a model called {name}; give another name with --name.", name=name)
    return name


def _title(args: argparse.Namespace) -> str:
    title = title_from(args.title or shown_name(args.file.stem))
    if problem := title_problem(title):
        raise UserError("--title: {problem}", problem=problem)
    return title


def _labels(text: str) -> tuple[str, ...]:
    """Return the given labels; empty for the default."""
    if text and (problem := labels_problem(text)):
        raise UserError("--labels: {problem}", problem=problem)
    return labels_from(text)
