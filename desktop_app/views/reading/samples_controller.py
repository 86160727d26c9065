"""Controller of the reading view: loads the samples to try."""

from __future__ import annotations

from desktop_app.core.paths import resources_dir
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.background import Background
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.canvas.geometry import CANVAS_SIZE
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.reading.panel import ReadingPanel
from desktop_app.views.reading.sample_strip import Sample

_DIGITS = "0123456789"
_EXTENT = 240.0
"""Longer side of a sample on the canvas, in canvas units."""
_NEXT_WRITER = 5
"""Step from the writer of one sample to that of the next, so that the samples differ."""


class SamplesController(Controller):
    """Offers built-in samples for models that read digits, and puts the chosen one on the canvas."""

    def __init__(self, panel: ReadingPanel, canvas: InkCanvas) -> None:
        """Connect a panel with a canvas."""
        super().__init__(panel)
        self._panel, self._canvas = panel, canvas
        self._background = Background(self)
        self._samples: tuple[Sample, ...] | None = None
        self._is_wanted = False
        self._panel.sample_chosen.connect(canvas.set_page)

    def set_network(self, network: OpenNetwork) -> None:
        """Offer samples if the model reads them."""
        self._is_wanted = task_kind(network.info.task).has_built_in_samples
        if not self._is_wanted:
            self._panel.set_samples(())
        elif self._samples is not None:
            self._panel.set_samples(self._samples)
        else:
            self._background.run(_read_samples, self._show, lambda _: None)

    def _show(self, samples: tuple[Sample, ...]) -> None:
        self._samples = samples
        if self._is_wanted:
            self._panel.set_samples(samples)


def _read_samples() -> tuple[Sample, ...]:
    """Return a drawing of each digit by different writers."""
    # Imported in the thread, to shorten the startup.
    from desktop_app.data.ink_set import read_ink_set

    drawings = read_ink_set(resources_dir() / "samples" / "digits.npz")
    labels = drawings.labels.tolist()
    samples = []
    for number, digit in enumerate(_DIGITS):
        same = [index for index, label in enumerate(labels) if label == digit]
        chosen = same[number * _NEXT_WRITER % len(same)]
        samples.append(Sample(digit, _centred(drawings.ink(chosen))))
    return tuple(samples)


def _centred(ink: Ink) -> Ink:
    """Return ink in the middle of the canvas."""
    bounds = ink.bounds()
    assert bounds is not None
    left, top, right, bottom = bounds
    scale = _EXTENT / ink.extent()
    middle = CANVAS_SIZE / 2
    return ink.transformed(scale, middle - scale * (left + right) / 2, middle - scale * (top + bottom) / 2)
