"""Form with the fields of a recipe; less common ones are behind a button."""

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
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.parts.form_fields import ChoiceFieldEdit, FieldEdit, field_edit
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP
from desktop_app.views.recipe.field_grid import FieldGrid
from desktop_app.views.recipe.rate_sketch import RateSketch

_USED_BY = {
    "warm_up": ("cosine", "one-cycle"),
    "every": ("step", "plateau"),
    "factor": ("step", "plateau"),
    "minimum": ("plateau",),
}
"""Kinds of schedule that use a field."""


class Form(QWidget):
    """Edits the fields of a recipe except data and layers."""

    edited = Signal(object)
    """Recipe changed by the user."""
    problem_changed = Signal(str)
    """Problem of the text in a field, one sentence; empty: none."""

    def __init__(self) -> None:
        """Create a form with the default recipe."""
        super().__init__()
        self._recipe = Recipe()
        self._edits: dict[str, FieldEdit] = {}
        self.sketch = RateSketch()
        self._more, self._advanced = QToolButton(), QWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addLayout(self._common_fields())
        layout.addWidget(self.sketch)
        layout.addWidget(self._rejects_cell())
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._advanced)
        layout.addStretch(1)
        self._set_up_advanced()

    def edit(self, path: str) -> FieldEdit:
        """Return the editor of a field, e.g. "fitting.epochs" or "seed"."""
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
                ).format(metric=translated(metric.title))
                for metric in recipe.metrics
            }
        )
        for path, edit in self._edits.items():
            edit.set_value(attrgetter(path)(recipe))
        # Samples for this class are generated from ink.
        is_of_ink = task_kind(recipe.task).make_sample is None
        self._edits["task.rejects"].set_visible(is_of_ink or recipe.task.rejects)
        self._show_used_fields()
        self.sketch.set_schedule(recipe.schedule, recipe.fitting.epochs)

    # --- building ---

    def _common_fields(self) -> FieldGrid:
        optimizers = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}
        momentum_tip = self.tr("Momentum of SGD, or the decay of Adam's mean of gradients (beta_1)")
        return self._grid(
            number_field(
                "fitting.epochs", self.tr("Epochs"), self.tr("Number of passes over the training samples")
            ),
            number_field("fitting.batch_size", self.tr("Batch size"), self.tr("Samples per training step")),
            choice_field(
                "fitting.optimizer",
                self.tr("Optimizer"),
                optimizers,
                self.tr("Rule by which gradients change the weights"),
            ),
            number_field("fitting.momentum", self.tr("Momentum"), momentum_tip, step=0.05),
            *self._rate_fields(),
        )

    def _rate_fields(self) -> tuple[Field, ...]:
        kinds = {
            "constant": self.tr("Constant"),
            "step": self.tr("Step decay"),
            "cosine": self.tr("Cosine decay"),
            "one-cycle": self.tr("One cycle"),
            "plateau": self.tr("Reduce on plateau"),
        }
        rate_tip = self.tr("Maximum learning rate, e.g. 1e-3; arrow keys multiply it")
        schedule_tip = self.tr("How the learning rate changes during training")
        return (
            number_field("schedule.rate", self.tr("Learning rate"), rate_tip),
            choice_field("schedule.kind", self.tr("Schedule"), kinds, schedule_tip),
            number_field("schedule.warm_up", self.tr("Warm-up (epochs)"), self._warm_up_tip(), step=0.5),
            number_field(
                "schedule.every",
                self.tr("Every (epochs)"),
                self.tr("Epochs, or epochs without improvement, after which the learning rate is reduced"),
            ),
            number_field(
                "schedule.factor",
                self.tr("Factor"),
                self.tr("The learning rate is multiplied by this when it is reduced"),
                step=0.05,
            ),
            number_field(
                "schedule.minimum", self.tr("Minimum"), self.tr("The learning rate is not reduced below this")
            ),
        )

    def _warm_up_tip(self) -> str:
        return self.tr(
            "Time in which the learning rate rises: epochs, or a fraction of the training for one cycle, "
            "where 0 means {default}"
        ).format(default=ONE_CYCLE_RISE)

    def _rejects_cell(self) -> QWidget:
        title = self.tr("Add class “none of the labels”")
        schedule_tip = self.tr(
            "Train an additional class with letters, drawings, pairs and parts of characters, "
            "so that they are rejected"
        )
        return self._edit(flag_field("task.rejects", title, schedule_tip)).cell()

    def _set_up_advanced(self) -> None:
        self._more.setText(self.tr("More"))
        self._more.setCheckable(True)
        self._more.setAutoRaise(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more.setAccessibleName(self.tr("More fields of the recipe"))
        self._more.setToolTip(self.tr("Show regularization, early stopping, saving and computation"))
        self._more.toggled.connect(self._expand)
        layout = QVBoxLayout(self._advanced)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        for title, grid in (
            (self.tr("Regularization"), self._regularization()),
            (self.tr("Early stopping and saving"), self._saving()),
            (self.tr("Computation"), self._computation()),
        ):
            layout.addSpacing(STEP // 2)
            layout.addWidget(_heading(title))
            layout.addLayout(grid)
        self._expand(False)

    def _regularization(self) -> FieldGrid:
        decay = self.tr("Decays weights towards zero in every step")
        label_smoothing = self.tr("Fraction of the target that is spread over the other classes")
        ema_momentum = self.tr(
            "Momentum of the exponential moving average of the weights, which is saved; 0: none"
        )
        recalibration = self.tr(
            "Batches without augmentation on which batch normalization is recalibrated at the end"
        )
        return self._grid(
            number_field("fitting.weight_decay", self.tr("Weight decay"), decay),
            number_field("fitting.label_smoothing", self.tr("Label smoothing"), label_smoothing, step=0.01),
            number_field("fitting.average_momentum", self.tr("EMA momentum"), ema_momentum, step=0.001),
            number_field("fitting.recalibration_batches", self.tr("Recalibration batches"), recalibration),
        )

    def _saving(self) -> FieldGrid:
        weights = {"best": self.tr("Best epoch"), "last": self.tr("Last epoch")}
        on_validation = self.tr("Metric on the validation samples by which the best epoch is chosen")
        monitor = ChoiceField("keeping.monitor", self.tr("Monitor"), Keeping.monitor, {}, on_validation)
        patience = self.tr("Epochs without improvement after which training stops; 0: never")
        wrong_fraction = self.tr(
            "Largest fraction of wrong answers among those reported as sure, on the validation samples"
        )
        return self._grid(
            choice_field(
                "keeping.weights",
                self.tr("Saved weights"),
                weights,
                self.tr("Epoch whose weights become the model"),
            ),
            monitor,
            number_field("keeping.patience", self.tr("Patience (epochs)"), patience),
            number_field("keeping.wrong_share", self.tr("Wrong (fraction)"), wrong_fraction, step=0.001),
            flag_field(
                "keeping.every_epoch",
                self.tr("Save every epoch"),
                self.tr("Keep the weights of all epochs in the run, not only of the best one"),
            ),
            flag_field(
                "keeping.tensorboard",
                self.tr("TensorBoard log"),
                self.tr("Write a log that TensorBoard shows"),
            ),
        )

    def _computation(self) -> FieldGrid:
        precisions = {
            "float32": "float32",
            "mixed_bfloat16": "bfloat16",
            "mixed_float16": "float16",
            "auto": self.tr("Automatic"),
        }
        precision = self.tr(
            "Data type of computations; saved weights are float32. Automatic: the fastest on this computer, "
            "measured with a training step when the run starts"
        )
        batches = self.tr("Batches that TensorFlow runs in one call; stopping takes as long")
        return self._grid(
            number_field(
                "seed", self.tr("Seed"), self.tr("Seed of initial weights, sample order and augmentation")
            ),
            choice_field(
                "fitting.precision",
                self.tr("Precision"),
                precisions,
                precision,
            ),
            number_field("fitting.steps_per_execution", self.tr("Steps per execution"), batches),
            flag_field(
                "fitting.jit_compile", self.tr("JIT compile"), self.tr("Compile the training step with XLA")
            ),
        )

    def _grid(self, *fields: Field) -> FieldGrid:
        grid = FieldGrid()
        for field in fields:
            grid.addWidget(self._edit(field).cell())
        return grid

    def _edit(self, field: Field) -> FieldEdit:
        edit = self._edits[field.name] = field_edit(field)
        edit.edited.connect(lambda value: self._set_field(field.name, value))
        edit.problem_changed.connect(self.problem_changed)
        return edit

    # --- changes ---

    def _set_field(self, path: str, value: Any) -> None:
        """Change a field of the recipe."""
        part, _, name = path.rpartition(".")
        if part:
            inner = replace(getattr(self._recipe, part), **{name: value})
            if name == "kind" and value == "one-cycle" and not 0 < inner.warm_up <= 1:
                # For one cycle it is a fraction of the run instead of epochs.
                inner = replace(inner, warm_up=ONE_CYCLE_RISE)
            changed = replace(self._recipe, **{part: inner})
        else:
            changed = replace(self._recipe, **{name: value})
        if changed != self._recipe:
            self.set_recipe(changed)
            self.edited.emit(changed)

    def _show_used_fields(self) -> None:
        task, kind = self._recipe.task, self._recipe.schedule.kind
        # Negatives are drawn as ink.
        self._edits["task.rejects"].set_visible(task_kind(task).make_sample is None or task.rejects)
        for name, kinds in _USED_BY.items():
            self._edits[f"schedule.{name}"].set_visible(kind in kinds)
        momentum, optimizer = self._edits["fitting.momentum"], self._recipe.fitting.optimizer
        momentum.set_visible(optimizer != "rmsprop")
        momentum.set_title(self.tr("Momentum") if optimizer == "sgd" else self.tr("Beta 1"))
        warm_up, every = self._edits["schedule.warm_up"], self._edits["schedule.every"]
        one_cycle = kind == "one-cycle"
        warm_up.set_title(self.tr("Rise (fraction)") if one_cycle else self.tr("Warm-up (epochs)"))
        every.set_title(self.tr("Patience (epochs)") if kind == "plateau" else self.tr("Every (epochs)"))

    def _expand(self, expanded: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if expanded else Qt.ArrowType.RightArrow)
        self._advanced.setVisible(expanded)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label
