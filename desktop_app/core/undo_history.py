"""Undo and redo: a bounded history of immutable values."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class UndoHistory(Generic[T]):
    """The present value, what came before it and what was undone."""

    def __init__(self, present: T, limit: int = 200) -> None:
        """Start with one value; at most limit earlier values are kept, the oldest go first."""
        self._past: list[T] = []
        self._present = present
        self._future: list[T] = []
        self._limit = limit

    @property
    def present(self) -> T:
        """The value as it is now."""
        return self._present

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier value."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone and not yet overtaken by a new value."""
        return bool(self._future)

    def push(self, value: T) -> None:
        """Make value the present one; what was undone is forgotten."""
        self._past.append(self._present)
        del self._past[: -self._limit]
        self._present = value
        self._future.clear()

    def undo(self) -> T:
        """Go one value back, if there is one, and return the present value."""
        if self._past:
            self._future.append(self._present)
            self._present = self._past.pop()
        return self._present

    def redo(self) -> T:
        """Go one value forward again, if there is one, and return the present value."""
        if self._future:
            self._past.append(self._present)
            self._present = self._future.pop()
        return self._present
