"""Tests of the batch view: which files are read, while and after they are."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.picture import Picture
from desktop_app.networks.library import find_model
from desktop_app.views.batch.batch_rows import FILE, PAGE, TEXT, VERDICT
from desktop_app.views.parts.theme import STEP
from tests.drags import data_of, drop, enter
from tests.finding import child
from tests.large_pages import many_lines
from tests.views.batch.batch_views import button, read, shown


def test_pages_that_are_not_read_are_named(qtbot, batch, folder):
    first = Image.open(folder / "1_a.png")
    first.save(folder / "scan.tif", save_all=True, append_images=[Image.open(folder / "empty.png")])
    panel, _ = batch
    read(qtbot, batch, folder)
    assert "scan.tif, page 1 of 2" in shown(panel, FILE)
    tip = panel.rows.index(4, FILE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"{folder / 'scan.tif'}, page 1 of 2"
    assert "Only the first page of 1 file was read." in panel.status()


def test_model_is_named_and_another_one_is_announced(qtbot, batch, folder, network):
    panel, controller = batch
    label = child(panel, QLabel, "batch_model")
    assert label.text() == "Model: Digits"
    assert label.y() - button(panel, "Export…").geometry().bottom() < 2 * STEP, "no empty line is above it"
    read(qtbot, batch, folder)
    assert label.text() == "Model: Digits"
    info = replace(network.info, title="Dense")
    controller.set_network(replace(network, info=info, folder=find_model("dense"), sha256="b" * 64))
    now = "The current model is Dense: choose the files again to read them with it."
    assert label.text() == f"Model: Digits. {now}"
    controller.set_network(network)
    assert label.text() == "Model: Digits"


def test_folder_is_read(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    assert shown(panel, FILE) == ["1_a.png", "4826.png", "=damaged.png", "empty.png"]
    assert shown(panel, VERDICT)[:2] == ["read", "read"]
    assert (shown(panel, TEXT)[0], shown(panel, TEXT)[1]) == ("7", "4826")
    assert shown(panel, VERDICT)[2:] == ["unreadable", "no ink"]
    assert panel.status().replace("(s)", "s") == "3 files read. 1 to check. 1 unreadable."


def test_pictures_are_shown(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    index = panel.rows.index(0, PAGE)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None, timeout=20_000)
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()


def test_chosen_row_is_shown_on_the_canvas(qtbot, batch, folder):
    panel, controller = batch
    read(qtbot, batch, folder)
    with qtbot.waitSignal(controller.page_loaded, timeout=20_000) as loaded:
        panel.table.setCurrentIndex(panel.rows.index(1, FILE))
    page, path = loaded.args
    assert isinstance(page, Picture)
    assert path == folder / "4826.png"


def test_dropped_folder_is_read(qtbot, batch, folder):
    panel, _ = batch
    highlight = child(panel, QWidget, "drop_highlight")
    data = data_of(folder)
    assert enter(panel, data)
    assert highlight.isVisible()
    assert highlight.geometry() == panel.rect()
    drop(panel, data)
    assert not highlight.isVisible()
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)


def test_files_dropped_on_the_search_field_are_read(qtbot, batch, folder):
    panel, _ = batch
    (search,) = panel.findChildren(QLineEdit)
    data = data_of(folder)
    data.setText(data.urls()[0].toString())  # as many file managers do
    assert enter(search, data)
    drop(search, data)
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)
    assert search.text() == ""


def test_what_is_dropped_on_a_running_batch_is_refused(qtbot, batch, folder):
    panel, controller = batch
    controller.read((folder,))
    data = data_of(folder / "1_a.png")
    assert enter(panel, data)
    with qtbot.waitSignal(controller.failed) as failed:
        drop(panel, data)
    assert str(failed.args[0]).startswith("A batch is running. Stop it")
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)


def test_stopped_batch_keeps_its_rows(qtbot, batch, folder):
    panel, controller = batch
    for index in range(300):
        (folder / f"x{index}.png").write_bytes((folder / "1_a.png").read_bytes())
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.rows.rowCount() > 0, timeout=20_000)
    QTest.mouseClick(button(panel, "Stop"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Stopped after" in panel.status() or "read." in panel.status(), timeout=20_000)
    assert panel.rows.rowCount() > 0
    assert button(panel, "Export…").isEnabled()


def test_the_lines_of_a_long_page_are_shown_until_stop(qtbot, batch, folder):
    panel, controller = batch
    (folder / "5.inkml").write_bytes(inkml_bytes(many_lines(150)))
    controller.read((folder,))
    qtbot.waitUntil(lambda: "of 150" in panel.status(), timeout=60_000)
    assert shown(panel, FILE) == ["1_a.png", "4826.png"]
    QTest.mouseClick(button(panel, "Stop"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Stopped after" in panel.status(), timeout=20_000)
    assert shown(panel, FILE) == ["1_a.png", "4826.png"]


def test_file_that_disappeared_is_an_error(qtbot, batch, folder):
    panel, controller = batch
    read(qtbot, batch, folder)
    (folder / "4826.png").unlink()
    with qtbot.waitSignal(controller.failed, timeout=20_000):
        panel.table.setCurrentIndex(panel.rows.index(1, FILE))


def test_links_odd_names_and_changes_during_the_batch(qtbot, batch, folder):
    panel, controller = batch
    (folder / "self.png").symlink_to("self.png")
    (folder / "again").symlink_to(folder)
    (folder / "1_a.png").rename(folder / "two\nlines.png")
    for index in range(200):
        (folder / f"x{index:03d}.png").write_bytes((folder / "two\nlines.png").read_bytes())
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.rows.rowCount() > 0, timeout=20_000)
    (folder / "x198.png").unlink()
    (folder / "x199.png").write_bytes(b"changed")
    qtbot.waitUntil(lambda: "read." in panel.status(), timeout=60_000)
    errors = {
        Path(entry.row.source).name: entry.row.error for entry in panel.rows.shown_entries if entry.row.error
    }
    assert errors.pop("self.png") == "self.png cannot be read: its links form a loop."
    assert errors.pop("x198.png") == "x198.png cannot be read: it does not exist."
    assert errors.keys() == {"=damaged.png", "x199.png"}
    assert all(error.endswith(".") for error in errors.values())
    assert panel.rows.count == 205
    assert all("\n" not in name for name in shown(panel, FILE))


def test_model_that_is_removed_during_a_batch(qtbot, batch, folder, network, tmp_path):
    panel, controller = batch
    model = tmp_path / "digits"
    shutil.copytree(network.folder, model)
    controller.set_network(replace(network, folder=model))
    for index in range(200):
        (folder / f"x{index}.png").write_bytes((folder / "1_a.png").read_bytes())
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.rows.rowCount() > 0, timeout=20_000)
    shutil.rmtree(model)
    qtbot.waitUntil(lambda: "read." in panel.status(), timeout=60_000)
    assert panel.rows.tally.errors == 1
    with qtbot.waitSignal(controller.failed, timeout=20_000) as failed:
        controller.read((folder,))
    text = "The model digits was removed; choose another model and start the batch again."
    assert str(failed.args[0]) == text
