"""Reader for CIFAR-10 in binary form, as its authors publish it for programs without Python."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.checks import file_hash, text_labels
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit, PreparationProgress

_LABELS = np.array(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])
_SIDE = 32
_RECORD_BYTES = 1 + 3 * _SIDE * _SIDE
_MOST_RECORDS = 10_000
_MOST_MEMBERS = 20
_TEST = "test_batch.bin"
_BATCHES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), _TEST)


def read_cifar_archive(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read cifar-10-binary.tar.gz.

    Each record is the index of the label and three planes of 32×32 pixels: red, green and blue.

    Raises:
        UserError: the file is damaged or contains other data.
        Stopped: should_stop() returned True.
    """
    name = shown_name(path)
    batches: dict[str, NDArray[np.uint8]] = {}
    try:
        with tarfile.open(path, "r|gz") as archive:
            for number, member in enumerate(archive):
                raise_if_stopped(should_stop)
                if number == _MOST_MEMBERS or member.size > _RECORD_BYTES * _MOST_RECORDS:
                    raise _other_data(name)
                file_name = member.name.rpartition("/")[2]
                if member.isreg() and file_name in _BATCHES:
                    emit(
                        PreparationProgress(len(batches), len(_BATCHES), message("Reading {name}", name=name))
                    )
                    batches[file_name] = _records(archive, member, name)
    except OSError as error:
        raise UserError("{name} cannot be read: {reason}.", name=name, reason=reason(error)) from error
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise UserError("{name} is damaged or incomplete; copy or download it again.", name=name) from error
    if batches.keys() != set(_BATCHES):
        raise _other_data(name)
    records = np.concatenate([batches[batch] for batch in _BATCHES])
    return SourceSet(
        title=name,
        file=printable(path.name),
        sha256=file_hash(path),
        labels=text_labels(_LABELS[records[:, 0]], lambda _: name),
        images=np.ascontiguousarray(records[:, 1:].reshape(-1, 3, _SIDE, _SIDE).transpose(0, 2, 3, 1)),
        is_test=np.arange(len(records)) >= len(records) - len(batches[_TEST]),
    )


def _records(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> NDArray[np.uint8]:
    """Read the records of a batch, uint8 (n, 3073)."""
    file = archive.extractfile(member)
    data = b"" if file is None else file.read()
    if not data or len(data) != member.size or len(data) % _RECORD_BYTES:
        raise _other_data(name)
    records = np.frombuffer(data, np.uint8).reshape(-1, _RECORD_BYTES)
    if records[:, 0].max() >= len(_LABELS):
        raise _other_data(name)
    return records


def _other_data(name: str) -> UserError:
    return UserError("{name} does not contain CIFAR-10 in binary form; choose another file.", name=name)
