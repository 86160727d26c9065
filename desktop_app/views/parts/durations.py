"""Durations as text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_MINUTE, _HOUR = 60, 3600


def duration(seconds: float) -> str:
    """Return a duration with at most two units, e.g. "2 min 05 s"."""
    whole = round(max(seconds, 0.0))
    if whole < _MINUTE:
        return QCoreApplication.translate("Durations", "{s} s").format(s=whole)
    if whole < _HOUR:
        text = QCoreApplication.translate("Durations", "{min} min {s:02} s")
        return text.format(min=whole // _MINUTE, s=whole % _MINUTE)
    text = QCoreApplication.translate("Durations", "{h} h {min:02} min")
    return text.format(h=whole // _HOUR, min=whole % _HOUR // _MINUTE)
