"""The built-in data sets."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.errors import shown_name
from desktop_app.core.messages import Message, message


@dataclass(frozen=True)
class Download:
    """A file on a server.

    Attributes:
        url: its address.
        file: its name in the download folder.
        sha256: hash of its content, hexadecimal.
        size: bytes.
    """

    url: str
    file: str
    sha256: str
    size: int

    @property
    def size_text(self) -> str:
        """The size for users, e.g. "11 MB"."""
        return f"{self.size / 1_000_000:.0f} MB"


@dataclass(frozen=True)
class SourceInfo:
    """A built-in data set.

    Attributes:
        name: name in recipes.
        title: name shown to the user.
        description: one sentence for the user.
        origin: authors and licence.
        count: number of samples.
        file: name of the data file.
        is_bundled: whether the file ships with the program; otherwise it is in one of the data folders.
        is_normalized: whether its images are already normalized; for other files this is detected.
        download: file that contains the same samples; None if it cannot be downloaded.
    """

    name: str
    title: str
    description: Message
    origin: str
    count: int
    file: str
    is_bundled: bool = False
    is_normalized: bool = False
    download: Download | None = None


BUILT_IN: tuple[SourceInfo, ...] = (
    SourceInfo(
        "mnist",
        "MNIST",
        message("Digits of 28×28 pixels by office workers and pupils; the test part is by other writers."),
        "Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0",
        count=70_000,
        file="mnist.npz",
        is_normalized=True,
        download=Download(
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
            "mnist.npz",
            "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            11_490_434,
        ),
    ),
    SourceInfo(
        "uci-digits",
        "UCI digits",
        message("Built-in digits of 8×8 pixels, for a first training in seconds."),
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI; CC BY 4.0",
        count=1_797,
        file="uci_digits.npz",
        is_bundled=True,
    ),
    SourceInfo(
        "pendigits",
        "Pen digits",
        message("Digits as strokes, written on a tablet by 30 writers."),
        "E. Alpaydin, F. Alimoglu; CC BY 4.0",
        count=7_494,
        file="pendigits.npz",
    ),
    SourceInfo(
        "unipen",
        "UNIPEN characters",
        message("Digits and letters as strokes, written on many devices by 256 writers."),
        "UNIPEN train_r01_v07; CC BY 4.0",
        count=73_868,
        file="unipen_characters.npz",
    ),
    SourceInfo(
        "unipen-words",
        "UNIPEN characters in words",
        message("Digits and letters as strokes, cut out of words and numbers by 118 writers."),
        "UNIPEN train_r01_v07, category 3; CC BY 4.0",
        count=45_035,
        file="unipen_in_words.npz",
    ),
    SourceInfo(
        "unipen-numbers",
        "UNIPEN numbers",
        message("Numbers of two to seven digits as strokes, by 106 writers."),
        "UNIPEN train_r01_v07, category 7; CC BY 4.0",
        count=571,
        file="unipen_numbers.npz",
    ),
    SourceInfo(
        "bhmsds",
        "Photographed digits",
        message("Photographed digits in European forms, by few writers."),
        "W. Blachowski: bhmsds; MIT licence",
        count=13_000,
        file="bhmsds.npz",
    ),
    SourceInfo(
        "cifar10",
        "CIFAR-10",
        message("Colour photos of 32×32 pixels: airplanes, cars, animals and ships, in 10 classes."),
        "Alex Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009",
        count=60_000,
        file="cifar10.zip",
        download=Download(
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "cifar-10-binary.tar.gz",
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            170_052_171,
        ),
    ),
)


MY_SAMPLES = "my-samples"
"""Name in recipes of the user's own samples."""

MY_SAMPLES_TITLE = "My samples"


def source_info(source: str) -> SourceInfo | None:
    """Return the built-in data set of a name; None for a path."""
    return next((info for info in BUILT_IN if info.name == source), None)


def describe(source: str) -> str:
    """Return the title of a built-in data set or of the user's samples, or the name of a file or folder."""
    if source == MY_SAMPLES:
        return MY_SAMPLES_TITLE
    info = source_info(source)
    return shown_name(source) if info is None else info.title
