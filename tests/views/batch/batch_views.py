"""What tests do with the batch view."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def read(qtbot, batch, *paths):
    panel, controller = batch
    controller.read(paths)
    qtbot.waitUntil(lambda: "read" in panel.status(), timeout=20_000)


def shown(panel, column):
    rows = panel.rows
    return [rows.index(row, column).data() for row in range(rows.rowCount())]


def button(panel, text):
    return next(each for each in panel.findChildren(QPushButton) if each.text().replace("&", "") == text)
