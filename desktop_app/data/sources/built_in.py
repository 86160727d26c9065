"""The sources that are known by name: what to call them, and what people should know of them."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.errors import shown_name


@dataclass(frozen=True)
class SourceInfo:
    """A source that is known by name.

    Attributes:
        name: as recipes write it.
        title: what people see.
        remark: what it is, in one sentence.
        origin: who made it, and its licence.
        has_writers: whether it says who wrote what.
        count: how many samples there are.
        file: name of the data file.
        is_bundled: whether the file ships with the program; else it is looked for in the places.
        is_normalized: whether its images are model inputs as they are, which other files are asked.
        download_size: what fetching it costs, e.g. "11 MB"; empty where it cannot be fetched.
    """

    name: str
    title: str
    remark: str
    origin: str
    has_writers: bool
    count: int
    file: str
    is_bundled: bool = False
    is_normalized: bool = False
    download_size: str = ""


BUILT_IN: tuple[SourceInfo, ...] = (
    SourceInfo(
        "mnist",
        "MNIST",
        "Digits of 28×28 pixels by office workers and pupils; its test part is by other people.",
        "Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0",
        has_writers=False,
        count=70_000,
        file="mnist.npz",
        is_normalized=True,
        download_size="11 MB",
    ),
    SourceInfo(
        "uci-digits",
        "UCI digits",
        "Small digits of 8×8 pixels that come with the program: enough for a first try in seconds.",
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI; CC BY 4.0",
        has_writers=False,
        count=1_797,
        file="uci_digits.npz",
        is_bundled=True,
    ),
    SourceInfo(
        "pendigits",
        "Pen digits",
        "Digits as strokes, written on a tablet by 30 people.",
        "E. Alpaydin, F. Alimoglu; CC BY 4.0",
        has_writers=True,
        count=7_494,
        file="pendigits.npz",
    ),
    SourceInfo(
        "unipen",
        "UNIPEN characters",
        "Digits and letters as strokes, written on many devices by 256 people.",
        "UNIPEN train_r01_v07; CC BY 4.0",
        has_writers=True,
        count=73_868,
        file="unipen_characters.npz",
    ),
)


def source_info(source: str) -> SourceInfo | None:
    """What is known of a source by its name; None for a path."""
    return next((info for info in BUILT_IN if info.name == source), None)


def describe(source: str) -> str:
    """What people see of a source: its title, or the name of the file or folder that it is."""
    info = source_info(source)
    return shown_name(source) if info is None else info.title
