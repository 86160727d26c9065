"""Batch view with the model for digits, and a folder of files."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from desktop_app.networks.graph import Graph
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights
from desktop_app.views.batch.controller import BatchController
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.corrections import Corrections
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.shared import Shared
from tests.synthetic_numbers import image_of, number


@pytest.fixture(scope="module")
def network():
    folder = find_model("digits")
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    return OpenNetwork(card.info, graph, folder, card.sha256, (), card=card)


@pytest.fixture
def batch(qtbot, network):
    """Panel and controller; the controller is closed at the end."""
    panel = BatchPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    corrections = Corrections(panel)
    controller = BatchController(panel, FileDialogs(panel), Shared("all", panel), corrections)
    controller.set_network(network)
    panel.show()
    yield panel, controller
    controller.close()
    corrections.close()


@pytest.fixture
def folder(tmp_path):
    """Folder with a seven whose name says 1, a number, an empty and a damaged image."""
    scans = tmp_path / "scans"
    scans.mkdir()
    image = Image.new("L", (60, 80), 255)
    ImageDraw.Draw(image).line([(8, 12), (45, 12), (25, 70)], fill=0, width=4)
    image.save(scans / "1_a.png")
    image_of(number("4826")).save(scans / "4826.png")
    Image.new("L", (60, 80), 255).save(scans / "empty.png")
    (scans / "=damaged.png").write_bytes(b"no image")
    return scans
