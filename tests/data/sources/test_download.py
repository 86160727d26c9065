"""Tests of downloads, with a server at the other end of a pair of sockets."""

import errno
import hashlib
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources.built_in import Download, SourceInfo
from desktop_app.data.sources.download import download
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.training_events import PreparationProgress

CONTENT = bytes(range(256)) * 4000
SOURCE = SourceInfo(
    "numbers",
    "Numbers",
    message("All bytes."),
    "Nobody",
    count=1,
    file="numbers.npz",
    download=Download(
        "http://127.0.0.1/numbers.npz", "numbers.npz", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT)
    ),
)


class _Socket(socket.socket):
    """End of a pair, which has no options of TCP."""

    def setsockopt(self, *options):
        pass


class _Answer(BaseHTTPRequestHandler):
    """Sends the same answer to all requests."""

    protocol_version = "HTTP/1.1"
    status, content, length = 200, CONTENT, len(CONTENT)

    def do_GET(self):
        self.send_response(self.status)
        self.send_header("Content-Length", str(self.length))
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):  # the other side may want no more
            self.wfile.write(self.content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    """Local server that counts its requests."""
    threads, asked = [], []
    monkeypatch.setenv("no_proxy", "*")

    def serve(**answer):
        def run(there):
            with there:
                kind = type("Answer", (_Answer,), answer)
                kind(there, ("127.0.0.1", 0), None)

        def connect(address, *arguments, **options):
            asked.append(address)
            pair, there = socket.socketpair()
            here = _Socket(fileno=pair.detach())
            here.settimeout(10)
            threads.append(threading.Thread(target=run, args=(there,)))
            threads[-1].start()
            return here

        monkeypatch.setattr(socket, "create_connection", connect)
        return asked

    yield serve
    for thread in threads:
        thread.join(10)


@pytest.fixture
def folders(tmp_path):
    return DataFolders(None, tmp_path / "deep" / "downloads")


def fetch(folders, emit=lambda event: None, should_stop=lambda: False):
    return download(SOURCE, folders, emit, should_stop)


@contextmanager
def no_file_is_left(folders):
    """Check that no file is left."""
    yield
    assert not list(folders.downloads.glob("*"))


def test_file_is_downloaded(server, folders):
    asked = server()
    events: list[Any] = []
    path = fetch(folders, events.append)
    assert path == folders.downloads / "numbers.npz"
    assert path.read_bytes() == CONTENT
    assert [file.name for file in folders.downloads.iterdir()] == ["numbers.npz"]
    assert len(asked) == 1
    steps = [event.step for event in events]
    assert steps == sorted(steps)
    assert events[0].step == 0
    assert events[-1] == PreparationProgress(10, 11, message("Downloading {title}", title="Numbers"))
    assert fetch(folders) == path
    assert len(asked) == 1


def test_damaged_file_is_downloaded_again(server, folders):
    server()
    folders.downloads.mkdir(parents=True)
    (folders.downloads / "numbers.npz").write_bytes(b"nothing")
    assert fetch(folders).read_bytes() == CONTENT


def test_download_can_be_stopped_between_chunks(server, folders):
    server()
    events: list[Any] = []
    with no_file_is_left(folders), pytest.raises(Stopped):
        fetch(folders, events.append, lambda: len(events) > 3)
    assert len(events) == 4


def test_stopped_download_sends_no_request(server, folders):
    asked = server()
    with pytest.raises(Stopped):
        fetch(folders, should_stop=lambda: True)
    assert not asked


@pytest.mark.parametrize(
    "answer",
    [{"content": CONTENT[:-1] + b"!"}, {"content": b"<html>", "length": 6}, {"content": b"", "length": 0}],
)
def test_other_content_is_not_saved(server, folders, answer):
    server(**answer)
    with no_file_is_left(folders), pytest.raises(UserError, match="is not Numbers"):
        fetch(folders)


def test_too_large_download_is_stopped(server, folders):
    server(content=CONTENT * 2, length=2 * len(CONTENT))
    events: list[Any] = []
    with no_file_is_left(folders), pytest.raises(UserError, match="is not Numbers"):
        fetch(folders, events.append)
    assert len(events) <= 11


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 503}, {"length": len(CONTENT) + 1}])
def test_server_error_raises_user_error(server, folders, answer):
    server(**answer)
    with (
        no_file_is_left(folders),
        pytest.raises(UserError, match=r"^Numbers could not be downloaded; check"),
    ):
        fetch(folders)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENETUNREACH, "unreachable"), TimeoutError(), socket.gaierror(8, "?")]
)
def test_missing_connection_raises_user_error(server, folders, monkeypatch, error):
    server()

    def connect(*arguments, **options):
        raise error

    monkeypatch.setattr(socket, "create_connection", connect)
    with (
        no_file_is_left(folders),
        pytest.raises(UserError, match=r"^Numbers could not be downloaded; check"),
    ):
        fetch(folders)


def test_full_disk_raises_user_error(server, folders, monkeypatch):
    server()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with (
        no_file_is_left(folders),
        pytest.raises(UserError, match=r"numbers\.npz cannot be saved: the disk is full"),
    ):
        fetch(folders)


def test_download_folder_that_is_a_file_raises_user_error(server, tmp_path):
    server()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match=r"numbers\.npz cannot be saved"):
        fetch(DataFolders(None, tmp_path / "file" / "downloads"))


def test_certificate_that_cannot_be_verified_is_named(server, folders, monkeypatch):
    server()

    def connect(*arguments, **options):
        raise ssl.SSLCertVerificationError(1, "certificate verify failed")

    monkeypatch.setattr(socket, "create_connection", connect)
    with no_file_is_left(folders), pytest.raises(UserError, match="download Numbers in a browser"):
        fetch(folders)
