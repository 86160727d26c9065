"""Conversion of JSON in several threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from desktop_app.core.decoding import convert, decode_json
from desktop_app.core.messages import Message

ROOT = Path(__file__).parents[2]

FIRST_USE_IN_TWO_THREADS = """
from __future__ import annotations
import threading
from dataclasses import dataclass
from desktop_app.core.decoding import convert, decode_json

is_read, has_ended = threading.Event(), threading.Event()

def number():
    # While a thread reads the fields of Line, another one converts to it.
    is_read.set()
    has_ended.wait(0.5)
    return int

@dataclass
class Point:
    x: number()

@dataclass
class Line:
    start: Point
    end: Point

def other():
    is_read.wait()
    lines.append(decode_json(b'{"start": {"x": 1}, "end": {"x": 2}}', Line))
    has_ended.set()

lines = []
thread = threading.Thread(target=other)
thread.start()
lines.append(convert({"start": {"x": 1}, "end": {"x": 2}}, Line))
thread.join()
assert lines == [Line(Point(1), Point(2))] * 2, lines
"""


def test_a_kind_is_first_used_by_two_threads_at_once() -> None:
    # In a process of its own, because it crashes if it fails.
    command = [sys.executable, "-c", FIRST_USE_IN_TWO_THREADS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_values_of_another_kind_are_errors() -> None:
    values = {"template": "{name} is empty.", "values": {"name": "x"}}
    assert convert(values, Message).text() == "x is empty."
    with pytest.raises(msgspec.ValidationError, match="template"):
        convert({"template": 1}, Message)
    with pytest.raises(msgspec.DecodeError):
        decode_json(b"{", Message)
