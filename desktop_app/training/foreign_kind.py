"""Format of a file to import as a model, and what files of other formats are."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import is_folder
from desktop_app.core.messages import Message, message_template

KERAS, HDF5 = ".keras", ".h5"

_ZIP = b"PK\x03\x04"
_SIGNATURES = {_ZIP: KERAS, b"\x89HDF\r\n\x1a\n": HDF5}

_LONGEST_JSON = 50_000_000

_GIT_LFS = message_template(
    "{name} is a Git LFS pointer and not the model itself; fetch the model with “git lfs pull”, or "
    "download it from the page of the repository."
)
_WEB_PAGE = message_template(
    "{name} is a web page; download the model file itself, e.g. with “Download raw file”."
)
_ARCHITECTURE = message_template(
    "{name} is the architecture of a model without its weights; save the whole model with "
    'model.save("model.keras").'
)
_TENSORFLOW_JS = message_template(
    "{name} is a TensorFlow.js model; convert it with tensorflowjs_converter to Keras, or import the .keras "
    "or .h5 file it was made from."
)
_NOTEBOOK = message_template(
    '{name} is a notebook; run it, and save its model with model.save("model.keras").'
)
_SCRIPT = message_template('{name} is a program; run it, and save its model with model.save("model.keras").')
_PYTORCH = message_template(
    '{name} is a PyTorch model; convert it to Keras and save it with model.save("model.keras").'
)
_ONNX = message_template(
    '{name} is an ONNX model; convert it to Keras and save it with model.save("model.keras").'
)
_LITERT = message_template(
    "{name} is a converted network (.tflite), which has no layers to show; import the .keras or .h5 file it "
    "was made from."
)
_PICKLE = message_template(
    '{name} is a pickle, which can run any code when opened; save the model with model.save("model.keras").'
)
_SAVED_MODEL = message_template(
    "{name} is a SavedModel of TensorFlow; load it with the version of Keras that made it and save it with "
    'model.save("model.keras").'
)
_CHECKPOINT = message_template(
    "{name} is a checkpoint with weights alone; load it into its model and save that with "
    'model.save("model.keras").'
)
_WEIGHTS = message_template(
    '{name} contains weights without a network; save the whole model with model.save("model.keras").'
)
_ARRAYS = message_template(
    "{name} contains arrays and no network; choose a .keras or .h5 file saved by Keras."
)
_UNPACKED = message_template(
    "{name} is the folder of an unpacked .keras file; pack its three files again as ZIP without compression, "
    "or import the original."
)
_OWN_MODEL = message_template(
    "{name} is the folder of a model of this program; import the file model.keras in it."
)
_ARCHIVE = message_template("{name} is an archive; unpack it and import the .keras or .h5 file in it.")
_IMAGE = message_template(
    "{name} is an image and not a model; open it with “Open”, or choose a .keras or .h5 file."
)
_EMPTY = message_template("{name} is empty; copy or download it again.")
_FOLDER = message_template("{name} is a folder; choose a .keras or .h5 file in it.")
_OTHER = message_template("{name} is not a model saved by Keras; choose a .keras or .h5 file.")

_BY_START: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", _GIT_LFS),
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19", _PYTORCH),
    (b"\x93NUMPY", _ARRAYS),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    *((bytes((0x80, protocol)), _PICKLE) for protocol in range(2, 6)),
)
_BY_SUFFIX = {
    ".bin": _WEIGHTS,
    ".ckpt": _CHECKPOINT,
    ".index": _CHECKPOINT,
    ".ipynb": _NOTEBOOK,
    ".joblib": _PICKLE,
    ".meta": _CHECKPOINT,
    ".onnx": _ONNX,
    ".pb": _SAVED_MODEL,
    ".pbtxt": _SAVED_MODEL,
    ".pickle": _PICKLE,
    ".pkl": _PICKLE,
    ".pt": _PYTORCH,
    ".pth": _PYTORCH,
    ".py": _SCRIPT,
    ".safetensors": _WEIGHTS,
    ".sav": _PICKLE,
    ".tflite": _LITERT,
}
_IN_FOLDERS = {
    "saved_model.pb": _SAVED_MODEL,
    "card.json": _OWN_MODEL,
    "config.json": _UNPACKED,
    "checkpoint": _CHECKPOINT,
}
_PATTERN_OF_TAR, _START_OF_TAR = b"ustar", 257


def kind_of(data: bytes, path: Path) -> str:
    """Return the format of a file by its contents, KERAS or HDF5.

    Raises:
        UserError: the file has another format; the sentence names it, and what to do.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            if kind == KERAS and (found := _of_archive(data)) is not None:
                raise _error(found, path)
            return kind
    raise _error(_of_contents(data, path), path)


def check_no_folder(path: Path) -> None:
    """Raise a UserError that names what it is if the path is a folder."""
    if not is_folder(path):
        return
    found = next((kind for name, kind in _IN_FOLDERS.items() if (path / name).exists()), _FOLDER)
    raise _error(found, path)


def _error(found: str, path: Path) -> UserError:
    return UserError.from_message(Message(found, {"name": shown_name(path)}))


def _of_archive(data: bytes) -> str | None:
    """Return what a ZIP file is that Keras did not write; None if it may be a model or is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return None
    files = [Path(name) for name in names if not name.endswith("/")]
    last_parts = {file.name for file in files}
    if "config.json" in names or "model.weights.h5" in names:
        return None
    if "data.pkl" in last_parts:
        return _PYTORCH
    if "saved_model.pb" in last_parts:
        return _SAVED_MODEL
    if files and all(file.suffix == ".npy" for file in files):
        return _ARRAYS
    return _ARCHIVE


def _of_contents(data: bytes, path: Path) -> str:
    """Return what a file is that is neither a ZIP nor an HDF5 file."""
    if not data:
        return _EMPTY
    if data[4:8] == b"TFL3":
        return _LITERT
    if data[_START_OF_TAR:].startswith(_PATTERN_OF_TAR):
        return _ARCHIVE
    for start, found in _BY_START:
        if data.startswith(start):
            return found
    text = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        return _WEB_PAGE
    if text.startswith(b"{"):
        return _of_json(data)
    if ".data-0000" in path.name:
        return _CHECKPOINT
    return _BY_SUFFIX.get(path.suffix.lower(), _OTHER)


def _of_json(data: bytes) -> str:
    """Return what a file is that begins like a JSON object."""
    try:
        keys = set(json.loads(data)) if len(data) <= _LONGEST_JSON else set()
    except (ValueError, RecursionError):
        keys = set()
    if keys & {"modelTopology", "weightsManifest"}:
        return _TENSORFLOW_JS
    if "cells" in keys:
        return _NOTEBOOK
    return _ARCHITECTURE if {"class_name", "config"} <= keys else _OTHER
