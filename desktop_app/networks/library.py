"""The model library: bundled models and the user's models."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.core import paths
from desktop_app.core.errors import UserError, printable, reason, shown_list, shown_name
from desktop_app.core.files import replace_file, sync_folder
from desktop_app.core.messages import Message
from desktop_app.core.temporary import TemporaryFolder, temporary_neighbour
from desktop_app.core.text import shortened
from desktop_app.networks.card import CARD_FILE, ModelCard
from desktop_app.networks.model_folder import copy_model_files, read_card, write_card
from desktop_app.tasks.task import TaskName

DEFAULT_MODEL = "digits"

_MOST_MODELS = 100_000
_LONGEST_TITLE = 180
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class LibraryEntry:
    """A model that can be chosen.

    Attributes:
        name: its name in the library.
        title: its title in the interface.
        folder: its folder.
        kind: its kind of task.
        accuracy: 0..1, in the first evaluation on its card; None if unknown.
        date: ISO date of its training; empty if unknown.
        data: names of the files that it was trained on; empty if unknown.
        size: bytes of its files.
    """

    name: str
    title: str
    folder: Path
    kind: TaskName
    accuracy: float | None = None
    date: str = ""
    data: str = ""
    size: int = 0


def model_folders() -> dict[str, Path]:
    """Return the folders of all models by name; a user's model hides a bundled one of the same name."""
    found: dict[str, Path] = {}
    for library in (paths.models_dir(), paths.user_models_dir()):
        found |= _models_in(library)
    return found


def find_model(name: str) -> Path:
    """Return the folder of the model with this name.

    Raises:
        UserError: there is no such model; the error lists the available ones.
    """
    folders = model_folders()
    if name in folders:
        return folders[name]
    if not folders:
        raise UserError("There are no models; install the program again.")
    raise UserError(
        "There is no model called {name}; choose one of these: {names}.",
        name=shortened(printable(name), _LONGEST_SHOWN),
        names=shown_list(sorted(folders)),
    )


def library_entries() -> tuple[LibraryEntry, ...]:
    """Return the models with valid cards: the default model first, then by title."""
    entries = [_entry(name, folder, card) for name, folder, card in _cards() if isinstance(card, ModelCard)]
    return tuple(sorted(entries, key=lambda entry: (entry.name != DEFAULT_MODEL, entry.title, entry.name)))


def _entry(name: str, folder: Path, card: ModelCard) -> LibraryEntry:
    sizes = []
    for file in (*card.files, CARD_FILE):
        with contextlib.suppress(OSError):
            sizes.append((folder / file).stat().st_size)
    return LibraryEntry(
        name,
        card.title,
        folder,
        card.task.kind,
        accuracy=card.test_accuracy,
        date=card.date,
        data=", ".join(dict.fromkeys(source.file for source in card.data)),
        size=sum(sizes),
    )


def library_errors() -> tuple[Message, ...]:
    """Return a message for each model whose card is not valid."""
    return tuple(card.message for _, _, card in _cards() if isinstance(card, UserError))


def list_user_models() -> tuple[tuple[str, str], ...]:
    """Return names and titles of the user's models, by title; the title of a damaged model is its name."""
    models = [(folder.name, _title_of(folder)) for folder in _models_in(paths.user_models_dir()).values()]
    return tuple(sorted(models, key=lambda model: (model[1], model[0])))


def add_model(source: Path, library: Path, title: str = "") -> str:
    """Copy a model into a library under its name, with a number if the name is taken.

    Args:
        source: the model folder.
        library: folder of the user's library; created if it does not exist.
        title: replaces the title of the card, if given. It gets a number if another model has it.

    Returns:
        The model's name in the library.

    Raises:
        UserError: the model is damaged or cannot be copied; the library stays unchanged.
    """
    try:
        with TemporaryFolder(library) as temporary:
            draft = temporary / "model"
            draft.mkdir()
            card = copy_model_files(source, draft)
            return _move_into(draft, library, replace(card, title=title or card.title))
    except OSError as error:
        raise UserError(
            "The model cannot be added to the library {folder}: {reason}.",
            folder=library,
            reason=reason(error),
        ) from error


def _move_into(draft: Path, library: Path, card: ModelCard) -> str:
    """Move the draft to the first free name, and write name and title into its card."""
    libraries = (library, paths.models_dir())
    taken = {path.name for folder in libraries if folder.is_dir() for path in folder.iterdir()}
    titles = {_title_of(folder) for each in libraries for folder in _models_in(each).values()}
    for number in range(1, _MOST_MODELS):
        name = card.name if number == 1 else f"{card.name}-{number}"
        if name in taken:
            continue
        write_card(draft, replace(card, name=name, title=_distinct(card.title, titles)))
        try:
            replace_file(draft, library / name)
        except OSError:
            if not (library / name).exists():
                raise
            continue
        sync_folder(library)
        return name
    raise UserError("There are too many models of this name; remove some.")


def free_title(title: str) -> str:
    """Return a title for a new model that no other one has: with a number if needed."""
    return _distinct(title, {entry.title for entry in library_entries()})


def _distinct(title: str, taken: set[str]) -> str:
    """Return a title that is not taken: with a number if needed."""
    if title not in taken:
        return title
    numbered = (f"{title[:_LONGEST_TITLE]} ({number})" for number in range(2, _MOST_MODELS))
    return next(each for each in numbered if each not in taken)


def rename_model(name: str, title: str) -> None:
    """Change the title of one of the user's models.

    Raises:
        UserError: the title is empty, there is no such model, its card is damaged or cannot be written.
    """
    title = printable(" ".join(title.split()))[:_LONGEST_TITLE]
    if not title:
        raise UserError("The title is empty; enter one.")
    folder = _models_in(paths.user_models_dir()).get(name)
    if folder is None:
        raise UserError("There is no longer a model called {name}; choose another.", name=shown_name(name))
    write_card(folder, replace(read_card(folder), title=title))


def remove_model(name: str) -> None:
    """Remove one of the user's models. Links in it or to it are removed, not followed.

    Raises:
        UserError: there is no such model, or it cannot be removed.
    """
    library = paths.user_models_dir()
    if name not in _models_in(library):
        raise UserError("There is no longer a model called {name}; choose another.", name=shown_name(name))
    # Renaming removes the model from the library at once, however long deleting takes.
    hidden = temporary_neighbour(library / name)
    try:
        replace_file(library / name, hidden)
    except OSError as error:
        raise UserError(
            "The model {name} cannot be removed: {reason}.", name=shown_name(name), reason=reason(error)
        ) from error
    _delete(hidden)
    if hidden.exists():
        raise UserError(
            "The model could not be removed completely; delete {name} in {library}.",
            name=hidden.name,
            library=library,
        )


def _delete(path: Path) -> None:
    if path.is_symlink():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _models_in(library: Path) -> dict[str, Path]:
    """Return the folders of the models of one library by name, without drafts and removed models."""
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
