"""The page that is drawn on: the stroke or the erasure in progress, and the history."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.undo_history import UndoHistory
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_edits import NO_EDITS, TextEdits
from desktop_app.views.canvas.live_stroke import LiveStroke

# Each step stores a list of all strokes, so their number is limited.
_UNDO_STEPS = 100


@dataclass(frozen=True, eq=False)
class DrawnPage:
    """A page with what the user has decided about its characters."""

    page: Page
    edits: TextEdits = NO_EDITS


class Drawing:
    """A page with its history; a stroke or an erasure becomes one step of it when it is finished.

    Attributes:
        history: the page without the stroke or the erasure in progress, with earlier and undone pages.
        stroke: the stroke in progress, with a point or more; it replaces an image.
        erased: the ink that the erasure in progress has left so far.
    """

    def __init__(self) -> None:
        """Start with an empty page."""
        self.history: UndoHistory[DrawnPage] = UndoHistory(DrawnPage(Ink()), _UNDO_STEPS)
        self.stroke: LiveStroke | None = None
        self.erased: Ink | None = None

    @property
    def page(self) -> Page:
        """The page with the stroke or the erasure in progress."""
        changed = self._changed()
        return self.history.present.page if changed is None else changed

    def finish(self) -> Ink | None:
        """Make the stroke or the erasure a step of the history.

        Returns:
            The new page; None if it has not changed.
        """
        changed, present = self._changed(), self.history.present
        self.stroke = self.erased = None
        if changed is None or changed is present.page:
            return None
        self.history.push(DrawnPage(changed, present.edits if isinstance(present.page, Ink) else NO_EDITS))
        return changed

    def _changed(self) -> Ink | None:
        """Return the page with the stroke or the erasure in progress; None if there is neither."""
        if self.stroke is None:
            return self.erased
        before = self.history.present.page
        return (before if isinstance(before, Ink) else Ink()).with_stroke(self.stroke.snapshot())
