"""Foreign networks: a file that Keras wrote elsewhere, checked before Keras opens it.

Such a file is a configuration and weights. Neither needs code to be looked at, and nothing here
imports Keras. What passes is still loaded in a process of its own (see `convert`).
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
"""Bytes: the most parameters that a card may promise, with what an optimizer keeps of each."""

KERAS, HDF5 = ".keras", ".h5"

_BEGINNINGS = {b"PK\x03\x04": KERAS, b"\x89HDF\r\n\x1a\n": HDF5}
_CONFIG, _WEIGHTS, _METADATA = "config.json", "model.weights.h5", "metadata.json"
_LARGEST = {_CONFIG: LARGEST_CONFIG, _WEIGHTS: LARGEST_FILE, _METADATA: 10_000}


def check_foreign(path: Path) -> None:
    """Check a `.keras` or `.h5` file, without running anything of it.

    Raises:
        UserError: it is no such file, it is too large, or it holds what Keras would not have written
            or what a network that reads digits does not need.
    """
    data = read_file(path, LARGEST_FILE)
    if kind_of(data, path) == KERAS:
        config, weights = _unpacked(data)
        check_config(config)
        check_weights(weights)
    else:
        check_weights(data)
        check_config(read_model_config(data))


def kind_of(data: bytes, path: Path) -> str:
    """What the bytes of a file are, KERAS or HDF5, whatever its name says.

    Raises:
        UserError: they are something else.
    """
    for beginning, kind in _BEGINNINGS.items():
        if data.startswith(beginning):
            return kind
    raise UserError(f"{shown_name(path)} is no network that Keras has saved; choose a .keras or .h5 file.")


def _unpacked(data: bytes) -> tuple[str, bytes]:
    """The configuration and the weights in a `.keras` file.

    Raises:
        UserError: it is damaged or holds something else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist())
            parts = {name: archive.read(name) for name in (_CONFIG, _WEIGHTS)}
        return parts[_CONFIG].decode("utf-8"), parts[_WEIGHTS]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError("This file is damaged or only a part of one; fetch it again.") from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Refuse what Keras does not write: it puts three files, unpacked, into the archive."""
    names = [member.filename for member in members]
    for name in names:
        if name not in _LARGEST:
            raise UserError(
                f"This file holds {shown_name(name)}, which is no part of a network; save it again."
            )
    if sorted(names) != sorted(_LARGEST):
        raise UserError("A part of this file is missing or there twice; save the network with model.save.")
    for member in members:
        # Unpacked, nothing can become larger than the file, whose size is known.
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise UserError(f"The part {member.filename} of this file is packed; save it with model.save.")
        if member.file_size > _LARGEST[member.filename]:
            raise UserError(f"The part {member.filename} of this file is far too large.")
