"""Works for the filters panel: computes what excites filters, when asked to, and keeps it."""

from __future__ import annotations

from pathlib import Path

from desktop_app.core.paths import inspection_dir
from desktop_app.core.result_cache import ResultCache
from desktop_app.inspection.channel_examples import TopSamples
from desktop_app.jobs.long_job import LongJob
from desktop_app.jobs.worker import Worker
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.filters.examples import ExampleTask, Exciting, compute_examples, kept_content
from desktop_app.views.filters.panel import FiltersPanel, Form
from desktop_app.views.shared import Shared


class FiltersController(Controller):
    """Runs one long job at a time, on the user's wish; looks up what earlier ones have left."""

    def __init__(self, panel: FiltersPanel, samples: Shared[Path | None]) -> None:
        """Work for a panel.

        Args:
            panel: the panel.
            samples: data set or folder that is shown to the network; None: the samples of the program.
        """
        super().__init__(panel)
        self._panel, self._samples = panel, samples
        self._kept = ResultCache(inspection_dir())
        self._network: OpenNetwork | None = None
        self._known: dict[ExampleTask, Exciting] = {}
        self._running: ExampleTask | None = None
        self._job = LongJob(self)
        self._finder = Worker(self)
        self._panel.activity_changed.connect(self._show)
        self._panel.content_requested.connect(self._show)
        self._panel.start_requested.connect(self._start)
        self._panel.stop_requested.connect(self._job.stop)
        self._panel.samples_chosen.connect(samples.set)
        samples.changed.connect(self._change_samples)
        self._panel.set_samples(samples.value)
        self._finder.answered.connect(self._found)
        self._finder.failed.connect(self._finding_failed)
        self._job.progressed.connect(self._progressed)
        self._job.succeeded.connect(self._ended)
        self._job.stopped.connect(self._ended)
        self._job.failed.connect(self._job_failed)

    def set_network(self, network: OpenNetwork) -> None:
        """Another network: nothing that was computed for the one before holds."""
        self.close()
        kept = self._kept
        self._finder.replace(lambda stop: (None, lambda task: kept_content(task, kept, stop)))
        self._network = network
        self._known.clear()
        self._running = None
        self._show()

    def close(self) -> None:
        """Stop and join everything."""
        self._job.close()
        self._finder.close()

    def _change_samples(self, path: Path | None) -> None:
        self._panel.set_samples(path)
        self._show()

    # --- showing ---

    def _task(self) -> ExampleTask | None:
        """What the panel shows now; None where that needs no computing."""
        form, layer = self._panel.form, self._panel.layer
        if self._network is None or layer is None or form is Form.WEIGHTS:
            return None
        if self._panel.info is not self._network.info:
            # The panel has heard of another network already; it is told here next.
            return None
        samples = self._samples.value if form is Form.SAMPLES else None
        return ExampleTask(self._network, form.value, layer.name, samples)

    def _show(self) -> None:
        """Show what is known, or find out whether it was kept."""
        task = self._task()
        if task is None or not self._panel.is_active:
            return
        if task in self._known:
            self._show_content(task)
            return
        self._panel.set_examples(None)
        self._show_job(task)
        self._panel.set_hint(self._hint(task))
        if task != self._running:
            self._find(task)

    def _hint(self, task: ExampleTask) -> str:
        if not task.can_be_computed:
            words = self.tr("{layer} ({kind}) has nothing that could be excited. Choose another layer.")
            return words.format(layer=task.layer, kind=task.info.kind)
        if task.form == Form.INPUTS.value:
            return self.tr(
                "For each filter, an input is made that excites it most. This takes a while: press Compute."
            )
        return self.tr(
            "The places that excite each filter most are looked for in the samples: press Compute."
        )

    def _show_content(self, task: ExampleTask) -> None:
        self._panel.set_examples(self._known[task])
        self._show_job(task)

    def _show_job(self, task: ExampleTask) -> None:
        """How far the job is that runs, else how much there is of what is shown."""
        if self._running is not None:
            content = self._known.get(self._running)
            self._panel.set_running(*_progress(content, self._running), self._running.layer)
        elif task.can_be_computed:
            self._panel.set_idle(*_progress(self._known.get(task), task))
        else:
            self._panel.set_idle(0, 0)

    # --- what was kept ---

    def _find(self, task: ExampleTask) -> None:
        self._finder.request(task)

    def _found(self, task: ExampleTask, content: Exciting | None) -> None:
        if content is None or task in self._known:
            return
        self._known[task] = content
        if task == self._task():
            self._show_content(task)

    def _finding_failed(self, _: object, error: Exception) -> None:
        self._panel.set_hint(self.tr("These samples cannot be read; choose others."))
        self.failed.emit(error, self.tr("The samples could not be read."))

    # --- the long job ---

    def _start(self) -> None:
        task = self._task()
        if task is None or not task.can_be_computed:
            return
        self._running = task
        self._job.start(compute_examples(task, self._known.get(task), self._kept))
        self._show_job(task)

    def _progressed(self, content: Exciting) -> None:
        if self._running is None:
            return
        self._known[self._running] = content
        if self._running == self._task():
            self._show_content(self._running)
        else:
            self._show_job(self._running)

    def _ended(self, content: Exciting | None) -> None:
        if content is not None:
            self._progressed(content)
        self._running = None
        task = self._task()
        if task is not None:
            self._show_job(task)
        else:
            self._panel.set_idle(0, 0)

    def _job_failed(self, error: Exception) -> None:
        self._ended(None)
        self._panel.set_hint(str(error))
        self.failed.emit(error, self.tr("What excites the filters could not be computed."))


def _progress(content: Exciting | None, task: ExampleTask) -> tuple[int, int]:
    """How much of the whole is done."""
    if content is None:
        return 0, task.filters
    if isinstance(content, TopSamples):
        return content.seen, content.total
    return int(content.done.sum()), len(content.done)
