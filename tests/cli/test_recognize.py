"""Tests of the `recognize` command."""

import csv
import errno
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw

from desktop_app.batch.find_sources import find_sources
from desktop_app.batch.journal import Journal, stamp_of
from desktop_app.batch.model_choice import BatchModel
from desktop_app.batch.read_files import read_sources
from desktop_app.batch.row import Row
from desktop_app.cli import batch_file
from desktop_app.cli.main import main
from desktop_app.core.paths import settings_path
from desktop_app.core.settings import Settings, save_settings
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.strokes import Ink
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.reading import probability_text
from tests.large_pages import many_lines
from tests.learned_threes import layer_of_threes, learn_threes
from tests.synthetic_numbers import image_of, number

SEVEN = [(30, 30), (110, 30), (60, 150)]
DOUBTFUL_SEVEN = [(70, 30), (110, 30), (60, 150)]
KEYS = {
    "source",
    "verdict",
    "label",
    "confidence",
    "probabilities",
    "not_a_character",
    "milliseconds",
    "pages",
}


def draw(path, points=SEVEN, width=8):
    """Write an image of a dark line on white, a seven."""
    image = Image.new("L", (150, 180), 255)
    ImageDraw.Draw(image).line(points, fill=0, width=width, joint="curve")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


@pytest.fixture
def recognize(capsys):
    """Function that runs the command and returns the exit code and the output, as objects or lines."""

    def recognize(*paths, as_json=True):
        code = main(["recognize", *map(str, paths), *(["--json"] if as_json else [])])
        lines = capsys.readouterr().out.splitlines()
        return code, [json.loads(line) for line in lines] if as_json else lines

    return recognize


def test_image_is_recognized(recognize, tmp_path):
    path = draw(tmp_path / "seven.png")
    code, (result,) = recognize(path)
    assert code == 0
    assert result.keys() == KEYS
    assert result["source"] == str(path)
    assert (result["verdict"], result["label"]) == ("read", "7")
    assert result["confidence"] == result["probabilities"]["7"] > 0.5
    assert list(result["probabilities"]) == list("0123456789")
    assert result["milliseconds"] > 0


def test_ink_is_recognized(recognize, tmp_path):
    path = tmp_path / "seven.INKML"
    path.write_bytes(inkml_bytes(Ink.from_points([SEVEN])))
    code, (result,) = recognize(path)
    assert (code, result["label"]) == (0, "7")


def test_empty_page_has_no_label(recognize, tmp_path):
    Image.new("L", (50, 50), 255).save(tmp_path / "empty.png")
    code, (result,) = recognize(tmp_path / "empty.png")
    assert code == 0
    assert result["verdict"] == "no ink"
    assert result["label"] is None
    assert result["confidence"] == 0


def test_table_says_what_to_do_about_writing_that_is_too_small(recognize, tmp_path):
    page = Image.new("L", (1000, 1000), 255)
    page.paste(Image.open(draw(tmp_path / "seven.png")).reduce(12), (400, 400))
    page.save(tmp_path / "seven.png")
    code, (_, line) = recognize(tmp_path, as_json=False)
    assert code == 0
    assert (
        "No ink was found in this image, or it is too small. Draw, crop the image to the writing, or " in line
    )


def test_doubt_whether_it_is_a_digit_is_named(recognize, tmp_path):
    file = draw(tmp_path / "seven.png", DOUBTFUL_SEVEN, width=14)
    _, (result,) = recognize(file)
    rejected = result["not_a_character"]
    assert rejected == pytest.approx(1 - sum(result["probabilities"].values()))
    assert (result["verdict"], result["label"], rejected > 0.05) == ("unsure", "7", True)
    _, (_, line) = recognize(file, as_json=False)
    assert (
        f"7 ({probability_text(result['confidence'])}) or not a digit ({probability_text(rejected)})" in line
    )
    main(["recognize", str(file), "--csv", str(tmp_path / "t.csv")])
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as table:
        (row,) = csv.DictReader(table)
    assert float(row["not_a_character"]) == pytest.approx(rejected, abs=1e-6)
    assert row["runner_up"] == "1"


def test_folders_are_searched_recursively_in_order(recognize, tmp_path):
    files = [draw(tmp_path / name) for name in ("a.png", "b.JPG", "inner/deep/c.tiff", "second/d.webp")]
    draw(tmp_path / ".hidden" / "e.png")
    draw(tmp_path / "._f.png")
    (tmp_path / "notes.txt").write_text("no picture")
    code, results = recognize(tmp_path)
    assert code == 0
    assert [result["source"] for result in results] == [str(path) for path in files]


def test_unreadable_files_do_not_stop_others(recognize, tmp_path):
    good = draw(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "bad.inkml").write_bytes(b"no ink")
    os.mkfifo(tmp_path / "pipe.png")
    code, results = recognize(tmp_path / "missing.png", tmp_path)
    assert code == 1
    assert [set(result) == KEYS for result in results] == [False, False, False, True, False]
    assert results[3]["source"] == str(good)
    for result in results[:3] + results[4:]:
        assert result.keys() == {"source", "error"}
        assert result["error"].endswith(".")
    assert results[0]["error"] == "missing.png cannot be read: it does not exist."


def test_folder_without_files_prints_error(recognize, tmp_path):
    code, (result,) = recognize(tmp_path)
    assert code == 1
    assert "contains no image or InkML file" in result["error"]


def test_unreadable_folder_prints_error(recognize, tmp_path, monkeypatch):
    scandir = os.scandir

    def denied(path):
        if str(path) == str(tmp_path):
            raise PermissionError(13, "Permission denied", str(tmp_path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    code, (result,) = recognize(tmp_path)
    assert code == 1
    assert result["error"] == f"{tmp_path.name} cannot be read: permission is missing."


def test_circular_links_are_not_followed(recognize, tmp_path):
    draw(tmp_path / "a.png")
    (tmp_path / "again").symlink_to(tmp_path)
    code, results = recognize(tmp_path)
    assert (code, len(results)) == (0, 1)


def test_table_is_aligned(recognize, tmp_path):
    draw(tmp_path / "seven.png")
    draw(tmp_path / "another seven.png")
    code, lines = recognize(tmp_path, as_json=False)
    assert code == 0
    assert lines[0].split() == ["source", "label", "verdict", "confidence", "ms"]
    column = lines[0].index("label")
    assert [line[column] for line in lines[1:]] == ["7", "7"]
    assert all("%" in line for line in lines[1:])


def test_unprintable_and_long_names_keep_the_table(recognize, tmp_path):
    draw(tmp_path / "two\nlines\x1b[31m.png")
    draw(tmp_path / ("long" * 30 + ".png"))
    _, lines = recognize(tmp_path, as_json=False)
    assert len(lines) == 3
    assert "\x1b" not in "".join(lines)
    assert len({line.index("read") for line in lines[1:]}) == 1


def test_file_name_that_is_not_utf_8(recognize, tmp_path):
    path = tmp_path / os.fsdecode(b"\xff.png")
    draw(path)
    code, (result,) = recognize(path)
    assert (code, result["source"]) == (0, str(path))


def test_path_longer_than_the_system_allows_prints_error(recognize):
    code, (result,) = recognize("x" * 5000)
    assert code == 1
    assert result["error"].endswith("cannot be read: its name is too long.")


def test_unknown_model_prints_error(capsys, tmp_path):
    assert main(["recognize", str(draw(tmp_path / "a.png")), "--model", "nobody"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nobody" in printed.err


def test_several_characters_are_read_as_text(recognize, tmp_path):
    path = tmp_path / "number.inkml"
    path.write_bytes(inkml_bytes(number("0171 2026")))
    code, (result,) = recognize(path)
    assert code == 0
    assert result.keys() == {
        "source",
        "verdict",
        "text",
        "confidence",
        "alternatives",
        "lines",
        "characters",
        "to_check",
        "milliseconds",
        "pages",
    }
    assert result["text"] == "0171 2026"
    assert [line["text"] for line in result["lines"]] == ["0171 2026"]
    assert "".join(character["label"] for character in result["characters"]) == "01712026"
    first = result["characters"][0]
    assert first.keys() == {"label", "confidence", "box", "alternatives"}
    assert first["alternatives"]["0"] > 0.5
    assert len(first["box"]) == 4


def test_text_is_printed_in_the_table(recognize, tmp_path):
    image_of(number("4821")).save(tmp_path / "number.png")
    code, lines = recognize(tmp_path, as_json=False)
    assert code == 0
    assert "4821" in lines[1].split()


def test_long_page_prints_its_progress_on_a_terminal(tmp_path, capsys, monkeypatch):
    (tmp_path / "long.inkml").write_bytes(inkml_bytes(many_lines(30)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["recognize", str(tmp_path / "long.inkml"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert len(json.loads(out)["lines"]) == 30
    assert err.split("\r")[1] == "line 1 of 30"
    assert err.endswith("\rline 30 of 30\n")


def read_table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def scan_of_three_pages(path):
    seven = Image.open(draw(path.with_name("seven.png")))
    seven.save(path, save_all=True, append_images=[Image.new("L", seven.size, 255)] * 2)
    path.with_name("seven.png").unlink()
    return path


def test_pages_that_are_not_read_are_named(recognize, tmp_path):
    scan = scan_of_three_pages(tmp_path / "scan.tif")
    code, (result,) = recognize(scan)
    assert (code, result["label"], result["pages"]) == (0, "7", 3)
    code, (_, line) = recognize(scan, as_json=False)
    assert code == 0
    assert line.endswith("first of 3 pages")
    assert main(["recognize", str(scan), "--csv", str(tmp_path / "table.csv")]) == 0
    (row,) = read_table(tmp_path / "table.csv")
    assert (row["text"], row["error"], row["pages"]) == ("7", "", "3")


def test_csv_file_has_a_row_per_file(tmp_path, capfd):
    draw(tmp_path / "scans" / "a.png")
    (tmp_path / "scans" / "b.png").write_bytes(b"no image")
    table = tmp_path / "table.csv"
    assert main(["recognize", str(tmp_path / "scans"), "--csv", str(table)]) == 1
    first, second = read_table(table)
    assert (first["text"], first["verdict"], first["error"]) == ("7", "read", "")
    assert second["error"]
    assert [path.name for path in tmp_path.glob("table*")] == ["table.csv"]
    sentence = "handwriting: 1 file could not be read; the column “error” says why."
    assert capfd.readouterr().err.splitlines()[-1] == sentence


def test_progress_of_a_batch_has_no_rate_before_it_is_known(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(batch_file, "_SECONDS_BETWEEN_REPORTS", 0.0)
    sevens = [str(draw(tmp_path / name)) for name in ("a.png", "b.png")]
    assert main(["recognize", *sevens, "--csv", str(tmp_path / "table.csv")]) == 0
    first, second = capfd.readouterr().err.splitlines()
    assert first == "1 file"
    assert second.startswith("2 files, ")
    assert second.endswith(" per second")


def interrupt(table, *rows):
    """Leave what an interrupted batch leaves that has read the files of some rows."""
    journal = Journal(table.with_name(f"{table.name}.partial"), digits())
    for row in rows:
        journal.add(row, stamp_of(Path(row.source)))
    journal.close()


def digits():
    """The model that reads if no other is named."""
    return BatchModel("digits", read_card(find_model("digits")).sha256)


def test_interrupted_batch_is_resumed(tmp_path, capfd):
    sevens = [draw(tmp_path / "scans" / f"{number}.png") for number in range(3)]
    interrupt(tmp_path / "table.csv", Row(str(sevens[1]), "read", "earlier"))
    assert main(["recognize", str(tmp_path / "scans"), "--csv", str(tmp_path / "table.csv")]) == 0
    assert capfd.readouterr().err.startswith("handwriting: resuming after 1 file\n")
    assert sorted((row["source"], row["text"]) for row in read_table(tmp_path / "table.csv")) == [
        (str(sevens[0]), "7"),
        (str(sevens[1]), "earlier"),
        (str(sevens[2]), "7"),
    ]


def test_resumed_batch_has_no_rows_of_other_files(tmp_path, capfd):
    here, gone = draw(tmp_path / "scans" / "a.png"), tmp_path / "scans" / "b.png"
    elsewhere = draw(tmp_path / "others" / "a.png")
    rows = [Row(str(path), "read", "earlier") for path in (here, gone, elsewhere)]
    interrupt(tmp_path / "table.csv", *rows)
    assert main(["recognize", str(tmp_path / "scans"), "--csv", str(tmp_path / "table.csv")]) == 0
    sources = [(row["source"], row["text"]) for row in read_table(tmp_path / "table.csv")]
    assert sources == [(str(here), "earlier")]
    assert "left out 2 earlier answers" in capfd.readouterr().err


@pytest.mark.parametrize("is_larger", [False, True])
def test_file_that_changed_since_the_interruption_is_read_again(tmp_path, capfd, is_larger):
    seven = draw(tmp_path / "seven.png")
    interrupt(tmp_path / "table.csv", Row(str(seven), "read", "earlier"))
    status = seven.stat()
    if is_larger:
        seven.write_bytes(seven.read_bytes() + b"more")
    os.utime(seven, ns=(status.st_atime_ns, status.st_mtime_ns + (0 if is_larger else 10**9)))
    assert main(["recognize", str(seven), "--csv", str(tmp_path / "table.csv")]) == 0
    assert [row["text"] for row in read_table(tmp_path / "table.csv")] == ["7"]


def test_resumed_batch_equals_an_unbroken_one_with_files_that_are_named_twice(tmp_path, capfd):
    draw(tmp_path / "scans" / "a.png")
    seven = draw(tmp_path / "scans" / "b.png")
    command = ["recognize", *map(str, (seven, tmp_path / "scans", seven)), "--csv"]
    assert main([*command, str(tmp_path / "unbroken.csv")]) == 0
    recognizer = open_recognizer(find_model("digits"))
    rows = islice(read_sources(recognizer, find_sources([seven, tmp_path / "scans", seven])), 2)
    interrupt(tmp_path / "table.csv", *rows)
    assert main([*command, str(tmp_path / "table.csv")]) == 0
    assert (tmp_path / "table.csv").read_bytes() == (tmp_path / "unbroken.csv").read_bytes()


@pytest.mark.parametrize("method", ["__init__", "submit"])
def test_batch_whose_processes_cannot_start_says_so_and_can_be_resumed(tmp_path, capfd, monkeypatch, method):
    def fail(*_):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    command = ["recognize", str(draw(tmp_path / "7.png")), "--csv", str(tmp_path / "table.csv")]
    with monkeypatch.context() as broken:
        broken.setattr(ProcessPoolExecutor, method, fail)
        assert main(command) == 1
    assert capfd.readouterr().err == (
        "handwriting: No process could be started to read the files: too many open files. Close other "
        "programs and repeat the command.\n"
    )
    assert main(command) == 0
    assert [row["text"] for row in read_table(tmp_path / "table.csv")] == ["7"]


@pytest.mark.slow
def test_processes_of_a_batch_that_is_killed_end(tmp_path):
    for count in range(500):
        draw(tmp_path / f"{count}.png")
    # Enough for minutes: a folder that is named again is read again.
    command = [sys.executable, "-m", "desktop_app", "recognize", *[str(tmp_path)] * 200]
    command += ["--csv", str(tmp_path / "table.csv")]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as batch:
        assert batch.stderr is not None
        assert b" file" in batch.stderr.readline()
        assert b" per second" in batch.stderr.readline()
        children = psutil.Process(batch.pid).children()
        batch.kill()
    assert len(children) > 1
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to the own terminal only")
@pytest.mark.usefixtures("interruptible")
def test_interrupt_while_the_processes_of_a_batch_start_is_silent(tmp_path):
    for count in range(100):
        draw(tmp_path / f"{count}.png")
    command = [sys.executable, "-m", "desktop_app", "recognize", *[str(tmp_path)] * 200]
    command += ["--csv", str(tmp_path / "table.csv")]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as batch:
        # One of them keeps track of shared memory.
        while len(children := psutil.Process(batch.pid).children()) < 2:
            time.sleep(0.01)
        for _ in range(5):
            if batch.poll() is None:
                os.killpg(batch.pid, signal.SIGINT)
            time.sleep(0.05)
        printed = batch.communicate(timeout=60)[0]
    assert (batch.returncode, printed) == (130, b"")
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


def test_error_before_an_interruption_counts_for_the_exit_code(tmp_path, capfd):
    damaged = draw(tmp_path / "scans" / "a.png")
    draw(tmp_path / "scans" / "b.png")
    interrupt(tmp_path / "table.csv", Row(str(damaged), error="a.png is damaged."))
    assert main(["recognize", str(tmp_path / "scans"), "--csv", str(tmp_path / "table.csv")]) == 1
    assert [row["error"] for row in read_table(tmp_path / "table.csv")] == ["a.png is damaged.", ""]


def test_what_was_learned_is_used_as_in_the_window(tmp_path, capfd):
    seven = str(draw(tmp_path / "seven.png"))
    table = tmp_path / "table.csv"
    learn_threes()
    assert main(["recognize", seven, "--json"]) == 0
    printed = capfd.readouterr()
    assert json.loads(printed.out)["label"] == "3"
    assert "reading with what was learned from corrections" in printed.err
    assert main(["recognize", seven, "--csv", str(table)]) == 0
    (row,) = read_table(table)
    assert (row["text"], row["learned_sha256"]) == ("3", layer_of_threes().sha256)
    save_settings(Settings(uses_corrections=False), settings_path())
    capfd.readouterr()
    assert main(["recognize", seven, "--json"]) == 0
    printed = capfd.readouterr()
    assert (json.loads(printed.out)["label"], printed.err) == ("7", "")
    assert main(["recognize", seven, "--csv", str(table)]) == 0
    (row,) = read_table(table)
    assert (row["text"], row["learned_sha256"]) == ("7", "")


@pytest.mark.parametrize("name", [".", "folder"])
def test_folder_as_csv_file_is_refused_before_reading(tmp_path, capfd, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    draw(tmp_path / "seven.png")
    assert main(["recognize", "seven.png", "--csv", name]) == 1
    assert capfd.readouterr().err.endswith("cannot be saved: it is a folder; choose another file.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "seven.png"]


@pytest.mark.parametrize("others", [[], ["other.png"]])
def test_csv_file_does_not_replace_an_image(tmp_path, capfd, monkeypatch, others):
    monkeypatch.chdir(tmp_path)
    content = draw(tmp_path / "seven.png").read_bytes()
    for other in others:
        draw(tmp_path / other)
    assert main(["recognize", "--csv", "seven.png", *(others or ["seven.png"])]) == 1
    sentence = (
        "seven.png already exists and is not a table of this program; choose another file for the table."
    )
    assert capfd.readouterr().err == f"handwriting: {sentence}\n"
    assert (tmp_path / "seven.png").read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["seven.png", *others])


def test_csv_file_replaces_a_table_of_an_earlier_batch_and_an_empty_file(tmp_path, capfd):
    table = tmp_path / "table.csv"
    table.touch()
    for name in ("a.png", "b.png"):
        assert main(["recognize", str(draw(tmp_path / name)), "--csv", str(table)]) == 0
        assert [row["source"] for row in read_table(table)] == [str(tmp_path / name)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_device_as_csv_file_is_refused(tmp_path, capfd):
    assert main(["recognize", str(draw(tmp_path / "seven.png")), "--csv", "/dev/full"]) == 1
    sentence = "handwriting: full cannot be saved: it is not an ordinary file; choose another file.\n"
    assert capfd.readouterr().err == sentence


def test_loop_of_links_as_csv_file_is_refused(tmp_path, capfd):
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    table = str(tmp_path / "loop.csv")
    assert main(["recognize", str(draw(tmp_path / "seven.png")), "--csv", table]) == 1
    sentence = "handwriting: loop.csv cannot be saved: its links form a loop; choose another file.\n"
    assert capfd.readouterr().err == sentence


def test_csv_file_whose_name_leaves_no_room_for_the_journal_is_refused(tmp_path, capfd):
    table = tmp_path / ("t" * 246 + ".csv")
    assert main(["recognize", str(draw(tmp_path / "seven.png")), "--csv", str(table)]) == 1
    assert capfd.readouterr().err.endswith("cannot be saved: its name is too long; choose another file.\n")


def test_folder_as_journal_is_refused(tmp_path, capfd):
    (tmp_path / "table.csv.partial").mkdir()
    table = str(tmp_path / "table.csv")
    assert main(["recognize", str(draw(tmp_path / "seven.png")), "--csv", table]) == 1
    sentence = "table.csv.partial cannot be saved: it is a folder; choose another file."
    assert capfd.readouterr().err == f"handwriting: {sentence}\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_pipe_as_journal_is_refused(tmp_path, capfd):
    os.mkfifo(tmp_path / "table.csv.partial")
    table = str(tmp_path / "table.csv")
    assert main(["recognize", str(draw(tmp_path / "seven.png")), "--csv", table]) == 1
    sentence = "table.csv.partial cannot be saved: it is not an ordinary file; choose another file."
    assert capfd.readouterr().err == f"handwriting: {sentence}\n"


def test_csv_file_in_a_missing_folder_is_an_error(tmp_path, capfd):
    draw(tmp_path / "seven.png")
    table = tmp_path / "missing" / "table.csv"
    assert main(["recognize", str(tmp_path / "seven.png"), "--csv", str(table)]) == 1
    sentence = "handwriting: There is no folder missing; create it, or choose another.\n"
    assert capfd.readouterr().err == sentence
    assert [path.name for path in tmp_path.iterdir()] == ["seven.png"]


def test_csv_file_that_cannot_be_written_is_an_error(tmp_path, capfd):
    draw(tmp_path / "seven.png")
    (tmp_path / "file").write_text("")
    table = tmp_path / "file" / "table.csv"
    assert main(["recognize", str(tmp_path / "seven.png"), "--csv", str(table)]) == 1
    assert "cannot be" in capfd.readouterr().err
