"""The model library: the models that ship with the program plus the user's own."""

from __future__ import annotations

from pathlib import Path

from desktop_app import paths
from desktop_app.core.errors import Refusal
from desktop_app.recognition.card import CARD_FILE

DEFAULT_MODEL = "digits"


def model_folders() -> dict[str, Path]:
    """Model names and their folders; a user's model hides a bundled one of the same name."""
    found: dict[str, Path] = {}
    for library in (paths.models_dir(), paths.user_models_dir()):
        if library.is_dir():
            found |= {path.parent.name: path.parent for path in sorted(library.glob(f"*/{CARD_FILE}"))}
    return found


def find_model(name: str) -> Path:
    """The folder of the model with this name.

    Raises:
        Refusal: there is none; the sentence says which there are.
    """
    folders = model_folders()
    if name in folders:
        return folders[name]
    if not folders:
        raise Refusal("There are no models here; install the program again.")
    raise Refusal(f"There is no model called {name}; choose one of these: {', '.join(sorted(folders))}.")
