"""Memory use, and its growth over ten thousand strokes."""

from __future__ import annotations

import gc
import os

import psutil
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.view import INSIDE
from tests.benchmarks.pen import Painted, Pen, choose_largest_layer, figure, part
from tests.benchmarks.report import Figure, options, report

POINTS = 12
STROKES_PER_DRAWING = 20


def resident() -> float:
    """Return the resident memory of this process in MB (1,000,000 bytes)."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def draw_and_clear(window: MainWindow, pen: Pen, strokes: int) -> None:
    """Draw strokes, and clear the canvas after every twenty."""
    canvas = part(window, InkCanvas, "ink_canvas")
    for turn in range(strokes):
        points = list(figure(turn, POINTS))
        pen.down(points[0])
        for point in points[1:]:
            pen.move(point)
        pen.up(points[-1])
        if turn % STROKES_PER_DRAWING == STROKES_PER_DRAWING - 1:
            canvas.clear()
    QTest.qWait(200)


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=10_000)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    window = build_window(Settings())
    painted = Painted(window)
    window.show()
    pen = Pen(window)
    # Fill history and caches first, so that only unbounded growth is measured.
    draw_and_clear(window, pen, 500)
    before = resident()
    draw_and_clear(window, pen, chosen.rounds)
    after = resident()
    # Fill the caches of the panels in the workspace Inside.
    window.workspaces.choose(INSIDE)
    window.workspaces.show_view("arithmetic")
    choose_largest_layer(window)
    pen = Pen(window)
    draw_and_clear(window, pen, 200)
    inside_before = resident()
    draw_and_clear(window, pen, chosen.rounds // POINTS + 1)
    inside_after = resident()
    window.close()
    figures = [
        Figure("resident while reading", before, "MB", 250),
        Figure(f"growth over {chosen.rounds} strokes drawn and cleared", after - before, "MB", 20),
        Figure("resident in the workspace Inside", inside_before, "MB"),
        Figure(
            f"growth over {chosen.rounds} movements of the pen in it", inside_after - inside_before, "MB", 20
        ),
    ]
    title = f"Memory, after {painted.count} painted readings, {application.platformName()}"
    report(title, figures, chosen.json)


if __name__ == "__main__":
    main()
