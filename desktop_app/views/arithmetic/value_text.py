"""Descriptions of values by layer and position."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.networks.arithmetic import Position

translate = QCoreApplication.translate


def value_text(layer: str, position: Position) -> str:
    """Describe a value, e.g. "conv2 · row 5, column 7 · channel 12"."""
    return f"{layer} · {position_text(position)}"


def position_text(position: Position) -> str:
    """Describe an index into an activation, e.g. "row 5, column 7 · channel 12"."""
    if len(position) == 3:
        row, column, channel = position
        text = translate("Arithmetic", "row {row}, column {column} · channel {channel}")
        return text.format(row=row, column=column, channel=channel)
    if len(position) == 2:
        text = translate("Arithmetic", "position {position} · channel {channel}")
        return text.format(position=position[0], channel=position[1])
    if len(position) == 1:
        return translate("Arithmetic", "unit {unit}").format(unit=position[0])
    return ", ".join(str(i) for i in position)
