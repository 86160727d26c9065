"""Model folders: a card and files whose hashes it lists; written as a whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import copy_new, read_file, replace_file, sync_file, sync_folder, write_atomically
from desktop_app.core.temporary import TemporaryFolder, write_error
from desktop_app.networks.card import CARD_FILE, NETWORK_FILE, ModelCard, card_from_json, card_to_json

WEIGHTS_FILE = "weights.npz"
KERAS_FILE = "model.keras"
RECIPE_FILE = "recipe.json"

LARGEST_CARD = 4_000_000
"""Maximum size of a card in bytes."""

_FILES_OF_SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that file managers add to folders that they show."""

_LARGEST_KERAS = 1_000_000_000
_LARGEST_NETWORK = 64_000_000


def is_model_folder(folder: Path) -> bool:
    """Return whether a folder has a model card, which may still be damaged."""
    return (folder / CARD_FILE).is_file()


def read_card(folder: Path) -> ModelCard:
    """Read and check the card in a model folder.

    Raises:
        UserError: there is none, it cannot be read or is damaged, or the model is for another version of the
            program or for unsupported inputs.
    """
    if not is_model_folder(folder):
        raise UserError("There is no longer a model called {name}; choose another.", name=shown_name(folder))
    return card_from_json(read_file(folder / CARD_FILE, LARGEST_CARD), shown_name(folder))


def current_card(folder: Path, card: ModelCard) -> ModelCard:
    """Read the card of a model again, which may have got another title or further files.

    Args:
        folder: the model folder.
        card: card of the model when its network was read.

    Raises:
        UserError: there is no card any more, or that of another network.
    """
    current = read_card(folder)
    if current.files[NETWORK_FILE] != card.files[NETWORK_FILE]:
        raise UserError(
            "The model {title} was replaced by another one in the meantime; repeat the command.",
            title=card.title,
        )
    return current


def read_network(folder: Path, card: ModelCard) -> bytes:
    """Read the network file and check its hash, because a damaged network can crash the process.

    Raises:
        UserError: the file is missing, too large, or does not match the card.
    """
    return read_verified_file(folder / NETWORK_FILE, card, _LARGEST_NETWORK)


def read_keras(folder: Path, card: ModelCard) -> bytes:
    """Read the Keras file and check its hash.

    Raises:
        UserError: the file is missing, too large, or does not match the card.
    """
    return read_verified_file(folder / KERAS_FILE, card, _LARGEST_KERAS)


def read_verified_file(path: Path, card: ModelCard, limit: int) -> bytes:
    """Read a file of a model folder and check its hash.

    Args:
        path: the file.
        card: card of the model.
        limit: largest allowed size in bytes.

    Raises:
        UserError: the file is missing, too large, or does not match the card.
    """
    data = read_file(path, limit)
    if hashlib.sha256(data).hexdigest() != card.files.get(path.name):
        raise UserError(
            "The file {name} of the model {title} is damaged; install the model again.",
            name=path.name,
            title=card.title,
        )
    return data


def write_model(folder: Path, card: ModelCard, write_files: Callable[[Path], None]) -> None:
    """Write a model folder as a whole or not at all.

    Args:
        folder: the folder; replaced if it exists.
        card: model card; its files are replaced by those written.
        write_files: writes all files except the card into the given temporary folder.
    """
    with _draft_of(folder) as draft:
        write_files(draft)
        files = {path.name: _hash(path) for path in sorted(draft.iterdir())}
        write_card(draft, replace(card, files=files))
        _replace(draft, folder)


def write_card(folder: Path, card: ModelCard) -> None:
    """Write or replace the card of a model folder.

    Raises:
        UserError: the card cannot be written; the previous one stays.
    """
    write_atomically(folder / CARD_FILE, card_to_json(card))


def add_file(folder: Path, card: ModelCard, name: str, content: bytes) -> ModelCard:
    """Write a file into a model folder, or replace it, and list it in the card as it is now.

    Args:
        folder: the model folder.
        card: card of the model that the file belongs to.
        name: name of the file.
        content: content of the file.

    Returns:
        The card.

    Raises:
        UserError: a file cannot be written, or the model was removed or replaced, see `current_card`.
    """
    current = current_card(folder, card)
    write_atomically(folder / name, content)
    current = replace(current, files={**current.files, name: hashlib.sha256(content).hexdigest()})
    write_card(folder, current)
    return current


def check_replaceable_by_model(folder: Path) -> None:
    """Check that a folder is missing or has only files of a model, so that a model may replace it.

    Raises:
        UserError: there is something else, the system cannot have such a folder, or nothing can be written
            beside it.
    """
    try:
        is_replaceable = not folder.exists() or {path.name for path in folder.iterdir()} <= _own_names(folder)
        problem = write_error(next((parent for parent in folder.parents if parent.exists()), folder))
    except OSError as error:
        raise _not_written(folder, error) from error
    if not is_replaceable:
        raise UserError(
            "{name} contains other files than a model; choose a new folder.", name=shown_name(folder)
        )
    if problem is not None:
        raise _not_written(folder, problem) from problem


def copy_model(source: Path, folder: Path) -> None:
    """Copy a model folder as a whole or not at all.

    Args:
        source: the model folder.
        folder: the copy; an empty folder or a model is replaced.

    Raises:
        UserError: the model is damaged or cannot be copied, or the folder contains other files as well; an
            existing folder stays unchanged.
    """
    check_replaceable_by_model(folder)
    try:
        with _draft_of(folder) as draft:
            copy_model_files(source, draft)
            _replace(draft, folder)
    except OSError as error:
        raise _not_written(folder, error) from error


def copy_model_files(source: Path, draft: Path) -> ModelCard:
    """Copy the card of a model folder and the files listed in it. Links are not followed.

    Args:
        source: the model folder.
        draft: a folder that has none of these files.

    Returns:
        The card.

    Raises:
        OSError: a file cannot be read or written.
        UserError: the model is damaged.
    """
    card = read_card(source)
    for name, sha256 in card.files.items():
        if copy_new(source / name, draft / name) != sha256:
            raise UserError(
                "The file {name} of the model {title} is damaged; install the model again.",
                name=shown_name(name),
                title=card.title,
            )
    write_card(draft, card)
    return card


def _own_names(folder: Path) -> set[str]:
    """Return the names that a model folder may have by its card, and those of files that systems add."""
    with contextlib.suppress(UserError):
        return {CARD_FILE, *read_card(folder).files, *_FILES_OF_SYSTEMS}
    return set()


@contextlib.contextmanager
def _draft_of(folder: Path) -> Iterator[Path]:
    """Create a folder on the same disk as another; it is deleted at the end if it was not moved."""
    with TemporaryFolder(folder.parent) as temporary:
        draft = temporary / "model"
        draft.mkdir()
        yield draft


def _replace(draft: Path, folder: Path) -> None:
    """Replace the folder by the draft; the old folder is deleted last."""
    for path in draft.iterdir():
        sync_file(path)
    old = folder.with_name(f".{folder.name}-old")
    if folder.exists():
        # Left behind by a process that was killed after the new folder had taken its place.
        shutil.rmtree(old, ignore_errors=True)
        replace_file(folder, old)
    replace_file(draft, folder)
    sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _not_written(folder: Path, error: OSError) -> UserError:
    return UserError(
        "The model {name} cannot be written: {reason}.", name=shown_name(folder), reason=reason(error)
    )


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
