"""Cache of data that takes long to read. Files that cannot be read count as missing."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.decoding import decode_json
from desktop_app.core.errors import UserError
from desktop_app.core.files import find_files
from desktop_app.core.messages import Message
from desktop_app.core.result_cache import Arrays, ResultCache
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import InkSet
from desktop_app.data.sources.file_samples import FileSamples, SampleMaker
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import LeftOut, SourceSet
from desktop_app.data.sources.zip_entries import zip_entries
from desktop_app.ink.open_page import PAGE_SUFFIXES
from desktop_app.runs.training_events import Emit

MOST_BYTES = 2_000_000_000
"""Maximum size of the cache."""

_LARGEST_FILE = 600_000_000
_VERSION = 5
_STOP_INTERVAL = 500
_INK = ("points", "stroke_offsets", "character_offsets")

Read = Callable[[Path, Emit, ShouldStop, SampleMaker | None], SourceSet]


@dataclass(frozen=True)
class _Description:
    """Everything of a source but its arrays.

    Attributes:
        files: paths of the files in the folder or archive; None if the samples are images or ink.
        left_out: path, template of the reason and its values, number of samples.
    """

    title: str
    file: str
    sha256: str
    is_normalized: bool
    has_colour_files: bool
    files: list[list[str]] | None
    left_out: list[tuple[str, str, dict[str, str | int | float], int]]


def read_cached(
    path: Path,
    folder: Path | None,
    read: Read,
    emit: Emit,
    should_stop: ShouldStop,
    maker: SampleMaker | None = None,
) -> SourceSet:
    """Return a source from the cache if its files have the same names, sizes and times as when it was read.

    Args:
        path: a folder of image and InkML files, or a zip archive.
        folder: folder of the cache; None: without cache.
        read: reads the source.
        emit: receives the progress.
        should_stop: called often.
        maker: makes samples of image files; if the files are in the cache, their samples are those in the
            cache, or None.

    Raises:
        UserError, Stopped: see `read`.
    """
    if folder is None:
        return read(path, emit, should_stop, maker)
    cache, key = _cache(folder), _key(path, should_stop)
    found = cache.get("sources", key)
    if found is not None:
        with contextlib.suppress(KeyError, ValueError, IndexError, msgspec.DecodeError, UserError):
            source = _from_arrays(found, path)
            return replace(source, file_samples=_cached_samples(cache, source, maker))
    source = read(path, emit, should_stop, maker)
    raise_if_stopped(should_stop)
    with contextlib.suppress(UserError):  # a full disk must not stop the reading
        cache.put("sources", key, _to_arrays(source, path), should_stop)
        if (samples := source.file_samples) is not None:
            arrays = {"inputs": samples.inputs}
            arrays |= {} if samples.targets is None else {"targets": samples.targets}
            cache.put("inputs", _samples_key(source, samples.key), arrays, should_stop)
    return source


def _cached_samples(cache: ResultCache, source: SourceSet, maker: SampleMaker | None) -> FileSamples | None:
    """Return the samples of the files of a source; None if they are not in the cache."""
    if source.files is None or maker is None:
        return None
    arrays = cache.get("inputs", _samples_key(source, maker.key))
    if arrays is None or any(len(array) != len(source) for array in arrays.values()):
        return None
    return FileSamples(maker.key, arrays["inputs"], arrays.get("targets")) if "inputs" in arrays else None


def _samples_key(source: SourceSet, key: str) -> str:
    return f"{source.sha256} {key}"


def cached_array(
    folder: Path, key: str, shape: tuple[int, ...], compute: Callable[[], NDArray[np.uint8]]
) -> NDArray[np.uint8]:
    """Return an array of bytes from the cache, or compute and store it.

    Args:
        folder: folder of the cache.
        key: any text.
        shape: expected shape.
        compute: returns the array.
    """
    cache = _cache(folder)
    found = cache.get("inputs", key)
    if found is not None and "inputs" in found:
        inputs = found["inputs"]
        if inputs.shape == shape and inputs.dtype == np.uint8:
            return inputs
    computed = compute()
    with contextlib.suppress(UserError):
        cache.put("inputs", key, {"inputs": computed})
    return computed


def _cache(folder: Path) -> ResultCache:
    return ResultCache(folder, MOST_BYTES, _LARGEST_FILE, is_compressed=False)


def _key(path: Path, should_stop: ShouldStop) -> str:
    """Return a text that changes when a file of a source changes."""
    digest = hashlib.sha256(f"{_VERSION} {os.path.abspath(path)}".encode("utf-8", "replace"))
    files = find_files(path, PAGE_SUFFIXES, should_stop) if path.is_dir() else [path]
    for number, file in enumerate(files):
        if number % _STOP_INTERVAL == 0:
            raise_if_stopped(should_stop)
        with contextlib.suppress(OSError):
            status = file.stat()
            text = f"\0{file}\0{status.st_size}\0{status.st_mtime_ns}"
            digest.update(text.encode("utf-8", "replace"))
    return digest.hexdigest()


def _to_arrays(source: SourceSet, path: Path) -> Arrays:
    files = None if source.files is None else [list(_parts(file, path)) for file in source.files]
    left_out = [
        (each.file, each.reason.template, _plain(each.reason), each.samples) for each in source.left_out
    ]
    description = _Description(
        source.title,
        source.file,
        source.sha256,
        source.is_normalized,
        source.has_colour_files,
        files,
        left_out,
    )
    arrays = {
        "description": np.frombuffer(msgspec.json.encode(description), np.uint8),
        "labels": source.labels,
    }
    optional = {
        "images": source.images,
        "is_validation": source.is_validation,
        "is_test": source.is_test,
    }
    arrays |= {name: array for name, array in optional.items() if array is not None}
    if source.inks is not None:
        arrays |= {name: getattr(source.inks, name) for name in _INK}
    return arrays


def _from_arrays(arrays: Arrays, path: Path) -> SourceSet:
    """Return a source.

    Raises:
        KeyError, ValueError, IndexError, msgspec.DecodeError, UserError: they are not those of a source.
    """
    described = decode_json(arrays["description"].tobytes(), _Description)
    labels = arrays["labels"]
    parts = {name: arrays.get(name) for name in ("is_validation", "is_test")}
    files = None if described.files is None else tuple(_files(described.files, path))
    inks = None
    if _INK[0] in arrays:
        points, strokes, characters = (arrays[name] for name in _INK)
        inks = InkSet(points, strokes, characters, labels, np.full(len(labels), ""))
    images = arrays.get("images")
    samples = [each for each in (images, inks, files) if each is not None]
    of_parts = [each for each in parts.values() if each is not None]
    if len(samples) != 1 or any(len(each) != len(labels) for each in (*samples, *of_parts)):
        raise ValueError("the number of samples differs")
    return SourceSet(
        title=described.title,
        file=described.file,
        sha256=described.sha256,
        labels=labels,
        images=images,
        inks=inks,
        files=files,
        is_normalized=described.is_normalized,
        is_validation=parts["is_validation"],
        is_test=parts["is_test"],
        left_out=tuple(
            LeftOut(file, Message(text, values), samples)
            for file, text, values, samples in described.left_out
        ),
        has_colour_files=described.has_colour_files,
    )


def _parts(file: PageFile, path: Path) -> tuple[str, ...]:
    """Return the path of a file in its folder or archive."""
    return file.path.relative_to(path).parts if file.entry is None else file.entry.parts


def _files(names: list[list[str]], path: Path) -> Iterator[PageFile]:
    """Yield the files with these paths in a folder or archive."""
    if path.is_dir():
        yield from (PageFile(path.joinpath(*parts)) for parts in names)
    else:
        entries = {entry.parts: entry for entry in zip_entries(path)}
        yield from (PageFile(path, entries[tuple(parts)]) for parts in names)


def _plain(reason: Message) -> dict[str, str | int | float]:
    """Return the values of a message as texts and numbers."""
    values = reason.values.items()
    return {name: value if isinstance(value, (str, int, float)) else str(value) for name, value in values}
