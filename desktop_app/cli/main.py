"""What was asked for: the window, its picture, or a command.

Each module is imported when it is needed, so that a command never waits for Qt, nor help for
anything at all. A file named like a command is reached by a path: ./recognize.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop_app import __version__

_COMMANDS = {
    "recognize": "read image files, InkML files and folders of them",
    "evaluate": "measure how well a model reads a data set",
    "train": "train a model by a recipe",
    "import": "put a network that was trained elsewhere into the model library",
}
_MODULES = {"import": "import_model"}  # Python keeps the word for itself


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for.

    Args:
        arguments: without the program's name.

    Returns:
        The exit code: 0 when all went well, 1 when something failed, 2 for wrong usage.
    """
    try:
        if arguments and arguments[0] in _COMMANDS:
            return _run_command(arguments[0], arguments[1:])
        return _open_window(arguments)
    except SystemExit as exit_:  # argparse has said what was wrong, or printed the help
        return exit_.code if isinstance(exit_.code, int) else 0


def _run_command(name: str, arguments: Sequence[str]) -> int:
    """Run one subcommand; its module declares its arguments and does its work."""
    try:
        module = importlib.import_module(f"desktop_app.cli.{_MODULES.get(name, name)}")
    except ImportError:
        # The bundled program has no room for training.
        print(f"handwriting: {name} needs more than reading: install handwriting[training].", file=sys.stderr)
        return 1
    purpose = f"{_COMMANDS[name].capitalize()}."
    parser = argparse.ArgumentParser(prog=f"handwriting {name}", description=purpose)
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args(arguments))
    return code


def _open_window(arguments: Sequence[str]) -> int:
    """Open the window, or write a picture of it."""
    commands = "\n".join(f"  {name:<11}{what}" for name, what in _COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="handwriting",
        description="Read handwriting: draw a digit or open an image, and get the right answer at once.",
        epilog=f"commands (handwriting COMMAND --help says more):\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="image or InkML file to open")
    parser.add_argument(
        "--screenshot", type=Path, metavar="OUT.png", help="write a picture of the window, then exit"
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    options = parser.parse_args(arguments)

    from desktop_app.app import run_window, save_screenshot

    if options.screenshot is not None:
        return save_screenshot(options.screenshot, options.file)
    return run_window(options.file)
