"""The folder in which a process converts a model, with what it leaves for the program that started it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from desktop_app.core.decoding import decode_json
from desktop_app.core.errors import UserError, printable
from desktop_app.core.files import read_file
from desktop_app.core.messages import Message, message
from desktop_app.networks.import_facts import ImportFacts

_LARGEST_FACTS, _LARGEST_ERROR, _LARGEST_STEP = 1_000_000, 4000, 20
"""Maximum sizes of files in bytes: a process that reads untrusted files is not trusted either. The longest
labels that a card allows need 600,000."""

_Content = TypeVar("_Content")


class ConversionStep(Enum):
    """A step of the conversion of a model."""

    CHECK = "check"
    LIBRARIES = "libraries"
    LOAD = "load"
    MEASURE = "measure"
    WRITE = "write"

    @property
    def text(self) -> Message:
        """The step for users."""
        return _STEP_TEXTS[self]


_STEP_TEXTS = {
    ConversionStep.CHECK: message("Checking the file…"),
    ConversionStep.LIBRARIES: message("Loading TensorFlow…"),
    ConversionStep.LOAD: message("Loading the network…"),
    ConversionStep.MEASURE: message("Reading sample digits with the network…"),
    ConversionStep.WRITE: message("Converting the network…"),
}


class _Problem(msgspec.Struct):
    """A message in a file."""

    template: str
    values: Mapping[str, int | float | str | _Problem]


_Value: TypeAlias = int | float | str | _Problem


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
        return self._step.exists()

    def start_step(self, step: ConversionStep) -> None:
        """Note that the process has begun a step."""
        self._step.write_text(step.value, encoding="ascii")

    def step(self) -> ConversionStep | None:
        """Return the step that the process has begun last; None if there is none, or while it is written."""
        try:
            return ConversionStep(read_file(self._step, _LARGEST_STEP).decode("ascii", "replace"))
        except (UserError, ValueError):
            return None

    def write_facts(self, facts: ImportFacts) -> None:
        """Write what was measured about the model."""
        self._facts.write_bytes(msgspec.json.encode(facts))

    def read_facts(self) -> ImportFacts:
        """Read what was measured about the model.

        Raises:
            UserError: there is nothing valid.
        """
        return _read(self._facts, _LARGEST_FACTS, ImportFacts)

    def write_error(self, problem: Message) -> None:
        """Write why the model cannot be converted."""
        self._error.write_bytes(msgspec.json.encode(_problem_of(problem)))

    def read_error(self) -> UserError:
        """Return the error that the process has written.

        Raises:
            UserError: there is nothing valid.
        """
        return UserError.from_message(_message_of(_read(self._error, _LARGEST_ERROR, _Problem)))

    @property
    def _step(self) -> Path:
        return self.path / "step.txt"

    @property
    def _facts(self) -> Path:
        return self.path / "facts.json"

    @property
    def _error(self) -> Path:
        return self.path / "error.txt"


def _read(path: Path, limit: int, kind: type[_Content]) -> _Content:
    try:
        return decode_json(read_file(path, limit), kind)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UserError("The import failed; import the model again.") from error


def _problem_of(problem: Message) -> _Problem:
    return _Problem(problem.template, {name: _written(value) for name, value in problem.values.items()})


def _written(value: object) -> _Value:
    if isinstance(value, Message):
        return _problem_of(value)
    return value if isinstance(value, int | float) else str(value)


def _message_of(problem: _Problem) -> Message:
    return Message(problem.template, {name: _shown(value) for name, value in problem.values.items()})


def _shown(value: _Value) -> object:
    if isinstance(value, _Problem):
        return _message_of(value)
    return printable(value) if isinstance(value, str) else value
