"""Tests of the batch view: tables that are exported."""

from __future__ import annotations

import csv
import errno
import os
import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from desktop_app.views.batch.batch_rows import FILE
from tests.views.batch.batch_views import button, read, shown


def test_table_is_exported_with_corrections(qtbot, batch, folder, tmp_path, monkeypatch):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.rows.correct(0, "1")
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "table.csv"))
    qtbot.waitUntil(lambda: panel.status().startswith("Saved as table.csv. "), timeout=20_000)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows][:2] == ["1", "4826"]
    assert rows[0]["verdict"] == "corrected"
    dialog.close()


def test_only_the_listed_rows_are_exported(qtbot, batch, folder, tmp_path):
    panel, _ = batch
    shutil.copy(folder / "empty.png", folder / "other empty.png")
    read(qtbot, batch, folder)
    panel.table.sortByColumn(FILE, Qt.SortOrder.DescendingOrder)
    search = panel.findChild(QLineEdit)
    search.setText("nothing")
    assert not button(panel, "Export…").isEnabled()
    search.setText(" empty.png ")
    assert shown(panel, FILE) == ["other empty.png", "empty.png"]
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    assert dialog.windowTitle() == "Export the listed files, 2 of 5"
    dialog.fileSelected.emit(str(tmp_path / "table.csv"))
    qtbot.waitUntil(lambda: panel.status().startswith("Saved 2 of 5 files as table.csv. "), timeout=20_000)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [Path(row["source"]).name for row in csv.DictReader(file)] == ["other empty.png", "empty.png"]
    dialog.close()


def test_long_name_of_a_table_is_shortened(qtbot, batch, folder, tmp_path):
    panel, controller = batch
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / (200 * "x" + ".csv")))
    qtbot.waitUntil(lambda: panel.status().startswith("Saved as xxx"), timeout=20_000)
    assert "xxx…xxx" in panel.status()
    dialog.close()


def test_full_disk_leaves_the_exported_file(qtbot, batch, folder, tmp_path, monkeypatch):
    panel, controller = batch
    read(qtbot, batch, folder)
    (tmp_path / "table.csv").write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    with qtbot.waitSignal(controller.failed, timeout=20_000) as failed:
        dialog.fileSelected.emit(str(tmp_path / "table.csv"))
    assert str(failed.args[0]) == "table.csv cannot be saved: the disk is full; choose another folder."
    assert (tmp_path / "table.csv").read_text() == "old"
    assert list(tmp_path.glob(".tmp-*")) == []
    dialog.close()
