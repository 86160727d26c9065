"""Files found in folders, read with a limit, and written or copied whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.core.temporary import lock_file, temporary_neighbour

_CHUNK = 1 << 20

# Not blocking: merely opening a pipe that nobody writes to would wait for ever.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_SHARING_VIOLATIONS = frozenset({5, 32, 33})
"""Windows' error numbers for a file that another process, such as a virus scanner, has open."""
_TRIES, _PAUSE = 20, 0.05

_ERRORS_OF_A_NAME = frozenset({errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP})
"""Errors that another folder would not help against, but another name in the same one."""

_FOREIGN = "__MACOSX"
"""A folder that macOS adds to archives, with notes of its own in files of the same names."""


def find_files(
    folder: Path,
    suffixes: tuple[str, ...],
    should_stop: ShouldStop = lambda: False,
    on_error: Callable[[OSError], object] | None = None,
) -> Iterator[Path]:
    """The files of some kinds in a folder and in all folders in it.

    In order: the files of a folder by name, then its folders by name. Hidden files and folders, which
    are notes of systems and programs, are passed over; links to folders are not followed.

    Args:
        folder: where to look.
        suffixes: ends of the names, in lower case.
        should_stop: asked in every folder.
        on_error: called with the error for each folder that cannot be read.

    Raises:
        Stopped: should_stop answered yes.
    """
    for place, folders, names in os.walk(folder, onerror=on_error):
        raise_if_stopped(should_stop)
        folders[:] = sorted(name for name in folders if not name.startswith((".", _FOREIGN)))
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(suffixes):
                yield Path(place, name)


def is_there(path: Path) -> bool:
    """Return whether a path leads to anything; false also for one that the system cannot have."""
    with contextlib.suppress(OSError, ValueError):
        return path.exists()
    return False


def is_folder(path: Path) -> bool:
    """Return whether a path leads to a folder; false also for one that the system cannot have."""
    with contextlib.suppress(OSError, ValueError):
        return path.is_dir()
    return False


def is_file(path: Path) -> bool:
    """Return whether a path leads to a file; false also for one that the system cannot have."""
    with contextlib.suppress(OSError, ValueError):
        return path.is_file()
    return False


def read_file(path: Path, limit: int) -> bytes:
    """Read a whole ordinary file.

    Args:
        path: the file; links are followed.
        limit: largest size in bytes that is read.

    Raises:
        UserError: it is missing, unreadable, too large, or a folder, pipe or device.
    """
    try:
        with open(os.open(path, _READ), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UserError("{name} is not an ordinary file; choose another file.", name=shown_name(path))
            # Room for the largest file is slow to get; some systems say that a file is empty when it is not.
            data = file.read(min(status.st_size or limit, limit) + 1)
    except (OSError, ValueError) as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=_why(error)
        ) from error
    if len(data) > limit:
        raise UserError(
            "{name} is larger than {limit} MB; choose a smaller file.",
            name=shown_name(path),
            limit=max(1, limit // 1_000_000),
        )
    return data


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is at every moment either the old one or the new one, never half.

    See `new_file`.

    Raises:
        UserError: it cannot be written; what was there is untouched and no temporary file stays.
    """
    with new_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary neighbour of a file for writing; replace the file when the block ends without error.

    The neighbour has the same suffix, and its data reaches the disk before it takes the file's place. A link
    stays a link: what it points to is replaced. Missing folders are made.

    Raises:
        UserError: it cannot be written; what was there is untouched and no temporary file stays.
    """
    target, mode = _target_of(path)
    temporary = temporary_neighbour(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            lock_file(file)
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        replace_file(temporary, target)
    except OSError as error:
        raise _not_saved(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def check_replaceable(path: Path) -> None:
    """Check that `new_file` could write a file that the user has named, without making folders.

    Raises:
        UserError: its folder is missing, it is a folder, a pipe or a device, or the system cannot have such a
            path.
    """
    target, _ = _target_of(path)
    try:
        target.parent.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(
            "There is no folder {folder}; create it, or choose another.", folder=shown_name(target.parent)
        ) from error
    except OSError as error:
        raise _not_saved(path, error) from error


def copy_file(source: Path, target: Path) -> None:
    """Copy a file of any size so that the target is at every moment the old file or the new one.

    Raises:
        UserError: it cannot be read or written; no temporary file stays.
    """
    temporary = temporary_neighbour(target)
    try:
        copy_new(source, temporary)
        replace_file(temporary, target)
    except OSError as error:
        raise UserError(
            "{name} cannot be saved: {reason}.", name=shown_name(target), reason=reason(error)
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    sync_folder(target.parent)


def copy_new(source: Path, target: Path) -> str:
    """Copy a file that is no link to a new one, down to the disk.

    Returns:
        The SHA-256 of what was copied, in hexadecimal digits.

    Raises:
        OSError: the system says no.
        UserError: the source is no ordinary file.
    """
    flags = _READ | getattr(os, "O_NOFOLLOW", 0)
    digest = hashlib.sha256()
    with open(os.open(source, flags), "rb") as read, target.open("xb") as written:
        if not stat.S_ISREG(os.fstat(read.fileno()).st_mode):
            raise UserError("{name} is not an ordinary file; choose another file.", name=shown_name(source))
        lock_file(written)
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def replace_file(source: Path, target: Path) -> None:
    """Move a file or a folder to another name on the same disk; a file that is there is replaced.

    Windows refuses while another process has one of them open, which is over soon in most cases: the
    move is tried again for up to a second.

    Raises:
        OSError: the system refuses for another reason, or still refuses after a second.
    """
    for _ in range(_TRIES - 1):
        try:
            os.replace(source, target)
        except OSError as error:
            if getattr(error, "winerror", None) not in _SHARING_VIOLATIONS:
                raise
            time.sleep(_PAUSE)
        else:
            return
    os.replace(source, target)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk.

    Raises:
        OSError: the disk is full or fails.
    """
    # Windows flushes only files that are open for writing.
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _target_of(path: Path) -> tuple[Path, int | None]:
    """Return the file that a path leads to and its permissions, None where there is none yet."""
    try:
        target = Path(os.path.realpath(path))
        return target, _mode_to_keep(target)
    except (OSError, ValueError) as error:
        raise _not_saved(path, error) from error


def _mode_to_keep(target: Path) -> int | None:
    """Permissions of the file that will be replaced, None where there is none yet."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(mode):
        raise ValueError("not an ordinary file")
    return stat.S_IMODE(mode)


def _not_saved(path: Path, error: OSError | ValueError) -> UserError:
    if not isinstance(error, OSError) or error.errno in _ERRORS_OF_A_NAME:
        return UserError(
            "{name} cannot be saved: {reason}; choose another file.",
            name=shown_name(path),
            reason=_why(error),
        )
    return UserError(
        "{name} cannot be saved: {reason}; choose another folder.", name=shown_name(path), reason=_why(error)
    )


def _why(error: OSError | ValueError) -> Message | str:
    """Return the second half of a sentence; a ValueError is a path that no system can have, or ours."""
    if isinstance(error, OSError):
        return reason(error)
    return message("its name is invalid") if "null" in str(error) else message("it is not an ordinary file")
