import io
import struct
import time

import numpy as np
import pytest
from PIL import Image

from desktop_app.ink.count_pages import MOST_PAGES, count_pages
from desktop_app.ink.image_file import picture_from_bytes


def pages(count):
    """Return images that differ, so that no writer leaves one out."""
    return [Image.new("L", (20, 10), 10 * number) for number in range(count)]


def encoded(kind, count, **options):
    first, *others = pages(count)
    data = io.BytesIO()
    first.save(data, kind, save_all=True, append_images=others, **options)
    return data.getvalue()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"big_tiff": True}),
        ("GIF", {}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 7])
def test_picture_knows_the_number_of_pages_of_its_file(kind, options, count):
    picture = picture_from_bytes(encoded(kind, count, **options), f"scan.{kind}")
    assert picture.pages == count
    assert picture.rgb.shape == (10, 20, 3)


@pytest.mark.parametrize("kind", ["JPEG", "BMP"])
def test_other_files_have_one_page(kind):
    data = io.BytesIO()
    pages(1)[0].save(data, kind)
    assert picture_from_bytes(data.getvalue(), "scan").pages == 1


def directories(order, subfile_types):
    """Return a TIFF file of directories without pixels, and the positions of their links."""
    data, links = bytearray(b"II*\0" if order == "<" else b"MM\0*"), []
    data += struct.pack(f"{order}I", 8)
    for kind in subfile_types:
        entry = struct.pack(f"{order}HHII", 254, 4, 1, kind)
        links.append(len(data) + 14)
        data += struct.pack(f"{order}H", 1) + entry + struct.pack(f"{order}I", len(data) + 18)
    return data, links


@pytest.mark.parametrize("order", "<>")
def test_thumbnails_and_masks_of_a_tiff_file_are_no_pages(order):
    data, links = directories(order, [0, 1, 4, 2, 5])
    struct.pack_into(f"{order}I", data, links[-1], 0)
    assert count_pages(bytes(data)) == 2


def test_directories_that_lead_back_are_counted_once():
    data, links = directories("<", [0, 0, 0])
    struct.pack_into("<I", data, links[-1], 8)
    assert count_pages(bytes(data)) == 3


def gif_of_tiny_frames(count):
    frame = b"," + bytes(9) + b"\x02" + b"\x01\x00" + b"\x00"
    return b"GIF89a" + bytes(7) + count * frame + b";"


@pytest.mark.parametrize(
    "data",
    [
        bytes(directories("<", [0] * 100_000)[0]),
        gif_of_tiny_frames(1_000_000),
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 8, b"acTL", 2**32 - 1, 0),
        b"RIFF\0\0\0\0WEBP" + 1_000_000 * b"ANMF\0\0\0\0",
    ],
    ids=["TIFF", "GIF", "PNG", "WebP"],
)
def test_counting_ends_for_files_of_very_many_pages(data):
    started = time.process_time()
    assert count_pages(data) == MOST_PAGES
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(7) + b"!\xf9" + 20_000_000 * b"\x01\x00",
        b"RIFF\0\0\0\0WEBP" + bytes(20_000_000),
        b"\x89PNG\r\n\x1a\n" + bytes(20_000_000),
        bytes(directories("<", [1] * 500_000)[0]),
    ],
    ids=["GIF", "WebP", "PNG", "TIFF"],
)
def test_counting_ends_for_files_of_very_many_blocks(data):
    started = time.process_time()
    assert count_pages(data) == 1
    assert time.process_time() - started < 3


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("big", [False, True])
def test_damaged_files_have_a_page(kind, big):
    options = {"big_tiff": True} if big and kind == "TIFF" else {}
    data = encoded(kind, 3, **options)
    rng = np.random.default_rng(5)
    for _ in range(300):
        damaged = bytearray(data)
        for place in rng.integers(4, len(data), 6):
            damaged[place] = rng.integers(256)
        cut = damaged[: rng.integers(12, len(data))]
        assert 1 <= count_pages(bytes(damaged)) <= MOST_PAGES
        assert 1 <= count_pages(bytes(cut)) <= 3 or kind in ("PNG", "TIFF")
