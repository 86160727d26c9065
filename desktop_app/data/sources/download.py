"""Fetching MNIST, once and only at the user's wish."""

from __future__ import annotations

from pathlib import Path

from desktop_app.core.errors import UserError, reason
from desktop_app.core.files import sync_file
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.training_events import Emit, PreparationProgress

MNIST_FILE = "mnist.npz"
MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
MNIST_BYTES = 11_490_434

_AT_ONCE = 1 << 16
_STEP = 100_000
_SECONDS = 20
_WRONG = "What was sent instead of MNIST is something else; try again later, or choose a folder that has it."


class NeedsDownload(UserError):
    """A source is not on this computer, but could be fetched if the user wants it."""


def download_mnist(places: DataFolders, emit: Emit, should_stop: ShouldStop) -> Path:
    """Fetch MNIST into the folder of downloads; nothing is sent where it is there already.

    The file takes its place when it is whole and its hash is right; until then, and whatever goes
    wrong, there is none.

    Args:
        places: where downloads are kept.
        emit: told of every tenth of a megabyte.
        should_stop: asked with every 64 KB. A server that says nothing is given up after 20 s.

    Returns:
        The file.

    Raises:
        UserError: there is no network, something else was sent, or the file cannot be written.
        Stopped: should_stop answered yes.
    """
    try:
        import pooch
        from requests.exceptions import RequestException
    except ImportError as error:
        raise UserError("Training needs more than reading: install handwriting[training].") from error

    # It would tell of the download on standard error.
    pooch.get_logger().setLevel("WARNING")
    progress = _Progress(emit, should_stop)
    fetch = pooch.HTTPDownloader(progressbar=progress, chunk_size=_AT_ONCE, timeout=_SECONDS)

    def fetch_to_disk(url: str, file: str, keeper: object) -> None:
        fetch(url, file, keeper)
        sync_file(Path(file))

    try:
        progress.update(0)
        places.downloads.mkdir(parents=True, exist_ok=True)
        fetched = pooch.retrieve(
            MNIST_URL, f"sha256:{MNIST_SHA256}", MNIST_FILE, places.downloads, downloader=fetch_to_disk
        )
    except RequestException as error:
        raise UserError(
            "MNIST could not be fetched; look whether this computer is connected, and try again."
        ) from error
    except OSError as error:
        raise UserError(f"MNIST cannot be kept: {reason(error)}.") from error
    except ValueError as error:  # the hash is another
        raise UserError(_WRONG) from error
    return Path(fetched)


class _Progress:
    """What the download tells after every piece, as a bar of tqdm's kind."""

    total = 0

    def __init__(self, emit: Emit, should_stop: ShouldStop) -> None:
        self._emit, self._should_stop = emit, should_stop
        self._done, self._told = 0, -1

    def reset(self) -> None:
        """Begin to count anew, which pooch does before it counts the whole at once."""
        self._done = 0

    def update(self, size: int) -> None:
        """Take notice of more bytes.

        Raises:
            UserError: there are many more than MNIST has.
            Stopped: the user wants no more of it.
        """
        raise_if_stopped(self._should_stop)
        self._done += size
        if self._done > 2 * MNIST_BYTES:
            raise UserError(_WRONG)
        if (step := self._done // _STEP) != self._told:
            self._told = step
            steps = (self.total or MNIST_BYTES) // _STEP + 1
            self._emit(PreparationProgress(min(step, steps), steps, "fetching MNIST"))

    def close(self) -> None:
        """Nothing is left to do."""
