"""The fields of a recipe: those of every day, and more behind a button."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.core.fields import ChoiceField, Field
from desktop_app.runs.rate_curve import ONE_CYCLE_RISE
from desktop_app.runs.recipe import Keeping, Recipe
from desktop_app.runs.recipe_fields import choice_field, flag_field, number_field
from desktop_app.views.parts.form_fields import ChoiceFieldEdit, FieldEdit, field_edit
from desktop_app.views.parts.theme import STEP
from desktop_app.views.recipe.field_grid import FieldGrid
from desktop_app.views.recipe.rate_sketch import RateSketch

_MATTERS = {
    "warm_up": ("cosine", "one-cycle"),
    "every": ("step", "plateau"),
    "factor": ("step", "plateau"),
}
"""The kinds of schedule that a field has a meaning for."""


class Form(QWidget):
    """Edits how a recipe fits, what it keeps, and its seed."""

    edited = Signal(object)
    """The Recipe as the user has made it."""
    problem_changed = Signal(str)
    """What is wrong with what stands in a field, in one sentence; empty once nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with a recipe as it is before anything is chosen."""
        super().__init__(parent)
        self._recipe = Recipe()
        self._edits: dict[str, FieldEdit] = {}
        self.sketch = RateSketch()
        self._more, self._rest = QToolButton(), QWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addLayout(self._everyday())
        layout.addWidget(self.sketch)
        layout.addWidget(self._rejects_cell())
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._rest)
        layout.addStretch(1)
        self._set_up_rest()

    def edit(self, path: str) -> FieldEdit:
        """The editor of one value of the recipe, e.g. "fitting.epochs" or "seed"."""
        return self._edits[path]

    def set_recipe(self, recipe: Recipe) -> None:
        """Show a recipe."""
        self._recipe = recipe
        monitor = self._edits["keeping.monitor"]
        assert isinstance(monitor, ChoiceFieldEdit)
        monitor.set_choices(
            {
                f"val_{metric.name}": (
                    self.tr("Highest {metric}") if metric.higher_is_better else self.tr("Lowest {metric}")
                ).format(metric=metric.title)
                for metric in recipe.metrics
            }
        )
        for path, edit in self._edits.items():
            edit.set_value(attrgetter(path)(recipe))
        self._show_what_matters()
        self.sketch.set_schedule(recipe.schedule, recipe.fitting.epochs)

    # --- building ---

    def _everyday(self) -> FieldGrid:
        tr = self.tr
        optimizers = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}
        return self._grid(
            number_field("fitting.epochs", tr("Epochs"), tr("How often all samples are learned from")),
            number_field("fitting.batch_size", tr("Batch size"), tr("Samples in one step")),
            choice_field("fitting.optimizer", tr("Optimizer"), optimizers),
            number_field("fitting.momentum", tr("Momentum"), step=0.05),
            *self._rate_fields(),
        )

    def _rate_fields(self) -> tuple[Field, ...]:
        tr = self.tr
        kinds = {
            "constant": tr("Constant"),
            "step": tr("Steps"),
            "cosine": tr("Cosine"),
            "one-cycle": tr("One cycle"),
            "plateau": tr("On a plateau"),
        }
        largest = tr("The largest; 1e-3 can be typed, and the arrow keys go by factors")
        tip = tr("How the learning rate goes over the run")
        return (
            number_field("schedule.rate", tr("Learning rate"), largest),
            choice_field("schedule.kind", tr("Schedule"), kinds, tip),
            number_field("schedule.warm_up", tr("Warm-up (epochs)"), step=0.5),
            number_field("schedule.every", tr("Every (epochs)")),
            number_field("schedule.factor", tr("Multiplied by"), step=0.05),
        )

    def _rejects_cell(self) -> QWidget:
        title = self.tr("Also learn what is no character")
        tip = self.tr("One answer more: letters, scribbles and pairs are shown and rejected")
        return self._edit(flag_field("task.rejects", title, tip)).cell()

    def _set_up_rest(self) -> None:
        self._more.setText(self.tr("More"))
        self._more.setCheckable(True)
        self._more.setAutoRaise(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more.setAccessibleName(self.tr("More of the recipe"))
        self._more.toggled.connect(self._unfold)
        layout = QVBoxLayout(self._rest)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        for title, grid in (
            (self.tr("Holding back"), self._holding_back()),
            (self.tr("What is kept"), self._kept()),
            (self.tr("Computing"), self._computing()),
        ):
            layout.addSpacing(STEP // 2)
            layout.addWidget(_heading(title))
            layout.addLayout(grid)
        self._unfold(False)

    def _holding_back(self) -> FieldGrid:
        tr = self.tr
        decay = tr("Pulls weights towards nothing")
        smoothing = tr("Share of every answer that is spread over all others")
        average = tr("What a step leaves of the average of the weights, which is kept; 0 for none")
        settling = tr("Sharp batches that batch normalization is estimated anew on at the end")
        return self._grid(
            number_field("fitting.weight_decay", tr("Weight decay"), decay),
            number_field("fitting.label_smoothing", tr("Label smoothing"), smoothing, step=0.01),
            number_field("fitting.average_momentum", tr("Moving average"), average, step=0.001),
            number_field("fitting.recalibration_batches", tr("Settling (batches)"), settling),
        )

    def _kept(self) -> FieldGrid:
        tr = self.tr
        weights = {"best": tr("The best epoch"), "last": tr("The last epoch")}
        on_validation = tr("On the validation samples")
        monitor = ChoiceField("keeping.monitor", tr("Best is"), Keeping.monitor, {}, on_validation)
        patience = tr("So many epochs without a better one end the run; 0: none do")
        unsure = tr("Share of the validation characters that may be called unsure")
        return self._grid(
            choice_field("keeping.weights", tr("Weights of"), weights),
            monitor,
            number_field("keeping.patience", tr("Patience (epochs)"), patience),
            number_field("keeping.rejected_share", tr("May be unsure (share)"), unsure, step=0.001),
            flag_field("keeping.every_epoch", tr("Keep every epoch")),
            flag_field("keeping.tensorboard", tr("TensorBoard log")),
        )

    def _computing(self) -> FieldGrid:
        tr = self.tr
        precisions = {"float32": "float32", "mixed_bfloat16": "bfloat16", "mixed_float16": "float16"}
        batches = tr("Batches that TensorFlow takes without coming back; a wish to stop waits as long")
        return self._grid(
            number_field("seed", tr("Seed"), tr("Of weights, order and augmentation")),
            choice_field("fitting.precision", tr("Computed in"), precisions, tr("What is kept is float32")),
            number_field("fitting.steps_per_execution", tr("Batches at a time"), batches),
            flag_field("fitting.jit_compile", tr("Compile"), tr("Let XLA compile each step")),
        )

    def _grid(self, *fields: Field) -> FieldGrid:
        grid = FieldGrid()
        for field in fields:
            grid.addWidget(self._edit(field).cell())
        return grid

    def _edit(self, field: Field) -> FieldEdit:
        edit = self._edits[field.name] = field_edit(field)
        edit.edited.connect(lambda value: self._take(field.name, value))
        edit.problem_changed.connect(self.problem_changed)
        return edit

    # --- what happens ---

    def _take(self, path: str, value: Any) -> None:
        """The recipe with what was entered in one field."""
        part, _, name = path.rpartition(".")
        if part:
            inner = replace(getattr(self._recipe, part), **{name: value})
            if name == "kind" and value == "one-cycle" and inner.warm_up > 1:
                # It counts in shares of the run, no longer in epochs.
                inner = replace(inner, warm_up=0.0)
            changed = replace(self._recipe, **{part: inner})
        else:
            changed = replace(self._recipe, **{name: value})
        if changed != self._recipe:
            self.set_recipe(changed)
            self.edited.emit(changed)

    def _show_what_matters(self) -> None:
        kind = self._recipe.schedule.kind
        for name, kinds in _MATTERS.items():
            self._edits[f"schedule.{name}"].set_visible(kind in kinds)
        self._edits["fitting.momentum"].set_visible(self._recipe.fitting.optimizer == "sgd")
        warm_up, every = self._edits["schedule.warm_up"], self._edits["schedule.every"]
        one_cycle = kind == "one-cycle"
        warm_up.set_title(
            self.tr("Rise (share, 0: {usual})").format(usual=ONE_CYCLE_RISE)
            if one_cycle
            else self.tr("Warm-up (epochs)")
        )
        every.set_title(self.tr("Wait (epochs)") if kind == "plateau" else self.tr("Every (epochs)"))

    def _unfold(self, unfolded: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._rest.setVisible(unfolded)


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label
