"""Conversion of JSON to values with checked types, in any thread."""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

_Kind = TypeVar("_Kind")

_lock = threading.Lock()
_known = set[object]()


def decode_json(data: bytes, kind: type[_Kind]) -> _Kind:
    """Return a value of JSON.

    Raises:
        msgspec.MsgspecError, RecursionError, UnicodeError: it is no JSON, or not a value of this kind.
    """
    _learn(kind)
    return msgspec.json.decode(data, type=kind)


def convert(values: object, kind: type[_Kind]) -> _Kind:
    """Return a value that is given as dictionaries, lists, numbers and texts.

    Raises:
        msgspec.ValidationError: they are not those of a value of this kind.
    """
    _learn(kind)
    return msgspec.convert(values, kind)


def _learn(kind: object) -> None:
    """Let msgspec read the fields of a kind in one thread: two at once crash the process (0.22)."""
    if kind not in _known:
        with _lock:
            msgspec.json.Decoder(kind)
            _known.add(kind)
