"""Tests of the journal of a batch."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.batch.journal import Journal, stamp_of
from desktop_app.batch.model_choice import BatchModel
from desktop_app.batch.row import Row
from desktop_app.core.errors import UserError
from desktop_app.lines.text_reading import LabelProbability

MODEL = BatchModel("digits", "a" * 64)


STAMP = (10, 20)


def fill(path, *rows):
    journal = Journal(path, MODEL)
    for row in rows:
        journal.add(row, STAMP)
    journal.close()


def rows_of(path, *taken):
    """Return the rows of a journal of which some sources are taken."""
    journal = Journal(path, MODEL)
    assert all(journal.take(source, STAMP) for source in taken)
    rows = list(journal.rows())
    journal.close()
    return rows


def test_rows_are_read_back(tmp_path):
    rows = [
        Row("a\nb.png", "read", "7", 0.9, (LabelProbability("1", 0.1),), ((0.0, 1.0, 2.0, 3.0),), "", 2.5),
        Row("=c.png", error="=c.png is damaged."),
    ]
    fill(tmp_path / "j", *rows)
    assert rows_of(tmp_path / "j", "a\nb.png", "=c.png") == rows


def test_row_of_a_long_page_is_read_back(tmp_path):
    boxes = tuple((number / 3, 1 / 3, number / 3 + 1, 2 / 3) for number in range(20_000))
    rows = [Row("page.png", "unsure", "1" * 20_000, 0.5, boxes=boxes), Row("b.png")]
    fill(tmp_path / "j", *rows)
    assert rows_of(tmp_path / "j", "page.png", "b.png") == rows


def test_journal_knows_the_files_of_earlier_sessions(tmp_path):
    names = [f"{number}.png" for number in range(300)]
    fill(tmp_path / "j", *map(Row, names))
    journal = Journal(tmp_path / "j", MODEL)
    assert journal.count == 300
    assert all(journal.take(name, STAMP) for name in names)
    assert not journal.take("300.png", STAMP)
    journal.close()


def test_each_row_of_an_earlier_session_is_taken_once(tmp_path):
    fill(tmp_path / "j", Row("a.png"), Row("b.png"), Row("a.png"))
    journal = Journal(tmp_path / "j", MODEL)
    assert [journal.take(name, STAMP) for name in ("a.png", "a.png", "a.png", "b.png", "b.png")] == [
        *(True, True, False),
        *(True, False),
    ]
    journal.close()


def test_rows_that_are_not_taken_are_left_out(tmp_path):
    fill(tmp_path / "j", Row("a.png"), Row("b.png"), Row("a.png"), Row("c.png"))
    journal = Journal(tmp_path / "j", MODEL)
    assert journal.take("a.png", STAMP)
    assert journal.take("c.png", STAMP)
    assert not journal.take("b.png", (11, 20))
    journal.add(Row("b.png", "read", "3"), (11, 20))
    assert journal.left == 2
    assert [(row.source, row.text) for row in journal.rows()] == [
        ("a.png", ""),
        ("c.png", ""),
        ("b.png", "3"),
    ]
    journal.close()


def test_stamp_changes_with_the_file(tmp_path):
    path = tmp_path / "a.png"
    stamps = [stamp_of(path)]
    for content in (b"1", b"12"):
        path.write_bytes(content)
        os.utime(path, ns=(0, 10**9))
        stamps.append(stamp_of(path))
    os.utime(path, ns=(0, 2 * 10**9))
    stamps.append(stamp_of(path))
    assert stamps[0] is None
    assert len(set(stamps)) == 4


def test_journal_of_another_version_is_an_error(tmp_path):
    content = b'{"format":1,"model":{"name":"digits","sha256":"a"}}\n{"source":"a.png"}\n'
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(UserError, match="another version of the program; delete it"):
        Journal(tmp_path / "j", MODEL)
    assert (tmp_path / "j").read_bytes() == content


def test_row_that_was_cut_off_is_read_again(tmp_path):
    path = tmp_path / "j"
    fill(path, Row("a.png"), Row("b.png"))
    path.write_bytes(path.read_bytes()[:-5])
    journal = Journal(path, MODEL)
    assert (journal.take("a.png", STAMP), journal.take("b.png", STAMP)) == (True, False)
    journal.add(Row("b.png", "read", "3"), STAMP)
    assert [row.source for row in journal.rows()] == ["a.png", "b.png"]
    journal.close()


def test_header_that_was_cut_off_is_written_again(tmp_path):
    path = tmp_path / "j"
    fill(path)
    path.write_bytes(path.read_bytes()[:20])
    fill(path, Row("a.png"))
    assert [row.source for row in rows_of(path, "a.png")] == ["a.png"]


def test_journal_of_another_model_is_an_error(tmp_path):
    fill(tmp_path / "j", Row("a.png"))
    with pytest.raises(UserError, match="another model"):
        Journal(tmp_path / "j", BatchModel("digits", "b" * 64))
    assert len(rows_of(tmp_path / "j", "a.png")) == 1


def test_two_batches_cannot_write_one_journal(tmp_path):
    journal = Journal(tmp_path / "j", MODEL)
    with pytest.raises(UserError, match="another batch"):
        Journal(tmp_path / "j", MODEL)
    journal.close()


@given(st.binary(max_size=200))
def test_other_file_is_an_error_and_stays(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("journal") / "j"
    path.write_bytes(b"text" + content)
    with pytest.raises(UserError, match="not an interrupted batch"):
        Journal(path, MODEL)
    assert path.read_bytes() == b"text" + content


def test_names_that_are_not_text_are_recognized(tmp_path):
    name = b"\xff.png".decode("utf-8", "surrogateescape")
    fill(tmp_path / "j", Row(name))
    journal = Journal(tmp_path / "j", MODEL)
    assert journal.take(name, STAMP)
    journal.close()


def test_removed_journal_is_gone(tmp_path):
    journal = Journal(tmp_path / "j", MODEL)
    journal.remove()
    assert not (tmp_path / "j").exists()
