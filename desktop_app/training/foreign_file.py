"""Validation of a Keras model file to import, without Keras.

The file contains a configuration and weights; checking them runs no code of the file. A valid file is still
loaded in a separate process, see `import_process`.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import read_file
from desktop_app.networks.card import CARD_FILE, ModelCard, card_from_json
from desktop_app.networks.model_folder import LARGEST_CARD
from desktop_app.training.foreign_config import LARGEST_CONFIG, check_config
from desktop_app.training.foreign_kind import KERAS, check_no_folder, kind_of
from desktop_app.training.foreign_weights import check_weights, read_model_config, write_model_config

LARGEST_FILE = 200_000_000
"""Maximum file size in bytes: the largest model that a card may describe, with its optimizer state."""

_CONFIG, _WEIGHTS, _METADATA = "config.json", "model.weights.h5", "metadata.json"
_OF_KERAS = frozenset({_CONFIG, _WEIGHTS, _METADATA})
_MAX_SIZES = {_CONFIG: LARGEST_CONFIG, _WEIGHTS: LARGEST_FILE, _METADATA: 10_000, CARD_FILE: LARGEST_CARD}


def read_foreign(path: Path) -> tuple[bytes, str]:
    """Return the contents of a file and its format, KERAS or HDF5, without a further check.

    Raises:
        UserError: the path is a folder, or the file cannot be read, is too large or has another format.
    """
    check_no_folder(path)
    data = read_file(path, LARGEST_FILE)
    return data, kind_of(data, path)


def check_foreign(path: Path) -> str:
    """Check a `.keras` or `.h5` file without running code from it.

    Returns:
        The configuration, JSON, as the current version of Keras would write it.

    Raises:
        UserError: the file is not a model file, is too large, or has contents that Keras does not write or
            that the program does not support.
    """
    data, kind = read_foreign(path)
    if kind == KERAS:
        config, weights = _unpack(data)
        config = check_config(config)
        check_weights(weights)
        return config
    check_weights(data)
    return check_config(read_model_config(data))


def replace_config(path: Path, config: str) -> None:
    """Replace the configuration in a file that `check_foreign` has accepted."""
    data, kind = read_foreign(path)
    if kind == KERAS:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in (parts | {_CONFIG: config.encode("utf-8")}).items():
                archive.writestr(zipfile.ZipInfo(name), part)
    else:
        write_model_config(path, config)


def foreign_card(path: Path) -> ModelCard | None:
    """Return the model card in a file that `check_foreign` has accepted; None if there is none.

    Raises:
        UserError: the card is damaged or of another version of the program.
    """
    data, kind = read_foreign(path)
    if kind != KERAS:
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if CARD_FILE not in archive.namelist():
            return None
        return card_from_json(archive.read(CARD_FILE), CARD_FILE, has_files=False)


def _unpack(data: bytes) -> tuple[str, bytes]:
    """Return the configuration and the weights from a `.keras` file.

    Raises:
        UserError: the file is damaged or has other contents.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist())
            parts = {name: archive.read(name) for name in archive.namelist()}
        return parts[_CONFIG].decode("utf-8"), parts[_WEIGHTS]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError("This file is damaged or incomplete; copy or download it again.") from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Check that the archive has the three uncompressed files that Keras writes, and at most a model card."""
    names = [member.filename for member in members]
    for name in names:
        if name not in _MAX_SIZES:
            raise UserError(
                "This file contains {name}, which is not part of a Keras model; save it with model.save().",
                name=shown_name(name),
            )
    if not _OF_KERAS.issubset(names) or len(set(names)) < len(names):
        raise UserError("A part of this file is missing or duplicated; save the model with model.save().")
    for member in members:
        # Without compression, no member can be larger than the file.
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise UserError(
                "The part {name} of this file is compressed; save the model with model.save().",
                name=member.filename,
            )
        if member.file_size > _MAX_SIZES[member.filename]:
            raise UserError(
                "The part {name} of this file is too large; import a smaller model.", name=member.filename
            )
