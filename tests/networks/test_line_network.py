"""Tests of line networks with that of the shipped digits model."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.lines.ctc import probable_texts
from desktop_app.lines.line_image import line_image
from desktop_app.networks.card import LINE_FILE
from desktop_app.networks.library import find_model
from desktop_app.networks.line_network import LineNetwork, read_line_network, write_line_network
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from tests.synthetic_numbers import number


@pytest.fixture
def network() -> LineNetwork:
    folder = find_model("digits")
    card = read_card(folder)
    content = read_line_network(folder, card)
    assert content is not None
    return LineNetwork(card, content)


@pytest.mark.parametrize("text", ["7105", "3579601824", "2"])
def test_columns_spell_the_text(network: LineNetwork, text: str) -> None:
    image = line_image(number(text))
    assert image is not None
    columns = network.columns(image)
    assert columns.shape == (image.shape[1] // 4 + 1, 11)
    assert np.exp(columns).sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    assert "".join(map(str, probable_texts(columns, 1)[0])) == text


def test_columns_do_not_depend_on_lines_read_before(network: LineNetwork) -> None:
    short, long = line_image(number("71")), line_image(number("3579601824"))
    assert short is not None
    assert long is not None
    first = network.columns(short)
    network.columns(long)
    assert np.array_equal(network.columns(short), first)


def test_a_model_without_line_network_has_none() -> None:
    folder = find_model("dense")
    card = read_card(folder)
    assert LINE_FILE not in card.files
    assert read_line_network(folder, card) is None
    assert not open_recognizer(folder).has_line_network


def test_a_restricted_line_network_spells_the_characters_of_the_set() -> None:
    recognizer = open_recognizer(find_model("letters"))
    image = line_image(number("7105"))
    assert image is not None
    assert recognizer.read_columns(image).shape[1] == 48
    recognizer.restrict("digits")
    columns = recognizer.read_columns(image)
    assert columns.shape[1] == 11
    assert "".join(map(str, probable_texts(columns, 1)[0])) == "7105"
    assert recognizer.read_text(number("7105")).text == "7105"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "digits"
    shutil.copytree(find_model("digits"), folder)
    (folder / LINE_FILE).write_bytes(b"damaged")
    with pytest.raises(UserError, match="damaged"):
        open_recognizer(folder)


def test_another_network_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "digits"
    shutil.copytree(find_model("digits"), folder)
    write_line_network(folder, read_card(folder), (folder / "network.tflite").read_bytes())
    recognizer = open_recognizer(folder)
    assert recognizer.read(number("7")).label == "7"
    with pytest.raises(UserError, match="line network"):
        recognizer.read_text(number("71"))
