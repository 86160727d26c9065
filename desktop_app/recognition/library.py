"""The model library: the models that ship with the program plus the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_app import paths
from desktop_app.core.errors import Refusal
from desktop_app.recognition.card import CARD_FILE, ModelCard, read_card

DEFAULT_MODEL = "digits"


@dataclass(frozen=True)
class Entry:
    """A model that can be chosen: its name in the library, what people see, and where it lies."""

    name: str
    title: str
    folder: Path


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


def library_entries() -> tuple[Entry, ...]:
    """The models whose cards can be read, the default one first and the others by title."""
    entries = [
        Entry(name, card.title, folder) for name, folder, card in _cards() if isinstance(card, ModelCard)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.name != DEFAULT_MODEL, entry.title, entry.name)))


def library_refusals() -> tuple[str, ...]:
    """Why the other models cannot be chosen, one sentence each."""
    return tuple(str(card) for _, _, card in _cards() if isinstance(card, Refusal))


def _cards() -> Iterator[tuple[str, Path, ModelCard | Refusal]]:
    for name, folder in model_folders().items():
        try:
            yield name, folder, read_card(folder)
        except Refusal as refusal:
            yield name, folder, refusal
