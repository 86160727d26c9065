import json
import os

import pytest
from PIL import Image, ImageDraw

from desktop_app.cli.main import main
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.strokes import Ink

SEVEN = [(30, 30), (110, 30), (60, 150)]
READ = {"source", "verdict", "label", "confidence", "probabilities", "milliseconds"}


def draw(path):
    """A picture of a seven, dark on white."""
    image = Image.new("L", (150, 180), 255)
    ImageDraw.Draw(image).line(SEVEN, fill=0, width=14, joint="curve")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


@pytest.fixture
def recognize(capsys):
    """Runs the command; gives the exit code and what it printed, as objects or as lines."""

    def recognize(*paths, as_json=True):
        code = main(["recognize", *map(str, paths), *(["--json"] if as_json else [])])
        lines = capsys.readouterr().out.splitlines()
        return code, [json.loads(line) for line in lines] if as_json else lines

    return recognize


def test_a_picture_is_read(recognize, tmp_path):
    path = draw(tmp_path / "seven.png")
    code, (answer,) = recognize(path)
    assert code == 0
    assert answer.keys() == READ
    assert answer["source"] == str(path)
    assert (answer["verdict"], answer["label"]) == ("read", "7")
    assert answer["confidence"] == answer["probabilities"]["7"] > 0.5
    assert list(answer["probabilities"]) == list("0123456789")
    assert answer["milliseconds"] > 0


def test_ink_is_read(recognize, tmp_path):
    path = tmp_path / "seven.INKML"
    path.write_bytes(inkml_bytes(Ink.from_points([SEVEN])))
    code, (answer,) = recognize(path)
    assert (code, answer["label"]) == (0, "7")


def test_an_empty_sheet_has_no_label(recognize, tmp_path):
    Image.new("L", (50, 50), 255).save(tmp_path / "empty.png")
    code, (answer,) = recognize(tmp_path / "empty.png")
    assert code == 0
    assert answer["verdict"] == "no ink"
    assert answer["label"] is None
    assert answer["confidence"] == 0


def test_folders_are_read_in_order_and_to_the_ground(recognize, tmp_path):
    wanted = [draw(tmp_path / name) for name in ("a.png", "b.JPG", "inner/deep/c.tiff", "second/d.webp")]
    draw(tmp_path / ".hidden" / "e.png")
    draw(tmp_path / "._f.png")
    (tmp_path / "notes.txt").write_text("no picture")
    code, answers = recognize(tmp_path)
    assert code == 0
    assert [answer["source"] for answer in answers] == [str(path) for path in wanted]


def test_files_that_fail_do_not_keep_others_from_being_read(recognize, tmp_path):
    good = draw(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "bad.inkml").write_bytes(b"no ink")
    os.mkfifo(tmp_path / "pipe.png")
    code, answers = recognize(tmp_path / "missing.png", tmp_path)
    assert code == 1
    assert [set(answer) == READ for answer in answers] == [False, False, False, True, False]
    assert answers[3]["source"] == str(good)
    for answer in answers[:3] + answers[4:]:
        assert answer.keys() == {"source", "error"}
        assert answer["error"].endswith(".")
    assert answers[0]["error"] == "missing.png cannot be read: it does not exist."


def test_a_folder_without_files_is_said(recognize, tmp_path):
    code, (answer,) = recognize(tmp_path)
    assert code == 1
    assert "holds no image or InkML file" in answer["error"]


def test_a_folder_that_cannot_be_read_is_said(recognize, tmp_path, monkeypatch):
    scandir = os.scandir

    def denied(path):
        if str(path) == str(tmp_path):
            raise PermissionError(13, "Permission denied", str(tmp_path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    code, (answer,) = recognize(tmp_path)
    assert code == 1
    assert answer["error"] == f"{tmp_path.name} cannot be read: permission is missing."


def test_links_in_a_circle_are_not_followed(recognize, tmp_path):
    draw(tmp_path / "a.png")
    (tmp_path / "again").symlink_to(tmp_path)
    code, answers = recognize(tmp_path)
    assert (code, len(answers)) == (0, 1)


def test_people_get_an_aligned_table(recognize, tmp_path):
    draw(tmp_path / "seven.png")
    draw(tmp_path / "another seven.png")
    code, lines = recognize(tmp_path, as_json=False)
    assert code == 0
    assert lines[0].split() == ["source", "label", "verdict", "confidence", "ms"]
    at = lines[0].index("label")
    assert [line[at] for line in lines[1:]] == ["7", "7"]
    assert all("%" in line for line in lines[1:])


def test_names_cannot_break_the_table(recognize, tmp_path):
    draw(tmp_path / "two\nlines\x1b[31m.png")
    draw(tmp_path / ("long" * 30 + ".png"))
    _, lines = recognize(tmp_path, as_json=False)
    assert len(lines) == 3
    assert "\x1b" not in "".join(lines)
    assert len({line.index("read") for line in lines[1:]}) == 1


def test_names_that_are_no_text_are_read(recognize, tmp_path):
    path = tmp_path / os.fsdecode(b"\xff.png")
    draw(path)
    code, (answer,) = recognize(path)
    assert (code, answer["source"]) == (0, str(path))


def test_an_unknown_model_is_said(capsys, tmp_path):
    assert main(["recognize", str(draw(tmp_path / "a.png")), "--model", "nobody"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nobody" in printed.err
