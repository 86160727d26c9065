"""Search for the panel or controller of a view in a window."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

Kind = TypeVar("Kind", bound=QObject)


def view_of(window: QWidget, kind: type[Kind]) -> Kind:
    """Return the object of a class, which exists after its view was first shown."""
    found = window.findChild(kind)
    assert found is not None, f"{kind.__name__} was not shown yet"
    return found
