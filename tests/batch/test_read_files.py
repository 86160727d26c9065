"""Tests of reading many files."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from desktop_app.batch.find_sources import find_sources
from desktop_app.batch.model_choice import ModelChoice
from desktop_app.batch.read_files import read_chunk, read_in_processes, read_sources
from desktop_app.batch.row import row_of
from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.open_page import load_page
from desktop_app.networks.library import find_model
from desktop_app.networks.line_network import read_line_network, write_line_network
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from tests.large_pages import many_lines
from tests.learned_threes import layer_of_threes
from tests.synthetic_numbers import image_of, number


@pytest.fixture(scope="module")
def recognizer():
    return open_recognizer(find_model("digits"))


@pytest.fixture
def model(recognizer):
    return ModelChoice(find_model("digits"), recognizer.card.sha256)


@pytest.fixture
def folder(tmp_path):
    """Folder with sevens, a number, a damaged and an empty image, in two levels."""
    scans = tmp_path / "scans"
    for index in range(40):
        image = Image.new("L", (60, 80), 255)
        ImageDraw.Draw(image).line([(10, 12), (45, 12 + index % 4), (22, 70)], fill=0, width=6)
        path = scans / f"{index % 3}" / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
    image_of(number("4821")).save(scans / "4821.png")
    (scans / "damaged.png").write_bytes(b"no image")
    Image.new("L", (40, 40), 255).save(scans / "empty.png")
    return scans


def without_time(rows):
    return [
        (row.source, row.verdict, row.text, row.confidence, row.alternatives, row.boxes, row.error)
        for row in rows
    ]


def test_rows_are_those_of_the_recognizer(recognizer, folder):
    rows = list(read_sources(recognizer, find_sources([folder])))
    assert len(rows) == 43
    for row in rows:
        if row.error:
            assert Path(row.source).name == "damaged.png"
        else:
            reading = recognizer.read_page(load_page(Path(row.source)))
            assert without_time([row]) == without_time([row_of(row.source, reading)])
    texts = {Path(row.source).name: row.text for row in rows}
    assert (texts["4821.png"], texts["0.png"], texts["empty.png"]) == ("4821", "7", "")


def test_a_long_page_reports_its_lines_and_can_be_stopped(recognizer, tmp_path):
    path = tmp_path / "long.inkml"
    path.write_bytes(inkml_bytes(many_lines(30)))
    lines: list[tuple[int, int]] = []
    rows = read_sources(
        recognizer,
        find_sources([path]),
        lambda: len(lines) > 3,
        lambda done, total: lines.append((done, total)),
    )
    with pytest.raises(Stopped):
        list(rows)
    assert lines == [(number, 30) for number in range(4)]


def test_several_workers_give_the_same_rows(recognizer, model, folder):
    expected = list(read_sources(recognizer, find_sources([folder, folder / "missing.png"])))
    with ThreadPoolExecutor(2) as executor:
        rows = list(read_in_processes(executor, model, find_sources([folder, folder / "missing.png"])))
    assert without_time(rows) == without_time(expected)


def test_stopping(recognizer, folder):
    calls = iter([False, False, True])
    rows = read_sources(recognizer, find_sources([folder]), lambda: next(calls))
    assert len([next(rows), next(rows)]) == 2
    with pytest.raises(Stopped):
        next(rows)


def test_replaced_model_is_an_error(model):
    with pytest.raises(UserError, match="was replaced"):
        read_chunk(ModelChoice(model.folder, "0" * 64), ())


def test_file_that_disappears_is_a_row_with_an_error(recognizer, folder):
    sources = find_sources([folder])
    first = next(sources)
    first[0].unlink()
    (row,) = read_sources(recognizer, [first])
    assert "does not exist" in row.error or "cannot be read" in row.error


def test_folder_without_images_is_a_row_with_an_error(recognizer, tmp_path):
    (row,) = read_sources(recognizer, find_sources([tmp_path]))
    assert "contains no image" in row.error


def test_links_to_folders_are_not_followed(recognizer, folder):
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    assert len(list(find_sources([folder]))) == 43


def test_rows_are_those_of_the_layer_that_was_learned(model, folder):
    learned = replace(model, learned=layer_of_threes())
    recognizer = open_recognizer(find_model("digits"))
    recognizer.replace_last_layer(layer_of_threes())
    expected = list(read_sources(recognizer, find_sources([folder])))
    assert {row.text for row in expected if Path(row.source).parent.name in "012"} == {"3"}
    with ThreadPoolExecutor(1) as executor:
        rows = list(read_in_processes(executor, learned, find_sources([folder])))
        own = list(read_in_processes(executor, model, find_sources([folder])))
    assert without_time(rows) == without_time(expected)
    assert "7" in {row.text for row in own}
    assert learned.batch_model.learned_sha256 == layer_of_threes().sha256
    assert model.batch_model.learned_sha256 == ""


def test_a_new_line_network_is_another_model(model, tmp_path):
    folder = tmp_path / "digits"
    shutil.copytree(model.folder, folder)
    card = read_card(folder)
    assert card.sha256 == model.sha256
    content = read_line_network(folder, card)
    assert content is not None
    # Bytes after the network are ignored by the interpreter.
    write_line_network(folder, card, content + b"\0" * 16)
    with pytest.raises(UserError, match="replaced"):
        read_chunk(replace(model, folder=folder), ())
