import gzip
import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources import csv_file, csv_table

LABELS = ["3", "1", "4", "1", "5", "9"]


@pytest.fixture
def pixels():
    """Six images of 8×8 pixels with background in their corners."""
    pixels = np.random.default_rng(4).integers(0, 256, (6, 8, 8))
    pixels[:, ::7, ::7] = 255
    return pixels.reshape(6, 64)


@pytest.fixture
def table(tmp_path):
    """Function that writes digits.csv and returns its path."""

    def table(rows, end="\n", head=None, name="digits.csv", encoding="utf-8"):
        lines = [",".join(str(value) for value in row) for row in rows]
        data = end.join(([] if head is None else [head]) + lines).encode(encoding) + end.encode(encoding)
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return table


def with_label(pixels, labels, place=0):
    return [[*row[:place], label, *row[place:]] for label, row in zip(labels, pixels.tolist(), strict=True)]


HEAD = ",".join(["label", *(f"pixel{number}" for number in range(64))])
NAMES = [f"p{number}" for number in range(64)]


# ------------------------------------------------------------------------------------------ reading


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["digits.csv", "digits.csv.gz", "DIGITS.CSV"])
def test_label_column_has_a_name(table, opened, tmp_path, pixels, end, name):
    source = opened(table(with_label(pixels, LABELS), end, HEAD, name))
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS
    assert (source.title, source.file) == (name, name)
    assert source.sha256 == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    assert source.is_test is None
    assert not source.is_normalized


@pytest.mark.parametrize("place", [0, 1, 30, 64])
def test_label_column_is_found_by_name(table, opened, pixels, place):
    head = ",".join([*NAMES[:place], ' "Label" ', *NAMES[place:]])
    source = opened(table(with_label(pixels, LABELS, place), head=head))
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS


@pytest.mark.parametrize("place", [0, 64])
@pytest.mark.parametrize("head", [None, ",".join(["digit", *NAMES]), ",".join(map(str, range(65)))])
def test_label_column_without_name_is_the_one_that_varies(table, opened, pixels, place, head):
    source = opened(table(with_label(pixels, LABELS, place), head=head))
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS


@pytest.mark.parametrize("place", [0, 64])
def test_text_column_is_the_label(table, opened, pixels, place):
    labels = ["ä", '"b"', "b", " b ", "c d", "ä"]
    source = opened(table(with_label(pixels, labels, place)))
    assert source.labels.tolist() == ["ä", "b", "b", "b", "c d", "ä"]
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))


def test_constant_labels_are_in_the_first_column(table, opened, pixels):
    assert opened(table(with_label(pixels, ["7"] * 6))).labels.tolist() == ["7"] * 6


@pytest.mark.parametrize("write", ["{:.6f}", "{:e}", "{:.18e}", " {:.5f} ", "+{:.5f}"])
def test_values_up_to_1_are_scaled(table, opened, pixels, write):
    rows = [
        [f"{int(label):.18e}", *(write.format(value / 255) for value in row)]
        for label, row in zip(LABELS, pixels.tolist(), strict=True)
    ]
    source = opened(table(rows))
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS


def test_fractions_up_to_255_are_rounded(table, opened, pixels):
    rows = with_label(np.minimum(pixels + 0.25, 255), LABELS)
    assert np.array_equal(opened(table(rows)).images, pixels.reshape(6, 8, 8, 1))


def test_binary_images_are_scaled(table, opened, pixels):
    rows = with_label((pixels > 99).astype(int), LABELS)
    assert np.array_equal(opened(table(rows)).images, (pixels > 99).reshape(6, 8, 8, 1) * 255)


def test_quotes_byte_order_marks_and_trailing_empty_lines_are_ignored(table, opened, pixels):
    rows = [[f'"{value}"' for value in row] for row in with_label(pixels, LABELS)]
    path = table(rows)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"\n\r\n\n")
    source = opened(path)
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS


@pytest.mark.parametrize("block", [50, 90, 200, 251, 400])
def test_block_size_does_not_matter(table, opened, pixels, block, monkeypatch):
    path = table(with_label(pixels, LABELS, 64), "\r\n")
    path.write_bytes(path.read_bytes() + b"\r\n" * 100)
    monkeypatch.setattr(csv_file, "_BLOCK", block)
    events: list[Any] = []
    source = opened(path, events.append)
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS
    assert {(event.steps, str(event.text)) for event in events[1:]} == {(100, "Reading digits.csv")}
    steps = [event.step for event in events[1:]]
    assert steps == sorted(set(steps))
    assert 80 < steps[-1] <= 100


def test_scale_depends_on_all_blocks(table, opened, pixels, monkeypatch):
    monkeypatch.setattr(csv_file, "_BLOCK", 200)
    dark = pixels.astype(float)
    dark[1:5] = 0.25
    source = opened(table(with_label(dark, LABELS)))
    assert np.array_equal(source.images[[0, 5]], pixels[[0, 5]].reshape(2, 8, 8, 1))
    assert source.images[1:5].max() == 0


def test_normalized_images_are_detected(table, opened, like_mnist):
    rows = with_label(like_mnist.reshape(60, 784), [str(number % 10) for number in range(60)])
    assert opened(table(rows)).is_normalized


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    images=st.tuples(st.integers(1, 5), st.integers(8, 10)).flatmap(
        lambda shape: arrays(np.uint8, (shape[0], shape[1], shape[1]))
    ),
    is_last=st.booleans(),
    data=st.data(),
)
def test_random_tables_are_read(table, opened, images, is_last, data):
    images[0, 0, 0] = 255  # else 0 and 1 are shares
    text = st.text(
        st.characters(min_codepoint=97, max_codepoint=383, categories=["Ll", "Lu"]), min_size=1, max_size=9
    )
    names = data.draw(
        st.lists(
            text.filter(lambda name: name not in ("nan", "inf", "infinity", "label")),
            min_size=len(images),
            max_size=len(images),
        )
    )
    flat = images.reshape(len(images), -1)
    source = opened(table(with_label(flat, names, flat.shape[1] if is_last else 0)))
    assert np.array_equal(source.images[..., 0], images)
    assert source.labels.tolist() == names


# ------------------------------------------------------------------------------------------- errors


def assert_left_out(source, line, reason, pixels, row):
    """Check that only a row of the six is left out, and why."""
    kept = [number for number in range(6) if number != row]
    assert [(each.file, str(each.reason)) for each in source.left_out] == [(f"digits.csv:{line}", reason)]
    assert np.array_equal(source.images, pixels[kept].reshape(5, 8, 8, 1))
    assert source.labels.tolist() == [LABELS[number] for number in kept]


@pytest.mark.parametrize("head", [None, HEAD])
@pytest.mark.parametrize("block", [300, 100_000])
def test_row_with_wrong_length_is_left_out(table, opened, pixels, head, block, monkeypatch):
    monkeypatch.setattr(csv_file, "_BLOCK", block)
    rows = with_label(pixels, LABELS)
    del rows[4][-2:]
    source = opened(table(rows, head=head))
    assert_left_out(source, 6 if head else 5, "The number of values in the row is 63, not 65.", pixels, 4)


@pytest.mark.parametrize("place", [0, 64])
@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "-1", "256", "1e400", "0x10", "1_0", "²", "2;3"])
@pytest.mark.parametrize("head", [None, HEAD.replace("label", "digit")])
def test_row_with_invalid_pixel_is_left_out(table, opened, pixels, place, value, head):
    rows = with_label(pixels, LABELS, place)
    rows[3][20] = value
    source = opened(table(rows, head=head))
    assert_left_out(source, 5 if head else 4, "A pixel is not a number from 0 to 255.", pixels, 3)


@pytest.mark.parametrize("place", [0, 64])
@pytest.mark.parametrize("value", ["", "x", "256", "-1"])
def test_invalid_pixel_at_the_other_end_of_the_row_is_no_label(table, opened, pixels, place, value):
    rows = with_label(pixels, LABELS, place)
    rows[3][64 - place] = value
    source = opened(table(rows))
    assert_left_out(source, 4, "A pixel is not a number from 0 to 255.", pixels, 3)


def test_empty_row_is_left_out(table, opened, pixels):
    rows = with_label(pixels, LABELS)
    source = opened(table([*rows[:2], [], *rows[2:]]))
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert [each.file for each in source.left_out] == ["digits.csv:3"]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("", "The label is missing."),
        (" ", "The label is missing."),
        ("a" * 41, "A value has more than 40 characters."),
        ("a\x07", "The label cannot be displayed."),
        ("2.5", "The label 2.5 is not a whole number."),
    ],
)
@pytest.mark.parametrize("head", [None, HEAD])
def test_row_with_invalid_label_is_left_out(table, opened, pixels, label, reason, head):
    labels = [label if row == 2 else name for row, name in enumerate(LABELS)]
    source = opened(table(with_label(pixels, labels), head=head))
    assert_left_out(source, 4 if head else 3, reason, pixels, 2)


def test_table_without_valid_rows_and_header_raises_user_error(table, opened, pixels):
    rows = with_label(pixels, LABELS)
    for row in rows:
        row[9] = "nan"
    with pytest.raises(UserError, match=r"^Most rows of digits\.csv cannot be used\. Row 1: "):
        opened(table(rows))


@pytest.mark.parametrize("most", [0, 1000])
def test_table_with_mostly_invalid_rows_raises_user_error(table, opened, pixels, monkeypatch, most):
    monkeypatch.setattr(csv_table, "_MOST_LEFT_OUT", most)
    rows = with_label(pixels, LABELS)
    for row in rows[1:4]:
        row[9] = "x"
    assert len(opened(table(rows)).left_out) == 3
    rows[5][9] = "x"
    with pytest.raises(
        UserError,
        match=r"^Most rows of digits\.csv cannot be used\. Row 2: A pixel is not a number from 0 to 255\.$",
    ):
        opened(table(rows))


def test_too_many_labels_raise_user_error(table, opened):
    rows = with_label(np.full((201, 64), 255), range(201))
    with pytest.raises(UserError, match="row 201 brings the labels to more than 200"):
        opened(table(rows))


@pytest.mark.parametrize("columns", [1, 2, 50, 64, 66, 10_000, 129**2 + 1])
def test_rows_that_are_not_square_raise_user_error(table, opened, columns):
    with pytest.raises(
        UserError, match=rf"\({columns}\) does not fit; a row needs a label and the 64 to 16,384 pixels"
    ):
        opened(table([[0] * columns] * 3))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", f"{HEAD}\n".encode(), HEAD.encode()])
def test_table_without_rows_raises_user_error(tmp_path, opened, data):
    (tmp_path / "digits.csv").write_bytes(data)
    with pytest.raises(UserError, match=r"digits\.csv has no samples"):
        opened("digits.csv")


def test_other_encodings_raise_user_error(table, opened, pixels):
    rows = with_label(pixels, ["ä"] * 6)
    for encoding in ("latin-1", "utf-16"):
        with pytest.raises(UserError, match="is not UTF-8 text"):
            opened(table(rows, encoding=encoding))


@pytest.mark.parametrize("byte", [b"1", b"\n", b",", b'"', b"\0"])
def test_endless_compressed_line_is_not_read_to_its_end(tmp_path, opened, byte):
    tracemalloc = pytest.importorskip("tracemalloc")
    with gzip.open(tmp_path / "digits.csv.gz", "wb", 1) as file:
        for _ in range(100):
            file.write(byte * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match="a line that is too long"):
            opened("digits.csv.gz")
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


def test_too_large_table_raises_user_error(table, opened, pixels, monkeypatch):
    path = table(with_label(pixels, LABELS))
    monkeypatch.setattr(csv_table, "MOST_BYTES", 6 * 62 - 1)
    with pytest.raises(UserError, match="too large"):
        opened(path)
    monkeypatch.undo()
    monkeypatch.setattr(csv_table, "MOST_SAMPLES", 5)
    with pytest.raises(UserError, match="too large"):
        opened(path)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:60], lambda data: data[:-5] + b"00000", lambda data: b"7,1,2"]
)
def test_damaged_compression_raises_user_error(table, opened, pixels, damage):
    path = table(with_label(pixels, LABELS), name="digits.csv.gz")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UserError, match="damaged or incomplete"):
        opened(path)


def test_reading_can_be_stopped(table, opened, pixels, monkeypatch):
    monkeypatch.setattr(csv_file, "_BLOCK", 300)
    events: list[Any] = []
    with pytest.raises(Stopped):
        opened(table(with_label(pixels, LABELS)), events.append, lambda: len(events) > 2)
    assert 2 < len(events) < 6


@pytest.mark.parametrize("separator", [";", "\t", " ", "   "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_other_separators_are_found(tmp_path, opened, pixels, separator, end):
    rows = [separator.join(map(str, row)) for row in with_label(pixels, LABELS)]
    (tmp_path / "digits.csv").write_bytes(end.join(rows).encode())
    source = opened("digits.csv")
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS


def test_decimal_commas_are_read_beside_semicolons(tmp_path, opened, pixels):
    rows = [
        ";".join([label, *(f"{value / 255:.4f}" for value in row)])
        for label, row in zip(LABELS, pixels, strict=True)
    ]
    (tmp_path / "digits.csv").write_text("\n".join(rows).replace(".", ","))
    assert np.array_equal(opened("digits.csv").images, pixels.reshape(6, 8, 8, 1))


def test_one_hot_labels_are_read(tmp_path, opened, pixels):
    rows = [[*row, *np.eye(10, dtype=int)[int(label)]] for label, row in zip(LABELS, pixels, strict=True)]
    (tmp_path / "digits.csv").write_text("\n".join(" ".join(map(str, row)) for row in rows))
    source = opened("digits.csv")
    assert np.array_equal(source.images, pixels.reshape(6, 8, 8, 1))
    assert source.labels.tolist() == LABELS
    rows[2][-1] = 1
    (tmp_path / "digits.csv").write_text("\n".join(",".join(map(str, row)) for row in rows))
    assert_left_out(opened("digits.csv"), 3, "The one-hot label is missing.", pixels, 2)


def test_values_up_to_16_are_scaled(table, opened, pixels):
    levels = pixels // 16 + (pixels == 255)
    source = opened(table(with_label(levels, LABELS)))
    assert source.images.max() == 255
    assert np.array_equal(source.images, np.rint(levels * (255 / 16)).reshape(6, 8, 8, 1))
