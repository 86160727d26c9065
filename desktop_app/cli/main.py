"""Parses the command line and opens the window or runs a command.

Modules are imported when they are needed, so that commands do not import Qt. To open a file that has the name
of a command, write ./recognize.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from desktop_app import __version__
from desktop_app.cli.arguments import not_empty_path
from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice

_COMMANDS = {
    "recognize": "recognize image files, InkML files and folders",
    "evaluate": "measure a model on a data set",
    "train": "train a model from a recipe",
    "bank": "let a model learn from corrections",
    "line": "train the network of a model that reads whole lines",
    "import": "add a Keras model file to the model library",
}
_MODULES = {"import": "import_model"}  # `import` is a keyword


def main(arguments: Sequence[str]) -> int:
    """Run the program.

    Args:
        arguments: command line arguments without the program name.

    Returns:
        The exit code: 0 for success, 1 for failure, 2 for invalid arguments.
    """
    try:
        if arguments and arguments[0] in _COMMANDS:
            return _run_command(arguments[0], arguments[1:])
        return _open_window(arguments)
    except SystemExit as exit_:  # argparse has printed the help or an error message
        return exit_.code if isinstance(exit_.code, int) else 0


def _run_command(name: str, arguments: Sequence[str]) -> int:
    """Run a command and print what it cannot do; return the exit code."""
    try:
        module = importlib.import_module(f"desktop_app.cli.{_MODULES.get(name, name)}")
    except ImportError:
        # The bundled program does not contain the training libraries.
        print(f"handwriting: {name} needs more libraries. {install_advice()}", file=sys.stderr)
        return 1
    purpose = f"{_COMMANDS[name][0].upper()}{_COMMANDS[name][1:]}."
    parser = argparse.ArgumentParser(prog=f"handwriting {name}", description=purpose)
    module.add_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        _check_current_folder()
        code: int = module.run(options)
    except UserError as error:
        from desktop_app.cli.data_sets import problem_text

        print(problem_text(error, has_download="download" in options), file=sys.stderr)
        return 1
    return code


def _check_current_folder() -> None:
    """Check that the current folder, to which names of files are relative, has not been deleted.

    Raises:
        UserError: it has.
    """
    try:
        os.getcwd()  # noqa: PTH109, TID251 (no path is made of it)
    except OSError as error:
        raise UserError("The current folder does not exist any more; change to another folder.") from error


def _open_window(arguments: Sequence[str]) -> int:
    """Open the window, or write a screenshot of it; return the exit code."""
    commands = "\n".join(f"  {name:<11}{purpose}" for name, purpose in _COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="handwriting",
        description="Recognize handwriting, inspect the network, and train your own.",
        epilog=f"commands (see handwriting COMMAND --help):\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", nargs="?", type=not_empty_path, metavar="FILE", help="image or InkML file to open"
    )
    parser.add_argument(
        "--screenshot",
        type=not_empty_path,
        metavar="OUT.png",
        help="write a screenshot of the window and exit",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    options = parser.parse_args(arguments)

    from desktop_app.app import run_window, save_screenshot

    if options.screenshot is not None:
        return save_screenshot(options.screenshot, options.file)
    return run_window(options.file)
