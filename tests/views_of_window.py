"""Finds the panel or the controller of a view in a window."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

Kind = TypeVar("Kind", bound=QObject)


def view_of(window: QWidget, kind: type[Kind]) -> Kind:
    """The one of a class, which is there once its view was first seen."""
    found = window.findChild(kind)
    assert found is not None, f"{kind.__name__} was not seen yet"
    return found
