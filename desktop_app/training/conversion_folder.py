"""The folder in which a process converts a model, with what it leaves for the program that started it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from desktop_app.core.errors import UserError, printable
from desktop_app.core.files import read_file
from desktop_app.core.messages import Message
from desktop_app.networks.import_facts import ImportFacts

_LARGEST_FACTS, _LARGEST_ERROR = 10_000, 4000
"""Maximum sizes of files in bytes: a process that reads untrusted files is not trusted either."""


@dataclass(frozen=True)
class ConversionFolder:
    """A temporary folder.

    Attributes:
        path: of the folder.
    """

    path: Path

    @property
    def model(self) -> Path:
        """The model folder that the process creates."""
        return self.path / "made" / "imported"

    @property
    def has_started(self) -> bool:
        """Whether the process has begun; a failure before that is not the model's."""
        return self._start.exists()

    def mark_start(self) -> None:
        """Note that the process has begun."""
        self._start.touch()

    def write_facts(self, facts: ImportFacts) -> None:
        """Write what was measured about the model."""
        self._facts.write_bytes(msgspec.json.encode(facts))

    def read_facts(self) -> ImportFacts:
        """Read what was measured about the model.

        Raises:
            UserError: there is nothing valid.
        """
        try:
            return msgspec.json.decode(read_file(self._facts, _LARGEST_FACTS), type=ImportFacts)
        except msgspec.MsgspecError as error:
            raise UserError("The import failed; import the model again.") from error

    def write_error(self, problem: Message) -> None:
        """Write why the model cannot be converted."""
        self._error.write_text(json.dumps(_to_json(problem)), encoding="utf-8")

    def read_error(self) -> UserError:
        """Return the error that the process has written."""
        return UserError.from_message(_from_json(json.loads(read_file(self._error, _LARGEST_ERROR))))

    @property
    def _start(self) -> Path:
        return self.path / "started"

    @property
    def _facts(self) -> Path:
        return self.path / "facts.json"

    @property
    def _error(self) -> Path:
        return self.path / "error.txt"


def _to_json(value: object) -> object:
    if isinstance(value, Message):
        return {"template": value.template, "values": {k: _to_json(v) for k, v in value.values.items()}}
    return value if isinstance(value, int | float) else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return Message(value["template"], {k: _from_json(v) for k, v in value["values"].items()})
    return printable(value) if isinstance(value, str) else value
