"""The samples of a data source as arrays, before split and augmentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message, message
from desktop_app.data.ink_set import InkSet
from desktop_app.data.sources.file_samples import FileSamples

if TYPE_CHECKING:
    # Imported late, because Pillow is slow to import.
    from desktop_app.data.sources.page_file import PageFile


@dataclass(frozen=True)
class DataFolders:
    """Folders with data sets.

    Attributes:
        folder: the data folder chosen by the user; None if not set.
        downloads: folder of downloaded data sets; need not exist.
        cache: folder for data as it was read; need not exist. None: everything is read again.
    """

    folder: Path | None
    downloads: Path
    cache: Path | None = None


@dataclass(frozen=True)
class LeftOut:
    """A file that is not used, or of which only the first page is.

    Attributes:
        file: its path in the folder or archive.
        reason: a sentence.
        samples: number of pages that are not used.
    """

    file: str
    reason: Message
    samples: int = 1


def further_pages(file: str, pages: int) -> Iterator[LeftOut]:
    """Yield what is left out of a file that is used: its pages or frames after the first, if any.

    Args:
        file: its path in the folder or archive.
        pages: how many it has.
    """
    if pages > 1:
        reason = message(
            "Only the first of {count} pages is used; save the others as files of their own.", count=pages
        )
        yield LeftOut(file, reason, pages - 1)


@dataclass(frozen=True, eq=False)
class SourceSet:
    """All samples of a data source. Exactly one of images, inks and files is set.

    Attributes:
        title: name shown to the user, e.g. "MNIST".
        file: name of the file or folder.
        sha256: hash of the contents, hexadecimal; empty if files were only listed.
        labels: text (n,); empty texts if unknown.
        images: uint8 (n, height, width, channels), 1 channel if grey, 3 if colour, with light or dark ink.
        inks: characters as strokes.
        files: image and InkML files, which are opened when needed.
        is_normalized: whether the images are normalized: light ink on a dark background, as in MNIST.
        is_validation, is_test: bool (n,), whether a sample belongs to the validation or test part of the
            source; None if it has none.
        writers: text (n,); None if unknown.
        left_out: files that are damaged or empty, or have more pages than the one that is used.
        has_colour_files: whether any of the files is an image in colour; not known if they were only listed.
        file_samples: samples made from the files when they were read; None if there are none.
    """

    title: str
    file: str
    sha256: str
    labels: NDArray[np.str_]
    images: NDArray[np.uint8] | None = None
    inks: InkSet | None = None
    files: tuple[PageFile, ...] | None = None
    is_normalized: bool = False
    is_validation: NDArray[np.bool_] | None = None
    is_test: NDArray[np.bool_] | None = None
    writers: NDArray[np.str_] | None = None
    left_out: tuple[LeftOut, ...] = ()
    has_colour_files: bool = False
    file_samples: FileSamples | None = None

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.labels)

    @property
    def is_colour(self) -> bool:
        """Whether there are images in colour."""
        return self.has_colour_files or (self.images is not None and self.images.shape[3] == 3)

    def transposed(self) -> SourceSet:
        """Return the source with rows and columns of its images exchanged.

        Raises:
            UserError: it has no images of equal size.
        """
        if self.images is None:
            raise UserError(
                "{title} has no images of equal size, which can be transposed; turn that off.",
                title=self.title,
            )
        return replace(self, images=np.ascontiguousarray(self.images.swapaxes(1, 2)))

    def kinds(self) -> Sequence[str]:
        """Return the distinct labels, sorted."""
        return tuple(str(label) for label in np.unique(self.labels))
