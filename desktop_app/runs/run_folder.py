"""Run folders: everything that is kept of one run, so that it can be trusted, continued and compared.

    recipe.json    what was asked for
    run.json       the record: state, times, figures
    history.json   metrics of every epoch, losses of the batches
    last.npz       weights, optimizer and counters after the last whole epoch
    best.npz       the weights that are kept
    test.npz       answers to the test samples, once the run is over
    epochs/        a model.keras of every epoch, where the recipe asks for it
    tensorboard/   likewise
    model/         the model folder that came of it
    run.lock       held by the program that runs it; the system lets go of it even after a crash
    record.lock    held for the moment in which the record changes

Every file is replaced whole. Keras is not needed here.
"""

from __future__ import annotations

import errno
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec
from filelock import FileLock, Timeout
from msgspec import Meta

from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.files import read_file, write_atomically
from desktop_app.runs.recipe import Recipe, read_recipe, write_recipe

RECIPE, RECORD, HISTORY, LAST, BEST, TEST = (
    "recipe.json",
    "run.json",
    "history.json",
    "last.npz",
    "best.npz",
    "test.npz",
)
EPOCHS, TENSORBOARD, MODEL = "epochs", "tensorboard", "model"
_LOCK, _CHANGING = "run.lock", "record.lock"
_LARGEST_RECORD = 100_000
_LARGEST_HISTORY = 100_000_000
_LONGEST_TITLE, _LONGEST_REMARK, _LONGEST_DEVICE = 200, 4000, 200
_MOST_FIGURES = 100

_LOOK = 0.5
"""Seconds that a lock may be held by somebody who merely looks whether it is held."""
_CHANGE = 10.0
"""Seconds that changing a record may take, on a disk that is busy."""

_NOBODY_CAN_HOLD = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ELOOP, errno.ENXIO})

State: TypeAlias = Literal["running", "learned", "finished", "failed"]
Reason: TypeAlias = Literal["", "finished", "stopped", "patience", "not a number"]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Figures: TypeAlias = Annotated[dict[str, float], Meta(max_length=_MOST_FIGURES)]


@dataclass(frozen=True)
class RunRecord:
    """What is known of a run.

    Attributes:
        title: what people see; they may change it.
        state: "running" until learning is over (a run whose lock nobody holds was interrupted),
            "learned" until it is measured and exported, then "finished"; "failed" with a remark.
        reason: why learning ended.
        started: ISO 8601 with zone.
        seconds: of learning, pauses left out, over all continuations.
        epochs: that were completed; best_epoch counts from 1, 0 where there is none.
        parameters: of the network.
        device: what computed.
        figures: the loss and the metrics of the task by name: with "val_" before them those of the
            best epoch, with "test_", once measured, those of the test samples.
        model: name in the model library; empty where there is none.
        continues: name of the run's folder that this one went on from; empty for none.
        remark: one sentence of a failure.
    """

    title: Annotated[str, Meta(max_length=_LONGEST_TITLE)]
    state: State = "running"
    reason: Reason = ""
    started: Annotated[str, Meta(max_length=40)] = ""
    seconds: Annotated[float, Meta(ge=0, le=1e10)] = 0.0
    epochs: Count = 0
    best_epoch: Count = 0
    parameters: Count = 0
    device: Annotated[str, Meta(max_length=_LONGEST_DEVICE)] = ""
    figures: Figures = field(default_factory=dict)
    model: Annotated[str, Meta(max_length=100)] = ""
    continues: Annotated[str, Meta(max_length=200)] = ""
    remark: Annotated[str, Meta(max_length=_LONGEST_REMARK)] = ""


@dataclass(frozen=True)
class RunHistory:
    """How a run went.

    Attributes:
        epochs: metrics of each epoch, by Keras' names (the loss and the metrics of the task, "val_"
            before those of validation samples, learning_rate, seconds). A value that is no number is
            missing.
        batches: metrics of batches at even distances, by name: those of every epoch have the same
            number, batches_per_epoch. A value that is no number is NaN.
        batches_per_epoch: points of these per epoch.
    """

    epochs: tuple[dict[str, float], ...] = ()
    batches: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    batches_per_epoch: Count = 0


@dataclass(frozen=True)
class _StoredHistory:
    """A history as JSON can hold it: what is no number is null.

    Earlier versions kept losses and accuracies of batches under names of their own.
    """

    epochs: tuple[dict[str, float | None], ...] = ()
    batches: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    batches_per_epoch: Count = 0
    batch_losses: tuple[float | None, ...] = ()
    batch_accuracies: tuple[float | None, ...] = ()

    def all_batches(self) -> dict[str, tuple[float | None, ...]]:
        """Metrics of batches by name, whichever version wrote them."""
        older = {"loss": self.batch_losses, "accuracy": self.batch_accuracies}
        return self.batches or {name: values for name, values in older.items() if values}


class RunFolder:
    """One run's folder. Reading needs no lock; whoever runs it holds the lock."""

    def __init__(self, path: Path) -> None:
        """The run at a path, which need not exist yet."""
        self.path = path
        # Not reentrant across objects: two windows never work on one run. Of the object, not of a
        # thread: a run is begun in one and may be ended in another.
        self._lock = FileLock(path / _LOCK, timeout=_LOOK, thread_local=False)

    @property
    def name(self) -> str:
        """Of the folder; names the run for good."""
        return self.path.name

    def begin(self, recipe: Recipe, record: RunRecord) -> None:
        """Make the folder with recipe and record, and hold its lock.

        Raises:
            UserError: it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"The run's folder {shown_name(self.path)} cannot be made.") from error
        self.hold()
        write_recipe(recipe, self.path / RECIPE)
        self.write_record(record)

    def hold(self) -> None:
        """Take the lock, which lasts as long as this object does at most.

        Raises:
            UserError: another program runs this run.
        """
        try:
            self._lock.acquire()
        except (Timeout, OSError) as error:
            raise UserError("This run is still going on in another window; wait for its end.") from error

    def release(self) -> None:
        """Let go of the lock; harmless where it is not held."""
        self._lock.release(force=True)

    def is_held(self) -> bool:
        """Whether a program runs this run now, this one included."""
        if self._lock.is_locked:
            return True
        if not (self.path / _LOCK).exists():
            return False
        try:
            with FileLock(self.path / _LOCK, timeout=0):
                return False
        except Timeout:
            return True
        except OSError as error:
            return error.errno not in _NOBODY_CAN_HOLD

    def recipe(self) -> Recipe:
        """What was asked for.

        Raises:
            UserError: the file is missing or broken.
        """
        return read_recipe(self.path / RECIPE)

    def record(self) -> RunRecord:
        """What is known of the run.

        Raises:
            UserError: the file is missing or broken.
        """
        return _decoded(self.path / RECORD, _LARGEST_RECORD, RunRecord)

    def history(self) -> RunHistory:
        """How it went so far; empty before the first epoch.

        Raises:
            UserError: the file is broken.
        """
        if not (self.path / HISTORY).exists():
            return RunHistory()
        stored = _decoded(self.path / HISTORY, _LARGEST_HISTORY, _StoredHistory)
        return RunHistory(
            tuple(_numbers(metrics) for metrics in stored.epochs),
            {name: _with_nan(values) for name, values in stored.all_batches().items()},
            stored.batches_per_epoch,
        )

    def write_record(self, record: RunRecord) -> None:
        """Replace the record; its texts are cut to what a record holds.

        Raises:
            UserError: it cannot be written.
        """
        with self._changing():
            self._write_record(record)

    def change(self, **values: object) -> RunRecord:
        """Replace fields of the record, e.g. its title, and return it.

        Raises:
            UserError: it cannot be read or written.
        """
        with self._changing():
            record = replace(self.record(), **values)  # type: ignore[arg-type]
            self._write_record(record)
        return record

    def write_history(self, history: RunHistory) -> None:
        """Replace the history.

        Raises:
            UserError: it cannot be written.
        """
        # What is no number becomes null.
        values = {
            "epochs": history.epochs,
            "batches": dict(history.batches),
            "batches_per_epoch": history.batches_per_epoch,
        }
        write_atomically(self.path / HISTORY, msgspec.json.encode(values))

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Alone with the record: who renames a run must not undo what its training writes."""
        if not self.path.is_dir():
            # The lock would make the folder of a deleted run again.
            raise UserError(f"There is no run {shown_name(self.path)} any more.")
        try:
            with FileLock(self.path / _CHANGING, timeout=_CHANGE):
                yield
        except (Timeout, OSError) as error:
            raise UserError("The record of this run cannot be changed now; try again.") from error

    def _write_record(self, record: RunRecord) -> None:
        # A record that is written can be read: texts fit, figures are numbers.
        fitting = replace(
            record,
            title=printable(record.title)[:_LONGEST_TITLE],
            device=printable(record.device)[:_LONGEST_DEVICE],
            remark=printable(record.remark)[:_LONGEST_REMARK],
            figures=_numbers(record.figures),
        )
        write_atomically(self.path / RECORD, (json.dumps(asdict(fitting), indent=2) + "\n").encode())


def _numbers(values: Mapping[str, float | None]) -> dict[str, float]:
    """Those of the values that are numbers."""
    return {name: value for name, value in values.items() if value is not None and math.isfinite(value)}


def _with_nan(values: tuple[float | None, ...]) -> tuple[float, ...]:
    return tuple(math.nan if value is None else value for value in values)


_Kind = TypeVar("_Kind")


def _decoded(path: Path, limit: int, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.json.decode(read_file(path, limit), type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UserError(f"{shown_name(path)} of this run is damaged; delete the run.") from error
