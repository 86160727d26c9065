"""Entries of zip archives, checked before they cost memory, and read without extracting them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.errors import UserError, reason, shown_name

MOST_ENTRIES = 200_000
"""Maximum number of entries of an archive."""

LARGEST_ENTRY = 100_000_000
"""Bytes, compressed or not."""

MOST_TOTAL_BYTES = 16_000_000_000
"""Maximum size of all entries together, uncompressed."""

_MOST_DIRECTORY_BYTES = 50_000_000
_END, _END_64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q")
_LOCATOR, _LOCAL = struct.Struct("<4sLQL"), struct.Struct("<4s5H3L2H")
_END_SIGNATURE, _LOCATOR_SIGNATURE, _FILE_SIGNATURE = b"PK\5\6", b"PK\6\7", b"PK\3\4"
_LONGEST_COMMENT = 65_535
_ENCRYPTED = 1


@dataclass(frozen=True)
class ZipEntry:
    """A file in a zip archive.

    Attributes:
        parts: names of the folders it is in, and its own name.
        offset: position of its header in the archive.
        compressed_size, size: bytes.
        crc: CRC-32 of its content.
        is_deflated: whether it is compressed.
    """

    parts: tuple[str, ...]
    offset: int
    compressed_size: int
    size: int
    crc: int
    is_deflated: bool


def zip_entries(archive: Path) -> list[ZipEntry]:
    """List the files of a zip archive in its order; of entries with the same path, only the first.

    Hidden files, and files whose paths lead out of the archive, are not listed.

    Raises:
        UserError: the archive is damaged, encrypted, compressed by another method than deflate, or has too
            many or too large entries.
    """
    name = shown_name(archive)
    try:
        if _directory_bytes(archive) > _MOST_DIRECTORY_BYTES:
            raise _too_large(name)
        with zipfile.ZipFile(archive) as opened:
            infos = opened.infolist()
    except UserError:
        raise
    except OSError as error:
        raise UserError("{name} cannot be read: {reason}.", name=name, reason=reason(error)) from error
    except Exception as error:  # zipfile and struct raise many kinds on damaged bytes
        raise _damaged(name) from error
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_TOTAL_BYTES:
        raise _too_large(name)
    entries = {entry.parts: entry for entry in reversed(list(_entries(infos, name)))}
    return list(reversed(entries.values()))


def read_entry(archive: Path, entry: ZipEntry) -> bytes:
    """Return the content of an entry.

    Raises:
        UserError: it is damaged, larger than declared, or the archive cannot be read.
    """
    name = entry.parts[-1]
    try:
        with archive.open("rb") as file:
            file.seek(entry.offset)
            header = _LOCAL.unpack(file.read(_LOCAL.size))
            file.seek(header[9] + header[10], 1)
            data = file.read(entry.compressed_size)
        if entry.is_deflated:
            # One byte more than declared shows a false size.
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, entry.size + 1)
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(name), reason=reason(error)
        ) from error
    except (struct.error, zlib.error) as error:
        raise _damaged(shown_name(name)) from error
    if header[0] != _FILE_SIGNATURE or len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise _damaged(shown_name(name))
    return data


def _entries(infos: list[zipfile.ZipInfo], name: str) -> Iterator[ZipEntry]:
    """Yield the visible files of an archive."""
    for info in infos:
        parts = tuple(info.filename.replace("\\", "/").split("/"))
        if not all(parts) or any(part.startswith((".", "__MACOSX")) or ":" in part for part in parts):
            continue
        if info.flag_bits & _ENCRYPTED:
            raise UserError("{name} is protected by a password; extract it and open the folder.", name=name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UserError(
                "{name} is compressed by an unknown method; extract it and open the folder.", name=name
            )
        if max(info.file_size, info.compress_size) > LARGEST_ENTRY:
            raise _too_large(name)
        is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
        yield ZipEntry(parts, info.header_offset, info.compress_size, info.file_size, info.CRC, is_deflated)


def _directory_bytes(archive: Path) -> int:
    """Return the size of the list of entries, which zipfile loads as a whole."""
    with archive.open("rb") as file:
        length = file.seek(0, 2)
        first = file.seek(max(0, length - _LONGEST_COMMENT - _END.size - _LOCATOR.size))
        tail = file.read()
        at = tail.rfind(_END_SIGNATURE)
        size: int = _END.unpack_from(tail, at)[5]
        if at >= _LOCATOR.size and tail.startswith(_LOCATOR_SIGNATURE, at - _LOCATOR.size):
            file.seek(first + at - _LOCATOR.size - _END_64.size)
            size = max(size if size < 0xFFFFFFFF else 0, _END_64.unpack(file.read(_END_64.size))[8])
    return size


def _damaged(name: str) -> UserError:
    return UserError("{name} is damaged or incomplete; copy or download it again.", name=name)


def _too_large(name: str) -> UserError:
    return UserError("{name} has too many or too large files; choose a smaller archive.", name=name)
