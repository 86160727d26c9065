"""The panel of runs: all that was ever trained, to be compared, repeated, continued or deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.views.panel import Panel
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.runs.run_folder import RunHistory
    from desktop_app.runs.run_store import Run

MOST_EPOCHS = 10_000

_TABLE_SHARE = 36
"""Per cent of the height that the table has at first beside a comparison."""


class RunsPanel(Panel):
    """A table of all runs, and below it the comparison of those that are selected."""

    selection_changed = Signal(object)
    """Names of the runs that are selected from now on, from top to bottom: a tuple of str."""
    run_chosen = Signal(object)
    """The RunFolder of the one run that is selected."""
    recipe_changed = Signal(object)
    """The Recipe of a run that the user wants to repeat, as the new draft."""
    go_on_requested = Signal(str, int)
    """The name of a run to go on with, and how many epochs there will be in all."""
    rename_requested = Signal(str, str)
    """The name of a run and its new title."""
    delete_requested = Signal(object)
    """The names of runs to delete: a tuple of str; the user was asked."""
    folder_requested = Signal(object)
    """The Path of a run's folder, to be shown by the system."""
    tensorboard_requested = Signal(object)
    """The Path of a run's log, to be shown by TensorBoard."""
    model_chosen = Signal(str)
    """The name of a model in the library that is to read from now on."""
    save_model_requested = Signal(str)
    """The name of a run whose model is to be saved elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without knowing whether there are runs."""
        super().__init__(parent)
        self._runs: tuple[Run, ...] | None = None
        self._models: frozenset[str] = frozenset()
        self._wanted = ""
        self._chosen = ""
        self._told: tuple[str, ...] = ()
        self._was_compared = False
        self._answer: Callable[[int], None] = lambda _: None
        self._build()

    # --- what is shown ---

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Show these runs; those that were selected and are still there stay so."""
        self._runs = tuple(runs)
        self._show_runs()

    def set_models(self, names: Collection[str]) -> None:
        """The names of the models in the library, which can be read with."""
        self._models = frozenset(names)
        self._update_actions()

    def set_histories(self, histories: Mapping[str, RunHistory]) -> None:
        """How the selected runs went, by their names."""
        self._comparison.set_histories(histories)

    def select_run(self, name: str) -> None:
        """Select a run, at the latest when it is listed and the panel is seen."""
        self._wanted = name
        self._show_wanted()

    def selected(self) -> tuple[str, ...]:
        """The names of the selected runs, from top to bottom."""
        return tuple(run.name for run in self._table.selected())

    def exported_widget(self) -> QWidget:
        """The table and the comparison."""
        return self._content

    @property
    def is_plot(self) -> bool:
        """While runs are compared."""
        return self._comparison.curves.has_curves

    def exported_file(self, kind: str) -> bytes:
        """The curves of the runs that are compared; without any, the table is painted."""
        return self._comparison.curves.saved(kind) if self.is_plot else b""

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Names, titles, epochs and figures of all runs, and the curves that are shown."""
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
        # Nobody who never looks at runs waits for what reads them.
        from desktop_app.views.runs.ask_bar import AskBar
        from desktop_app.views.runs.comparison import Comparison
        from desktop_app.views.runs.runs_table import RunsTable

        self._table, self._comparison, self._ask = RunsTable(), Comparison(), AskBar()
        self._hint, self._stack = QLabel(), QStackedWidget()
        self._content = QSplitter(Qt.Orientation.Vertical)
        self._make_actions()
        self._lay_out()
        self._table.chosen.connect(self._selection_changed)
        self._table.title_given.connect(self.rename_requested)
        self._ask.accepted.connect(self._say_yes)
        self._ask.ended.connect(self._table.setFocus)
        self._show_runs()

    def _make_actions(self) -> None:
        self._go_on = self._action(self.tr("Go on…"), self.tr("Train the selected run for more epochs"))
        self._repeat = self._action(
            self.tr("Use recipe"), self.tr("Make the recipe of the selected run the one that is edited")
        )
        self._read = self._action(self.tr("Read with it"), self.tr("Read handwriting with the run's model"))
        self._save = self._action(self.tr("Save model…"), self.tr("Save the run's model to a file"))
        self._rename = self._action(self.tr("Rename"), self.tr("Give the run another title"), "F2")
        self._open = self._action(self.tr("Open folder"), self.tr("Show the run's files"))
        self._log = self._action(self.tr("Open in TensorBoard"), self.tr("Show the log that the run wrote"))
        self._delete = self._action(self.tr("Delete…"), self.tr("Delete the selected runs"), "Del")
        for action, work in (
            (self._go_on, self._ask_epochs),
            (self._repeat, lambda: self.recipe_changed.emit(self._only().recipe)),
            (self._read, lambda: self.model_chosen.emit(self._only().record.model)),
            (self._save, lambda: self.save_model_requested.emit(self._only().name)),
            (self._rename, self._table.edit_title),
            (self._open, lambda: self.folder_requested.emit(self._only().folder.path)),
            (self._log, self._open_log),
            (self._delete, self._ask_whether_to_delete),
        ):
            action.triggered.connect(work)
        self._table.addActions(self._actions())
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _action(self, words: str, tip: str, key: str = "") -> QAction:
        action = QAction(words, self)
        # Qt would take the dots away from buttons.
        action.setIconText(words)
        action.setToolTip(tip)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def _actions(self) -> list[QAction]:
        first = [self._go_on, self._repeat, self._read, self._save]
        return [*first, self._rename, self._open, self._log, self._delete]

    def _lay_out(self) -> None:
        head = FlowLayout()
        for action in self._actions()[:4]:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            head.addWidget(button)
        head.addWidget(self._more_button())
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
        inner.addLayout(head)
        inner.addWidget(self._ask)
        inner.addWidget(self._content, 1)
        self._stack.addWidget(self._hint)
        self._stack.addWidget(filled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.addWidget(self._stack)

    def _more_button(self) -> QToolButton:
        button, menu = QToolButton(), QMenu(self)
        menu.addActions(self._actions()[4:])
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(self.tr("More"))
        button.setToolTip(self.tr("More to do with the selected runs"))
        # Room for the little arrow, which the style paints over the end of the text.
        button.setText(self.tr("More") + "  ")
        return button

    # --- showing ---

    def _show_runs(self) -> None:
        if self._runs is None:
            self._hint.setText(self.tr("Looking for runs …"))
        else:
            self._hint.setText(
                self.tr(
                    "Nothing has been trained yet. Every run appears here once it begins, "
                    "with all that is needed to repeat, continue and compare it."
                )
            )
        self._table.set_runs(self._runs or ())
        self._stack.setCurrentIndex(1 if self._runs else 0)
        self._show_wanted()
        self._show_selected()

    def _show_wanted(self) -> None:
        if self._wanted and any(run.name == self._wanted for run in self._runs or ()):
            self._table.select([self._wanted])
            self._wanted = ""

    def _selection_changed(self) -> None:
        self._ask.dismiss()
        self._show_selected()

    def _show_selected(self) -> None:
        runs = self._table.selected()
        names = tuple(run.name for run in runs)
        self._show_comparison(bool(runs))
        self._comparison.set_runs(runs)
        self._update_actions()
        if names != self._told:
            self._told = names
            self.selection_changed.emit(names)
        chosen = names[0] if len(names) == 1 else ""
        if chosen != self._chosen:
            self._chosen = chosen
            if chosen:
                self.run_chosen.emit(runs[0].folder)

    def _show_comparison(self, shown: bool) -> None:
        """The comparison has its place only while runs are selected; at first the larger one."""
        self._comparison.setVisible(shown)
        if shown and not self._was_compared:
            self._was_compared = True
            table = self._content.height() * _TABLE_SHARE // 100
            self._content.setSizes([table, self._content.height() - table])

    def _update_actions(self) -> None:
        runs = self._table.selected()
        run = runs[0] if len(runs) == 1 else None
        self._go_on.setEnabled(run is not None and run.can_resume)
        self._repeat.setEnabled(run is not None and run.recipe is not None)
        self._read.setEnabled(run is not None and run.record.model in self._models)
        self._save.setEnabled(run is not None and run.has_model)
        self._rename.setEnabled(run is not None and not run.problem)
        self._open.setEnabled(run is not None)
        self._log.setEnabled(run is not None and run.has_log)
        self._delete.setEnabled(bool(runs) and not any(run.is_running for run in runs))

    def _open_log(self) -> None:
        from desktop_app.runs.run_folder import TENSORBOARD

        self.tensorboard_requested.emit(self._only().folder.path / TENSORBOARD)

    # --- asking ---

    def _only(self) -> Run:
        """The one run that is selected, as all actions but one ask for."""
        return self._table.selected()[0]

    def _say_yes(self, number: int) -> None:
        self._answer(number)

    def _ask_epochs(self) -> None:
        run = self._only()
        assert run.recipe is not None
        learned, planned = run.record.epochs, run.recipe.fitting.epochs
        # What was cut off behind its last epoch is yet to be measured.
        least = learned + (run.record.state == "finished")
        first = planned if planned >= least else learned + planned
        question = self.tr("“{title}” has learned {epochs} epochs. Go on until epoch:")
        if learned == 1:
            question = self.tr("“{title}” has learned 1 epoch. Go on until epoch:")
        self._answer = lambda epochs: self.go_on_requested.emit(run.name, epochs)
        self._ask.ask_number(
            question.format(title=_shortened(run.title), epochs=learned),
            self.tr("Go on"),
            (max(1, min(least, MOST_EPOCHS)), min(first, MOST_EPOCHS), MOST_EPOCHS),
        )

    def _ask_whether_to_delete(self) -> None:
        runs = self._table.selected()
        names = tuple(run.name for run in runs)
        if len(runs) == 1:
            question = self.tr("Delete “{title}” with everything that is kept of it?").format(
                title=_shortened(runs[0].title)
            )
        else:
            question = self.tr("Delete {count} runs with everything that is kept of them?").format(
                count=len(runs)
            )
        self._answer = lambda _: self.delete_requested.emit(names)
        self._ask.ask(question, self.tr("Delete"))


def _shortened(title: str) -> str:
    return title if len(title) <= 28 else f"{title[:27]}…"
