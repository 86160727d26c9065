"""The `bank` command: makes the feature bank that a model needs to learn from corrections."""

from __future__ import annotations

import argparse
import sys

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.settings import load_settings
from desktop_app.data.make_bank import make_bank
from desktop_app.data.sources.source_set import DataFolders
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
        default=DEFAULT_MODEL,
        metavar="MODEL",
        help="name of the model (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Make the bank; return the exit code."""
    settings, _ = load_settings(paths.settings_path())
    folders = DataFolders(paths.data_dir(settings), paths.downloads_dir(), paths.cache_dir())
    try:
        folder = find_model(args.model)
        make_bank(folder, folders, lambda _: None, lambda: False)
    except UserError as error:
        print(f"handwriting: {error}", file=sys.stderr)
        return 1
    print(folder / BANK_FILE)
    return 0
