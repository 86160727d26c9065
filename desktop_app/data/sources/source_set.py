"""A source's samples as plain arrays, before they are split and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.ink_set import InkSet


@dataclass(frozen=True)
class DataFolders:
    """Where data sets are looked for.

    Attributes:
        folder: the user's folder of data sets; None where there is none.
        downloads: where downloads are kept; need not exist yet.
    """

    folder: Path | None
    downloads: Path


@dataclass(frozen=True, eq=False)
class SourceSet:
    """All samples of one source. One of images, inks and files is there.

    Attributes:
        title: what people see, e.g. "MNIST".
        file: name of the file or folder that it was read from.
        sha256: over all that was read, hexadecimal; empty where files were listed only.
        labels: text (n,); empty where they are not known.
        images: uint8 (n, height, width, channels), 1 channel in grey, 3 in colour; ink of either polarity.
        inks: characters as strokes.
        files: images of different sizes, and InkML among them, in files that are opened one by one.
        is_normalized: whether images are model inputs already: light ink on dark ground, normalized.
        is_test: bool (n,), which samples belong to the source's own test part; None: it has none.
        writers: text (n,); None where they are not known.
    """

    title: str
    file: str
    sha256: str
    labels: NDArray[np.str_]
    images: NDArray[np.uint8] | None = None
    inks: InkSet | None = None
    files: tuple[Path, ...] | None = None
    is_normalized: bool = False
    is_test: NDArray[np.bool_] | None = None
    writers: NDArray[np.str_] | None = None

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.labels)

    def kinds(self) -> Sequence[str]:
        """The different labels, sorted; digits before letters."""
        return tuple(str(label) for label in np.unique(self.labels))
