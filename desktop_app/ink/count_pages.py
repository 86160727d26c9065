"""Counting of the pages or frames of an image file, without decoding them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MOST_PAGES = 1000
"""More pages are not counted."""

_MOST_STEPS = 1_000_000
"""Blocks of a file that are looked at."""

_REDUCED, _MASK = 1, 4
"""Bits of the subfile type of a TIFF directory that is no page of its own."""
_SUBFILE_TYPE = 254
"""Smallest tag in use; the tags of a directory are sorted."""


def count_pages(data: bytes) -> int:
    """Return the number of pages of a TIFF file, or of frames of a GIF, PNG or WebP file; 1 for others.

    A file that is damaged has at least the pages before the damage.
    """
    pages = _pages(data)
    count = 0
    try:
        while count < MOST_PAGES:
            next(pages)
            count += 1
    except (StopIteration, struct.error, IndexError, OverflowError):
        pass
    return max(count, 1)


def _pages(data: bytes) -> Iterator[object]:
    """Return an iterator of as many values as the file has pages."""
    if data.startswith((b"II*\0", b"II+\0", b"MM\0*", b"MM\0+")):
        return _tiff_pages(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _gif_frames(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png_frames(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp_frames(data)
    return iter(())


def _tiff_pages(data: bytes) -> Iterator[int]:
    """Yield the positions of the directories that are pages; a chain that returns to one of them ends."""
    order = "<" if data.startswith(b"II") else ">"
    is_big = b"+" in data[:4]
    # Formats of a position, of the number of entries, and of tag, type and value of the first entry.
    place, number, entry, size = ("Q", "Q", "HH8xI", 20) if is_big else ("I", "H", "HH4xI", 12)
    (at,) = struct.unpack_from(order + place, data, 8 if is_big else 4)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < _MOST_STEPS:
        seen.add(at)
        (entries,) = struct.unpack_from(order + number, data, at)
        first = at + struct.calcsize(number)
        tag, _, value = struct.unpack_from(order + entry, data, first)
        # The first directory is the one that is shown.
        if len(seen) == 1 or tag != _SUBFILE_TYPE or not value & (_REDUCED | _MASK):
            yield at
        (at,) = struct.unpack_from(order + place, data, first + entries * size)


def _gif_frames(data: bytes) -> Iterator[int]:
    """Yield the positions of the images."""
    at = 13 + _palette_size(data[10])
    steps = iter(range(_MOST_STEPS))
    for _ in steps:
        if data[at] == ord(","):
            yield at
            at += 11 + _palette_size(data[at + 9])
        elif data[at] == ord("!"):
            at += 2
        else:
            return
        for _ in steps:
            length = data[at]
            at += 1 + length
            if not length:
                break


def _palette_size(flags: int) -> int:
    """Return the size of the palette of a GIF file or of one of its images, in bytes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _png_frames(data: bytes) -> Iterator[int]:
    """Yield as many numbers as there are frames; their number is in a chunk before the image."""
    at = 8
    for _ in range(_MOST_STEPS):
        length, kind, frames = struct.unpack_from(">I4sI", data, at)
        if kind == b"acTL":
            yield from range(frames)
        if kind in (b"acTL", b"IDAT"):
            return
        at += 12 + length


def _webp_frames(data: bytes) -> Iterator[int]:
    """Yield the positions of the frames."""
    at = 12
    for _ in range(_MOST_STEPS):
        kind, length = struct.unpack_from("<4sI", data, at)
        if kind == b"ANMF":
            yield at
        at += 8 + length + length % 2
