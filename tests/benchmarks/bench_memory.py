"""How much memory reading takes, and whether ten thousand strokes give back what they took."""

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
STROKES_A_DRAWING = 20


def resident() -> float:
    """Memory of this process in MB (1,000,000 bytes)."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def draw_and_clear(window: MainWindow, pen: Pen, strokes: int) -> None:
    """Draw strokes, clearing the paper after every twenty."""
    canvas = part(window, InkCanvas, "ink_canvas")
    for turn in range(strokes):
        places = list(figure(turn, POINTS))
        pen.down(places[0])
        for place in places[1:]:
            pen.move(place)
        pen.up(places[-1])
        if turn % STROKES_A_DRAWING == STROKES_A_DRAWING - 1:
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
    # Enough to fill the history and warm every cache: what is measured is growth without end.
    draw_and_clear(window, pen, 500)
    before = resident()
    draw_and_clear(window, pen, chosen.rounds)
    after = resident()
    # The laboratory's panels come alive; they are given time to fill their caches, too.
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
