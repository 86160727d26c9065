"""The data panel: what a recipe learns from, how it is split, and what augmentation makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.data.browse import AugmentationRequest, Collection, Selection, SourceSummary
from desktop_app.runs.recipe import DataPart, Recipe, bounds
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.views.data.augmentation_tab import AugmentationTab
from desktop_app.views.data.samples_tab import SamplesTab
from desktop_app.views.data.source_row import SourceButton, SourceRow
from desktop_app.views.data.state_view import StateView
from desktop_app.views.draft import Draft
from desktop_app.views.panel import Panel
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.theme import STEP

_MOST_SOURCES = 20
_MOST_ROWS_HEIGHT = 16 * STEP
"""What several sources take at most; the others are scrolled to."""


class DataPanel(Panel):
    """Edits the data, the split seed, the labels and the augmentation of the draft recipe."""

    content_requested = Signal()
    """Other samples are to be shown: the recipe asks for others, or the last attempt is to be repeated."""
    source_file_requested = Signal()
    """The user wants to choose a file; add_source() takes it."""
    source_folder_requested = Signal()
    """The user wants to choose a folder; add_source() takes it."""
    download_requested = Signal()
    """MNIST is to be fetched from the network."""
    cancel_requested = Signal()
    """The download is to end."""
    pictures_requested = Signal(object)
    """Positions, int64 (n,), of samples of the collection that are seen and have no picture yet."""
    mean_requested = Signal(object)
    """A Selection whose mean is to be shown."""
    augmentation_requested = Signal(object)
    """A AugmentationRequest to be shown."""

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        """Show and change the data of a draft."""
        super().__init__(parent)
        self.draft = draft
        self._collection: Collection | None = None
        self._facts: Mapping[str, SourceSummary] = {}
        self._whose_labels: tuple[DataPart, ...] | None = None
        self._replaced: int | None = None
        self._say: Callable[[StateView], None] = self._say_nothing
        self._rows: list[SourceRow] = []
        self._build()
        draft.changed.connect(self._draft_changed)

    # --- what is shown ---

    @property
    def takes_labels(self) -> bool:
        """Whether the user has chosen other sources, so that the recipe is to have their labels."""
        return self._whose_labels == self.draft.value.data

    def set_facts(self, facts: Mapping[str, SourceSummary]) -> None:
        """What is known of sources by now, by their names."""
        self._facts = dict(facts)
        self._show_sources()

    def set_collection(self, collection: Collection) -> None:
        """Show the samples of the recipe."""
        self._collection = collection
        self._show_collection()

    @property
    def collection(self) -> Collection | None:
        """The samples that are shown."""
        return self._collection

    def set_progress(self, words: str, done: int, total: int, *, can_cancel: bool = False) -> None:
        """Samples are on their way; a total of 0 where nobody knows how long it takes."""
        self._leave(lambda view: view.say_progress(words, done, total, can_cancel=can_cancel))

    def set_trouble(self, words: str, *, offers_download: bool = False) -> None:
        """Say why there are no samples, and whether downloading MNIST would help."""
        self._leave(lambda view: view.say_trouble(words, offers_download=offers_download))

    def set_pictures(self, positions: NDArray[np.int64], inputs: NDArray[np.float32]) -> None:
        """Samples, float32 (n, height, width, channels) in 0..1, that pictures_requested asked for."""
        self._samples.set_pictures(positions, inputs)

    def set_mean(self, selection: Selection, mean: tuple[NDArray[np.float32], int] | None) -> None:
        """The mean of a selection, float32 (height, width, channels), and of how many; None: no samples."""
        self._samples.set_mean(selection, mean)

    def set_augmentation(self, variation: AugmentationRequest, pictures: NDArray[np.float32]) -> None:
        """Samples as they are and varied, float32 (samples, 1 + times, height, width, channels)."""
        self._augmentation.set_pictures(variation, pictures)

    def take_labels(self, labels: tuple[str, ...] | None) -> None:
        """The sources that the user chose are there: their labels are the recipe's; None: it has them."""
        self._whose_labels = None
        if labels is not None:
            recipe = self.draft.value
            self.draft.set(replace(recipe, task=replace(recipe.task, labels=labels)))

    def add_source(self, path: Path) -> None:
        """Take a file or folder that the user has chosen, in the place that it was chosen for."""
        self._take_source(str(path), self._replaced)
        self._replaced = None

    def set_active(self, active: bool) -> None:
        """Whoever comes to sight asks for what is missing."""
        super().set_active(active)
        if active:
            self._ask()

    def exported_widget(self) -> QWidget:
        """The samples, or what augmentation makes of them."""
        if self._collection is None:
            return self
        return (
            self._augmentation.exported_widget()
            if self._tabs.currentWidget() is self._augmentation
            else self._samples
        )

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Samples by class and part, their mean, and what augmentation makes of some."""
        if self._collection is None:
            return {}
        return {**self._samples.numbers(), **self._augmentation.numbers()}

    def minimumSizeHint(self) -> QSize:
        """Enough for the controls and a row of samples."""
        return QSize(40 * STEP, 40 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sources go on in the next line where the panel is narrow."""
        super().resizeEvent(event)
        self._fit_sources()

    # --- building ---

    def _build(self) -> None:
        self._state, self._samples, self._augmentation = StateView(), SamplesTab(), AugmentationTab()
        self._tabs, self._stack = QTabWidget(), QStackedWidget()
        self._add, self._seed, self._numbers = SourceButton(), QSpinBox(), QLabel()
        self._sources_view = QScrollArea()
        self._set_up()
        self._lay_out()
        self._connect()
        self._show_recipe()
        self._say(self._state)
        self._stack.setCurrentWidget(self._state)
        self._show_collection()

    def _set_up(self) -> None:
        self._add.set_words(self.tr("Add source"))
        self._add.setAccessibleName(self.tr("Add a source"))
        self._seed.setRange(*map(int, bounds(Recipe, "split_seed")))
        self._seed.setKeyboardTracking(False)
        self._seed.setMaximumWidth(14 * STEP)
        self._seed.setAccessibleName(self.tr("Split seed"))
        self._seed.setToolTip(self.tr("Another number shares the samples out differently."))
        self._numbers.setObjectName("data_numbers")
        self._numbers.setWordWrap(True)
        self._numbers.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._samples, self.tr("Samples"))
        self._tabs.addTab(self._augmentation, self.tr("Augmentation"))
        self._stack.addWidget(self._state)
        self._stack.addWidget(self._tabs)
        self._sources_view.setFrameShape(QFrame.Shape.NoFrame)
        self._sources_view.setWidgetResizable(True)
        self._sources_view.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _lay_out(self) -> None:
        rows = QWidget()
        self._sources = QVBoxLayout(rows)
        self._sources.setContentsMargins(0, 0, 0, 0)
        self._sources.setSpacing(STEP // 2)
        self._sources_view.setWidget(rows)
        seed, words = QWidget(), QLabel(self.tr("Split seed"))
        words.setBuddy(self._seed)
        beside = QHBoxLayout(seed)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(STEP // 2)
        beside.addWidget(words)
        beside.addWidget(self._seed)
        foot = FlowLayout()
        foot.addWidget(self._add)
        foot.addWidget(seed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._sources_view)
        layout.addLayout(foot)
        layout.addWidget(self._numbers)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._add.source_requested.connect(lambda source: self._take_source(source, None))
        self._add.file_requested.connect(lambda: self._want_path(None, self.source_file_requested))
        self._add.folder_requested.connect(lambda: self._want_path(None, self.source_folder_requested))
        self._seed.valueChanged.connect(self._take_seed)
        self._state.download_requested.connect(self.download_requested)
        self._state.cancel_requested.connect(self.cancel_requested)
        self._state.retry_requested.connect(self.content_requested)
        self._samples.pictures_requested.connect(self.pictures_requested)
        self._samples.mean_requested.connect(self.mean_requested)
        self._samples.choice_changed.connect(self._show_choice)
        self._augmentation.augmentation_changed.connect(self._take_augmentation)
        self._augmentation.augmentation_requested.connect(self.augmentation_requested)
        self._tabs.currentChanged.connect(self._ask)

    # --- showing ---

    def _show_recipe(self) -> None:
        with QSignalBlocker(self._seed):
            self._seed.setValue(self.draft.value.split_seed)
        self._show_sources()
        self._augmentation.set_augmentation(
            self.draft.value.ink_augmentation, self.draft.value.image_augmentation
        )

    def _show_sources(self) -> None:
        """A row for each source of the recipe."""
        data = self.draft.value.data
        while len(self._rows) > len(data):
            row = self._rows.pop()
            self._sources.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(data):
            self._add_row(len(self._rows))
        for row, part in zip(self._rows, data, strict=True):
            row.set_part(part)
            row.set_facts(self._facts.get(part.source))
            row.set_can_remove(len(data) > 1)
        widest = max((row.name_width() for row in self._rows), default=0)
        for row in self._rows:
            row.set_name_width(widest)
        self._add.setEnabled(0 < len(data) < _MOST_SOURCES)
        self._order_tabs()
        self._fit_sources()

    def _add_row(self, number: int) -> None:
        row = SourceRow()
        row.part_changed.connect(lambda part: self._take_part(part, number))
        row.file_requested.connect(lambda: self._want_path(number, self.source_file_requested))
        row.folder_requested.connect(lambda: self._want_path(number, self.source_folder_requested))
        row.remove_requested.connect(lambda: self._remove(number))
        self._rows.append(row)
        self._sources.addWidget(row)
        row.show()

    def _order_tabs(self) -> None:
        """The Tab key goes from top to bottom; rows come and go."""
        rows = [control for row in self._rows for control in row.controls()]
        bar = self._tabs.tabBar()
        for control, following in pairwise((*rows, self._add, self._seed, bar, *self._samples.controls())):
            self.setTabOrder(control, following)

    def _fit_sources(self) -> None:
        """All sources are seen while there are few of them."""
        width = self.width() - 4 * STEP
        needed = sum(row.heightForWidth(width) for row in self._rows)
        needed += max(0, len(self._rows) - 1) * (STEP // 2)
        self._sources_view.setFixedHeight(min(needed, _MOST_ROWS_HEIGHT))

    def _show_collection(self) -> None:
        collection = self._collection
        if collection is None:
            return
        self._numbers.setText(self._about(collection))
        self._augmentation.set_collection(collection)
        self._samples.set_collection(collection)
        self._stack.setCurrentWidget(self._tabs)
        self._ask()

    def _leave(self, say: Callable[[StateView], None]) -> None:
        """There are no samples to be seen, and here is why."""
        self._say, self._collection = say, None
        self._numbers.clear()
        self._augmentation.set_collection(None)
        self._samples.set_collection(None)
        say(self._state)
        self._stack.setCurrentWidget(self._state)

    def _say_nothing(self, view: StateView) -> None:
        view.say(self.tr("The samples that a recipe learns from appear here."))

    def _show_choice(self) -> None:
        self._augmentation.set_positions(self._samples.chosen, are_chosen=self._samples.has_choice)

    def _ask(self) -> None:
        """Ask for what the page that is seen lacks."""
        if self.is_active and self._collection is not None:
            self._samples.ask()
            self._augmentation.ask()

    def _draft_changed(self, _: Recipe) -> None:
        self._show_recipe()
        self.content_requested.emit()

    # --- changes by the user ---

    def _change_data(self, data: tuple[DataPart, ...]) -> None:
        recipe = self.draft.value
        if self.takes_labels or {part.source for part in recipe.data} != {part.source for part in data}:
            self._whose_labels = data
        self.draft.set(replace(recipe, data=data))

    def _take_part(self, part: DataPart, number: int) -> None:
        data = self.draft.value.data
        self._change_data((*data[:number], part, *data[number + 1 :]))

    def _take_source(self, source: str, number: int | None) -> None:
        """Learn from a source too, or in place of another."""
        if any(part.source == source for part in self.draft.value.data):
            return
        if number is not None and number < len(self.draft.value.data):
            self._take_part(DataPart(source), number)
        elif len(self.draft.value.data) < _MOST_SOURCES:
            self._change_data((*self.draft.value.data, DataPart(source)))

    def _remove(self, number: int) -> None:
        self._change_data(self.draft.value.data[:number] + self.draft.value.data[number + 1 :])

    def _want_path(self, number: int | None, wanted: SignalInstance) -> None:
        self._replaced = number
        wanted.emit()

    def _take_seed(self, seed: int) -> None:
        self.draft.set(replace(self.draft.value, split_seed=seed))

    def _take_augmentation(self, ink: InkAugmentation | None, image: ImageAugmentation | None) -> None:
        self.draft.set(replace(self.draft.value, ink_augmentation=ink, image_augmentation=image))

    # --- words ---

    def _about(self, collection: Collection) -> str:
        """The samples in numbers, and how they are split."""
        words = [
            self.tr("{count} samples").format(count=f"{len(collection):,}"),
            self.tr("{count} classes").format(count=len(collection.classes)),
        ]
        writers = sum(len(np.unique(s.writers)) for s in collection.sources if s.writers is not None)
        by_writer = [source.writers is not None for source in collection.sources]
        if writers:
            words.append(self.tr("{count} writers").format(count=writers))
        if all(by_writer):
            words.append(self.tr("split by writer: nobody is in two parts"))
        elif not any(by_writer):
            words.append(self.tr("each class split evenly"))
        else:
            words.append(self.tr("split by writer where writers are known, else each class evenly"))
        if collection.left_out:
            left = self.tr("{count} of other labels are left out")
            words.append(left.format(count=f"{collection.left_out:,}"))
        return " · ".join(words)
