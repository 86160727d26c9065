"""Undo and redo of immutable values."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class UndoHistory(Generic[T]):
    """The present value with earlier values and undone values."""

    def __init__(self, present: T, limit: int = 200) -> None:
        """Start with one value and store at most `limit` earlier values."""
        self._earlier: list[T] = []
        self._present = present
        self._undone: list[T] = []
        self._limit = limit

    @property
    def present(self) -> T:
        """Current value."""
        return self._present

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier value."""
        return bool(self._earlier)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone value."""
        return bool(self._undone)

    def push(self, value: T) -> None:
        """Set the present value and remove all undone values."""
        self._earlier.append(self._present)
        del self._earlier[: -self._limit]
        self._present = value
        self._undone.clear()

    def undo(self) -> T:
        """Go one value back, if possible, and return the present value."""
        if self._earlier:
            self._undone.append(self._present)
            self._present = self._earlier.pop()
        return self._present

    def redo(self) -> T:
        """Go one value forward, if possible, and return the present value."""
        if self._undone:
            self._earlier.append(self._present)
            self._present = self._undone.pop()
        return self._present
