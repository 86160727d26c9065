"""Tests of the run folders of a user."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.core.errors import UserError, reason
from desktop_app.core.stopping import Stopped
from desktop_app.core.temporary import remove_abandoned
from desktop_app.runs import run_store
from desktop_app.runs.recipe import write_recipe
from desktop_app.runs.run_folder import (
    RECIPE,
    RECORD,
    TENSORBOARD,
    RunFolder,
    RunRecord,
)
from desktop_app.runs.run_store import (
    delete_run,
    interrupted_runs,
    list_runs,
    new_run,
    rename_run,
)
from tests.runs.run_folders import (
    RECIPE_OF_ONE,
    STARTED,
    made,
    names,
    only,
    with_checkpoint,
    with_model,
)
from tests.user_errors import user_error

# ------------------------------------------------------------------------------------------ listing


def test_new_folders_are_named_after_time_and_recipe(runs_dir: Path) -> None:
    folders = [new_run(runs_dir, RECIPE_OF_ONE) for _ in range(4)]
    assert len({folder.name for folder in folders}) == 4
    for folder in folders:
        date, name = folder.name[:17], folder.name[18:]
        assert [len(part) for part in date.split("-")] == [4, 2, 2, 6]
        assert name.startswith(RECIPE_OF_ONE.name)
    assert list_runs(runs_dir) == (), "a folder in which nothing has begun is no run"


def test_runs_of_one_second_are_numbered(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Noon(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls(2026, 3, 1, 12, 30, 5, tzinfo=tz)

    monkeypatch.setattr(run_store, "datetime", Noon)
    stem = f"2026-03-01-123005-{RECIPE_OF_ONE.name}"
    assert [new_run(runs_dir, RECIPE_OF_ONE).name for _ in range(3)] == [stem, f"{stem}-2", f"{stem}-3"]


def test_no_runs_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(UserError, match="taken"):
        new_run(tmp_path / "taken", RECIPE_OF_ONE)
    assert list_runs(tmp_path / "taken") == ()


def test_no_runs_without_folder(runs_dir: Path) -> None:
    assert list_runs(runs_dir) == interrupted_runs(runs_dir) == ()
    assert not runs_dir.exists(), "looking makes nothing"


@pytest.mark.parametrize("listed", [list_runs, interrupted_runs])
def test_listing_stops_after_each_run(listed: Callable[..., object], runs_dir: Path) -> None:
    for _ in range(3):
        made(runs_dir)
    calls = iter((False, True))
    with pytest.raises(Stopped):
        listed(runs_dir, lambda: next(calls))


def test_states_of_runs(runs_dir: Path) -> None:
    folder = with_checkpoint(made(runs_dir, held=True, state="running"))
    run = only(runs_dir)
    assert (run.is_running, run.is_interrupted, run.can_resume) == (True, False, False)
    assert interrupted_runs(runs_dir) == ()
    folder.release()
    run = only(runs_dir)
    assert (run.is_running, run.is_interrupted, run.can_resume) == (False, True, True)
    assert [found.name for found in interrupted_runs(runs_dir)] == [folder.name]
    folder.update(state="learned")
    assert only(runs_dir).is_interrupted
    assert interrupted_runs(runs_dir) == ()
    folder.update(state="finished")
    run = only(runs_dir)
    assert (run.is_running, run.is_interrupted, run.can_resume) == (False, False, True)
    assert run.recipe == RECIPE_OF_ONE
    assert run.started is not None
    assert run.started.isoformat() == STARTED


def test_of_runs_that_were_interrupted_again_only_the_last_is_resumed(runs_dir: Path) -> None:
    first = with_checkpoint(made(runs_dir, state="running"))
    second = with_checkpoint(made(runs_dir, state="running", continues=first.name))
    assert [run.name for run in interrupted_runs(runs_dir)] == [second.name]
    second.update(state="finished")
    assert interrupted_runs(runs_dir) == ()


def test_run_that_ends_while_it_is_read_is_not_interrupted(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(runs_dir, held=True, state="running")
    is_locked = RunFolder.is_locked

    def ends_meanwhile(looked_at: RunFolder) -> bool:
        folder.update(state="finished")
        folder.release()
        return is_locked(looked_at)

    monkeypatch.setattr(RunFolder, "is_locked", ends_meanwhile)
    run = only(runs_dir)
    assert run.record.state == "finished"
    assert not run.is_interrupted


def test_contents_of_the_folder_are_listed(runs_dir: Path) -> None:
    folder = made(runs_dir)
    (folder.path / TENSORBOARD).mkdir()
    run = only(runs_dir)
    assert not (run.has_log)
    assert not (run.has_model)
    assert not (run.has_checkpoint)
    (folder.path / TENSORBOARD / "events").write_bytes(b"")
    with_checkpoint(with_model(folder))
    run = only(runs_dir)
    assert run.has_log
    assert run.has_model
    assert run.has_checkpoint


def test_replaced_recipe_is_read_again(runs_dir: Path) -> None:
    folder = made(runs_dir)
    path = folder.path / RECIPE
    for number, title in enumerate(("One", "Two"), 1):
        # Of the same size.
        write_recipe(replace(RECIPE_OF_ONE, title=title), path)
        os.utime(path, ns=(number * 10**9, number * 10**9))
        recipe = only(runs_dir).recipe
        assert recipe is not None
        assert recipe.title == title


def test_newest_run_is_first_regardless_of_time_zone(runs_dir: Path) -> None:
    times = ["2026-03-01T10:00:00+00:00", "2026-03-01T10:30:00+02:00", "2026-03-01T10:15:00+00:00"]
    folders = [made(runs_dir, started=time).name for time in times]
    assert [run.name for run in list_runs(runs_dir)] == [folders[2], folders[0], folders[1]]


def test_number_of_listed_runs_is_limited(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [made(runs_dir).name for _ in range(4)]
    monkeypatch.setattr(run_store, "MAX_RUNS", 2)
    assert sorted(run.name for run in list_runs(runs_dir)) == sorted(names)[2:]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (RECORD, b""),
        (RECORD, b"{" * 50_000),
        (RECORD, b'{"title": "x", "epochs": -1}'),
        (RECORD, b'{"title": "x", "figures": {"a": "b"}}'),
        (RECORD, b'{"title": "' + b"x" * 99_000 + b'"}'),
        (RECORD, b"\xff\xfe\x00"),
        (RECORD, b" " * 200_000),
        (RECORD, None),
        (RECIPE, b"[]"),
        (RECIPE, b'{"layers": 3}'),
        (RECIPE, None),
    ],
)
def test_damaged_run_is_listed_with_its_problem_and_can_be_deleted(
    runs_dir: Path, file: str, content: bytes | None
) -> None:
    whole, damaged = made(runs_dir), made(runs_dir)
    if content is None:
        (damaged.path / file).unlink()
    else:
        (damaged.path / file).write_bytes(content)
    found = {run.name: run for run in list_runs(runs_dir)}
    assert found[whole.name].problem is None
    run = found[damaged.name]
    assert str(run.problem).endswith(".")
    assert "\n" not in str(run.problem)
    assert run.title == (damaged.name if file == RECORD else "One")
    assert run.record.state == ("failed" if file == RECORD else "finished")
    assert (run.recipe is None) == (file == RECIPE)
    assert not (run.is_running)
    assert not (run.is_interrupted)
    assert not (run.can_resume)
    delete_run(run)
    assert names(runs_dir) == [whole.name]


def test_other_files_and_folders_are_ignored(runs_dir: Path, tmp_path: Path) -> None:
    folder = made(runs_dir)
    elsewhere = tmp_path / "elsewhere"
    made(elsewhere)
    (runs_dir / "link").symlink_to(elsewhere / names(elsewhere)[0])
    (runs_dir / "loop").symlink_to(runs_dir / "loop")
    (runs_dir / "file").write_bytes(b"")
    (runs_dir / "empty").mkdir()
    (runs_dir / ".hidden").mkdir()
    os.mkfifo(runs_dir / "pipe")
    assert [run.name for run in list_runs(runs_dir)] == [folder.name]


def test_pipes_and_folders_instead_of_files_do_not_block(runs_dir: Path) -> None:
    for make in (os.mkfifo, os.mkdir):
        folder = made(runs_dir)
        for file in (RECORD, RECIPE, "run.lock"):
            (folder.path / file).unlink()
            make(folder.path / file)
    assert [bool(run.problem) for run in list_runs(runs_dir)] == [True, True]


def test_lock_that_is_a_link_is_not_followed(runs_dir: Path, tmp_path: Path) -> None:
    folder = made(runs_dir)
    (tmp_path / "other").write_bytes(b"kept")
    (folder.path / "run.lock").unlink()
    (folder.path / "run.lock").symlink_to(tmp_path / "other")
    assert not only(runs_dir).is_running
    assert (tmp_path / "other").read_bytes() == b"kept"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    record=st.dictionaries(st.sampled_from(list(RunRecord.__dataclass_fields__)), JSON) | JSON,
    recipe=JSON,
)
def test_random_files_do_not_break_the_list(
    tmp_path_factory: pytest.TempPathFactory, record: object, recipe: object
) -> None:
    folder = tmp_path_factory.mktemp("runs") / "a-run"
    folder.mkdir()
    (folder / RECORD).write_text(json.dumps(record))
    (folder / RECIPE).write_text(json.dumps(recipe))
    run = only(folder.parent)
    assert isinstance(run.title, str)
    assert run.recipe is not None or run.problem


def test_run_without_valid_time_is_sorted_by_its_folder(runs_dir: Path) -> None:
    for started in ("", "yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        made(runs_dir, started=started)
    assert len(list_runs(runs_dir)) == 4


# --------------------------------------------------------------------------------- rename and delete


def test_renaming_changes_only_the_title(runs_dir: Path) -> None:
    folder = made(runs_dir, epochs=4)
    rename_run(only(runs_dir), "  With dropout ")
    assert folder.record() == replace(only(runs_dir).record, title="With dropout")
    assert folder.record().epochs == 4
    with pytest.raises(UserError, match="title is empty"):
        rename_run(folder, " \t ")
    rename_run(folder, "x" * 500)
    assert len(folder.record().title) == 200


def test_renaming_does_not_restore_a_deleted_run(runs_dir: Path) -> None:
    run = only(made(runs_dir).path.parent)
    delete_run(run)
    with pytest.raises(UserError, match="no longer a run"):
        rename_run(run, "Ghost")
    with pytest.raises(UserError, match="no longer a run"):
        delete_run(run)
    assert names(runs_dir) == []


def test_renaming_during_training_keeps_all_changes(runs_dir: Path) -> None:
    folder = made(runs_dir, state="running")
    undone = []

    def train() -> None:
        for epoch in range(1, 60):
            folder.update(epochs=epoch)
            if folder.record().epochs != epoch:
                undone.append(epoch)

    training = threading.Thread(target=train)
    training.start()
    other = RunFolder(folder.path)
    for number in range(60):
        rename_run(other, f"Title {number}")
        if other.record().title != f"Title {number}":
            undone.append(-number)
    training.join()
    assert undone == []


def test_running_run_is_not_deleted(runs_dir: Path) -> None:
    folder = made(runs_dir, held=True, state="running")
    with pytest.raises(UserError, match="still in progress"):
        delete_run(only(runs_dir))
    assert folder.record().state == "running"
    folder.release()
    delete_run(only(runs_dir))
    assert names(runs_dir) == []


def test_run_that_starts_while_it_is_deleted_is_kept(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(runs_dir)
    replace = os.replace

    def begun_meanwhile(path: Path, target: Path) -> None:
        if path == folder.path:
            folder.acquire()
        replace(path, target)

    monkeypatch.setattr(os, "replace", begun_meanwhile)
    with pytest.raises(UserError, match="still in progress"):
        delete_run(RunFolder(folder.path))
    assert folder.record().title == "One"
    folder.release()


def test_links_in_a_deleted_run_are_not_followed(runs_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_bytes(b"kept")
    folder = made(runs_dir)
    (folder.path / "epochs").symlink_to(tmp_path / "precious")
    delete_run(only(runs_dir))
    assert names(runs_dir) == []
    assert (tmp_path / "precious" / "file").read_bytes() == b"kept"


def test_link_instead_of_a_run_is_not_deleted(runs_dir: Path, tmp_path: Path) -> None:
    target = made(tmp_path / "elsewhere")
    runs_dir.mkdir(parents=True)
    (runs_dir / "link").symlink_to(target.path)
    with pytest.raises(UserError, match="no longer a run"):
        delete_run(RunFolder(runs_dir / "link"))
    assert target.record().title == "One"


def test_run_that_cannot_be_renamed_is_not_deleted(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(runs_dir)

    def forbidden(*_: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", forbidden)
        with user_error(f"{folder.name}.*{reason(OSError(errno.EACCES, ''))}"):
            delete_run(folder)
    assert names(runs_dir) == [folder.name]


def test_remaining_files_are_named(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(runs_dir)

    def busy(*_: object, **__: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rmdir", busy)
        with user_error(r"\.tmp-"):
            delete_run(folder)
    assert list_runs(runs_dir) == ()
    assert len(names(runs_dir)) == 1


def test_partially_deleted_run_is_removed_at_the_next_start(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = made(runs_dir), made(runs_dir)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(UserError, match="could not be deleted completely"):
            delete_run(first)
    assert [run.name for run in list_runs(runs_dir)] == [second.name]
    (hidden,) = runs_dir.glob(".*")
    os.utime(hidden, (0, 0))
    remove_abandoned(runs_dir)
    assert names(runs_dir) == [second.name]
