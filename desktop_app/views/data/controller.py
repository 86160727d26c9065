"""Works for the data panel: opens sources, shares them out, and draws what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.browse import AugmentationRequest, Collection, Selection, SourceSummary
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.long_job import JobFunction, LongJob
from desktop_app.jobs.worker import Open, Worker
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.training_events import PreparationProgress
from desktop_app.views.controller import Controller
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.file_dialogs import FileDialogs

if TYPE_CHECKING:
    from desktop_app.data.sources.source_set import DataFolders, SourceSet

_MISSING = "Training needs more than reading: install handwriting[training]."


@dataclass(frozen=True, eq=False)
class _Opened:
    """A source that was opened."""

    name: str
    samples: SourceSet
    facts: SourceSummary


@dataclass(frozen=True, eq=False)
class _Request:
    """What is to be drawn of a collection."""

    collection: Collection
    name: str
    what: Any


class DataController(Controller):
    """Opens what the draft recipe learns from while the panel is seen; draws what is scrolled to."""

    def __init__(self, panel: DataPanel, places: Callable[[], DataFolders], dialogs: FileDialogs) -> None:
        """JobFunction for a panel.

        Args:
            panel: the panel.
            places: where data sets are looked for at the time.
            dialogs: for files and folders with samples.
        """
        super().__init__(panel)
        self._panel, self._places, self._dialogs = panel, places, dialogs
        self._opened: dict[str, _Opened] = {}
        self._asked: Recipe | None = None
        self._downloads = False
        self._collection: Collection | None = None
        self._job = LongJob(self)
        self._drawers = {name: Worker(self, _drawer(name)) for name in ("pictures", "mean", "variation")}
        for drawer in self._drawers.values():
            drawer.answered.connect(self._drawn)
            drawer.failed.connect(self._drawing_failed)
        panel.activity_changed.connect(self._refresh)
        panel.source_file_requested.connect(self._ask_for_file)
        panel.source_folder_requested.connect(self._ask_for_folder)
        panel.content_requested.connect(self._refresh)
        panel.download_requested.connect(self._download)
        panel.cancel_requested.connect(self._job.stop)
        panel.pictures_requested.connect(lambda positions: self._draw("pictures", positions))
        panel.mean_requested.connect(lambda selection: self._draw("mean", selection))
        panel.augmentation_requested.connect(lambda variation: self._draw("variation", variation))
        self._job.progressed.connect(self._progressed)
        self._job.succeeded.connect(self._ended)
        self._job.stopped.connect(self._was_stopped)
        self._job.failed.connect(self._job_failed)

    def look_again(self) -> None:
        """The places where data sets are looked for are others now."""
        self._opened.clear()
        self._asked = None
        self._refresh()

    def close(self) -> None:
        """Stop and join everything."""
        self._job.close()
        for drawer in self._drawers.values():
            drawer.close()
        self._asked = None

    def _ask_for_file(self) -> None:
        title, kinds = self.tr("Samples to learn from"), self.tr("Data sets and tables")
        # Imported here: Pillow must not keep the window waiting.
        from desktop_app.data.sources.formats import PATTERNS

        suffixes = tuple(pattern.removeprefix("*") for pattern in PATTERNS)
        self._dialogs.open_one_of(title, kinds, suffixes, self._panel.add_source)

    def _ask_for_folder(self) -> None:
        title = self.tr("A folder with a folder of images for each class")
        self._dialogs.folder(title, self._panel.add_source)

    # --- opening ---

    def _refresh(self) -> None:
        """Open and share out what the recipe asks for, unless that was done already."""
        if not self._panel.is_active:
            return
        recipe = _what_counts(self._panel.draft.value)
        # Who chooses other data while MNIST is on its way wants no more of it.
        self._downloads = self._downloads and any(part.source == "mnist" for part in recipe.data)
        if self._downloads or recipe == self._asked:
            return
        self._asked = recipe
        if any(part.source not in self._opened for part in recipe.data):
            self._collection = None
            self._panel.set_progress(self.tr("Reading the data…"), 0, 0)
        known = dict(self._opened)
        self._job.start(_opening(recipe, self._places(), known, self._panel.takes_labels))

    def _progressed(self, event: object) -> None:
        if isinstance(event, _Opened):
            self._opened[event.name] = event
            self._panel.set_facts({name: opened.facts for name, opened in self._opened.items()})
        elif isinstance(event, PreparationProgress):
            # Of a single step nobody can say how far it has come.
            steps = event.steps if event.steps > 1 else 0
            words = f"{event.text[:1].upper()}{event.text[1:]}…"
            self._panel.set_progress(words, event.step, steps, can_cancel=self._downloads)

    def _ended(self, result: Any) -> None:
        if self._downloads:
            self._end_download()
            return
        labels, collection = result
        wanted = {part.source for part in self._asked.data} if self._asked is not None else set()
        self._opened = {name: opened for name, opened in self._opened.items() if name in wanted}
        if labels is not None:
            # The recipe that comes back asks for other samples of the same sources.
            self._panel.take_labels(labels)
        elif collection is not None:
            self._panel.take_labels(None)
            self._collection = collection
            self._panel.set_collection(collection)

    def _was_stopped(self, _: object) -> None:
        """Only a download is stopped without anything in its place."""
        self._end_download()

    def _job_failed(self, error: Exception) -> None:
        downloads, self._downloads = self._downloads, False
        if downloads and _is_stopped(error):
            self._end_download()
            return
        self._asked, self._collection = None, None
        error = UserError(_MISSING) if isinstance(error, ImportError) else error
        if isinstance(error, UserError):
            self._panel.set_trouble(str(error), offers_download=downloads or _needs_download(error))
        else:
            self._panel.set_trouble(self.tr("This data could not be read; choose other data."))
            self.failed.emit(error, self.tr("The data could not be read."))

    # --- downloading ---

    def _download(self) -> None:
        self._downloads = True
        self._panel.set_progress(self.tr("Downloading MNIST…"), 0, 0, can_cancel=True)
        self._job.start(_downloading(self._places()))

    def _end_download(self) -> None:
        self._downloads, self._asked = False, None
        self._refresh()

    # --- drawing ---

    def _draw(self, name: str, what: Any) -> None:
        """Have something drawn, in place of what this drawer has not begun yet."""
        if self._collection is not None:
            self._drawers[name].request(_Request(self._collection, name, what))

    def _drawn(self, request: _Request, answer: Any) -> None:
        if request.collection is not self._collection:
            return
        if request.name == "pictures":
            self._panel.set_pictures(request.what, answer)
        elif request.name == "mean":
            self._panel.set_mean(request.what, answer)
        elif answer is not None:
            self._panel.set_augmentation(request.what, answer)

    def _drawing_failed(self, _: object, error: Exception) -> None:
        error = UserError(_MISSING) if isinstance(error, ImportError) else error
        self.failed.emit(error, self.tr("The samples could not be drawn."))


def _what_counts(recipe: Recipe) -> Recipe:
    """A recipe in which only that stands which decides on its samples."""
    return Recipe(
        task=recipe.task, data=recipe.data, split_seed=recipe.split_seed, negatives=recipe.negatives
    )


def _opening(
    recipe: Recipe, places: DataFolders, known: Mapping[str, _Opened], takes_labels: bool
) -> JobFunction:
    """Opens what is not known yet.

    Returns from its thread: the labels that the recipe needs, or None and its collection.
    """

    def work(emit: Any, should_stop: Callable[[], bool]) -> tuple[tuple[str, ...] | None, Collection | None]:
        # Imported here: nothing of this is needed before somebody looks at the panel.
        from desktop_app.data.browse import collect, labels_to_take, summarize_source
        from desktop_app.data.sources.open_source import open_source

        opened = dict(known)
        for part in recipe.data:
            if part.source not in opened:
                samples = open_source(part.source, places, emit, should_stop)
                opened[part.source] = _Opened(part.source, samples, summarize_source(samples))
                emit(opened[part.source])
        used = [opened[part.source] for part in recipe.data]
        if takes_labels:
            kinds = {label for one in used for label in one.facts.labels}
            if (labels := labels_to_take(recipe, kinds)) is not None:
                return labels, None
        return None, collect(recipe, [one.samples for one in used])

    return work


def _downloading(places: DataFolders) -> JobFunction:
    def work(emit: Any, should_stop: Callable[[], bool]) -> None:
        from desktop_app.data.sources.download import download_mnist

        download_mnist(places, emit, should_stop)

    return work


def _drawer(name: str) -> Open:
    """Opens what draws in a thread: "pictures", "mean" or "variation"."""
    return lambda should_stop: (None, _drawers(should_stop)[name])


def _drawers(should_stop: ShouldStop) -> dict[str, Answer]:

    def pictures(request: _Request) -> NDArray[np.float32]:
        return request.collection.inputs(request.what)

    def mean(request: _Request) -> tuple[NDArray[np.float32], int] | None:
        assert isinstance(request.what, Selection)
        return request.collection.mean(request.what, should_stop)

    def variation(request: _Request) -> NDArray[np.float32] | None:
        from desktop_app.data.browse import augmented

        assert isinstance(request.what, AugmentationRequest)
        return augmented(request.collection, request.what, should_stop)

    return {"pictures": pictures, "mean": mean, "variation": variation}


def _is_stopped(error: Exception) -> bool:
    from desktop_app.core.stopping import Stopped

    return isinstance(error, Stopped)


def _needs_download(error: UserError) -> bool:
    from desktop_app.data.sources.download import NeedsDownload

    return isinstance(error, NeedsDownload)
