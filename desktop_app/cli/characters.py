"""The option of commands that restricts the answers to a set of characters."""

from __future__ import annotations

import argparse

from desktop_app.core.errors import UserError
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from desktop_app.tasks.character_sets import CHARACTER_SETS, CharacterSet, available_sets


def add_characters(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--characters",
        choices=CHARACTER_SETS,
        default="all",
        help="characters that are possible answers (default: %(default)s)",
    )


def open_restricted(model: str, characters: CharacterSet) -> Recognizer:
    """Load a model by its name and restrict its answers to a set of characters.

    Raises:
        UserError: there is no such model, it is damaged, or it does not have the set of characters.
    """
    recognizer = open_recognizer(find_model(model))
    available = available_sets(recognizer.info.task)
    if characters not in available:
        raise UserError(
            "The model {title} cannot be restricted to {characters}; choose one of these: {available}.",
            title=recognizer.info.title,
            characters=characters,
            available=", ".join(available),
        )
    recognizer.restrict(characters)
    return recognizer
