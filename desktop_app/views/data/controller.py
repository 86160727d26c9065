"""Controller of the data panel: opens and splits sources, and renders the visible samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.augmented_examples import AugmentationRequest
from desktop_app.data.collection import Collection, Selection
from desktop_app.data.source_summary import SourceSummary
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.long_job import JobFunction, LongJob
from desktop_app.jobs.worker import Open, Worker
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.training_events import PreparationProgress
from desktop_app.tasks.task import Task
from desktop_app.views.controller import Controller
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.draft import data_settings
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.messages import translated

if TYPE_CHECKING:
    from desktop_app.data.sources.built_in import SourceInfo
    from desktop_app.data.sources.source_set import DataFolders, SourceSet


@dataclass(frozen=True, eq=False)
class _Opened:
    """An opened source."""

    name: str
    samples: SourceSet
    summary: SourceSummary


@dataclass(frozen=True, eq=False)
class _Request:
    """A request to render something of a collection."""

    collection: Collection
    name: str
    subject: Any


class DataController(Controller):
    """Opens the data of the draft while the panel is visible, and renders what is scrolled to."""

    def __init__(
        self, panel: DataPanel, data_folders: Callable[[], DataFolders], dialogs: FileDialogs
    ) -> None:
        """Create the controller of a panel.

        Args:
            panel: the data panel.
            data_folders: returns the folders with data sets.
            dialogs: for files and folders with samples.
        """
        super().__init__(panel)
        self._panel, self._data_folders = panel, data_folders
        self._opened: dict[str, _Opened] = {}
        self._requested: Recipe | None = None
        self._missing: SourceInfo | None = None
        self._is_downloading = False
        self._collection: Collection | None = None
        self._job = LongJob(self)
        self._renderers = {name: Worker(self, _open_renderer(name)) for name in ("images", "mean", "augment")}
        for renderer in self._renderers.values():
            renderer.answered.connect(self._show_rendered)
            renderer.failed.connect(self._render_failed)
        panel.activity_changed.connect(self._refresh)
        panel.source_file_requested.connect(lambda: dialogs.data_file(panel.add_source))
        panel.source_folder_requested.connect(lambda: dialogs.data_folder(panel.add_source))
        panel.source_refused.connect(lambda error: self.failed.emit(error, ""))
        panel.content_requested.connect(self._refresh)
        panel.download_requested.connect(self._download)
        panel.cancel_requested.connect(self._job.stop)
        panel.images_requested.connect(lambda positions: self._render("images", positions))
        panel.mean_requested.connect(lambda selection: self._render("mean", selection))
        panel.augmentation_requested.connect(lambda augment: self._render("augment", augment))
        self._job.progressed.connect(self._progressed)
        self._job.succeeded.connect(self._ended)
        self._job.stopped.connect(self._stopped)
        self._job.failed.connect(self._job_failed)

    def reload(self) -> None:
        """Open all sources again, e.g. because the folders have changed."""
        self._opened.clear()
        self._requested = None
        self._panel.draft.set_data_problem(self._panel.draft.value, None)
        self._refresh()

    def close(self) -> None:
        """Stop and join all jobs and workers."""
        super().close()
        self._requested = None

    # --- opening ---

    def _refresh(self) -> None:
        """Open and split the data of the recipe unless that is done already."""
        self._panel.draft.is_data_shown = self._panel.is_active
        if not self._panel.is_active:
            return
        recipe = data_settings(self._panel.draft.value)
        # Choosing other data cancels the download.
        missing = "" if self._missing is None else self._missing.name
        self._is_downloading = self._is_downloading and any(part.source == missing for part in recipe.data)
        if self._is_downloading or recipe == self._requested:
            return
        self._requested = recipe
        if any(part.source not in self._opened for part in recipe.data):
            self._collection = None
            self._panel.set_progress(self.tr("Reading the data…"), 0, 0)
        opened_before = dict(self._opened)
        self._job.start(_opening(recipe, self._data_folders(), opened_before, self._panel.expects_task))

    def _progressed(self, event: object) -> None:
        if isinstance(event, _Opened):
            self._opened[event.name] = event
            self._panel.set_summaries({name: opened.summary for name, opened in self._opened.items()})
        elif isinstance(event, PreparationProgress):
            # The progress of a single step is unknown.
            steps = event.steps if event.steps > 1 else 0
            text = f"{translated(event.text)}…"
            self._panel.set_progress(text, event.step, steps, can_cancel=self._is_downloading)

    def _ended(self, result: Any) -> None:
        if self._is_downloading:
            self._end_download()
            return
        task, collection = result
        used_sources = (
            {part.source for part in self._requested.data} if self._requested is not None else set()
        )
        self._opened = {name: opened for name, opened in self._opened.items() if name in used_sources}
        if task is not None:
            # Setting the task changes the recipe, which requests its samples.
            self._panel.set_task(task)
        elif collection is not None:
            self._panel.set_task(None)
            self._set_problem("")
            self._collection = collection
            self._panel.set_collection(collection)

    def _stopped(self, _: object) -> None:
        """Handle a cancelled download; other jobs are only replaced."""
        self._end_download()

    def _job_failed(self, error: Exception) -> None:
        was_downloading, self._is_downloading = self._is_downloading, False
        if was_downloading and _is_stopped(error):
            self._end_download()
            return
        error = _missing_libraries() if isinstance(error, ImportError) else error
        if isinstance(error, UserError):
            self._missing = self._missing if was_downloading else _missing_source(error)
            sentence = translated(error)
            self._panel.set_error(sentence, self._missing)
        else:
            sentence = self.tr("Could not read this data. Choose other data.")
            self._panel.set_error(sentence)
            self.failed.emit(error, self.tr("Could not read the data."))
        self._set_problem(sentence)
        self._requested, self._collection = None, None

    def _set_problem(self, sentence: str) -> None:
        """Report to other views of the draft whether the data that was opened can be used."""
        if self._requested is not None:
            self._panel.draft.set_data_problem(self._requested, sentence)

    # --- downloading ---

    def _download(self) -> None:
        if self._missing is None:
            return
        self._is_downloading = True
        text = self.tr("Downloading {title}…").format(title=self._missing.title)
        self._panel.set_progress(text, 0, 0, can_cancel=True)
        self._job.start(_downloading(self._missing, self._data_folders()))

    def _end_download(self) -> None:
        self._is_downloading, self._requested = False, None
        self._refresh()

    # --- drawing ---

    def _render(self, name: str, subject: Any) -> None:
        """Request a rendering, which replaces a pending one of the same kind."""
        if self._collection is not None:
            self._renderers[name].request(_Request(self._collection, name, subject))

    def _show_rendered(self, request: _Request, answer: Any) -> None:
        if request.collection is not self._collection:
            return
        if request.name == "images":
            self._panel.set_images(request.subject, answer)
        elif request.name == "mean":
            self._panel.set_mean(request.subject, answer)
        elif answer is not None:
            self._panel.set_augmentation(request.subject, answer)

    def _render_failed(self, _: object, error: Exception) -> None:
        error = _missing_libraries() if isinstance(error, ImportError) else error
        self.failed.emit(error, self.tr("Could not render the samples."))


def _missing_libraries() -> UserError:
    return UserError("Training needs more libraries. {advice}", advice=install_advice())


def _opening(
    recipe: Recipe, data_folders: DataFolders, opened_before: Mapping[str, _Opened], expects_task: bool
) -> JobFunction:
    """Return a job that opens sources not opened before.

    The job returns the task that the recipe is to have, or None and its collection.
    """

    def run(emit: Any, should_stop: Callable[[], bool]) -> tuple[Task | None, Collection | None]:
        # Imported here to keep the start of the program fast.
        from desktop_app.data.collection import collect
        from desktop_app.data.model_inputs import sample_maker
        from desktop_app.data.source_summary import suggest_task, summarize_source
        from desktop_app.data.sources.open_source import open_source

        opened, maker = dict(opened_before), sample_maker(recipe.task)
        for part in recipe.data:
            if part.source not in opened:
                samples = open_source(part.source, data_folders, emit, should_stop, maker=maker)
                opened[part.source] = _Opened(part.source, samples, summarize_source(samples))
                emit(opened[part.source])
        used = [opened[part.source] for part in recipe.data]
        if expects_task and (task := suggest_task(recipe, [one.summary for one in used])) is not None:
            return task, None
        return None, collect(recipe, [one.samples for one in used])

    return run


def _downloading(source: SourceInfo, data_folders: DataFolders) -> JobFunction:
    def run(emit: Any, should_stop: Callable[[], bool]) -> None:
        from desktop_app.data.sources.download import download

        download(source, data_folders, emit, should_stop)

    return run


def _open_renderer(name: str) -> Open:
    """Open the worker that renders "images", "mean" or "augment"."""
    return lambda should_stop: (None, _renderers(should_stop)[name])


def _renderers(should_stop: ShouldStop) -> dict[str, Answer]:

    def images(request: _Request) -> NDArray[np.float32]:
        return request.collection.inputs(request.subject, should_stop)

    def mean(request: _Request) -> tuple[NDArray[np.float32], int] | None:
        assert isinstance(request.subject, Selection)
        return request.collection.mean(request.subject, should_stop)

    def augment(request: _Request) -> NDArray[np.float32] | None:
        from desktop_app.data.augmented_examples import augmented_examples

        assert isinstance(request.subject, AugmentationRequest)
        return augmented_examples(request.collection, request.subject, should_stop)

    return {"images": images, "mean": mean, "augment": augment}


def _is_stopped(error: Exception) -> bool:
    from desktop_app.core.stopping import Stopped

    return isinstance(error, Stopped)


def _missing_source(error: UserError) -> SourceInfo | None:
    """Return the built-in data set that is missing, if that is the error."""
    from desktop_app.data.sources.download import MissingData

    return error.source if isinstance(error, MissingData) else None
