"""The `bank` command: makes the feature bank that a model needs to learn from corrections."""

from __future__ import annotations

import argparse

from desktop_app.cli.arguments import not_empty
from desktop_app.cli.data_sets import data_folders
from desktop_app.data.make_bank import make_bank
from desktop_app.networks.feature_bank import BANK_FILE
from desktop_app.networks.library import DEFAULT_MODEL, find_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = (
        "The bank holds features of validation samples, which the data sets of the model's recipe must "
        "contain. It belongs to the weights of the model: make it again after each training."
    )
    parser.add_argument(
        "model",
        nargs="?",
        type=not_empty,
        default=DEFAULT_MODEL,
        metavar="MODEL",
        help="name of the model (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Make the bank; return the exit code.

    Raises:
        UserError: the bank cannot be made.
    """
    folder = find_model(args.model)
    make_bank(folder, data_folders(), lambda _: None, lambda: False)
    print(folder / BANK_FILE)
    return 0
