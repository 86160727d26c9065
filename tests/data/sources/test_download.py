"""MNIST is fetched from a server of the tests' own, which sits at the other end of a pair of sockets."""

import errno
import hashlib
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import urllib3.util.connection

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources import download
from desktop_app.data.sources.download import download_mnist
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.training_events import PreparationProgress

CONTENT = bytes(range(256)) * 4000


class _Answer(BaseHTTPRequestHandler):
    """Gives the same answer to every question."""

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
    """Puts a server at the other end of every connection; its questions are counted."""
    threads, asked = [], []
    monkeypatch.setattr(download, "MNIST_URL", "http://127.0.0.1/mnist.npz")
    monkeypatch.setattr(download, "MNIST_SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setenv("NO_PROXY", "*")

    def serve(**answer):
        def run(there):
            with there:
                kind = type("Answer", (_Answer,), answer)
                kind(there, ("127.0.0.1", 0), None)

        def connect(address, *arguments, **options):
            asked.append(address)
            here, there = socket.socketpair()
            here.settimeout(10)
            threads.append(threading.Thread(target=run, args=(there,)))
            threads[-1].start()
            return here

        monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
        return asked

    yield serve
    for thread in threads:
        thread.join(10)


@pytest.fixture
def places(tmp_path):
    return DataFolders(None, tmp_path / "deep" / "downloads")


def fetch(places, emit=lambda event: None, should_stop=lambda: False):
    return download_mnist(places, emit, should_stop)


@contextmanager
def nothing_is_left(places):
    """Whatever goes wrong: no file, and no half of one."""
    yield
    assert not list(places.downloads.glob("*"))


def test_the_file_is_fetched_and_kept(server, places):
    asked = server()
    events: list[Any] = []
    path = fetch(places, events.append)
    assert path == places.downloads / "mnist.npz"
    assert path.read_bytes() == CONTENT
    assert [file.name for file in places.downloads.iterdir()] == ["mnist.npz"]
    assert len(asked) == 1
    steps = [event.step for event in events]
    assert steps == sorted(steps)
    # How much there is to come is not known at first.
    assert (events[0].step, events[0].steps) == (0, 115)
    assert {event.steps for event in events[1:]} == {11}
    assert events[-1] == PreparationProgress(10, 11, "downloading MNIST")
    assert fetch(places) == path
    assert len(asked) == 1


def test_a_damaged_file_is_fetched_anew(server, places):
    server()
    places.downloads.mkdir(parents=True)
    (places.downloads / "mnist.npz").write_bytes(b"nothing")
    assert fetch(places).read_bytes() == CONTENT


def test_it_can_be_stopped_between_pieces(server, places):
    server()
    events: list[Any] = []
    with nothing_is_left(places), pytest.raises(Stopped):
        fetch(places, events.append, lambda: len(events) > 3)
    assert len(events) == 4


def test_nothing_is_asked_for_once_it_is_not_wanted(server, places):
    asked = server()
    with pytest.raises(Stopped):
        fetch(places, should_stop=lambda: True)
    assert not asked


@pytest.mark.parametrize(
    "answer",
    [{"content": CONTENT[:-1] + b"!"}, {"content": b"<html>", "length": 6}, {"content": b"", "length": 0}],
)
def test_something_else_is_not_kept(server, places, answer):
    server(**answer)
    with nothing_is_left(places), pytest.raises(UserError, match="is not MNIST"):
        fetch(places)


def test_more_than_mnist_is_given_up(server, places, monkeypatch):
    server()
    monkeypatch.setattr(download, "MNIST_BYTES", 200_000)
    events: list[Any] = []
    with nothing_is_left(places), pytest.raises(UserError, match="is not MNIST"):
        fetch(places, events.append)
    assert len(events) < 6


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 503}, {"length": len(CONTENT) + 1}])
def test_a_server_that_fails_is_one_sentence(server, places, answer):
    server(**answer)
    with (
        nothing_is_left(places),
        pytest.raises(UserError, match=r"^MNIST could not be downloaded; check"),
    ):
        fetch(places)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENETUNREACH, "unreachable"), TimeoutError(), socket.gaierror(8, "?")]
)
def test_no_network_is_one_sentence(server, places, monkeypatch, error):
    server()

    def connect(*arguments, **options):
        raise error

    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    with (
        nothing_is_left(places),
        pytest.raises(UserError, match=r"^MNIST could not be downloaded; check"),
    ):
        fetch(places)


def test_a_full_disk_is_one_sentence(server, places, monkeypatch):
    server()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with nothing_is_left(places), pytest.raises(UserError, match="MNIST cannot be saved: the disk is full"):
        fetch(places)


def test_a_place_that_is_no_folder_is_one_sentence(server, tmp_path):
    server()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="MNIST cannot be saved"):
        fetch(DataFolders(None, tmp_path / "file" / "downloads"))
