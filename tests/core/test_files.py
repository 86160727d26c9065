import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.files import (
    copy_file,
    copy_new,
    find_files,
    new_file,
    read_file,
    sync_file,
    write_atomically,
)
from desktop_app.core.stopping import Stopped


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_written_file_is_read(tmp_path):
    path = tmp_path / "new" / "folder" / "ink.inkml"
    write_atomically(path, b"first")
    write_atomically(path, b"second")
    assert read_file(path, 100) == b"second"
    assert names(path.parent) == ["ink.inkml"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_failed_write_leaves_only_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "ink.inkml"
    path.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match=r"^ink\.inkml cannot be saved: the disk is full; choose another"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["ink.inkml"]


def test_data_is_flushed_before_the_file_is_replaced(tmp_path, monkeypatch):
    path = tmp_path / "ink.inkml"
    order = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: order.append(path.exists()))
    write_atomically(path, b"new")
    assert order[0] is False


def test_temporary_file_has_the_same_suffix(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: seen.extend(names(tmp_path)))
    write_atomically(tmp_path / "model.keras", b"weights")
    assert seen[0].endswith(".keras")


def test_permissions_and_links_are_kept(tmp_path):
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_folder_is_not_overwritten(tmp_path):
    with pytest.raises(UserError, match="it is a folder"):
        write_atomically(tmp_path, b"data")
    assert tmp_path.is_dir()


def test_pipe_is_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="not an ordinary file"):
        write_atomically(pipe, b"data")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_file_written_in_parts_keeps_permissions_and_links(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    with new_file(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_file_written_in_parts_does_not_replace_folders_and_pipes(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path()):
        with pytest.raises(UserError, match=r"not an ordinary file|it is a folder"), new_file(path):
            pass
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == ["pipe"]


def test_file_instead_of_folder_raises_user_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match=r"not a folder|exists"):
        write_atomically(tmp_path / "file" / "ink.inkml", b"data")


def test_names_may_be_as_long_as_the_system_allows(tmp_path):
    for name in ("x" * 250 + ".json", "x." + "y" * 253):
        write_atomically(tmp_path / name, b"data")
        assert read_file(tmp_path / name, 10) == b"data"


@pytest.mark.parametrize("name", ["x" * 300, "null\0byte"])
def test_invalid_names_raise_user_error(tmp_path, name):
    with pytest.raises(UserError, match="cannot be saved"):
        write_atomically(tmp_path / name, b"data")
    with pytest.raises(UserError, match="cannot be read"):
        read_file(tmp_path / name, 10)


def test_reading_has_a_limit(tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"0123456789")
    assert read_file(path, 10) == b"0123456789"
    with pytest.raises(UserError, match="larger than"):
        read_file(path, 9)


def test_reading_other_than_ordinary_files_raises_user_error(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="not an ordinary file"):
        read_file(pipe, 10)
    with pytest.raises(UserError, match="folder"):
        read_file(tmp_path, 10)
    with pytest.raises(UserError, match="it does not exist"):
        read_file(tmp_path / "nothing", 10)


def test_unreadable_file_raises_user_error(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(UserError, match=r"^secret cannot be read: permission is missing\.$"):
        read_file(tmp_path / "secret", 10)


def test_copy_replaces_the_old_file(tmp_path):
    source, target = tmp_path / "a.keras", tmp_path / "b.keras"
    source.write_bytes(bytes(3_000_000) + b"end")
    target.write_bytes(b"old")
    copy_file(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert sorted(names(tmp_path)) == ["a.keras", "b.keras"]


def test_failed_copy_leaves_only_the_old_file(tmp_path, monkeypatch):
    source, target = tmp_path / "a.keras", tmp_path / "b.keras"
    source.write_bytes(b"new")
    target.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"^b\.keras cannot be saved: the disk is full\.$"):
        copy_file(source, target)
    assert target.read_bytes() == b"old"
    assert sorted(names(tmp_path)) == ["a.keras", "b.keras"]


def test_only_ordinary_files_are_copied_to_new_ones(tmp_path):
    source, pipe, link = tmp_path / "source", tmp_path / "pipe", tmp_path / "link"
    source.write_bytes(b"seven")
    os.mkfifo(pipe)
    link.symlink_to(source)
    assert copy_new(source, tmp_path / "new") == hashlib.sha256(b"seven").hexdigest()
    with pytest.raises(FileExistsError):
        copy_new(source, tmp_path / "new")
    with pytest.raises(UserError, match="not an ordinary file"):
        copy_new(pipe, tmp_path / "other")
    with pytest.raises(OSError, match="link"):
        copy_new(link, tmp_path / "another")


def test_files_are_found_recursively_and_in_order(tmp_path):
    wanted = ["a.png", "b.PNG", "Inner/deep/c.inkml", "inner/d.png"]
    for name in (*wanted, "notes.txt", ".hidden.png", ".hidden/e.png", "__MACOSX/f.png", "inner/._d.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "inner" / "circle").symlink_to(tmp_path)
    assert list(find_files(tmp_path, (".png", ".inkml"))) == [tmp_path / name for name in wanted]


def test_unreadable_folders_are_reported(tmp_path):
    errors: list[OSError] = []
    assert list(find_files(tmp_path / "gone", (".png",), on_error=errors.append)) == []
    assert [error.filename for error in errors] == [str(tmp_path / "gone")]
    assert list(find_files(tmp_path / "gone", (".png",))) == []


def test_finding_files_can_be_stopped(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").touch()
    asked = iter([False, False, True])
    files = find_files(tmp_path, (".png",), lambda: next(asked))
    assert next(files) == tmp_path / "a" / "1.png"
    with pytest.raises(Stopped):
        next(files)


def use_fsync_of_windows(monkeypatch):
    """Make fsync fail for read-only files, as on Windows."""
    import fcntl

    real = os.fsync

    def fsync(descriptor):
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def test_writing_works_if_only_writable_files_can_be_flushed(tmp_path, monkeypatch):
    use_fsync_of_windows(monkeypatch)
    write_atomically(tmp_path / "a", b"new")
    copy_file(tmp_path / "a", tmp_path / "b")
    sync_file(tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"new"


def failing_replace(times, number=32):
    """Return an os.replace that fails some times, as on Windows while another process uses the file."""
    real, left = os.replace, [times]

    def replace(source, target):
        left[0] -= 1
        if left[0] >= 0:
            error = PermissionError(errno.EACCES, "in use by another process")
            setattr(error, "winerror", number)  # noqa: B010 (known to mypy on Windows only)
            raise error
        real(source, target)

    return replace


@pytest.mark.parametrize("number", [5, 32, 33])
def test_file_in_use_is_replaced_after_it_is_closed(tmp_path, monkeypatch, number):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr(os, "replace", failing_replace(19, number))
    (tmp_path / "a").write_bytes(b"old")
    write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize(("times", "number"), [(20, 32), (1, None), (1, 2)])
def test_file_that_cannot_be_replaced_raises_user_error(tmp_path, monkeypatch, times, number):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr(os, "replace", failing_replace(times, number))
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(UserError, match=r"^a "):
        write_atomically(tmp_path / "a", b"new")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"
