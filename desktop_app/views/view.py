"""Views: what the window has to know of one before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from desktop_app.tasks.task import TaskName
    from desktop_app.views.context import ViewContext
    from desktop_app.views.controller import Controller
    from desktop_app.views.panel import Panel

ALL_TASKS: frozenset[TaskName] = frozenset({"character", "picture", "restoration"})
WITH_LABELS: frozenset[TaskName] = frozenset({"character", "picture"})
"""Kinds of tasks whose networks give labels."""

READ, INSIDE, TRAIN = "read", "inside", "train"
"""Names of the workspaces."""


class Slot(Enum):
    """Where in a workspace: right of the canvas, or in a row below it. Views in one slot are tabs."""

    RIGHT = "right"
    UPPER = "upper"
    LOWER = "lower"
    LOWER_RIGHT = "lower right"


@dataclass(frozen=True)
class Position:
    """Where a view stands at first in a workspace.

    Attributes:
        slot: its tab is there.
        is_open: whether it can be seen, or at least its tab; else it waits in the View menu.
        order: of its tab; views with equal numbers stand in the order of the registry.
    """

    slot: Slot
    is_open: bool = True
    order: int = 0


class Subject(Enum):
    """What one view may ask another one to show, without knowing it."""

    VALUE = "the value of a layer"
    DRAFT = "the recipe that would be trained"
    RUN = "the run that is being trained"


ViewParts: TypeAlias = "tuple[Panel, Controller | None]"
"""A panel, and what works for it if anything does."""


@dataclass(frozen=True)
class View:
    """One view, as the registry lists it.

    Attributes:
        name: unique; layouts are kept under it, so it never changes.
        text: the title in English, as QT_TRANSLATE_NOOP("View", ...) gives it.
        positions: by the names of the workspaces that it belongs to.
        make: makes the panel and its controller, which it imports; called when the view is first seen.
        tasks: kinds of tasks whose networks it shows; None: it does not show the network that reads.
        needs_training: whether it can do nothing without the libraries of training.
        shows: what it is brought to sight for when another view asks.
    """

    name: str
    text: object
    positions: Mapping[str, Position]
    make: Callable[[ViewContext], ViewParts]
    tasks: frozenset[TaskName] | None = None
    needs_training: bool = False
    shows: Subject | None = None

    @property
    def title(self) -> str:
        """What people see."""
        return QCoreApplication.translate("View", str(self.text))
