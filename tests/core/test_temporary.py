"""Tests of temporary files and folders, with processes that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.core.files import new_file, write_atomically
from desktop_app.core.temporary import TemporaryFolder, own_temporary_files, remove_abandoned

ROOT = Path(__file__).parents[2]

FOLDER = """
from desktop_app.core.temporary import TemporaryFolder
folder = TemporaryFolder(parent)
(folder.path / "model").mkdir()
(folder.path / "model" / "card.json").touch()
"""

FILE = """
from desktop_app.core.files import new_file
context = new_file(parent / "mnist.npz")
context.__enter__().write(b"half")
"""

OWN_FILES = """
import tempfile
from desktop_app.core.temporary import own_temporary_files
context = own_temporary_files(parent)
context.__enter__()
tempfile.NamedTemporaryFile(suffix=".py", delete=False).write(b"generated")
"""

Start = Callable[[str, Path], "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Start:
    """Function that runs code in another process, in which `parent` is a folder, until it is killed."""

    def started(code: str, parent: Path) -> subprocess.Popen[bytes]:
        waiting = 'print("ready", flush=True)\ninput()'
        text = f"from pathlib import Path\nparent = Path({str(parent)!r})\n{code}\n{waiting}"
        process = subprocess.Popen(
            [sys.executable, "-c", text], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    return started


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def make_old(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (0, 0), follow_symlinks=False)


@pytest.mark.parametrize("code", [FOLDER, FILE, OWN_FILES], ids=["folder", "file", "own files"])
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_uses_is_not(
    tmp_path: Path, start: Start, code: str
) -> None:
    place = tmp_path / "inner"
    place.mkdir()
    process = start(code, place)
    make_old(tmp_path)
    remove_abandoned(tmp_path)
    assert len(list(place.iterdir())) == 1
    kill(process)
    make_old(tmp_path)
    remove_abandoned(tmp_path)
    assert list(place.iterdir()) == []


def test_only_old_temporary_files_are_removed(tmp_path: Path) -> None:
    young, link, other = (tmp_path / name for name in (".tmp-young", ".tmp-link", "data.npz"))
    kept = tmp_path / "kept"
    kept.mkdir()
    link.symlink_to(kept)
    other.touch()
    make_old(tmp_path)
    young.touch()
    remove_abandoned(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".tmp-young", "data.npz", "kept"]


def test_folders_without_lock_file_are_removed(tmp_path: Path) -> None:
    # Its process was killed before it could create the file.
    (tmp_path / ".tmp-1" / "model").mkdir(parents=True)
    make_old(tmp_path)
    remove_abandoned(tmp_path / "missing")
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_closed_folders_and_written_files_leave_nothing(tmp_path: Path) -> None:
    with TemporaryFolder(tmp_path / "new") as folder:
        (folder / "draft").touch()
        assert folder.parent == tmp_path / "new"
    write_atomically(tmp_path / "new" / "a.json", b"{}")
    with new_file(tmp_path / "new" / "b.npz") as file:
        file.write(b"data")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a.json", "b.npz"]


def folder_of_child() -> str:
    """Folder of temporary files of a child process."""
    code = "import tempfile; print(tempfile.gettempdir(), end='')"
    return subprocess.check_output([sys.executable, "-c", code], text=True)


def test_temporary_files_of_this_process_and_its_children_are_deleted(tmp_path: Path) -> None:
    default = tempfile.gettempdir()
    code = "import tempfile; print(tempfile.mkdtemp(), end='')"
    with own_temporary_files(tmp_path):
        here = Path(tempfile.mkdtemp())
        there = Path(subprocess.check_output([sys.executable, "-c", code], text=True))
        assert here.parent == there.parent
        assert here.parent.parent == tmp_path
    assert list(tmp_path.iterdir()) == []
    assert tempfile.gettempdir() == default
    assert Path(
        subprocess.check_output(
            [sys.executable, "-c", "import tempfile; print(tempfile.gettempdir(), end='')"], text=True
        )
    ) == Path(default)


def test_the_systems_folder_is_used_if_there_is_no_other(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    default = tempfile.gettempdir()
    with own_temporary_files(tmp_path / "file"):
        assert tempfile.gettempdir() == default


def test_files_are_kept_where_the_system_has_no_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def unsupported(*_: object) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with TemporaryFolder(tmp_path) as folder:
        make_old(tmp_path)
        remove_abandoned(tmp_path)
        assert folder.is_dir()


def test_windows_needs_no_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)

    def unlink(path: Path) -> None:
        raise PermissionError("in use by another process")

    with TemporaryFolder(tmp_path) as folder:
        make_old(tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", unlink)
            remove_abandoned(tmp_path)
        assert (folder / "lock").exists()
