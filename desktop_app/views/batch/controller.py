"""Controller of the batch view: reads files in a background thread, shows rows on the canvas, exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from desktop_app.batch.model_choice import ModelChoice
from desktop_app.core.errors import UserError, shown_name
from desktop_app.ink.open_page import FILE_SUFFIXES
from desktop_app.ink.page import Page
from desktop_app.jobs.background import Background
from desktop_app.jobs.long_job import LongJob
from desktop_app.jobs.worker import Worker
from desktop_app.tasks.character_sets import CharacterSet, restriction
from desktop_app.tasks.reading import Verdict
from desktop_app.views.batch.batch_job import batch_job
from desktop_app.views.batch.batch_rows import Correction
from desktop_app.views.batch.entry import Entry
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.batch.pictures import picture_worker
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.corrections import Corrections
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.rejected_name import rejected_name
from desktop_app.views.shared import Shared

if TYPE_CHECKING:
    from desktop_app.data.my_samples import MySample

_PICTURES_AT_ONCE = 40
_PICTURE_DELAY = 30
"""Milliseconds in which the rows that need pictures are collected."""


class BatchController(Controller):
    """Reads one batch at a time with the current model."""

    page_loaded = Signal(object, object)
    """The page of the chosen row, and its path."""

    def __init__(
        self,
        panel: BatchPanel,
        dialogs: FileDialogs,
        characters: Shared[CharacterSet],
        corrections: Corrections,
    ) -> None:
        """Connect a panel.

        Args:
            panel: the panel.
            dialogs: file dialogs.
            characters: characters that are possible answers.
            corrections: where corrected characters are saved.
        """
        super().__init__(panel)
        self._panel, self._dialogs, self._characters = panel, dialogs, characters
        self._corrections = corrections
        self._saved: dict[Correction, MySample] = {}
        self._network: OpenNetwork | None = None
        self._model: ModelChoice | None = None
        self._title = ""
        self._chosen = ""
        self._job, self._background = LongJob(self), Background(self)
        self._worker = Worker(self)
        self._waiting = QTimer(self, singleShot=True, interval=_PICTURE_DELAY)
        self._connect()

    def set_network(self, network: OpenNetwork) -> None:
        """Use another network for the next batch."""
        self._network = network
        self._worker.replace(picture_worker(network.info.task))
        self._show_model()

    def read(self, paths: Sequence[Path]) -> None:
        """Read files and folders; a batch that still runs is replaced."""
        if self._network is None:
            return
        network = self._network
        self._model = ModelChoice(
            network.folder, network.sha256, self._characters.value, network.adapted_layer
        )
        self._title = network.info.title
        self._show_model()
        task = network.info.task
        restricted = restriction(task, self._characters.value)
        self._panel.begin(
            task,
            rejected_name(task if restricted is None else restricted.task),
            has_learned=network.adapted_layer is not None,
        )
        self._job.start(batch_job(self._model, tuple(paths)))

    def _show_model(self) -> None:
        """Name the model of the rows and, if it is another, the current one; without rows the current one."""
        network, model = self._network, self._model
        if network is None:
            return
        title = network.info.title
        is_same = model is None or (model.folder, model.sha256) == (network.folder, network.sha256)
        if is_same:
            self._panel.show_model(title)
        else:
            self._panel.show_model(self._title, other=title)

    def _connect(self) -> None:
        panel, job = self._panel, self._job
        panel.files_requested.connect(self._ask_for_files)
        panel.folder_requested.connect(
            lambda: self._dialogs.folder(self.tr("Read a folder"), lambda path: self.read((path,)))
        )
        panel.paths_dropped.connect(self._receive)
        panel.stop_requested.connect(job.stop)
        panel.export_requested.connect(self._ask_where_to_export)
        panel.table.row_chosen.connect(self._load)
        panel.rows.corrected.connect(self._save_sample)
        panel.rows.correction_undone.connect(self._take_back_sample)
        self._corrections.taken_back.connect(self._take_back_correction)
        panel.rows.pictures_needed.connect(self._waiting.start)
        self._waiting.timeout.connect(self._request_pictures)
        self._worker.answered.connect(lambda _, pictures: panel.rows.set_pictures(pictures))
        self._worker.failed.connect(
            lambda _, error: self.failed.emit(error, self.tr("Could not show the files."))
        )
        job.progressed.connect(panel.add_progress)
        job.succeeded.connect(lambda _: panel.end(stopped=False))
        job.stopped.connect(lambda _: panel.end(stopped=True))
        job.failed.connect(self._batch_failed)

    def _receive(self, paths: Sequence[Path]) -> None:
        """Read dropped files and folders, unless a batch is running."""
        if self._job.is_running:
            error = UserError("A batch is running. Stop it or wait for its end, then drop the files again.")
            self.failed.emit(error, "")
        else:
            self.read(paths)

    def _batch_failed(self, error: Exception) -> None:
        self._panel.end(stopped=True)
        self.failed.emit(error, self.tr("The batch ended with an error."))

    def _request_pictures(self) -> None:
        sources = self._panel.rows.take_missing(_PICTURES_AT_ONCE)
        if sources:
            self._worker.request(sources)

    def _load(self, entry: Entry) -> None:
        """Show the file of a row on the canvas, unless another one has been chosen since."""
        source = entry.row.source
        self._chosen = source
        if entry.row.error:
            if not self._job.is_running:
                self._panel.show_reason(entry.row.error)
            return

        def loaded(page: Page) -> None:
            if source == self._chosen:
                self.page_loaded.emit(page, Path(source))

        self._open(source, loaded)

    def _save_sample(self, correction: Correction) -> None:
        """Save the page of a corrected row as a sample if it is one character."""
        row, label = correction.before.row, correction.text
        is_one_character = row.verdict != Verdict.NO_INK and not row.boxes

        def saved(sample: MySample) -> None:
            self._saved[correction] = sample
            if correction.is_undone:
                self._take_back_sample(correction)

        if is_one_character and self._panel.rows.is_label(label):
            self._open(row.source, lambda page: self._corrections.add(page, label, saved))

    def _take_back_sample(self, correction: Correction) -> None:
        """Undo the sample of a correction that was undone."""
        if (sample := self._saved.pop(correction, None)) is not None:
            self._corrections.take_back(sample)

    def _take_back_correction(self, sample: MySample) -> None:
        """Undo the correction whose sample was undone."""
        for correction, saved in list(self._saved.items()):
            if saved == sample:
                del self._saved[correction]
                self._panel.rows.take_back(correction)

    def _open(self, source: str, done: Callable[[Page], None]) -> None:
        """Load a page in the background, then call done(page)."""

        def load() -> Page:
            from desktop_app.ink.open_page import load_page

            return load_page(Path(source))

        def not_loaded(error: Exception) -> None:
            self.failed.emit(error, self.tr("Could not open {name}.").format(name=shown_name(source)))

        self._background.run(load, done, not_loaded)

    def _ask_for_files(self) -> None:
        title, kinds = self.tr("Read files"), self.tr("Images and ink")
        self._dialogs.open_many(title, kinds, FILE_SUFFIXES, self.read)

    def _ask_where_to_export(self) -> None:
        kinds = {"csv": self.tr("Table"), "json": self.tr("JSON")}
        rows = self._panel.rows
        title = self.tr("Export the table")
        if rows.rowCount() < rows.count:
            title = self.tr("Export the listed files, {listed} of {count}").format(
                listed=f"{rows.rowCount():,}", count=f"{rows.count:,}"
            )
        self._dialogs.save_one_of(title, kinds, self._export, "batch.csv")

    def _export(self, path: Path) -> None:
        if self._model is None:
            return
        model = self._model.batch_model
        entries = self._panel.rows.shown_entries

        def write() -> None:
            from desktop_app.batch.export import write_csv, write_json

            write_rows = write_json if path.suffix.lower() == ".json" else write_csv
            write_rows(path, (entry.exported() for entry in entries), model)

        self._background.run(
            write,
            lambda _: self._panel.show_saved(shown_name(path), len(entries)),
            lambda error: self.failed.emit(
                error, self.tr("Could not save {name}.").format(name=shown_name(path))
            ),
        )
