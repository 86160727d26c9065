import contextlib
import io
import os
import struct
import subprocess
import sys
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin
from PIL.ImageCms import ImageCmsProfile, createProfile

from desktop_app.core.errors import UserError
from desktop_app.ink import image_file, image_modes
from desktop_app.ink.image_file import load_picture, load_pixels, picture_from_bytes, picture_from_pixels
from desktop_app.ink.picture import LONGEST_SIDE


def encoded(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def grey_image(ink_map):
    """Return dark ink on white paper."""
    return Image.fromarray(np.rint((1 - ink_map) * 255).astype(np.uint8))


def transparent(ink_map, colour):
    """Return an image with ink only in the alpha channel."""
    rgba = np.zeros((*ink_map.shape, 4), dtype=np.uint8)
    rgba[..., :3] = colour
    rgba[..., 3] = np.rint(ink_map * 255)
    return Image.fromarray(rgba)


def light_colours_on_transparency(ink_map):
    """Return ink in the alpha channel, white in its upper half and yellow in its lower half."""
    image = transparent(ink_map, 255)
    rgba = np.array(image)
    rgba[len(rgba) // 2 :, :, 2] = 0
    return Image.fromarray(rgba)


def multiplied_by_alpha(ink_map):
    """Return a TIFF file of black ink whose grey values are multiplied by their alpha values."""
    data = encoded(transparent(ink_map, 0).convert("LA"), "TIFF")
    plain, multiplied = (struct.pack("<HHIH", 338, 3, 1, meaning) for meaning in (2, 1))
    assert data.count(plain) == 1
    return data.replace(plain, multiplied)


def palette_with_transparency(ink_map):
    image = grey_image(ink_map).convert("P")
    image.info["transparency"] = 255  # the white paper
    return image


def numbers(ink_map, dtype, low, high):
    """Return an image with more than 8 bits per value."""
    values = high + (low - high) * ink_map
    return Image.fromarray(values.astype(dtype))


def in_channel(ink_map, channel):
    """Return cyan, magenta or yellow ink on white."""
    rgb = np.full((*ink_map.shape, 3), 255, dtype=np.uint8)
    rgb[..., channel] = np.rint((1 - ink_map) * 255)
    return Image.fromarray(rgb)


def red_on_green(ink_map):
    """Return ink of the same brightness as the paper."""
    red, green = np.array([200, 60, 60.0]), np.array([40, 128, 40.0])
    return Image.fromarray((green + ink_map[..., None] * (red - green)).astype(np.uint8))


def lab(ink_map):
    """Return an image in the LAB colour space."""
    colourless = Image.new("L", ink_map.shape[::-1], 128)
    return Image.merge("LAB", [grey_image(ink_map), colourless, colourless])


def animation(ink_map):
    first, second = grey_image(ink_map).convert("P"), Image.new("P", ink_map.shape[::-1], 0)
    return encoded(first, "GIF", save_all=True, append_images=[second])


MODES = {
    "1-bit PNG": lambda m: encoded(grey_image(m).convert("1", dither=Image.Dither.NONE), "PNG"),
    "grey PNG": lambda m: encoded(grey_image(m), "PNG"),
    "colour PNG": lambda m: encoded(grey_image(m).convert("RGB"), "PNG"),
    "opaque RGBA": lambda m: encoded(grey_image(m).convert("RGBA"), "PNG"),
    "black on transparency": lambda m: encoded(transparent(m, 0), "PNG"),
    "white on transparency": lambda m: encoded(transparent(m, 255), "PNG"),
    "blue on transparency": lambda m: encoded(transparent(m, (20, 40, 200)), "WEBP", quality=90),
    "white and yellow on transparency": lambda m: encoded(light_colours_on_transparency(m), "PNG"),
    "grey with alpha": lambda m: encoded(transparent(m, 0).convert("LA"), "PNG"),
    "grey multiplied by alpha": multiplied_by_alpha,
    "palette": lambda m: encoded(grey_image(m).convert("P"), "PNG"),
    "palette with transparency": lambda m: encoded(palette_with_transparency(m), "PNG"),
    "16-bit PNG": lambda m: encoded(numbers(m, np.uint16, 300, 65000), "PNG"),
    "12 of 16 bits": lambda m: encoded(numbers(m, np.uint16, 100, 4000), "PNG"),
    "16-bit TIFF": lambda m: encoded(numbers(m, np.uint16, 300, 65000), "TIFF"),
    "16-bit TIFF of bytes": lambda m: encoded(numbers(m, np.uint16, 0, 255), "TIFF"),
    "32-bit TIFF of narrow range": lambda m: encoded(numbers(m, np.int32, -100_000, -99_000), "TIFF"),
    "32-bit TIFF": lambda m: encoded(numbers(m, np.int32, 0, 200_000), "TIFF"),
    "negative TIFF": lambda m: encoded(numbers(m, np.int32, -500, 500), "TIFF"),
    "float TIFF of shares": lambda m: encoded(numbers(m, np.float32, 0.05, 0.9), "TIFF"),
    "float TIFF of bytes": lambda m: encoded(numbers(m, np.float32, 20, 240), "TIFF"),
    "float TIFF of anything": lambda m: encoded(numbers(m, np.float32, -1e9, 3e9), "TIFF"),
    "CMYK JPEG": lambda m: encoded(grey_image(m).convert("CMYK"), "JPEG", quality=90),
    "CMYK TIFF": lambda m: encoded(grey_image(m).convert("CMYK"), "TIFF"),
    "LAB TIFF": lambda m: encoded(lab(m), "TIFF"),
    "grey JPEG": lambda m: encoded(grey_image(m), "JPEG", quality=90),
    "JPEG light on dark": lambda m: encoded(grey_image(1 - m), "JPEG", quality=90),
    "BMP": lambda m: encoded(grey_image(m), "BMP"),
    "GIF": lambda m: encoded(grey_image(m), "GIF"),
    "first frame of a GIF": animation,
    "WebP": lambda m: encoded(grey_image(m).convert("RGB"), "WEBP", lossless=True),
    "yellow on white": lambda m: encoded(in_channel(m, 2), "PNG"),
    "red on green": lambda m: encoded(red_on_green(m), "PNG"),
}


@pytest.mark.parametrize("mode", MODES)
def test_ink_is_found_in_every_image_mode(seven, mode):
    picture = picture_from_bytes(MODES[mode](seven), "seven")
    assert picture.name == "seven"
    assert picture.rgb.shape == (*seven.shape, 3)
    assert picture.rgb.dtype == np.uint8
    assert picture.ink_map.shape == seven.shape
    assert picture.ink_map.dtype == np.float32
    assert picture.ink_map[seven == 1].mean() > 0.7
    assert picture.ink_map[seven == 0].mean() < 0.01
    for array in (picture.rgb, picture.ink_map):
        assert not array.flags.writeable


def rotated(image):
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(image.rotate(90, expand=True), "JPEG", quality=95, exif=exif)


def with_transparent_entry(image):
    """Return a palette image whose first colour, which is nowhere used, is transparent."""
    palette = image.quantize(8)
    entries = [255, 255, 255, *palette.getpalette()[:24]]
    moved = Image.fromarray(np.asarray(palette) + np.uint8(1), "P")
    moved.putpalette(entries)
    return encoded(moved, "PNG", transparency=0)


COLOURS = {
    "CMYK JPEG": lambda image: encoded(image.convert("CMYK"), "JPEG", quality=95),
    "YCbCr TIFF": lambda image: encoded(image.convert("YCbCr"), "TIFF"),
    "palette with transparency": with_transparent_entry,
    "GIF with several frames": lambda image: encoded(
        image, "GIF", save_all=True, append_images=[Image.new("RGB", image.size)]
    ),
    "WebP with several frames": lambda image: encoded(
        image, "WEBP", save_all=True, lossless=True, append_images=[Image.new("RGB", image.size)]
    ),
    "rotated JPEG": rotated,
}


@pytest.mark.parametrize("kind", COLOURS)
def test_colours_are_kept_in_every_image_mode(kind):
    pixels = np.empty((32, 48, 3), np.uint8)
    pixels[:16], pixels[16:, :24], pixels[16:, 24:] = (90, 150, 240), (60, 130, 50), (200, 60, 40)
    found = picture_from_bytes(COLOURS[kind](Image.fromarray(pixels)), "flag").rgb
    assert found.shape == pixels.shape
    for rows, columns in ((8, 24), (24, 12), (24, 36)):
        assert np.abs(found[rows, columns].astype(int) - pixels[rows, columns]).max() < 12


def profile_with_red_and_green_exchanged():
    """Return an ICC profile that is not sRGB."""
    data = ImageCmsProfile(createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"----"), (b"gXYZ", b"rXYZ"), (b"----", b"gXYZ")):
        assert data.count(old) == 1
        data = data.replace(old, new)
    return data.replace("sRGB".encode("utf-16-be"), "GRB ".encode("utf-16-be"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_of_a_profile_become_srgb(kind, mode):
    image = Image.new("RGB", (32, 24), (200, 40, 90))
    if mode == "RGBA" and kind != "JPEG":
        image.putalpha(255)
    if mode == "P" and kind in ("PNG", "TIFF"):
        image = image.quantize(8)
    profile = profile_with_red_and_green_exchanged()
    found = picture_from_bytes(encoded(image, kind, quality=95, icc_profile=profile), "red").rgb
    assert np.abs(found[8, 8].astype(int) - (40, 200, 90)).max() < 12


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile",
        profile_with_red_and_green_exchanged()[:300],
        profile_with_red_and_green_exchanged() + bytes(4_000_000),
        createProfile("LAB"),
        createProfile("sRGB"),
    ],
)
def test_damaged_and_other_profiles_are_ignored(profile):
    data = profile if isinstance(profile, bytes) else ImageCmsProfile(profile).tobytes()
    image = Image.new("RGB", (32, 24), (200, 40, 90))
    found = picture_from_bytes(encoded(image, "TIFF", icc_profile=data), "red").rgb
    assert tuple(found[8, 8]) == (200, 40, 90)


def test_small_digit_in_png_file_stays_unchanged(small_digits):
    for digit in small_digits:
        for image in (grey_image(digit), grey_image(1 - digit)):
            assert np.abs(picture_from_bytes(encoded(image, "PNG"), "digit").ink_map - digit).max() < 1e-6


def test_16_bit_values_keep_their_precision(seven):
    faint = numbers(seven, np.uint16, 29_500, 33_000)  # 14 steps of 8 bits
    found = picture_from_bytes(encoded(faint, "PNG"), "faint").ink_map
    assert len(np.unique(found)) == len(np.unique(seven)) > 14


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_images_are_rotated_by_their_orientation(seven, orientation, kind):
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = grey_image(seven)
    stored = image.transpose(turns[orientation]) if orientation in turns else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = picture_from_bytes(encoded(stored.convert("RGB"), kind, quality=95, exif=exif), "seven")
    assert picture.ink_map.shape == seven.shape
    assert np.abs(picture.ink_map - seven).mean() < 0.02


def test_invalid_metadata_is_ignored(seven):
    data = encoded(grey_image(seven), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken")
    assert picture_from_bytes(data, "seven").ink_map.shape == seven.shape


def test_large_images_are_reduced(seven):
    image = grey_image(seven).resize((3000, 3600))
    for kind in ("PNG", "JPEG"):
        picture = picture_from_bytes(encoded(image, kind), "large")
        assert max(picture.ink_map.shape) <= LONGEST_SIDE
        assert picture.rgb.shape[:2] == picture.ink_map.shape
        assert picture.ink_map.max() > 0.9


@pytest.mark.parametrize("shape", [(251, 199), (3, 401), (401, 3), (101, 7)])
def test_large_images_are_reduced_by_averaging_blocks(monkeypatch, shape):
    monkeypatch.setattr(image_modes, "LONGEST_SIDE", 100)
    monkeypatch.setattr(image_modes, "_STRIP_PIXELS", 2_000)
    factor = -(-max(shape) // 100)
    whole = Image.fromarray(np.random.default_rng(9).integers(0, 256, (*shape, 3), dtype=np.uint8))
    palette, grey = whole.convert("P"), whole.getchannel(0)
    wide = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    for image, averaged in ((whole, whole), (palette, palette.convert("RGB")), (wide, grey.convert("RGB"))):
        found = picture_from_bytes(encoded(image, "PNG"), "large").rgb.astype(int)
        assert np.abs(found - np.asarray(averaged.reduce(factor))).max() <= (image is wide)


PEAK_OF_LOADING = """
import resource, sys
from pathlib import Path
from desktop_app.ink.image_file import load_picture
load_picture(Path(sys.argv[1])).ink_map
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
load_picture(Path(sys.argv[2])).ink_map
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss differs")
def test_large_images_need_little_memory(tmp_path):
    for name, side in (("small.png", 100), ("large.png", 4000)):
        image = Image.new("I;16", (side, side), 65535)
        image.paste(0, (side // 2, side // 5, side * 3 // 5, side * 4 // 5))
        image.save(tmp_path / name, compress_level=1)
    arguments = [sys.executable, "-c", PEAK_OF_LOADING, tmp_path / "small.png", tmp_path / "large.png"]
    extra = int(subprocess.run(arguments, check=True, capture_output=True).stdout)  # KiB
    assert extra < 120_000


@pytest.mark.parametrize(
    ("dtype", "low", "high", "shown"),
    [
        (np.uint16, 0, 255, (0, 255)),
        (np.uint16, 100, 4000, (6, 249)),
        (np.int32, -500, 500, (0, 255)),
        (np.int32, 0, 200_000, (0, 255)),
        (np.float32, 0.1, 0.9, (26, 230)),
        (np.float32, 20, 240, (20, 240)),
    ],
)
def test_numbers_are_scaled_by_their_likely_full_brightness(seven, dtype, low, high, shown):
    picture = picture_from_bytes(encoded(numbers(seven, dtype, low, high), "TIFF"), "seven")
    assert (picture.rgb.min(), picture.rgb.max()) == pytest.approx(shown, abs=1)


@pytest.mark.parametrize(("dtype", "largest"), [(np.uint16, 65535), (np.float32, 1)])
def test_tiff_file_whose_zero_is_white_is_shown_positive(seven, dtype, largest):
    photometric, white_is_zero = 262, 0
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[photometric] = white_is_zero
    data = encoded(numbers(seven, dtype, largest, 0), "TIFF", tiffinfo=tags)
    picture = picture_from_bytes(data, "negative")
    assert picture.rgb[0, 0].tolist() == [255, 255, 255]
    assert picture.rgb.min() == 0


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_uniform_file_has_no_ink(colour):
    picture = picture_from_bytes(encoded(Image.new("L", (60, 40), colour), "PNG"), "plain")
    assert not picture.ink_map.any()
    assert picture.ink_map.shape == (40, 60)
    assert picture.ink_map.dtype == np.float32


def test_ink_of_low_opacity_is_found(seven):
    rgba = np.zeros((*seven.shape, 4), dtype=np.uint8)
    rgba[..., 3] = 100 * seven
    picture = picture_from_bytes(encoded(Image.fromarray(rgba), "PNG"), "faint")
    assert ((picture.ink_map > 0.5) == (seven > 0.5)).mean() > 0.99


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_of_data_set_become_a_picture(seven, channels):
    pixels = np.repeat(np.rint((1 - seven) * 255).astype(np.uint8)[..., None], channels, axis=2)
    picture = picture_from_pixels(pixels, "seven")
    assert picture.name == "seven"
    assert picture.rgb.shape == (*seven.shape, 3)
    assert np.abs(picture.ink_map - seven).max() < 0.01


def test_light_sheet_on_transparent_ground_stays_paper(seven):
    sheet = grey_image(seven).convert("RGBA")
    image = Image.new("RGBA", (sheet.width * 2, sheet.height * 2))
    image.paste(sheet, (sheet.width // 2, sheet.height // 2))
    found = picture_from_bytes(encoded(image, "PNG"), "sheet").ink_map
    inside = found[sheet.height // 2 :][: sheet.height, sheet.width // 2 :][:, : sheet.width]
    assert np.abs(inside - seven).mean() < 0.01
    assert found.sum() == pytest.approx(inside.sum())


def test_transparent_image_has_no_ink():
    assert not picture_from_bytes(encoded(Image.new("RGBA", (60, 40)), "PNG"), "nothing").ink_map.any()


def test_float_image_of_nan_has_no_ink():
    image = Image.fromarray(np.full((30, 30), np.nan, dtype=np.float32))
    assert not picture_from_bytes(encoded(image, "TIFF"), "nan").ink_map.any()


def test_file_format_is_detected_by_content(tmp_path, seven):
    path = tmp_path / "seven.gif"
    path.write_bytes(encoded(grey_image(seven), "PNG"))
    assert load_picture(path).ink_map.any()
    assert load_picture(path).name == "seven.gif"


# ----------------------------------------------------------------------------------- invalid files


def bomb(width, height):
    """Return a tiny PNG file that declares a huge size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "bad.png is empty; choose a PNG, JPEG, BMP, GIF, TIFF or WebP image."),
        (b"no picture at all", "bad.png is not an image that can be opened; choose a PNG"),
        (POSTSCRIPT, "bad.png is not an image that can be opened; choose a PNG"),
        (bomb(8001, 8001), "bad.png has more than 36 million pixels; choose a smaller image."),
        (bomb(10_000, 10_000), "bad.png has more than 36 million pixels; choose a smaller image."),
        (bomb(60_000, 60_000), "bad.png has more than 36 million pixels; choose a smaller image."),
        (bomb(100, 100), "bad.png is damaged or incomplete; open it in another program and save it again."),
    ],
)
def test_invalid_files_raise_user_error(data, sentence):
    with pytest.raises(UserError) as error:
        picture_from_bytes(data, "/somewhere/bad.png")
    assert str(error.value).startswith(sentence)


def test_large_webp_image_raises_user_error():
    data = encoded(Image.new("RGB", (2500, 5004)), "WEBP", quality=0, method=0)
    with pytest.raises(UserError) as error:
        picture_from_bytes(data, "big.webp")
    expected = "big.webp has more than 12 million pixels, too many for WebP; save it as JPEG or PNG."
    assert str(error.value) == expected


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_truncated_files_raise_user_error(kind, share):
    random = np.random.default_rng(0)
    data = encoded(Image.fromarray(random.integers(0, 255, (80, 90), dtype=np.uint8)), kind)
    with pytest.raises(UserError, match=r"^bad is (damaged or incomplete|not an image)"):
        picture_from_bytes(data[: int(len(data) * share)], "bad")


def test_folders_pipes_and_missing_files_raise_user_error(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path, tmp_path / "pipe.png", tmp_path / "nothing.png"):
        with pytest.raises(UserError, match=path.name):
            load_picture(path)


def test_too_large_files_raise_user_error(tmp_path, monkeypatch):
    monkeypatch.setattr(image_file, "LARGEST_FILE", 1000)
    (tmp_path / "large.png").write_bytes(bytes(1001))
    with pytest.raises(UserError, match="larger than"):
        load_picture(tmp_path / "large.png")


GRADIENT = Image.linear_gradient("L").resize((40, 30))
VALID_FILES = {kind: encoded(GRADIENT, kind) for kind in ("PNG", "GIF", "TIFF", "BMP")}
CHANGES = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1)


@settings(max_examples=60)
@given(st.sampled_from(sorted(VALID_FILES)), CHANGES)
def test_damaged_bytes_give_a_picture_or_a_user_error(kind, changes):
    data = bytearray(VALID_FILES[kind])
    for index, value in changes:
        data[index % len(data)] = value
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(UserError):
            picture = picture_from_bytes(bytes(data), "damaged")
            assert picture.rgb.shape[:2] == picture.ink_map.shape


def test_pixels_of_file_are_loaded(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (12, 20, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    found = load_pixels(tmp_path / "picture.png")
    assert (found == pixels).all()
    assert found.dtype == np.uint8
    (tmp_path / "empty.png").touch()
    for name in ("empty.png", "missing.png"):
        with pytest.raises(UserError, match=name.replace(".", r"\.")):
            load_pixels(tmp_path / name)
