"""Settings: what the program remembers from one start to the next."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desktop_app.core.errors import UserError
from desktop_app.core.files import read_file, write_atomically

SETTINGS_VERSION = 1
MOST_RECENT_FILES = 10

_LARGEST_FILE = 1_000_000
_LONGEST_TEXT = 100_000
_MOST_LAYOUTS = 20


@dataclass(frozen=True)
class Settings:
    """Everything that is remembered, each with the value it has at the very first start.

    Attributes:
        appearance: "system", "light" or "dark".
        recent_files: absolute paths, the last opened first, at most 10.
        pen_width: on the canvas, in paper units, 1..200.
        model: name of the model that reads.
        second_model: name of the model that it is compared with; empty: none chosen.
        layer: name of the layer that is looked at; empty: the network's first.
        samples: data set or folder whose samples are shown to the network; empty: the program's own.
        data_folder: where data sets are found; empty: none chosen.
        window_geometry: place and size of the window as Qt saves them, in base64.
        workspace: name of the arrangement of panels that is shown.
        layouts: each workspace's panels as Qt saves them, in base64.
    """

    appearance: str = "system"
    recent_files: tuple[str, ...] = ()
    pen_width: float = 14.0
    model: str = "digits"
    second_model: str = ""
    layer: str = ""
    samples: str = ""
    data_folder: str = ""
    window_geometry: str = ""
    workspace: str = "read"
    layouts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def with_recent_file(self, path: Path) -> Settings:
        """The same settings with a file at the head of the recent files."""
        opened = os.path.abspath(path)
        others = (known for known in self.recent_files if known != opened)
        return dataclasses.replace(self, recent_files=(opened, *others)[:MOST_RECENT_FILES])


def load_settings(path: Path) -> tuple[Settings, str | None]:
    """Read the settings; whatever is wrong with the file, the program can start.

    A file that is not understood is kept aside as settings.broken.json, since the next save
    would overwrite it.

    Returns:
        The settings, and a sentence for the user where the file was not understood, else None.
    """
    if not os.path.lexists(path):
        return Settings(), None
    try:
        return _parse(read_file(path, _LARGEST_FILE)), None
    except (UserError, ValueError, RecursionError):
        aside = path.with_suffix(".broken.json")
        kept = ""
        with contextlib.suppress(OSError):
            path.replace(aside)
            kept = f"; it was kept as {aside.name} in {path.parent}"
        return Settings(), f"The settings start afresh, since their file was not understood{kept}."


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings.

    Raises:
        UserError: the file cannot be written.
    """
    fields = {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}
    content = {"version": SETTINGS_VERSION, **fields, "layouts": dict(settings.layouts)}
    write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


_VALID: dict[str, Callable[[Any], bool]] = {
    "appearance": lambda v: v in ("system", "light", "dark"),
    "recent_files": lambda v: isinstance(v, list) and len(v) <= MOST_RECENT_FILES and all(map(_is_text, v)),
    "pen_width": lambda v: type(v) in (int, float) and 1 <= v <= 200,
    "model": _is_text,
    "second_model": _is_text,
    "layer": _is_text,
    "samples": _is_text,
    "data_folder": _is_text,
    "window_geometry": _is_text,
    "workspace": _is_text,
    "layouts": lambda v: isinstance(v, dict) and len(v) <= _MOST_LAYOUTS and all(map(_is_text, v.values())),
}


def _parse(data: bytes) -> Settings:
    """Settings from a file's content; a missing field has its first value.

    Raises:
        ValueError: it is not JSON, of another version, or a value is out of its range.
    """
    content = json.loads(data.decode("utf-8"))
    if not isinstance(content, dict) or content.pop("version", None) != SETTINGS_VERSION:
        raise ValueError("not settings of this version")
    # Written when the window had a single arrangement; it fits none of today's.
    content.pop("window_layout", None)
    for name, value in content.items():
        if name not in _VALID or not _VALID[name](value):
            raise ValueError(f"{name} is not a setting or has a value that it cannot have")
    if "recent_files" in content:
        content["recent_files"] = tuple(content["recent_files"])
    return Settings(**content)
