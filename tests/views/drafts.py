"""A draft for tests of the panels that edit it: edits by users are recorded, values set by tests are not."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Signal

from desktop_app.runs.recipe import Recipe
from desktop_app.views.draft import Draft


class TestDraft(Draft):
    """A draft that is kept nowhere."""

    __test__ = False

    edited = Signal(object)
    """The same as `changed`, but for what show() sets."""

    def __init__(self, first: Recipe) -> None:
        """Start with a recipe."""
        super().__init__(first)
        self._is_shown = False
        self.changed.connect(self._record)

    def show(self, recipe: Recipe) -> None:
        """Set a recipe as another view would."""
        self._is_shown = True
        self.set(recipe)
        self._is_shown = False

    def _record(self, recipe: Recipe) -> None:
        if not self._is_shown:
            self.edited.emit(recipe)


class _Editor(Protocol):
    draft: Draft


def draft_of(panel: _Editor) -> TestDraft:
    """The draft that a panel was given by a test."""
    assert isinstance(panel.draft, TestDraft)
    return panel.draft
