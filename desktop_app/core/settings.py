"""Settings that are stored between starts of the program."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from desktop_app.core.decoding import convert
from desktop_app.core.errors import UserError
from desktop_app.core.files import read_file, write_atomically
from desktop_app.core.messages import Message, message

SETTINGS_VERSION = 2
_VERSION_WITHOUT_CHECKSUMS = 1
MOST_RECENT_FILES = 10

_LARGEST_FILE = 1_000_000
_LONGEST_TEXT = 100_000
_MOST_LAYOUTS = 20
_MOST_MODELS = 1000
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")

Appearance: TypeAlias = Literal["system", "light", "dark"]
Grouping: TypeAlias = Literal["written", "phone", "date", "amount"]
Text: TypeAlias = Annotated[str, Meta(max_length=_LONGEST_TEXT)]


@dataclass(frozen=True)
class Settings:
    """Stored settings with their default values.

    Attributes:
        appearance: of the interface.
        recent_files: absolute paths, most recent first, at most 10.
        pen_width: in canvas units, 1..200.
        most_wrong: largest share of wrong texts among those that are accepted without checking, 0..1.
        character_sets: by model, the set of characters that are possible answers if it is not "all".
        sheet: whether the canvas is a sheet for lines and not a square for one character.
        grouping: how the digits of a text are grouped.
        model: name of the current model.
        second_model: name of the model to compare with; empty for none.
        layer: name of the selected layer; empty for the first one.
        samples: data set or folder of the sample grid; empty for the built-in samples.
        data_folder: folder with data sets; empty for none.
        uses_corrections: whether models read with what they learned from corrections.
        window_geometry: Qt's window geometry, base64.
        workspace: name of the current workspace.
        layouts: Qt's window state by workspace, base64.
        fits_panels: whether panels are resized with the window, until the user moves a separator.
    """

    appearance: Appearance = "system"
    recent_files: Annotated[tuple[Text, ...], Meta(max_length=MOST_RECENT_FILES)] = ()
    pen_width: Annotated[float, Meta(ge=1, le=200)] = 14.0
    sheet: bool = False
    most_wrong: Annotated[float, Meta(ge=0, le=1)] = 0.001
    character_sets: Annotated[Mapping[str, Text], Meta(max_length=_MOST_MODELS)] = field(
        default_factory=lambda: MappingProxyType({})
    )
    grouping: Grouping = "written"
    model: Text = "digits"
    second_model: Text = ""
    layer: Text = ""
    samples: Text = ""
    data_folder: Text = ""
    uses_corrections: bool = True
    window_geometry: Text = ""
    workspace: Text = "read"
    layouts: Annotated[Mapping[str, Text], Meta(max_length=_MOST_LAYOUTS)] = field(
        default_factory=lambda: MappingProxyType({})
    )
    fits_panels: bool = True

    def with_recent_file(self, path: Path) -> Settings:
        """Return the settings with a file added as the most recent one."""
        opened = os.path.abspath(path)
        others = (known for known in self.recent_files if known != opened)
        return dataclasses.replace(self, recent_files=(opened, *others)[:MOST_RECENT_FILES])


def load_settings(path: Path) -> tuple[Settings, Message | None]:
    """Read the settings; never fails.

    An invalid file is renamed to settings.broken.json, because the next save would overwrite it.

    Returns:
        The settings, and a sentence for the user if the file was invalid, else None.
    """
    if not os.path.lexists(path):
        return Settings(), None
    try:
        return _parse(read_file(path, _LARGEST_FILE)), None
    except (UserError, ValueError, RecursionError):
        backup = path.with_suffix(".broken.json")
        try:
            path.replace(backup)
        except OSError:
            return Settings(), message("The settings file is invalid; the settings have been reset.")
        return Settings(), message(
            "The settings file was invalid and was renamed to {name}; the settings have been reset.",
            name=backup.name,
        )


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings.

    Raises:
        UserError: the file cannot be written.
    """
    fields = {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}
    fields["character_sets"] = dict(settings.character_sets)
    layouts = {name: _with_checksum(layout) for name, layout in settings.layouts.items()}
    geometry = _with_checksum(settings.window_geometry)
    content = {"version": SETTINGS_VERSION, **fields, "window_geometry": geometry, "layouts": layouts}
    write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def save_changes(settings: Settings, changed: Collection[str], path: Path) -> None:
    """Write some of the settings; the others stay as they are in the file.

    Another window may have changed them in the meantime.

    Args:
        settings: all settings, which are written if the file is missing or invalid.
        changed: names of the settings to write.
        path: the file.

    Raises:
        UserError: the file cannot be written.
    """
    with contextlib.suppress(UserError, ValueError, RecursionError):
        stored = _parse(read_file(path, _LARGEST_FILE))
        settings = dataclasses.replace(stored, **{name: getattr(settings, name) for name in changed})
    save_settings(settings, path)


def _with_checksum(state: str) -> str:
    """Return a state of the window, in base64, with its CRC-32: Qt may crash on a damaged one."""
    return f"{zlib.crc32(state.encode()):08x}:{state}" if state else ""


def _checked(text: str, has_checksum: bool) -> str:
    """Return the state of the window that a text holds; empty if it is damaged."""
    checksum, _, state = text.rpartition(":")
    is_whole = checksum == f"{zlib.crc32(state.encode()):08x}" if has_checksum else not checksum
    return state if is_whole and _BASE64.fullmatch(state) else ""


def _parse(data: bytes) -> Settings:
    """Return the settings from the content of a file; missing fields have their defaults.

    Raises:
        ValueError: the content is not JSON, has another version or unknown fields, or a value is invalid.
    """
    content = json.loads(data.decode("utf-8"))
    version = content.pop("version", None) if isinstance(content, dict) else None
    if version not in (SETTINGS_VERSION, _VERSION_WITHOUT_CHECKSUMS):
        raise ValueError("not settings of a known version")
    # Written by versions with a single workspace.
    content.pop("window_layout", None)
    if unknown := content.keys() - {field.name for field in dataclasses.fields(Settings)}:
        raise ValueError(f"{min(unknown)} is not a setting")
    # Unlike msgspec, json reads the names of files that are not valid Unicode.
    settings = convert(content, Settings)
    has_checksum = version != _VERSION_WITHOUT_CHECKSUMS
    layouts = {name: _checked(text, has_checksum) for name, text in settings.layouts.items()}
    return dataclasses.replace(
        settings,
        window_geometry=_checked(settings.window_geometry, has_checksum),
        layouts={name: layout for name, layout in layouts.items() if layout},
    )
