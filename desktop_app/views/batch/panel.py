"""Panel of the batch view."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
)

from desktop_app.tasks.task import Task
from desktop_app.views.batch.batch_job import BatchProgress
from desktop_app.views.batch.batch_rows import TRUTH, BatchRows
from desktop_app.views.batch.batch_table import BatchTable
from desktop_app.views.batch.confusion_filter import ConfusionFilter
from desktop_app.views.batch.entry import Filter, RowFilter
from desktop_app.views.evaluation.shares import percent
from desktop_app.views.panel import Panel
from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.durations import duration
from desktop_app.views.parts.file_drop import FileDrop
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.mime_data import files_in
from desktop_app.views.parts.theme import STEP

_FILTERS = {
    Filter.ALL: QT_TRANSLATE_NOOP("BatchFilter", "All files"),
    Filter.TO_CHECK: QT_TRANSLATE_NOOP("BatchFilter", "To check"),
    Filter.WRONG: QT_TRANSLATE_NOOP("BatchFilter", "Different from the name"),
    Filter.UNREADABLE: QT_TRANSLATE_NOOP("BatchFilter", "Unreadable"),
}

_WIDTH_FOR_BOTH = 150 * STEP
"""Width from which the confusion matrix is beside the table."""


class BatchPanel(Panel):
    """Files to read, progress, and the table of answers."""

    files_requested = Signal()
    """The user wants to choose files."""
    folder_requested = Signal()
    """The user wants to choose a folder."""
    paths_dropped = Signal(object)
    """Files and folders to read, a tuple of paths."""
    stop_requested = Signal()
    export_requested = Signal()

    def __init__(self) -> None:
        """Start without files."""
        super().__init__()
        self.rows = BatchRows(self)
        self.table, self.confusion = BatchTable(self.rows), ConfusionFilter()
        self._splitter = QSplitter()
        self._has_learned = False
        self._was_stopped = False
        self._filter, self._search = ComboBox(), QLineEdit()
        self._bar, self._status, self._accuracy = QProgressBar(), QLabel(), QLabel()
        self._model = QLabel()
        self._hint = QLabel(
            self.tr("Drop image files, InkML files or folders here, or choose them with the buttons above.")
        )
        self._files = QPushButton(self.tr("Choose f&iles…"))
        self._folder = QPushButton(self.tr("Choose f&older…"))
        self._stop = QPushButton(self.tr("&Stop"))
        self._export = QPushButton(self.tr("E&xport…"))
        self._drop = FileDrop(self, self.tr("Drop to read"), lambda data: bool(files_in(data)))
        self._set_up_controls()
        self._lay_out()
        self._connect()
        self.set_running(False)

    # --- content ---

    def begin(self, task: Task, rejected: str = "", *, has_learned: bool = False) -> None:
        """Remove the rows of the last batch.

        Args:
            task: of the model.
            rejected: name of "none of the labels", empty if there is none.
            has_learned: whether it reads with what it learned from corrections.
        """
        self._has_learned = has_learned
        self.rows.clear(task, rejected)
        self.confusion.clear(task.labels)
        self._filter.setCurrentIndex(0)
        self._search.clear()
        self.set_running(True)
        self._bar.setRange(0, 0)
        self._status.setText(self.tr("Counting files…"))
        self._pages.setCurrentIndex(1)

    def show_model(self, title: str, other: str = "") -> None:
        """Name the model of the rows, or of the next ones.

        Args:
            title: of the model.
            other: title of the current model if that is another one than that of the rows.
        """
        text = self.tr("Model: {title}").format(title=title)
        if other:
            now = self.tr("The current model is {title}: choose the files again to read them with it.")
            text = f"{text}. {now.format(title=other)}"
        self._model.setText(text)

    def add_progress(self, progress: BatchProgress) -> None:
        """Append new rows and show how many are left."""
        self.rows.add_rows(progress.rows, progress.names)
        if progress.total:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.count)
        text = self.tr("{count} of {total}").format(count=f"{progress.count:,}", total=f"{progress.total:,}")
        if progress.seconds_left is not None and progress.count < progress.total:
            left = self.tr("{time} left").format(time=duration(progress.seconds_left))
            text = f"{text} · {left}"
        if progress.line is not None:
            line, lines = progress.line
            of_page = self.tr("line {line} of {lines}").format(line=f"{line:,}", lines=f"{lines:,}")
            text = f"{text} · {of_page}"
        self._status.setText(text)
        self._show_counts()

    def end(self, *, stopped: bool) -> None:
        """Show that the batch has ended."""
        self._was_stopped = stopped
        self.set_running(False)
        self._show_summary()
        announce(self, self._status.text())
        self._show_counts()

    def _show_summary(self) -> None:
        """Show how many files were read and how many are to be checked now."""
        tally = self.rows.tally
        several = tally.of_several
        count = self.rows.count if self._was_stopped else self.rows.count - tally.errors
        text = self.tr("Stopped after {count}.") if self._was_stopped else self.tr("{count} read.")
        parts = [
            text.format(count=self.tr("%n file(s)", "", count)),
            self.tr("%n to check.", "", tally.to_check),
            *([self.tr("%n unreadable.", "", tally.errors)] if tally.errors else []),
            *([self.tr("Only the first page of %n file(s) was read.", "", several)] if several else []),
            *([self.tr("Read with what was learned.")] if self._has_learned else []),
        ]
        self._status.setText(" ".join(parts))

    def show_reason(self, reason: str) -> None:
        """Show why the chosen file could not be read."""
        self._status.setText(reason)
        announce(self, reason)

    def show_saved(self, name: str, saved_rows: int) -> None:
        """Say that the table has been saved, and how many of its rows if these are not all."""
        saved = self.tr("Saved as {name}.").format(name=name)
        if saved_rows < self.rows.count:
            saved = self.tr("Saved {saved} of {count} files as {name}.").format(
                saved=f"{saved_rows:,}", count=f"{self.rows.count:,}", name=name
            )
        self._show_summary()
        self._status.setText(f"{saved} {self._status.text()}")
        announce(self, saved)

    def set_running(self, running: bool) -> None:
        """Enable what can be done while a batch runs."""
        self._bar.setVisible(running)
        self._stop.setEnabled(running)
        for button in (self._files, self._folder):
            button.setEnabled(not running)
        self._update_export()

    def _update_export(self) -> None:
        """Enable the export of the listed rows, if there are any and the batch has ended."""
        self._export.setEnabled(not self._stop.isEnabled() and self.rows.rowCount() > 0)

    def status(self) -> str:
        """Return the sentence about the batch."""
        return self._status.text()

    # --- events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the confusion matrix beside the table or below it."""
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDTH_FOR_BOTH
        orientation = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if orientation != self._splitter.orientation():
            self._splitter.setOrientation(orientation)
            self._share_room()

    # --- building ---

    def _set_up_controls(self) -> None:
        for chosen, text in _FILTERS.items():
            self._filter.addItem(QCoreApplication.translate("BatchFilter", str(text)), chosen)
        self._filter.setAccessibleName(self.tr("Show"))
        self._filter.setToolTip(self.tr("Which files are listed"))
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search in file names and texts"))
        self._search.setToolTip(self._search.accessibleName())
        self._search.setClearButtonEnabled(True)
        # Dropped files are to be read; the field would take their addresses.
        self._search.setAcceptDrops(False)
        self._files.setToolTip(self.tr("Read image and InkML files"))
        self._folder.setToolTip(self.tr("Read all image and InkML files in a folder and its subfolders"))
        self._stop.setToolTip(self.tr("Stop after the current file; what was read stays"))
        self._export.setToolTip(self.tr("Save the listed files as a CSV or JSON table"))
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the batch"))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        # A long reason must not widen the window.
        self._status.setWordWrap(True)
        # A name of a file may look like rich text.
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._model.setObjectName("batch_model")
        self._model.setTextFormat(Qt.TextFormat.PlainText)
        self._model.setWordWrap(True)
        self._model.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._accuracy.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(self.confusion)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setStretchFactor(0, 1)
        self.confusion.hide()

    def _lay_out(self) -> None:
        controls = FlowLayout()
        controls.setSpacing(STEP)
        for widget in (self._files, self._folder, self._stop, self._export, self._filter, self._search):
            controls.addWidget(widget)
        progress = QHBoxLayout()
        progress.addWidget(self._bar, 1)
        progress.addWidget(self._status, 1)
        progress.addWidget(self._accuracy)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._hint)
        self._pages.addWidget(self._splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(controls)
        layout.addWidget(self._model)
        layout.addLayout(progress)
        layout.addLayout(self._pages, 1)

    def _connect(self) -> None:
        self._files.clicked.connect(self.files_requested)
        self._folder.clicked.connect(self.folder_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._export.clicked.connect(self.export_requested)
        self._filter.currentIndexChanged.connect(self._apply_filter)
        self._search.textChanged.connect(self._apply_filter)
        self.confusion.cell_changed.connect(self._apply_filter)
        self.rows.counts_changed.connect(self._show_new_counts)
        self._drop.dropped.connect(self._receive)

    def _receive(self, data: QMimeData) -> None:
        """Read dropped files and folders."""
        paths = tuple(files_in(data))
        # The sender of the drag waits for the end of this event.
        QTimer.singleShot(0, self, lambda: self.paths_dropped.emit(paths))

    def _apply_filter(self) -> None:
        text = self._search.text()
        self.rows.set_filter(RowFilter(Filter(self._filter.currentData()), text, self.confusion.cell))
        self._update_export()

    def _show_new_counts(self) -> None:
        """Show the counts after a correction."""
        if not self._stop.isEnabled():
            self._show_summary()
        self._show_counts()
        self._update_export()

    def _show_counts(self) -> None:
        """Show how many texts are those of the names, and which are taken for which."""
        tally = self.rows.tally
        shown = ""
        if tally.known:
            shown = self.tr("{percent} % correct: {correct} of {known} names agree").format(
                percent=percent(tally.correct / tally.known, tally.known),
                correct=f"{tally.correct:,}",
                known=f"{tally.known:,}",
            )
        if shown != self._accuracy.text():
            self._accuracy.setText(shown)
        self.table.setColumnHidden(TRUTH, not tally.known)
        self.table.fit_columns()
        self.confusion.set_counts(tally.confusion)
        was_hidden = self.confusion.isHidden()
        self.confusion.setVisible(bool(tally.confusion.any()))
        if was_hidden and not self.confusion.isHidden():
            self._share_room()

    def _share_room(self) -> None:
        """Give the table at least the height of the confusion matrix below it."""
        if self._splitter.orientation() == Qt.Orientation.Vertical:
            matrix = min(self.confusion.sizeHint().height(), self._splitter.height() // 2)
            self._splitter.setSizes([self._splitter.height() - matrix, matrix])
