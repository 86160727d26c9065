"""Tests of the journal of a batch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.batch.journal import Journal, read_rows
from desktop_app.batch.model_choice import BatchModel
from desktop_app.batch.row import Row
from desktop_app.core.errors import UserError
from desktop_app.lines.text_reading import LabelProbability

MODEL = BatchModel("digits", "a" * 64)


def fill(path, *rows):
    journal = Journal(path, MODEL)
    for row in rows:
        journal.add(row)
    journal.close()


def test_rows_are_read_back(tmp_path):
    rows = [
        Row("a\nb.png", "read", "7", 0.9, (LabelProbability("1", 0.1),), ((0.0, 1.0, 2.0, 3.0),), "", 2.5),
        Row("=c.png", error="=c.png is damaged."),
    ]
    fill(tmp_path / "j", *rows)
    assert list(read_rows(tmp_path / "j")) == rows


def test_row_of_a_long_page_is_read_back(tmp_path):
    boxes = tuple((number / 3, 1 / 3, number / 3 + 1, 2 / 3) for number in range(20_000))
    rows = [Row("page.png", "unsure", "1" * 20_000, 0.5, boxes=boxes), Row("b.png")]
    fill(tmp_path / "j", *rows)
    assert list(read_rows(tmp_path / "j")) == rows


def test_journal_knows_the_files_of_earlier_sessions(tmp_path):
    names = [f"{number}.png" for number in range(300)]
    fill(tmp_path / "j", *map(Row, names))
    journal = Journal(tmp_path / "j", MODEL)
    assert journal.count == 300
    assert all(map(journal.take, names))
    assert not journal.take("300.png")
    journal.close()


def test_each_row_of_an_earlier_session_is_taken_once(tmp_path):
    fill(tmp_path / "j", Row("a.png"), Row("b.png"), Row("a.png"))
    journal = Journal(tmp_path / "j", MODEL)
    assert [journal.take(name) for name in ("a.png", "a.png", "a.png", "b.png", "b.png")] == [
        *(True, True, False),
        *(True, False),
    ]
    journal.close()


def test_row_that_was_cut_off_is_read_again(tmp_path):
    path = tmp_path / "j"
    fill(path, Row("a.png"), Row("b.png"))
    path.write_bytes(path.read_bytes()[:-5])
    journal = Journal(path, MODEL)
    assert (journal.take("a.png"), journal.take("b.png")) == (True, False)
    journal.add(Row("b.png", "read", "3"))
    journal.close()
    assert [row.source for row in read_rows(path)] == ["a.png", "b.png"]


def test_header_that_was_cut_off_is_written_again(tmp_path):
    path = tmp_path / "j"
    fill(path)
    path.write_bytes(path.read_bytes()[:20])
    fill(path, Row("a.png"))
    assert [row.source for row in read_rows(path)] == ["a.png"]


def test_journal_of_another_model_is_an_error(tmp_path):
    fill(tmp_path / "j", Row("a.png"))
    with pytest.raises(UserError, match="another model"):
        Journal(tmp_path / "j", BatchModel("digits", "b" * 64))
    assert len(list(read_rows(tmp_path / "j"))) == 1


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
    assert journal.take(name)
    journal.close()


def test_removed_journal_is_gone(tmp_path):
    journal = Journal(tmp_path / "j", MODEL)
    journal.remove()
    assert not (tmp_path / "j").exists()
