"""A window with empty panels, and a user who drags them: many more drags in a second than with all views."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from desktop_app.app.views import VIEWS
from desktop_app.app.window.main_window import MainWindow
from desktop_app.tasks.kinds import KINDS
from desktop_app.views.context import ViewContext
from desktop_app.views.panel import Panel
from tests.fuzz.random_user import RandomUser
from tests.fuzz.steps import Step

_LEAST_SIZES = 20, 260
"""Range of the least widths and heights of panels in pixels."""

_TRIES = 60
"""Random positions among which a border is looked for."""


def build_panels(rng: random.Random) -> MainWindow:
    """Return a window without a network whose views are empty and have random least sizes."""

    def make(_: ViewContext) -> tuple[Panel, None]:
        panel = Panel()
        panel.setMinimumSize(rng.randint(*_LEAST_SIZES), rng.randint(*_LEAST_SIZES))
        return panel, None

    window = MainWindow([replace(view, make=make, needs_training=False) for view in VIEWS])
    # As the program does when it closes.
    window.closed.connect(window.workspaces.layouts)
    return window


class PanelUser(RandomUser):
    """Drags panels, tabs and borders, and changes the layout, also in the middle of a drag."""

    interrupted = 0.04
    lost = 0.25

    def _choose(self, top: QWidget) -> Iterator[Step]:
        kinds: list[tuple[int, Callable[[QWidget], Iterator[Step]]]] = [(2, self._click), (2, self._drag)]
        if not top.isModal() and QApplication.activePopupWidget() is None:
            kinds += [(40, self._drag_dock), (8, self._tab), (20, self._drag_border), (40, self._command)]
        (function,) = self._rng.choices([each for _, each in kinds], [weight for weight, _ in kinds])
        return function(top)

    def _next_command(self) -> Step:
        window, rng = self._window, self._rng
        kind = rng.choice(list(KINDS))
        commands: list[Step] = [
            (f"task {kind}", lambda: window.workspaces.set_task(kind)),
            ("save layouts", self._save_layouts),
            *(self._commands.layout() for _ in range(6)),
        ]
        return rng.choice(commands)

    def _save_layouts(self) -> None:
        workspaces = self._window.workspaces
        layout = base64.b64decode(workspaces.layouts()[workspaces.name])
        for dock in self._window.findChildren(QDockWidget):
            name = dock.objectName().encode("utf-16-be")
            # The length before the name sets it apart from the end of another one.
            if layout.count(len(name).to_bytes(4, "big") + name) > 1:
                raise AssertionError(f"{dock.objectName()} is more than once in the layout")

    def _drag_border(self, _: QWidget) -> Iterator[Step]:
        window, rng = self._window, self._rng
        tried = (QPoint(rng.randrange(window.width()), rng.randrange(window.height())) for _ in range(_TRIES))
        start = next((at for at in tried if window.isSeparator(at)), None)
        if start is not None:
            moves = [QPoint(rng.randint(-90, 90), rng.randint(-90, 90)) for _ in range(rng.randint(1, 5))]
            yield from self._path(window, [start, *(start + move for move in moves)])
