"""The model library: the models that ship with the program plus the user's own."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.core import paths
from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import replace_file, sync_folder
from desktop_app.core.messages import Message
from desktop_app.networks.card import CARD_FILE, ModelCard
from desktop_app.networks.model_folder import copy_model_files, read_card, write_card

DEFAULT_MODEL = "digits"

_REMOVED = ".removed-"
_MOST_MODELS = 100_000
_LONGEST_TITLE = 180


@dataclass(frozen=True)
class LibraryEntry:
    """A model that can be chosen: its name in the library, what people see, and where it lies."""

    name: str
    title: str
    folder: Path


def model_folders() -> dict[str, Path]:
    """Model names and their folders; a user's model hides a bundled one of the same name."""
    found: dict[str, Path] = {}
    for library in (paths.models_dir(), paths.user_models_dir()):
        found |= _models_in(library)
    return found


def find_model(name: str) -> Path:
    """The folder of the model with this name.

    Raises:
        UserError: there is none; the sentence says which there are.
    """
    folders = model_folders()
    if name in folders:
        return folders[name]
    if not folders:
        raise UserError("There are no models; install the program again.")
    raise UserError(
        "There is no model called {name}; choose one of these: {names}.",
        name=name,
        names=", ".join(sorted(folders)),
    )


def library_entries() -> tuple[LibraryEntry, ...]:
    """The models whose cards can be read, the default one first and the others by title."""
    entries = [
        LibraryEntry(name, card.title, folder)
        for name, folder, card in _cards()
        if isinstance(card, ModelCard)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.name != DEFAULT_MODEL, entry.title, entry.name)))


def library_errors() -> tuple[Message, ...]:
    """Return why the other models cannot be chosen, a message each."""
    return tuple(card.message for _, _, card in _cards() if isinstance(card, UserError))


def list_user_models() -> tuple[tuple[str, str], ...]:
    """Names and titles of the user's own models, by title; what cannot be read has its name as title."""
    own = [(folder.name, _title_of(folder)) for folder in _models_in(paths.user_models_dir()).values()]
    return tuple(sorted(own, key=lambda model: (model[1], model[0])))


def add_model(source: Path, library: Path, title: str = "") -> str:
    """Copy a model into a library under its own name, with a number where there is one of that name.

    Args:
        source: the model folder.
        library: the user's library; made where it is missing.
        title: what people see in place of the card's title, with the same number.

    Returns:
        The model's name in the library.

    Raises:
        UserError: the model is damaged, or cannot be copied; the library is untouched.
    """
    draft = library / f".{secrets.token_hex(8)}"
    try:
        draft.mkdir(parents=True)
        card = copy_model_files(source, draft)
        return _put_in(draft, library, replace(card, title=title or card.title))
    except OSError as error:
        raise UserError(
            "The model cannot be added to the library: {reason}.", reason=reason(error)
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put_in(draft: Path, library: Path, card: ModelCard) -> str:
    """Give the draft its place under the first free name, which the card then bears beside a title."""
    places = (library, paths.models_dir())
    taken = {path.name for place in places if place.is_dir() for path in place.iterdir()}
    for number in range(1, _MOST_MODELS):
        name = card.name if number == 1 else f"{card.name}-{number}"
        if name in taken:
            continue
        title = card.title if number == 1 else f"{card.title[:_LONGEST_TITLE]} ({number})"
        write_card(draft, replace(card, name=name, title=title))
        try:
            replace_file(draft, library / name)
        except OSError:
            if not (library / name).exists():
                raise
            continue
        sync_folder(library)
        return name
    raise UserError("There are too many models of this name; remove some.")


def remove_model(name: str) -> None:
    """Remove one of the user's own models; links in it, or to it, are removed and not followed.

    Raises:
        UserError: there is none of this name, or the system forbids it.
    """
    library = paths.user_models_dir()
    if name not in _models_in(library):
        raise UserError("There is no longer a model called {name}; choose another.", name=shown_name(name))
    # Under its hidden name it is gone for everybody at once, however long removing takes.
    hidden = library / f"{_REMOVED}{secrets.token_hex(8)}"
    try:
        replace_file(library / name, hidden)
    except OSError as error:
        raise UserError(
            "The model {name} cannot be removed: {reason}.", name=shown_name(name), reason=reason(error)
        ) from error
    # What an earlier removal could not finish is tried once more.
    for path in library.glob(f"{_REMOVED}*"):
        _clear_away(path)
    if hidden.exists():
        raise UserError(
            "The model could not be removed completely; delete {name} in {library}.",
            name=hidden.name,
            library=library,
        )


def _clear_away(path: Path) -> None:
    if path.is_symlink():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _models_in(library: Path) -> dict[str, Path]:
    """The models of one library by their names, but for drafts and what is being removed."""
    if not library.is_dir():
        return {}
    folders = (path.parent for path in sorted(library.glob(f"*/{CARD_FILE}")))
    return {folder.name: folder for folder in folders if not folder.name.startswith(".")}


def _title_of(folder: Path) -> str:
    try:
        return read_card(folder).info.title
    except UserError:
        return folder.name


def _cards() -> Iterator[tuple[str, Path, ModelCard | UserError]]:
    for name, folder in model_folders().items():
        try:
            yield name, folder, read_card(folder)
        except UserError as error:
            yield name, folder, error
