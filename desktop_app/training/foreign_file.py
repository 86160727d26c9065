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
from desktop_app.training.foreign_config import LARGEST_CONFIG, check_config
from desktop_app.training.foreign_weights import check_weights, read_model_config

LARGEST_FILE = 200_000_000
"""Maximum file size in bytes: the largest model that a card may describe, with its optimizer state."""

KERAS, HDF5 = ".keras", ".h5"

_SIGNATURES = {b"PK\x03\x04": KERAS, b"\x89HDF\r\n\x1a\n": HDF5}
_CONFIG, _WEIGHTS, _METADATA = "config.json", "model.weights.h5", "metadata.json"
_MAX_SIZES = {_CONFIG: LARGEST_CONFIG, _WEIGHTS: LARGEST_FILE, _METADATA: 10_000}


def check_foreign(path: Path) -> None:
    """Check a `.keras` or `.h5` file without running code from it.

    Raises:
        UserError: the file is not a model file, is too large, or has contents that Keras does not write or
            that the program does not support.
    """
    data = read_file(path, LARGEST_FILE)
    if kind_of(data, path) == KERAS:
        config, weights = _unpack(data)
        check_config(config)
        check_weights(weights)
    else:
        check_weights(data)
        check_config(read_model_config(data))


def kind_of(data: bytes, path: Path) -> str:
    """Return the format of a file by its first bytes, KERAS or HDF5.

    Raises:
        UserError: the file has another format.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return kind
    raise UserError(
        "{name} is not a model saved by Keras; choose a .keras or .h5 file.", name=shown_name(path)
    )


def _unpack(data: bytes) -> tuple[str, bytes]:
    """Return the configuration and the weights from a `.keras` file.

    Raises:
        UserError: the file is damaged or has other contents.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist())
            parts = {name: archive.read(name) for name in (_CONFIG, _WEIGHTS)}
        return parts[_CONFIG].decode("utf-8"), parts[_WEIGHTS]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError("This file is damaged or incomplete; copy or download it again.") from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Check that the archive has the three uncompressed files that Keras writes."""
    names = [member.filename for member in members]
    for name in names:
        if name not in _MAX_SIZES:
            raise UserError(
                "This file contains {name}, which is not part of a Keras model; save it with model.save().",
                name=shown_name(name),
            )
    if sorted(names) != sorted(_MAX_SIZES):
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
