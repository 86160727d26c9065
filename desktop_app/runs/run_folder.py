"""Run folders: the files of a training run.

    recipe.json    the recipe
    run.json       the record: state, times, metrics
    history.json   metrics of each epoch and of batches
    last.npz       checkpoint after the last complete epoch: weights, optimizer, counters
    best.npz       the kept weights
    test.npz       answers to the test samples, after the run
    epochs/        a .keras file for each epoch, if the recipe requests it
    tensorboard/   TensorBoard log, if the recipe requests it
    model/         the model folder
    run.lock       locked by the program that performs the run; released by the system after a crash
    record.lock    locked while the record is changed

Files are replaced atomically. The module does not need Keras.
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
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from filelock import FileLock, Timeout
from msgspec import Meta

from desktop_app.core.decoding import decode_json
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.files import is_there, read_file, write_atomically
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
_LOCK, _RECORD_LOCK = "run.lock", "record.lock"
_LARGEST_RECORD = 100_000
_LARGEST_HISTORY = 100_000_000
_LONGEST_TITLE, _LONGEST_REMARK, _LONGEST_DEVICE = 200, 4000, 200
_MOST_FIGURES = 100

_LOCK_TIMEOUT = 0.5
"""Seconds; another program holds the lock shortly when it checks whether the run is locked."""
_RECORD_TIMEOUT = 10.0
"""Seconds; changing a record can take long on a busy disk."""

_UNLOCKABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ELOOP, errno.ENXIO})

State: TypeAlias = Literal["running", "learned", "finished", "failed"]
Reason: TypeAlias = Literal["", "finished", "stopped", "patience", "not a number"]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Figures: TypeAlias = Annotated[dict[str, float], Meta(max_length=_MOST_FIGURES)]


@dataclass(frozen=True)
class RunRecord:
    """State and results of a run.

    Attributes:
        title: title shown to the user, who may change it.
        state: "running" during training (interrupted if the run is not locked), "learned" until the model is
            measured and exported, then "finished"; "failed" after an error.
        reason: why training ended.
        started: time of the start, ISO 8601 with time zone.
        seconds: duration of the training without pauses, including resumed runs.
        epochs: number of completed epochs.
        best_epoch: number of the kept epoch, from 1; 0 for none.
        parameters: number of parameters of the network.
        device: name of the device used.
        precision: Keras dtype policy of the training; empty if it has not begun.
        figures: loss and metrics by name, prefixed with "val_" for the kept epoch and with "test_" for the
            test samples.
        model: name in the model library; empty for none.
        continues: name of the run that this one resumes; empty for none.
        remark: error message of a failed run.
        is_reported: whether a message has said that the run was interrupted.
        is_dismissed: whether the program no longer offers to resume the interrupted run.
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
    precision: Literal["", "float32", "mixed_bfloat16", "mixed_float16"] = ""
    figures: Figures = field(default_factory=dict)
    model: Annotated[str, Meta(max_length=100)] = ""
    continues: Annotated[str, Meta(max_length=200)] = ""
    remark: Annotated[str, Meta(max_length=_LONGEST_REMARK)] = ""
    is_reported: bool = False
    is_dismissed: bool = False

    @property
    def is_in_first_epoch(self) -> bool:
        """Whether the run was interrupted in its first epoch; it can be resumed without a checkpoint."""
        return self.state == "running" and self.epochs == 0


@dataclass(frozen=True)
class RunHistory:
    """Metrics of a run over time.

    Attributes:
        epochs: metrics of each epoch by Keras' names: loss and metrics of the task, the same prefixed with
            "val_" for the validation samples, learning_rate, and seconds; without values that are not finite.
        batches: metrics by name, averaged over intervals of equal length; values that are not finite are NaN.
        batches_per_epoch: number of these values per epoch.
    """

    epochs: tuple[dict[str, float], ...] = ()
    batches: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    batches_per_epoch: Count = 0


@dataclass(frozen=True)
class _StoredHistory:
    """A history as it is stored, with null for values that are not finite.

    batch_losses and batch_accuracies are fields of earlier versions.
    """

    epochs: tuple[dict[str, float | None], ...] = ()
    batches: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    batches_per_epoch: Count = 0
    batch_losses: tuple[float | None, ...] = ()
    batch_accuracies: tuple[float | None, ...] = ()

    def all_batches(self) -> dict[str, tuple[float | None, ...]]:
        """Return the metrics of batches by name, of any version."""
        older = {"loss": self.batch_losses, "accuracy": self.batch_accuracies}
        return self.batches or {name: values for name, values in older.items() if values}


class RunFolder:
    """Folder of a run. Reading needs no lock; the program that performs the run holds the lock."""

    def __init__(self, path: Path) -> None:
        """Create the object for a path, which need not exist."""
        self.path = path
        # The lock belongs to this object, not to a thread, because a run may be ended in another thread.
        self._lock = FileLock(path / _LOCK, timeout=_LOCK_TIMEOUT, thread_local=False)

    @property
    def name(self) -> str:
        """Name of the folder, which identifies the run."""
        return self.path.name

    def begin(self, recipe: Recipe, record: RunRecord) -> None:
        """Create the folder with recipe and record, and acquire its lock.

        Raises:
            UserError: the folder cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                "The run folder {name} cannot be created: {reason}.",
                name=shown_name(self.path),
                reason=reason(error),
            ) from error
        self.acquire()
        write_recipe(recipe, self.path / RECIPE)
        self.write_record(record)

    def acquire(self) -> None:
        """Acquire the lock; it is released with this object at the latest.

        Raises:
            UserError: another program performs this run.
        """
        try:
            self._lock.acquire()
        except (Timeout, OSError) as error:
            raise UserError("This run is still in progress in another window; wait for its end.") from error

    def release(self) -> None:
        """Release the lock, if it is held."""
        self._lock.release(force=True)

    def is_locked(self) -> bool:
        """Return whether a program, possibly this one, performs the run."""
        if self._lock.is_locked:
            return True
        if not is_there(self.path / _LOCK):
            return False
        try:
            with FileLock(self.path / _LOCK, timeout=0):
                return False
        except Timeout:
            return True
        except OSError as error:
            return error.errno not in _UNLOCKABLE

    def check_not_running(self) -> None:
        """Check that no program performs the run.

        Raises:
            UserError: a program does.
        """
        if self.is_locked():
            raise UserError("This run is still in progress; stop it or wait for its end.")

    def check_in_place(self) -> None:
        """Check that the folder of a run that is being performed is still where it was.

        Raises:
            UserError: it was deleted or moved.
        """
        if not is_there(self.path / RECORD):
            raise UserError(
                "The folder of the run {name} was deleted or moved, so its training has ended.",
                name=shown_name(self.path),
            )

    def recipe(self) -> Recipe:
        """Read the recipe.

        Raises:
            UserError: the file is missing or damaged.
        """
        return read_recipe(self.path / RECIPE)

    def record(self) -> RunRecord:
        """Read the record.

        Raises:
            UserError: the file is missing or damaged.
        """
        return _decoded(self.path / RECORD, _LARGEST_RECORD, RunRecord)

    def history(self) -> RunHistory:
        """Read the history; empty before the first epoch.

        Raises:
            UserError: the file is damaged.
        """
        if not (self.path / HISTORY).exists():
            return RunHistory()
        stored = _decoded(self.path / HISTORY, _LARGEST_HISTORY, _StoredHistory)
        return RunHistory(
            tuple(_finite(metrics) for metrics in stored.epochs),
            {name: _with_nan(values) for name, values in stored.all_batches().items()},
            stored.batches_per_epoch,
        )

    def write_record(self, record: RunRecord) -> None:
        """Write the record, with long texts shortened.

        Raises:
            UserError: the record cannot be written.
        """
        with self._record_lock():
            self._write_record(record)

    def update(self, **values: Any) -> RunRecord:
        """Change fields of the record; return the new record.

        Raises:
            UserError: the record cannot be read or written.
        """
        with self._record_lock():
            record = replace(self.record(), **values)
            self._write_record(record)
        return record

    def write_history(self, history: RunHistory) -> None:
        """Write the history.

        Raises:
            UserError: the history cannot be written.
        """
        # msgspec writes NaN as null.
        values = {
            "epochs": history.epochs,
            "batches": dict(history.batches),
            "batches_per_epoch": history.batches_per_epoch,
        }
        write_atomically(self.path / HISTORY, msgspec.json.encode(values))

    @contextmanager
    def _record_lock(self) -> Iterator[None]:
        """Prevent that the window and the training change the record at the same time."""
        if not self.path.is_dir():
            # The lock would create the folder of a deleted run again.
            raise UserError("There is no longer a run {name}; choose another.", name=shown_name(self.path))
        try:
            with FileLock(self.path / _RECORD_LOCK, timeout=_RECORD_TIMEOUT):
                yield
        except (Timeout, OSError) as error:
            raise UserError("The record of this run cannot be changed at the moment; try again.") from error

    def _write_record(self, record: RunRecord) -> None:
        # Only valid records are written.
        valid = replace(
            record,
            title=printable(record.title)[:_LONGEST_TITLE],
            device=printable(record.device)[:_LONGEST_DEVICE],
            remark=printable(record.remark)[:_LONGEST_REMARK],
            figures=_finite(record.figures),
        )
        write_atomically(self.path / RECORD, (json.dumps(asdict(valid), indent=2) + "\n").encode())


def _finite(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None and math.isfinite(value)}


def _with_nan(values: tuple[float | None, ...]) -> tuple[float, ...]:
    return tuple(math.nan if value is None else value for value in values)


_Kind = TypeVar("_Kind")


def _decoded(path: Path, limit: int, kind: type[_Kind]) -> _Kind:
    try:
        return decode_json(read_file(path, limit), kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise UserError("{name} of this run is damaged; delete the run.", name=shown_name(path)) from error
