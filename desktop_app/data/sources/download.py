"""Download of MNIST, on request of the user."""

from __future__ import annotations

from pathlib import Path

from desktop_app.core.errors import UserError, reason
from desktop_app.core.files import sync_file
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.training_events import Emit, PreparationProgress

MNIST_FILE = "mnist.npz"
MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
MNIST_BYTES = 11_490_434

_CHUNK_BYTES = 1 << 16
_STEP_BYTES = 100_000
_TIMEOUT = 20


class NeedsDownload(UserError):
    """A data set is missing, but can be downloaded."""


def download_mnist(folders: DataFolders, emit: Emit, should_stop: ShouldStop) -> Path:
    """Download MNIST to the download folder, unless the file exists.

    The file is only created if the download is complete and its hash is correct.

    Args:
        folders: folders with data sets.
        emit: receives the progress after each 100 kB.
        should_stop: called after each 64 KiB; the timeout of the server is 20 s.

    Returns:
        The path of the file.

    Raises:
        UserError: there is no connection, the hash is wrong, or the file cannot be written.
        Stopped: should_stop() returned True.
    """
    try:
        import pooch
        from requests.exceptions import RequestException
    except ImportError as error:
        raise UserError("Training needs more libraries. Install handwriting[training].") from error

    # pooch logs downloads to standard error.
    pooch.get_logger().setLevel("WARNING")
    progress = _Progress(emit, should_stop)
    download = pooch.HTTPDownloader(progressbar=progress, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT)

    def download_to_disk(url: str, file: str, caller: object) -> None:
        download(url, file, caller)
        sync_file(Path(file))

    try:
        progress.update(0)
        folders.downloads.mkdir(parents=True, exist_ok=True)
        path = pooch.retrieve(
            MNIST_URL, f"sha256:{MNIST_SHA256}", MNIST_FILE, folders.downloads, downloader=download_to_disk
        )
    except RequestException as error:
        raise UserError(
            "MNIST could not be downloaded; check the network connection and try again."
        ) from error
    except OSError as error:
        raise UserError("MNIST cannot be saved: {reason}.", reason=reason(error)) from error
    except ValueError as error:  # the hash is wrong
        raise _wrong_content() from error
    return Path(path)


def _wrong_content() -> UserError:
    return UserError(
        "The downloaded file is not MNIST; try again later, or choose a folder that contains it."
    )


class _Progress:
    """Progress of the download, with the interface of a tqdm progress bar."""

    total = 0

    def __init__(self, emit: Emit, should_stop: ShouldStop) -> None:
        self._emit, self._should_stop = emit, should_stop
        self._done, self._reported = 0, -1

    def reset(self) -> None:
        """Reset the number of bytes; pooch then calls update() with the full size."""
        self._done = 0

    def update(self, size: int) -> None:
        """Add downloaded bytes.

        Raises:
            UserError: the file is much larger than MNIST.
            Stopped: should_stop() returned True.
        """
        raise_if_stopped(self._should_stop)
        self._done += size
        if self._done > 2 * MNIST_BYTES:
            raise _wrong_content()
        if (step := self._done // _STEP_BYTES) != self._reported:
            self._reported = step
            steps = (self.total or MNIST_BYTES) // _STEP_BYTES + 1
            self._emit(PreparationProgress(min(step, steps), steps, message("Downloading MNIST")))

    def close(self) -> None:
        """Do nothing."""
