"""Words of the arithmetic panel that are made outside of widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.networks.arithmetic import Position


def tr(text: str) -> str:
    """The text in the user's language."""
    return QCoreApplication.translate("Arithmetic", text)


def text_for(layer: str, position: Position) -> str:
    """A place in words, e.g. "conv2 · row 5, column 7 · channel 12"."""
    if len(position) == 3:
        row, column, channel = position
        words = tr("{layer} · row {row}, column {column} · channel {channel}")
        return words.format(layer=layer, row=row, column=column, channel=channel)
    if len(position) == 2:
        place, channel = position
        return tr("{layer} · place {place} · channel {channel}").format(
            layer=layer, place=place, channel=channel
        )
    if len(position) == 1:
        return tr("{layer} · unit {unit}").format(layer=layer, unit=position[0])
    index = ", ".join(str(i) for i in position)
    return tr("{layer} · {index}").format(layer=layer, index=index)
