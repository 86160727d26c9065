"""Panel with the sources of a recipe, their splits, their samples and their augmentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.data.augmented_examples import AugmentationRequest
from desktop_app.data.collection import Collection, Selection
from desktop_app.data.source_summary import SourceSummary
from desktop_app.data.sources.built_in import SourceInfo
from desktop_app.runs.recipe import DataPart, Recipe, bounds
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Task
from desktop_app.views.data.augmentation_tab import AugmentationTab
from desktop_app.views.data.collection_text import CollectionText
from desktop_app.views.data.left_out_tab import LeftOutTab
from desktop_app.views.data.preparation_choice import PreparationChoice
from desktop_app.views.data.samples_tab import SamplesTab
from desktop_app.views.data.source_list import SourceList
from desktop_app.views.data.state_view import StateView
from desktop_app.views.draft import Draft
from desktop_app.views.panel import Panel
from desktop_app.views.parts.file_drop import FileDrop
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.mime_data import files_in
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.source_button import SourceButton
from desktop_app.views.parts.theme import STEP


class DataPanel(Panel):
    """Edits data, split seed, labels and augmentation of a draft."""

    content_requested = Signal()
    """The samples are to be loaded: the recipe has changed, or the user retries."""
    source_file_requested = Signal()
    """The user wants to choose a file, for add_source()."""
    source_folder_requested = Signal()
    """The user wants to choose a folder, for add_source()."""
    source_refused = Signal(object)
    """A UserError with the reason why a source was not added."""
    download_requested = Signal()
    """The user wants to download the missing data set."""
    cancel_requested = Signal()
    """The user wants to cancel the download."""
    sample_chosen = Signal(QImage)
    """A sample to put on the canvas."""
    images_requested = Signal(object)
    """Positions, int64 (n,), of visible samples whose images are missing."""
    mean_requested = Signal(object)
    """Selection whose mean is to be shown."""
    augmentation_requested = Signal(object)
    """AugmentationRequest for images to show."""

    def __init__(self, draft: Draft) -> None:
        """Create the panel of a draft."""
        super().__init__()
        self.draft = draft
        self._collection: Collection | None = None
        self._summaries: Mapping[str, SourceSummary] = {}
        self._new_sources: tuple[DataPart, ...] | None = None
        self._show_state: Callable[[StateView], None] = self._show_hint
        self._build()
        draft.changed.connect(self._draft_changed)

    # --- content ---

    @property
    def expects_task(self) -> bool:
        """Whether the user has chosen new sources, for which the recipe is to get a suitable task."""
        return self._new_sources == self.draft.value.data

    def set_summaries(self, summaries: Mapping[str, SourceSummary]) -> None:
        """Set the summaries of opened sources by name."""
        self._summaries = dict(summaries)
        self._show_sources()

    def set_collection(self, collection: Collection) -> None:
        """Show the samples of the recipe."""
        self._collection = collection
        self._show_collection()

    @property
    def collection(self) -> Collection | None:
        """The shown samples."""
        return self._collection

    def set_progress(self, text: str, done: int, total: int, *, can_cancel: bool = False) -> None:
        """Show that samples are being loaded; a total of 0 means unknown."""
        self._show_without_samples(lambda view: view.show_progress(text, done, total, can_cancel=can_cancel))

    def set_error(self, text: str, missing: SourceInfo | None = None) -> None:
        """Show why there are no samples, and a button to download a missing data set."""
        self._show_without_samples(lambda view: view.show_error(text, missing))

    def set_images(self, positions: NDArray[np.int64], inputs: NDArray[np.float32]) -> None:
        """Set requested samples, float32 (n, height, width, channels) in 0..1."""
        self._samples.set_images(positions, inputs)

    def set_mean(self, selection: Selection, mean: tuple[NDArray[np.float32], int] | None) -> None:
        """Set the mean of a selection, float32 (height, width, channels), and its count; None: no samples."""
        self._samples.set_mean(selection, mean)

    def set_augmentation(self, variation: AugmentationRequest, pictures: NDArray[np.float32]) -> None:
        """Set originals and variants, float32 (samples, 1 + variants, height, width, channels)."""
        self._augmentation.set_images(variation, pictures)

    def set_task(self, task: Task | None) -> None:
        """Set the task for the new sources in the recipe; None: keep its task.

        An augmentation of images for another kind of task becomes the default of its kind.
        """
        self._new_sources = None
        if task is None:
            return
        recipe = replace(self.draft.value, task=task)
        if recipe.image_augmentation is not None and task.kind != self.draft.value.task.kind:
            recipe = replace(recipe, image_augmentation=task_kind(task).default_augmentation)
        self.draft.set(recipe)

    def add_source(self, path: Path) -> None:
        """Use a chosen file or folder, as a new source or instead of another."""
        self._sources.add_chosen(path)

    def set_active(self, active: bool) -> None:
        """Request what is missing when the panel becomes visible."""
        super().set_active(active)
        if active:
            self._request_missing()

    def exported_widget(self) -> QWidget:
        """Return the samples, or the augmented images."""
        if self._collection is None:
            return self
        return (
            self._augmentation.exported_widget()
            if self._tabs.currentWidget() is self._augmentation
            else self._samples
        )

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return samples by class and split, their mean, and augmented images."""
        if self._collection is None:
            return {}
        return {**self._samples.numbers(), **self._augmentation.numbers()}

    def minimumSizeHint(self) -> QSize:
        """Return room for the controls and a row of samples."""
        width = max(40 * STEP, super().minimumSizeHint().width())
        layout = self.layout()
        return QSize(width, 0 if layout is None else layout.minimumHeightForWidth(max(width, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the rows of sources."""
        super().resizeEvent(event)
        self._fit_sources()

    # --- building ---

    def _build(self) -> None:
        self._state, self._samples, self._augmentation = StateView(), SamplesTab(), AugmentationTab()
        self._left_out, self._tabs, self._stack = LeftOutTab(), QTabWidget(), QStackedWidget()
        self._preparation = PreparationChoice()
        self._add, self._seed, self._numbers = SourceButton(), WholeNumberEdit(), QLabel()
        self._sources, self._text = SourceList(), CollectionText(self)
        self._drop = FileDrop(self, self.tr("Drop to add to the sources"), self._takes)
        self._set_up()
        self._lay_out()
        self._connect()
        self._show_recipe()
        self._show_state(self._state)
        self._stack.setCurrentWidget(self._state)
        self._show_collection()

    def _set_up(self) -> None:
        self._add.setText(self.tr("Add source"))
        self._add.setAccessibleName(self.tr("Add source"))
        self._add.setToolTip(self.tr("Add a data set, a file or a folder to the samples"))
        self._seed.setRange(*map(int, bounds(Recipe, "split_seed")))
        self._seed.setKeyboardTracking(False)
        self._seed.setMaximumWidth(self.fontMetrics().horizontalAdvance("0000000") + 5 * STEP)
        self._seed.setAccessibleName(self.tr("Split seed"))
        self._seed.setToolTip(self.tr("Seed of the random split into training, validation and test samples."))
        self._numbers.setObjectName("data_numbers")
        self._numbers.setWordWrap(True)
        self._numbers.setTextFormat(Qt.TextFormat.PlainText)
        self._numbers.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._samples, self.tr("Samples"))
        self._tabs.addTab(self._augmentation, self.tr("Augmentation"))
        self._tabs.addTab(self._left_out, "")
        self._stack.addWidget(self._state)
        self._stack.addWidget(self._tabs)

    def _lay_out(self) -> None:
        seed, parts = QWidget(), QLabel(self.tr("Split seed"))
        parts.setBuddy(self._seed)
        row_layout = QHBoxLayout(seed)
        row_layout.setContentsMargins(0, 0, 0, 0)
        row_layout.setSpacing(STEP // 2)
        row_layout.addWidget(parts)
        row_layout.addWidget(self._seed)
        foot = FlowLayout()
        foot.addWidget(self._add)
        foot.addWidget(seed)
        foot.addWidget(self._preparation)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._sources)
        layout.addLayout(foot)
        layout.addWidget(self._numbers)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._add.source_chosen.connect(self._sources.add)
        self._add.file_requested.connect(self._sources.request_file)
        self._add.folder_requested.connect(self._sources.request_folder)
        self._sources.data_changed.connect(self._change_data)
        self._sources.refused.connect(self.source_refused)
        self._sources.file_requested.connect(self.source_file_requested)
        self._sources.folder_requested.connect(self.source_folder_requested)
        self._seed.valueChanged.connect(self._set_seed)
        self._preparation.task_changed.connect(self._set_task)
        self._drop.dropped.connect(self._receive)
        self._state.download_requested.connect(self.download_requested)
        self._state.cancel_requested.connect(self.cancel_requested)
        self._state.retry_requested.connect(self.content_requested)
        self._samples.images_requested.connect(self.images_requested)
        self._samples.grid.activated.connect(self.sample_chosen)
        self._samples.mean_requested.connect(self.mean_requested)
        self._samples.selection_changed.connect(self._show_selection)
        self._augmentation.augmentation_changed.connect(self._set_augmentation)
        self._augmentation.augmentation_requested.connect(self.augmentation_requested)
        self._tabs.currentChanged.connect(self._request_missing)

    # --- showing ---

    def _show_recipe(self) -> None:
        with QSignalBlocker(self._seed):
            self._seed.setValue(self.draft.value.split_seed)
        self._show_sources()
        self._preparation.set_task(self.draft.value.task)
        self._augmentation.set_augmentation(
            self.draft.value.ink_augmentation, self.draft.value.image_augmentation
        )

    def _show_sources(self) -> None:
        """Show a row for each source of the recipe."""
        recipe = self.draft.value
        self._sources.set_data(recipe.data, self._summaries, recipe.task)
        self._add.setEnabled(self._sources.can_add)
        self._order_tabs()
        self._fit_sources()

    def _order_tabs(self) -> None:
        """Set the tab order from top to bottom."""
        foot = self._add, self._seed, self._preparation.box, self._tabs.tabBar()
        for control, following in pairwise((*self._sources.controls(), *foot, *self._samples.controls())):
            self.setTabOrder(control, following)

    def _fit_sources(self) -> None:
        self._sources.fit_height(self.width() - 4 * STEP)

    def _show_collection(self) -> None:
        collection = self._collection
        if collection is None:
            return
        found = [self._summaries.get(part.source) for part in self.draft.value.data]
        mixture = self._text.of_mixture([summary for summary in found if summary is not None])
        self._numbers.setText("\n".join(filter(None, (self._text.of_collection(collection), mixture))))
        self._augmentation.set_collection(collection)
        self._samples.set_collection(collection)
        count, number = self._left_out.set_sources(collection.sources), self._tabs.indexOf(self._left_out)
        self._tabs.setTabVisible(number, count > 0)
        self._tabs.setTabText(number, self.tr("%n sample(s) left out", "", count))
        self._stack.setCurrentWidget(self._tabs)
        self._request_missing()

    def _show_without_samples(self, show: Callable[[StateView], None]) -> None:
        """Show a state instead of samples."""
        self._show_state, self._collection = show, None
        self._numbers.clear()
        self._augmentation.set_collection(None)
        self._samples.set_collection(None)
        show(self._state)
        self._stack.setCurrentWidget(self._state)

    def _show_hint(self, view: StateView) -> None:
        view.show_text(self.tr("The samples of the recipe appear here."))

    def _show_selection(self) -> None:
        self._augmentation.set_positions(
            self._samples.selected_positions, is_selection=self._samples.has_selection
        )

    def _request_missing(self) -> None:
        """Request what is missing in the visible tab."""
        if self.is_active and self._collection is not None:
            self._samples.request_missing()
            self._augmentation.request_missing()

    def _draft_changed(self, _: Recipe) -> None:
        self._show_recipe()
        self.content_requested.emit()

    # --- changes by the user ---

    def _change_data(self, data: tuple[DataPart, ...]) -> None:
        recipe = self.draft.value
        if self.expects_task or {part.source for part in recipe.data} != {part.source for part in data}:
            self._new_sources = data
        self.draft.set(replace(recipe, data=data))

    def _takes(self, data: QMimeData) -> bool:
        """Return whether data are folders and data sets, and another source can be added."""
        # Imported here: Pillow is slow to import.
        from desktop_app.data.sources.formats import format_of

        paths = files_in(data)
        are_sources = all(path.is_dir() or format_of(path) is not None for path in paths)
        return bool(paths) and are_sources and self._add.isEnabled()

    def _receive(self, data: QMimeData) -> None:
        """Add dropped files and folders to the sources."""
        for path in files_in(data):
            self._sources.add(str(path))

    def _set_seed(self, seed: int) -> None:
        self.draft.set(replace(self.draft.value, split_seed=seed))

    def _set_task(self, task: Task) -> None:
        self.draft.set(replace(self.draft.value, task=task))

    def _set_augmentation(self, ink: InkAugmentation | None, image: ImageAugmentation | None) -> None:
        self.draft.set(replace(self.draft.value, ink_augmentation=ink, image_augmentation=image))
