"""Tests of run folders: files, crashes, full disks and locks."""

from __future__ import annotations

import errno
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.runs.run_folder import HISTORY, RECIPE, RECORD, RunFolder, RunHistory, RunRecord
from desktop_app.runs.zoo.catalog import ZOO
from tests.user_errors import user_error

RECIPE_OF_ONE = ZOO[0].recipe

WRITER = """
import sys
from pathlib import Path
from desktop_app.runs.run_folder import RunHistory, RunFolder, RunRecord
from desktop_app.runs.zoo.catalog import ZOO

folder = RunFolder(Path(sys.argv[1]))
folder.begin(ZOO[0].recipe, RunRecord("One"))
epochs = 0
while True:
    epochs += 1
    points = (float(epochs),) * (20 * epochs)
    folder.write_history(RunHistory(({"loss": 0.5},) * epochs, {"loss": points}, 20))
    folder.update(epochs=epochs, remark="x" * (epochs % 1000))
    print(epochs, flush=True)
"""

HOLDER = """
import sys
from pathlib import Path
from desktop_app.runs.run_folder import RunFolder

folder = RunFolder(Path(sys.argv[1]))
folder.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def child(script: str, folder: RunFolder) -> Iterator[subprocess.Popen[str]]:
    """Start another program that performs a run; it is killed at the end."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script, str(folder.path)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as program:
        try:
            yield program
        finally:
            program.kill()


def said(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def killed(program: subprocess.Popen[str]) -> str:
    """Kill a program; return its remaining output."""
    program.send_signal(signal.SIGKILL)
    # communicate() would skip the lines that readline() has buffered.
    assert program.stdout is not None
    rest = program.stdout.read()
    program.wait()
    return rest


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "runs" / "one")


def test_recipe_record_and_history_are_written_and_read(folder: RunFolder) -> None:
    record = RunRecord("One", parameters=7, figures={"val_loss": 0.25})
    folder.begin(RECIPE_OF_ONE, record)
    folder.release()
    other = RunFolder(folder.path)
    assert (other.name, other.recipe(), other.record()) == ("one", RECIPE_OF_ONE, record)
    assert other.history() == RunHistory()
    assert other.update(epochs=3, state="finished") == replace(record, epochs=3, state="finished")
    assert folder.record().epochs == 3


FLOATS = st.floats(width=32)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    epochs=st.lists(st.dictionaries(st.sampled_from(["loss", "val_loss"]), FLOATS), max_size=4),
    batches=st.lists(FLOATS, max_size=9),
)
def test_random_histories_are_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, epochs: list[dict[str, float]], batches: list[float]
) -> None:
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    folder.write_history(RunHistory(tuple(epochs), {"psnr": tuple(batches)}, 3))
    read = folder.history()
    assert read.batches_per_epoch == 3
    numbers = [{name: value for name, value in epoch.items() if math.isfinite(value)} for epoch in epochs]
    assert read.epochs == tuple(numbers)
    for before, after in zip(batches, read.batches["psnr"], strict=True):
        assert after == before if math.isfinite(before) else math.isnan(after)


@settings(max_examples=40)
@given(
    title=st.text(max_size=300),
    remark=st.text(max_size=20) | st.just("x" * 5000),
    figure=st.floats(),
)
def test_random_records_are_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, title: str, remark: str, figure: float
) -> None:
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    folder.write_record(RunRecord(title, device=remark, remark=remark, figures={"val_loss": figure}))
    read = folder.record()
    assert len(read.title) == min(len(title), 200)
    assert read.figures == ({"val_loss": figure} if math.isfinite(figure) else {})


@pytest.mark.parametrize("file", [RECORD, HISTORY, RECIPE])
@pytest.mark.parametrize(
    "content", [b"", b"[]", b"nan", b"\xff", b'{"title": "\x9c", "epochs": [{"\x9c": 1}]}', b"[" * 100_000]
)
def test_damaged_files_raise_user_error(folder: RunFolder, file: str, content: bytes) -> None:
    folder.begin(RECIPE_OF_ONE, RunRecord("One"))
    folder.release()
    (folder.path / file).write_bytes(content)
    read = {RECORD: folder.record, HISTORY: folder.history, RECIPE: folder.recipe}[file]
    with pytest.raises(UserError) as error:
        read()
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


# ------------------------------------------------------------------------------------------ crashes


@pytest.mark.parametrize("epochs", [1, 4, 9])
def test_killed_program_leaves_complete_files_and_no_lock(folder: RunFolder, epochs: int) -> None:
    with child(WRITER, folder) as program:
        while int(said(program)) < epochs:
            pass
        assert folder.is_locked()
        printed = [epochs, *map(int, killed(program).split())][-1]
    assert not folder.is_locked()
    record, history = folder.record(), folder.history()
    # It was killed in the next epoch, in which the history is written first.
    assert record.epochs in {printed, printed + 1}
    assert len(history.epochs) in {record.epochs, record.epochs + 1}
    assert history.batches["loss"] == (float(len(history.epochs)),) * (20 * len(history.epochs))
    assert folder.recipe() == RECIPE_OF_ONE
    folder.acquire()
    assert folder.update(state="finished").state == "finished"
    folder.release()


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_full_disk_keeps_existing_files(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.begin(RECIPE_OF_ONE, RunRecord("One", epochs=2))
    history = RunHistory(({"loss": 0.5},))
    folder.write_history(history)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with user_error("the disk is full"):
            folder.update(epochs=3)
        with user_error("the disk is full"):
            folder.write_history(RunHistory())
    assert folder.record().epochs == 2
    assert folder.history() == history
    assert not [path for path in folder.path.iterdir() if path.name.startswith(".")]
    assert folder.update(epochs=3).epochs == 3
    folder.release()


# -------------------------------------------------------------------------------------------- locks


def test_run_is_locked_by_another_program(folder: RunFolder) -> None:
    folder.begin(RECIPE_OF_ONE, RunRecord("One"))
    folder.release()
    with child(HOLDER, folder) as program:
        assert said(program) == "held"
        assert folder.is_locked()
        with user_error("another window"):
            folder.acquire()
        killed(program)
    folder.acquire()
    folder.release()


def test_run_is_locked_by_another_object(folder: RunFolder) -> None:
    folder.begin(RECIPE_OF_ONE, RunRecord("One"))
    other = RunFolder(folder.path)
    assert other.is_locked()
    with user_error("another window"):
        other.acquire()
    folder.release()
    assert not other.is_locked()


def test_lock_can_be_released_in_another_thread(folder: RunFolder) -> None:
    begun, over = threading.Event(), threading.Event()

    def run() -> None:
        folder.begin(RECIPE_OF_ONE, RunRecord("One"))
        begun.set()
        over.wait()

    running = threading.Thread(target=run)
    running.start()
    begun.wait()
    try:
        assert RunFolder(folder.path).is_locked()
        folder.release()
        folder.release()
        assert not RunFolder(folder.path).is_locked()
    finally:
        over.set()
        running.join()


def test_checking_the_lock_does_not_prevent_acquiring_it(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.begin(RECIPE_OF_ONE, RunRecord("One"))
    folder.release()
    checking = RunFolder(folder.path)
    checking.acquire()
    # The check ends before the timeout of the lock.
    monkeypatch.setattr(time, "sleep", lambda _: checking.release())
    folder.acquire()
    assert folder.is_locked()
    folder.release()


def test_lock_acquired_twice_is_released_once(folder: RunFolder) -> None:
    folder.begin(RECIPE_OF_ONE, RunRecord("One"))
    folder.acquire()
    folder.release()
    assert not folder.is_locked()
    assert not RunFolder(folder.path).is_locked()


@pytest.mark.parametrize(("code", "held"), [(errno.EACCES, False), (errno.EROFS, False), (errno.EIO, True)])
def test_lock_that_cannot_be_acquired_is_not_locked(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch, code: int, held: bool
) -> None:
    folder.begin(RECIPE_OF_ONE, RunRecord("One"))
    folder.release()

    def fails(*_: object, **__: object) -> None:
        raise OSError(code, "no lock")

    monkeypatch.setattr(FileLock, "acquire", fails)
    assert folder.is_locked() is held


def test_checking_the_lock_creates_no_file(folder: RunFolder) -> None:
    assert not folder.is_locked()
    with pytest.raises(UserError, match="no longer a run"):
        folder.update(title="Ghost")
    assert not folder.path.exists()


def test_folder_that_cannot_be_created_raises_user_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="cannot be created"):
        RunFolder(tmp_path / "file" / "run").begin(RECIPE_OF_ONE, RunRecord("One"))
