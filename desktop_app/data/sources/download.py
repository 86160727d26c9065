"""Download of data sets, on request of the user."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from desktop_app.core.errors import UserError
from desktop_app.core.files import new_file
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.built_in import Download, SourceInfo
from desktop_app.data.sources.checks import file_hash
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.training_events import Emit, PreparationProgress

_CHUNK_BYTES = 1 << 16
_STEP_BYTES = 100_000
_TIMEOUT = 20


class MissingData(UserError):
    """A built-in data set is not on this computer.

    Attributes:
        source: the data set.
    """

    def __init__(self, source: SourceInfo) -> None:
        """Create the error, with what to do in the window."""
        if source.download is not None:
            text = message(
                "{title} is not on this computer; download it ({size}) in the Data view.",
                title=source.title,
                size=source.download.size_text,
            )
        else:
            text = message(
                "{file} is not in the folder with data sets; choose the folder that contains it.",
                file=source.file,
            )
        super().__init__(text.template, **text.values)
        self.source = source


def download(source: SourceInfo, folders: DataFolders, emit: Emit, should_stop: ShouldStop) -> Path:
    """Download a data set to the download folder, unless the file exists.

    The file is only created if the download is complete and its hash is correct.

    Args:
        source: a data set with a download.
        folders: folders with data sets.
        emit: receives the progress after each 100 kB.
        should_stop: called after each 64 KiB; the timeout of the server is 20 s.

    Returns:
        The path of the file.

    Raises:
        UserError: there is no connection, the hash is wrong, or the file cannot be written.
        Stopped: should_stop() returned True.
    """
    wanted = source.download
    assert wanted is not None
    path = folders.downloads / wanted.file
    raise_if_stopped(should_stop)
    if path.is_file() and file_hash(path) == wanted.sha256:
        return path
    with new_file(path) as file:
        _fetch(wanted, source.title, file, emit, should_stop)
    return path


def _fetch(wanted: Download, title: str, file: IO[bytes], emit: Emit, should_stop: ShouldStop) -> None:
    """Write the content of a download to a file.

    Raises:
        UserError: there is no connection, or the content is another.
        OSError: the file cannot be written.
        Stopped: should_stop() returned True.
    """
    digest, done, reported = hashlib.sha256(), 0, -1
    steps = wanted.size // _STEP_BYTES + 1
    with _connection_errors_as_user_errors(title):
        response = urlopen(wanted.url, timeout=_TIMEOUT)  # noqa: S310 (addresses of our own list, all https)
    with response:
        while True:
            raise_if_stopped(should_stop)
            if done // _STEP_BYTES != reported:
                reported = done // _STEP_BYTES
                emit(PreparationProgress(reported, steps, message("Downloading {title}", title=title)))
            with _connection_errors_as_user_errors(title):
                chunk = response.read(_CHUNK_BYTES)
            if not chunk:
                break
            done += len(chunk)
            if done > wanted.size:
                raise _wrong_content(title)
            digest.update(chunk)
            file.write(chunk)
        if response.length:
            raise _no_connection(title)
    if digest.hexdigest() != wanted.sha256:
        raise _wrong_content(title)


@contextlib.contextmanager
def _connection_errors_as_user_errors(title: str) -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()
        if isinstance(error, URLError) and isinstance(error.reason, ssl.SSLCertVerificationError):
            raise UserError(
                "The certificate of the server could not be verified; download {title} in a browser and put "
                "it into the data folder.",
                title=title,
            ) from error
        raise _no_connection(title) from error


def _no_connection(title: str) -> UserError:
    return UserError(
        "{title} could not be downloaded; check the network connection and try again.", title=title
    )


def _wrong_content(title: str) -> UserError:
    return UserError(
        "The downloaded file is not {title}; try again later, or choose a folder that contains it.",
        title=title,
    )
