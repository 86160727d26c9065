"""What a workspace is, and which there are."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop_app.views.view import BATCH, INSIDE, READ, TRAIN, Slot


@dataclass(frozen=True)
class Workspace:
    """A workspace and the rows of views below its canvas.

    Attributes:
        name: key of its layout in the settings.
        title, tip: texts of its tab and action.
        rows: from top to bottom: slots from left to right with their shares of the width, and the share
            of the window's height.
        canvas: share of the window's width for the canvas; 0: the canvas is square.
    """

    name: str
    title: str
    tip: str
    rows: tuple[tuple[tuple[tuple[Slot, float], ...], float], ...]
    canvas: float = 0.0


def workspaces() -> tuple[Workspace, ...]:
    """Return all workspaces in the order of their tabs and shortcuts."""
    return (
        Workspace(
            READ,
            QCoreApplication.translate("Workspaces", "Read"),
            QCoreApplication.translate("Workspaces", "Draw and see the answer"),
            ((((Slot.UPPER, 1.0),), 0.14), (((Slot.LOWER, 1.0),), 0.2)),
        ),
        Workspace(
            INSIDE,
            QCoreApplication.translate("Workspaces", "Inside"),
            QCoreApplication.translate("Workspaces", "See how the network computes its answer"),
            ((((Slot.UPPER, 1.0),), 0.18), (((Slot.LOWER, 1.0),), 0.34)),
        ),
        Workspace(
            TRAIN,
            QCoreApplication.translate("Workspaces", "Train"),
            QCoreApplication.translate("Workspaces", "Train your own model"),
            ((((Slot.LOWER, 0.6), (Slot.LOWER_RIGHT, 0.4)), 0.38),),
            canvas=0.3,
        ),
        Workspace(
            BATCH,
            QCoreApplication.translate("Workspaces", "Batch"),
            QCoreApplication.translate("Workspaces", "Read many files into a table"),
            (),
            canvas=0.25,
        ),
    )
