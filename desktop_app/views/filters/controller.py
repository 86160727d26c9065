"""Controller of the filters panel: computes examples on request and caches them."""

from __future__ import annotations

from pathlib import Path

from desktop_app.core.errors import UserError
from desktop_app.core.paths import inspection_dir
from desktop_app.core.result_cache import ResultCache
from desktop_app.inspection.channel_examples import TopSamples
from desktop_app.jobs.long_job import LongJob
from desktop_app.jobs.worker import Worker
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.filters.compute_examples import ExampleTask, cached_examples, compute_examples
from desktop_app.views.filters.examples_view import Examples
from desktop_app.views.filters.panel import FilterDisplay, FiltersPanel
from desktop_app.views.parts.messages import translated
from desktop_app.views.shared import Shared


class FiltersController(Controller):
    """Runs one long job at a time, and reads cached examples of earlier jobs."""

    def __init__(self, panel: FiltersPanel, samples: Shared[Path | None]) -> None:
        """Connect a panel with the chosen samples.

        Args:
            panel: the panel.
            samples: data set or folder; None for the built-in samples.
        """
        super().__init__(panel)
        self._panel, self._samples = panel, samples
        self._cache = ResultCache(inspection_dir())
        self._network: OpenNetwork | None = None
        self._examples: dict[ExampleTask, Examples] = {}
        self._running_task: ExampleTask | None = None
        self._job = LongJob(self)
        self._cache_reader = Worker(self)
        self._panel.activity_changed.connect(self._show)
        self._panel.content_requested.connect(self._show)
        self._panel.start_requested.connect(self._start)
        self._panel.stop_requested.connect(self._job.stop)
        self._panel.samples_chosen.connect(samples.set)
        samples.changed.connect(self._samples_changed)
        self._panel.set_samples(samples.value)
        self._cache_reader.answered.connect(self._cache_read)
        self._cache_reader.failed.connect(self._reading_failed)
        self._job.progressed.connect(self._progressed)
        self._job.succeeded.connect(self._job_ended)
        self._job.stopped.connect(self._job_ended)
        self._job.failed.connect(self._job_failed)

    def set_network(self, network: OpenNetwork) -> None:
        """Use another network, and discard all examples."""
        self._job.drop()
        cache = self._cache
        self._cache_reader.replace(lambda stop: (None, lambda task: cached_examples(task, cache, stop)))
        self._network = network
        self._examples.clear()
        self._running_task = None
        self._show()

    def _samples_changed(self, path: Path | None) -> None:
        self._panel.set_samples(path)
        self._show()

    # --- contents ---

    def _task(self) -> ExampleTask | None:
        """Return the task that the panel shows; None if there is nothing to compute."""
        display, layer = self._panel.display, self._panel.layer
        if self._network is None or layer is None or display is FilterDisplay.WEIGHTS:
            return None
        if self._panel.info is not self._network.info:
            # The panel has the next network already; this controller gets it next.
            return None
        samples = self._samples.value if display is FilterDisplay.SAMPLES else None
        return ExampleTask(self._network, display.value, layer.name, samples)

    def _show(self) -> None:
        """Show the examples of the task, or look for them in the cache."""
        task = self._task()
        if task is None or not self._panel.is_active:
            return
        if task in self._examples:
            self._show_content(task)
            return
        self._panel.set_examples(None)
        self._show_job(task)
        self._panel.set_hint(self._hint(task))
        if task != self._running_task:
            self._request_cached(task)

    def _hint(self, task: ExampleTask) -> str:
        if not task.can_be_computed:
            text = self.tr("{layer} ({kind}) computes nothing to maximize. Choose another layer.")
            return text.format(layer=task.layer, kind=task.info.kind)
        if task == self._running_task:
            return self.tr("Computing…")
        if task.display == FilterDisplay.INPUTS.value:
            return self.tr(
                "Press Compute to generate an input that maximizes each filter. This takes a while."
            )
        return self.tr("Press Compute to find the samples that activate each filter most.")

    def _show_content(self, task: ExampleTask) -> None:
        self._panel.set_examples(self._examples[task])
        self._show_job(task)

    def _show_job(self, task: ExampleTask) -> None:
        """Show the progress of the running job, or how much of the task is done."""
        if self._running_task is not None:
            content = self._examples.get(self._running_task)
            self._panel.set_running(*_progress(content, self._running_task), self._running_task.layer)
        elif task.can_be_computed:
            self._panel.set_idle(*_progress(self._examples.get(task), task))
        else:
            self._panel.set_idle(0, 0)

    # --- cache ---

    def _request_cached(self, task: ExampleTask) -> None:
        self._cache_reader.request(task)

    def _cache_read(self, task: ExampleTask, content: Examples | None) -> None:
        if content is None or task in self._examples:
            return
        self._examples[task] = content
        if task == self._task():
            self._show_content(task)

    def _reading_failed(self, _: object, error: Exception) -> None:
        self._fail(error, self.tr("Could not read these samples. Choose others."))

    # --- long job ---

    def _start(self) -> None:
        task = self._task()
        if task is None or not task.can_be_computed:
            return
        self._running_task = task
        self._job.start(compute_examples(task, self._examples.get(task), self._cache))
        self._show_job(task)
        self._panel.set_hint(self._hint(task))

    def _progressed(self, content: Examples) -> None:
        if self._running_task is None:
            return
        self._examples[self._running_task] = content
        if self._running_task == self._task():
            self._show_content(self._running_task)
        else:
            self._show_job(self._running_task)

    def _job_ended(self, content: Examples | None) -> None:
        if content is not None:
            self._progressed(content)
        self._running_task = None
        task = self._task()
        if task is not None:
            self._show_job(task)
        else:
            self._panel.set_idle(0, 0)

    def _job_failed(self, error: Exception) -> None:
        self._job_ended(None)
        self._fail(error, self.tr("Could not compute the examples."))

    def _fail(self, error: Exception, sentence: str) -> None:
        """Show a user error in the panel; report any other error and show a sentence."""
        if isinstance(error, UserError):
            self._panel.set_hint(translated(error))
        else:
            self._panel.set_hint(sentence)
            self.failed.emit(error, sentence)


def _progress(content: Examples | None, task: ExampleTask) -> tuple[int, int]:
    """Return how many filters or samples are done, and of how many."""
    if content is None:
        return 0, task.filters
    if isinstance(content, TopSamples):
        return content.seen, content.total
    return int(content.done.sum()), len(content.done)
