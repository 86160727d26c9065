"""A value that several views share."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

Value = TypeVar("Value")


class Shared(QObject, Generic[Value]):
    """Holds an immutable value and emits a signal when it is replaced."""

    changed = Signal(object)
    """The new value."""

    def __init__(self, value: Value, parent: QObject | None = None) -> None:
        """Start with a value."""
        super().__init__(parent)
        self._value = value

    @property
    def value(self) -> Value:
        """The current value."""
        return self._value

    def set(self, value: Value) -> None:
        """Replace the value unless it is equal."""
        if value != self._value:
            self._value = value
            self.changed.emit(value)
