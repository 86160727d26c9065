"""Damage to files: bytes, texts, JSON documents, and members of archives."""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

_BYTES = (
    b"\x00",
    b"\xff",
    b"\x7f\xff",
    b"\x80\x00",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x00" * 8,
    b"\xff" * 8,
)
_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1e308, -0.5, 2**31, 2**63, 10**40, float("nan"), float("inf")),
    *("", "x" * 5000, "\x00", "\ud800", "../../x", "{name}", [], [[]] * 50, {}, {"": 0}),
)
_TEXTS = (
    "",
    "-1",
    "0",
    "1e999",
    "nan",
    "inf",
    "999999999999999999999",
    "\x00",
    "é",
    "{0}",
    "%s",
    "<",
    "&amp;",
    '"',
)
_NUMBER = re.compile(rb"-?\d+(\.\d+)?")
_MOST_DAMAGES = 6


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return a damaged copy of a file's content; the inside of archives and documents is damaged as well."""
    if rng.random() < 0.5:
        inside = _inside(data, rng)
        if inside is not None:
            return inside
    for _ in range(rng.randint(1, _MOST_DAMAGES)):
        data = rng.choice(_DAMAGES)(data, rng)
    return data


def _inside(data: bytes, rng: random.Random) -> bytes | None:
    """Damage a part of a document or archive and keep the rest valid; None if the file is neither."""
    if data[:2] == b"\x1f\x8b":
        return gzip.compress(mutated(gzip.decompress(data), rng))
    if data[:4] == b"PK\x03\x04":
        return _archive(data, rng)
    if data[:1] == b"{":
        return _document(data, rng)
    return None


def _archive(data: bytes, rng: random.Random) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w") as new:
        names = old.namelist()
        chosen = rng.choice(names)
        method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        for name in names:
            content, new_name = old.read(name), name
            if name == chosen:
                others = (f"../{name}", f"{name}\x01", name[:-1] or "x", "é" * 300)
                new_name = rng.choice((*[name] * 4, *others))
                content = mutated(content, rng)
            new.writestr(new_name, content, method)
    return result.getvalue()


def _document(data: bytes, rng: random.Random) -> bytes:
    try:
        document = json.loads(data)
    except ValueError:
        return data
    for _ in range(rng.randint(1, 3)):
        _damage_document(document, rng)
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _damage_document(document: Any, rng: random.Random) -> None:
    """Replace, remove or add a random value."""
    node = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(node[key], dict | list) and node[key] and rng.random() < 0.8:
            node = node[key]
            continue
        change = rng.random()
        if change < 0.15:
            del node[key]
        elif change < 0.25 and isinstance(node, dict):
            node[f"{key}x"] = node[key]
        elif change < 0.3 and isinstance(node, list):
            node.extend(node * 20)
        else:
            # A later change may be inside of it.
            node[key] = copy.deepcopy(rng.choice(_VALUES))
        return


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 4, 30))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _overwrite(data: bytes, rng: random.Random) -> bytes:
    at, value = rng.randrange(len(data) + 1), rng.choice(_BYTES)
    return data[:at] + value + data[at + len(value) :]


def _overwrite_start(data: bytes, rng: random.Random) -> bytes:
    """Overwrite in the header, where sizes and offsets are."""
    at, value = rng.randrange(min(len(data), 100) + 1), rng.choice(_BYTES)
    return data[:at] + value + data[at + len(value) :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.choice((1, 4, 100))) + data[at:]


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _part(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 8, 100, 5000)))


def _delete(data: bytes, rng: random.Random) -> bytes:
    start, end = _part(data, rng)
    return data[:start] + data[end:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start, end = _part(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 2, 20)) + data[end:]


def _number(data: bytes, rng: random.Random) -> bytes:
    """Replace a number in a text."""
    found = list(_NUMBER.finditer(data[:100_000]))
    if not found:
        return _flip(data, rng)
    number = rng.choice(found)
    return data[: number.start()] + rng.choice(_TEXTS).encode() + data[number.end() :]


def _line(data: bytes, rng: random.Random) -> bytes:
    """Remove, repeat or move a line."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    line = lines.pop(at)
    for _ in range(rng.choice((0, 1, 2, 50))):
        lines.insert(rng.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _flip, _overwrite, _overwrite_start, _overwrite_start, _insert, _truncate, _delete, _repeat),
    *(_number, _number, _line),
)
