"""Declarations of views: what the window needs to know before it creates one."""

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
"""Kinds of tasks whose outputs are labels."""
WITH_IMAGES: frozenset[TaskName] = ALL_TASKS - WITH_LABELS
"""Kinds of tasks whose outputs are images."""

READ, INSIDE, TRAIN, BATCH = "read", "inside", "train", "batch"
"""Names of the workspaces."""


class Slot(Enum):
    """A place in a workspace: right of the canvas or in a row below it. Views in one slot are tabs."""

    RIGHT = "right"
    UPPER = "upper"
    LOWER = "lower"
    LOWER_RIGHT = "lower right"


@dataclass(frozen=True)
class Position:
    """Default position of a view in a workspace.

    Attributes:
        slot: of its tab.
        is_open: whether the view is open by default; otherwise the View menu opens it.
        order: of its tab in the slot; views with equal numbers are in the order of the registry.
    """

    slot: Slot
    is_open: bool = True
    order: int = 0


class Subject(Enum):
    """What a view can request to be shown without knowing the view that shows it."""

    VALUE = "the value of a layer"
    DRAFT = "the recipe to train"
    RUN = "the running training"
    EVALUATION = "the evaluation of a run"
    EVIDENCE = "evidence for the answer"


ViewParts: TypeAlias = "tuple[Panel, Controller | None]"
"""A panel, and its controller if it has one."""


@dataclass(frozen=True)
class View:
    """A view in the registry.

    Attributes:
        name: unique key in saved layouts; must not change.
        text: title in English, as QT_TRANSLATE_NOOP("View", ...) returns it.
        positions: default position by name of the workspace.
        make: imports and creates the panel and its controller; called when the view is first shown.
        tasks: kinds of tasks whose networks it shows; None: it does not show the current network.
        needs_training: whether it needs the libraries for training.
        shows: the subject for which other views request it.
        replaces: name of the view in whose place it is shown for its tasks.
    """

    name: str
    text: object
    positions: Mapping[str, Position]
    make: Callable[[ViewContext], ViewParts]
    tasks: frozenset[TaskName] | None = None
    needs_training: bool = False
    shows: Subject | None = None
    replaces: str = ""

    @property
    def title(self) -> str:
        """The translated title."""
        return QCoreApplication.translate("View", str(self.text))
