"""Tests of tables of a batch."""

import csv
import json

import pytest

from desktop_app.batch.export import COLUMNS, write_csv, write_json
from desktop_app.batch.model_choice import BatchModel
from desktop_app.batch.row import Row, row_of
from desktop_app.core.errors import UserError
from desktop_app.lines.text_reading import LabelProbability, TextReading
from desktop_app.tasks.reading import Reading, Verdict

MODEL = BatchModel("digits", "a" * 64, learned_sha256="b" * 64)
TEXT = Row("b.png", "unsure", "12\n3", 0.75, (LabelProbability("72\n3", 0.2),), ((0.0, 1.0, 2.5, 3.0),))


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_all_columns(tmp_path):
    write_csv(tmp_path / "t.csv", [TEXT], MODEL)
    (row,) = read_csv(tmp_path / "t.csv")
    assert tuple(row) == COLUMNS
    assert row["text"] == "12\n3"
    assert (row["confidence"], row["runner_up"], row["runner_up_confidence"]) == ("0.75", "72\n3", "0.2")
    assert row["boxes"] == "0,1,2.5,3"
    assert (row["model"], row["model_sha256"], row["learned_sha256"]) == ("digits", "a" * 64, "b" * 64)


@pytest.mark.parametrize(
    "name", ["=cmd|'/c calc'!A0.png", "+1.png", "-1.png", "@a.png", "\t=1.png", "\n=1.png"]
)
def test_cells_are_no_formulas(tmp_path, name):
    write_csv(tmp_path / "t.csv", [Row(name, error=f"{name} is damaged.")], MODEL)
    (row,) = read_csv(tmp_path / "t.csv")
    assert row["source"] == f"'{name}"
    assert row["error"].startswith("'")


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading(Verdict.UNSURE, "7", ("7",), {"1": 0.002, "7": 0.646}, 0.646), "0.352"),
        (Reading(Verdict.NOT_A_CHARACTER, None, (), {"1": 0.1, "7": 0.2}), "0.7"),
        (Reading(Verdict.NO_INK), ""),
        (TextReading(()), ""),
    ],
)
def test_probability_of_no_character_has_a_column(tmp_path, reading, expected):
    write_csv(tmp_path / "t.csv", [row_of("a.png", reading)], MODEL)
    (row,) = read_csv(tmp_path / "t.csv")
    assert row["not_a_character"] == expected
    assert row["runner_up"] in ("", "1", "7")
    write_json(tmp_path / "t.json", [row_of("a.png", reading)], MODEL)
    (content,) = json.loads((tmp_path / "t.json").read_text())
    assert content["not_a_character"] == (float(expected) if expected else None)


def test_error_has_no_confidence(tmp_path):
    write_csv(tmp_path / "t.csv", [Row("a.png", error="a.png is damaged.")], MODEL)
    (row,) = read_csv(tmp_path / "t.csv")
    assert (row["text"], row["confidence"], row["error"]) == ("", "", "a.png is damaged.")


@pytest.mark.parametrize("rows", [[], [TEXT], [TEXT, Row("ä=.png", error="?")]])
def test_json_is_an_array(tmp_path, rows):
    write_json(tmp_path / "t.json", rows, MODEL)
    content = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert [each["source"] for each in content] == [row.source for row in rows]
    assert all(tuple(each) == COLUMNS for each in content)


def test_names_that_are_not_text_can_be_written(tmp_path):
    name = b"\xff.png".decode("utf-8", "surrogateescape")
    write_csv(tmp_path / "t.csv", [Row(name)], MODEL)
    write_json(tmp_path / "t.json", [Row(name)], MODEL)
    assert read_csv(tmp_path / "t.csv")[0]["source"] == "\\udcff.png"
    assert json.loads((tmp_path / "t.json").read_text())[0]["source"] == "\\udcff.png"


def test_error_leaves_the_old_file(tmp_path):
    (tmp_path / "t.csv").write_text("old")

    def rows():
        yield TEXT
        raise UserError("The disk is full.")

    with pytest.raises(UserError):
        write_csv(tmp_path / "t.csv", rows(), MODEL)
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_text() == "old"
