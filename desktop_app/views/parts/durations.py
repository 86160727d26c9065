"""Spans of time as they are said everywhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_MINUTE, _HOUR = 60, 3600


def duration(seconds: float) -> str:
    """A span of time with two units at most, e.g. "2 min 05 s"."""
    whole = round(max(seconds, 0.0))
    if whole < _MINUTE:
        return _tr("{s} s").format(s=whole)
    if whole < _HOUR:
        return _tr("{min} min {s:02} s").format(min=whole // _MINUTE, s=whole % _MINUTE)
    return _tr("{h} h {min:02} min").format(h=whole // _HOUR, min=whole % _HOUR // _MINUTE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Durations", text)
