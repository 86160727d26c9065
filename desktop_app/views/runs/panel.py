"""Panel of all runs, to compare, resume, repeat, rename and delete them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.text import shortened
from desktop_app.views.panel import Panel
from desktop_app.views.parts.delete_key import DeleteKey
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.runs.run_folder import RunHistory
    from desktop_app.runs.run_store import Run

MOST_EPOCHS = 10_000

_TABLE_SHARE = 30
"""Initial height of the table above a comparison, in percent."""

_LONGEST_TITLE = 28
"""Characters of a title in a question."""


class RunsPanel(Panel):
    """Table of all runs, and a comparison of the selected ones below it."""

    selection_changed = Signal(object)
    """Names of the selected runs from top to bottom, a tuple of str."""
    run_chosen = Signal(object)
    """RunFolder of the run, when exactly one is selected."""
    recipe_changed = Signal(object)
    """Recipe of a run, to become the draft."""
    resume_requested = Signal(str, int)
    """Name of a run to resume, and its new total number of epochs."""
    rename_requested = Signal(str, str)
    """Name of a run and its new title."""
    delete_requested = Signal(object)
    """Names of runs to delete, a tuple of str; the user has confirmed it."""
    folder_requested = Signal(object)
    """Path of a run folder, to be opened in the file manager."""
    tensorboard_requested = Signal(object)
    """Path of a run's TensorBoard log, to be opened."""
    model_chosen = Signal(str)
    """Name of a model in the library, to be used for reading."""
    save_model_requested = Signal(object, str)
    """Path of the model folder of a run, of which a copy is to be saved, and the title of the run."""

    def __init__(self) -> None:
        """Create a panel that is waiting for the list of runs."""
        super().__init__()
        self._runs: tuple[Run, ...] | None = None
        self._models: frozenset[str] = frozenset()
        self._pending = ""
        self._shown_run = ""
        self._emitted: tuple[str, ...] = ()
        self._has_compared = False
        self._on_accepted: Callable[[int], None] = lambda _: None
        self._build()

    # --- content ---

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Show runs; the selection is kept."""
        self._runs = tuple(runs)
        self._show_runs()

    def set_models(self, names: Collection[str]) -> None:
        """Set the names of the models in the library."""
        self._models = frozenset(names)
        self._update_actions()

    def set_histories(self, histories: Mapping[str, RunHistory]) -> None:
        """Set the histories of the selected runs by name."""
        self._comparison.set_histories(histories)

    def select_run(self, name: str) -> None:
        """Select a run, now or as soon as it is listed."""
        self._pending = name
        self._select_pending()

    def selected(self) -> tuple[str, ...]:
        """Return the names of the selected runs from top to bottom."""
        return tuple(run.name for run in self._table.selected())

    def exported_widget(self) -> QWidget:
        """Return the table and the comparison."""
        return self._content

    @property
    def is_plot(self) -> bool:
        """Whether curves are shown."""
        return self._comparison.curves.has_curves

    def exported_file(self, kind: str) -> bytes:
        """Return the compared curves as a file; empty without curves, so that the table is painted."""
        return self._comparison.curves.file(kind) if self.is_plot else b""

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return names, titles, epochs and figures of all runs, and the shown curves."""
        runs = self._runs or ()
        if not runs:
            return {}
        arrays: dict[str, NDArray[Any]] = {
            "runs": np.array([run.name for run in runs]),
            "titles": np.array([run.title for run in runs]),
            "epochs": np.array([run.record.epochs for run in runs]),
            "best_epochs": np.array([run.record.best_epoch for run in runs]),
            "parameters": np.array([run.record.parameters for run in runs]),
            "seconds": np.array([run.record.seconds for run in runs]),
        }
        for figure in dict.fromkeys(name for run in runs for name in run.record.figures):
            arrays[figure] = np.array([run.record.figures.get(figure, np.nan) for run in runs])
        return arrays | dict(self._comparison.numbers())

    # --- building ---

    def _build(self) -> None:
        # Imported here to keep the start of the program fast.
        from desktop_app.views.parts.ask_bar import AskBar
        from desktop_app.views.runs.comparison import Comparison
        from desktop_app.views.runs.runs_table import RunsTable

        self._table, self._comparison, self._ask = RunsTable(), Comparison(), AskBar()
        self._hint, self._stack = QLabel(), QStackedWidget()
        self._content = QSplitter(Qt.Orientation.Vertical)
        self._make_actions()
        self._lay_out()
        self._table.selection_changed.connect(self._selection_changed)
        self._table.title_edited.connect(self.rename_requested)
        self._ask.accepted.connect(self._accept)
        self._ask.ended.connect(self._table.setFocus)
        self._show_runs()

    def _make_actions(self) -> None:
        self._resume = self._action(self.tr("Resume…"), self.tr("Train the selected run for more epochs"))
        self._use_recipe = self._action(
            self.tr("Use recipe"), self.tr("Replace the current recipe with that of the selected run")
        )
        self._use_model = self._action(
            self.tr("Use model"), self.tr("Read handwriting with the model of the selected run")
        )
        self._save = self._action(self.tr("Save model…"), self.tr("Save a copy of the run's model"))
        self._rename = self._action(self.tr("Rename"), self.tr("Change the title of the run"), "F2")
        self._open = self._action(self.tr("Open folder"), self.tr("Open the run folder in the file manager"))
        self._log = self._action(
            self.tr("Open in TensorBoard"), self.tr("Show the log of the run in the browser")
        )
        self._delete = self._action(self.tr("Delete…"), self.tr("Delete the selected runs"), "Del")
        for action, action_slot in (
            (self._resume, self._ask_epochs),
            (self._use_recipe, lambda: self.recipe_changed.emit(self._selected_run().recipe)),
            (self._use_model, lambda: self.model_chosen.emit(self._selected_run().record.model)),
            (self._save, self._request_saving),
            (self._rename, self._table.edit_title),
            (self._open, lambda: self.folder_requested.emit(self._selected_run().folder.path)),
            (self._log, self._open_log),
            (self._delete, self._ask_delete),
        ):
            action.triggered.connect(action_slot)
        self._table.addActions(self._actions())
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _action(self, text: str, tip: str, key: str = "") -> QAction:
        action = QAction(text, self)
        # Otherwise Qt removes the dots on buttons.
        action.setIconText(text)
        action.setToolTip(tip)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def _actions(self) -> list[QAction]:
        default = [self._resume, self._use_recipe, self._use_model, self._save]
        return [*default, self._rename, self._open, self._log, self._delete]

    def _lay_out(self) -> None:
        toolbar, more = FlowLayout(), self._more_button()
        DeleteKey(self._table, more).pressed.connect(self._delete.trigger)
        for action in self._actions()[:4]:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setMinimumHeight(more.sizeHint().height())
            toolbar.addWidget(button)
        toolbar.addWidget(more)
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._content.addWidget(self._table)
        self._content.addWidget(self._comparison)
        self._content.setChildrenCollapsible(False)
        self._content.setStretchFactor(0, 1)
        self._content.setStretchFactor(1, 2)
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(STEP)
        inner.addLayout(toolbar)
        inner.addWidget(self._ask)
        inner.addWidget(self._content, 1)
        self._stack.addWidget(self._hint)
        self._stack.addWidget(filled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.addWidget(self._stack)

    def _more_button(self) -> QPushButton:
        button, menu = QPushButton(self.tr("More")), Menu(self)
        menu.addActions(self._actions()[4:])
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        button.setToolTip(self.tr("More actions for the selected runs"))
        return button

    # --- showing ---

    def _show_runs(self) -> None:
        if self._runs is None:
            self._hint.setText(self.tr("Searching for runs…"))
        else:
            self._hint.setText(
                self.tr(
                    "No runs yet. Every training run appears here when it starts, "
                    "to be compared, resumed or repeated."
                )
            )
        self._table.set_runs(self._runs or ())
        self._stack.setCurrentIndex(1 if self._runs else 0)
        self._select_pending()
        self._show_selected()

    def _select_pending(self) -> None:
        if self._pending and any(run.name == self._pending for run in self._runs or ()):
            self._table.select([self._pending])
            self._pending = ""

    def _selection_changed(self) -> None:
        self._ask.dismiss()
        self._show_selected()

    def _show_selected(self) -> None:
        runs = self._table.selected()
        names = tuple(run.name for run in runs)
        self._show_comparison(bool(runs))
        self._comparison.set_runs(runs)
        self._update_actions()
        if names != self._emitted:
            self._emitted = names
            self.selection_changed.emit(names)
        selection_changed = names[0] if len(names) == 1 else ""
        if selection_changed != self._shown_run:
            self._shown_run = selection_changed
            if selection_changed:
                self.run_chosen.emit(runs[0].folder)

    def _show_comparison(self, shown: bool) -> None:
        """Show the comparison while runs are selected; the first time, give it most of the height."""
        self._comparison.setVisible(shown)
        if shown and not self._has_compared:
            self._has_compared = True
            table = self._content.height() * _TABLE_SHARE // 100
            self._content.setSizes([table, self._content.height() - table])

    def _update_actions(self) -> None:
        runs = self._table.selected()
        run = runs[0] if len(runs) == 1 else None
        self._resume.setEnabled(run is not None and run.can_resume)
        self._use_recipe.setEnabled(run is not None and run.recipe is not None)
        self._use_model.setEnabled(run is not None and run.record.model in self._models)
        self._save.setEnabled(run is not None and run.has_model)
        self._rename.setEnabled(run is not None and not run.problem)
        self._open.setEnabled(run is not None)
        self._log.setEnabled(run is not None and run.has_log)
        self._delete.setEnabled(bool(runs) and not any(run.is_running for run in runs))

    def _open_log(self) -> None:
        from desktop_app.runs.run_folder import TENSORBOARD

        self.tensorboard_requested.emit(self._selected_run().folder.path / TENSORBOARD)

    def _request_saving(self) -> None:
        from desktop_app.runs.run_folder import MODEL

        run = self._selected_run()
        self.save_model_requested.emit(run.folder.path / MODEL, run.title)

    # --- asking ---

    def _selected_run(self) -> Run:

        return self._table.selected()[0]

    def _accept(self, number: int) -> None:
        self._on_accepted(number)

    def _ask_epochs(self) -> None:
        run = self._selected_run()
        assert run.recipe is not None
        done, planned = run.record.epochs, run.recipe.fitting.epochs
        # An interrupted run may be resumed without further epochs, to be measured.
        minimum = done + (run.record.state == "finished")
        default = planned if planned >= minimum else done + planned
        question = self.tr("“{title}” was trained for %n epoch(s). Resume until epoch:", "", done)
        self._on_accepted = lambda epochs: self.resume_requested.emit(run.name, epochs)
        self._ask.ask_number(
            question.format(title=shortened(run.title, _LONGEST_TITLE)),
            self.tr("Resume"),
            (max(1, min(minimum, MOST_EPOCHS)), min(default, MOST_EPOCHS), MOST_EPOCHS),
        )

    def _ask_delete(self) -> None:
        runs = self._table.selected()
        names = tuple(run.name for run in runs)
        if len(runs) == 1:
            question = self.tr("Delete “{title}” with its model and curves?").format(
                title=shortened(runs[0].title, _LONGEST_TITLE)
            )
        else:
            question = self.tr("Delete %n run(s) with their models and curves?", "", len(runs))
        self._on_accepted = lambda _: self.delete_requested.emit(names)
        self._ask.ask(question, self.tr("Delete"))
