"""The fields of a recipe: those of every day, and more behind a button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QSpinBox, QToolButton, QVBoxLayout, QWidget

from desktop_app.runs.rate_curve import ONE_CYCLE_RISE
from desktop_app.runs.recipe import Fitting, Keeping, Recipe, Schedule, bounds, choices
from desktop_app.views.parts.theme import STEP
from desktop_app.views.recipe.field_grid import FieldGrid
from desktop_app.views.recipe.fields import Field, FlagField, NumberField, WordField
from desktop_app.views.recipe.number_edit import NumberEdit
from desktop_app.views.recipe.rate_sketch import RateSketch

_PARTS = {"fitting": Fitting, "schedule": Schedule, "keeping": Keeping, "": Recipe}

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
    refused = Signal(str)
    """What is wrong with what stands in a field, in one sentence; empty once nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with a recipe as it is before anything is chosen."""
        super().__init__(parent)
        self._recipe = Recipe()
        self._fields: dict[tuple[str, str], Field] = {}
        self.sketch = RateSketch()
        self._more, self._rest = QToolButton(), QWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addLayout(self._everyday())
        layout.addWidget(self.sketch)
        layout.addWidget(self._rejects_field())
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._rest)
        layout.addStretch(1)
        self._set_up_rest()
        for place, field in self._fields.items():
            field.edited.connect(lambda value, place=place: self._take(place, value))
            field.refused.connect(self.refused)

    def field(self, part: str, name: str) -> Field:
        """The field of one value, e.g. of "fitting" and "epochs"; part is empty for the recipe itself."""
        return self._fields[part, name]

    def set_recipe(self, recipe: Recipe) -> None:
        """Show a recipe."""
        self._recipe = recipe
        self._monitor.set_words(
            {
                f"val_{metric.name}": (
                    self.tr("Highest {metric}") if metric.higher_is_better else self.tr("Lowest {metric}")
                ).format(metric=metric.title)
                for metric in recipe.metrics
            }
        )
        for (part, name), field in self._fields.items():
            field.set_value(getattr(getattr(recipe, part) if part else recipe, name))
        self._show_what_matters()
        self.sketch.set_schedule(recipe.schedule, recipe.fitting.epochs)

    # --- building ---

    def _everyday(self) -> FieldGrid:
        optimizers = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}
        many = self.tr("How often all samples are learned from")
        return _grid(
            self._whole("fitting", "epochs", self.tr("Epochs"), many),
            self._whole("fitting", "batch_size", self.tr("Batch size"), self.tr("Samples in one step")),
            self._word("fitting", "optimizer", self.tr("Optimizer"), optimizers),
            self._number("fitting", "momentum", self.tr("Momentum"), 0.05),
            *self._rate_fields(),
        )

    def _rate_fields(self) -> tuple[Field, ...]:
        kinds = {
            "constant": self.tr("Constant"),
            "step": self.tr("Steps"),
            "cosine": self.tr("Cosine"),
            "one-cycle": self.tr("One cycle"),
            "plateau": self.tr("On a plateau"),
        }
        largest = self.tr("The largest; 1e-3 can be typed, and the arrow keys go by factors")
        tip = self.tr("How the learning rate goes over the run")
        return (
            self._number("schedule", "rate", self.tr("Learning rate"), 0, largest),
            self._word("schedule", "kind", self.tr("Schedule"), kinds, tip),
            self._number("schedule", "warm_up", self.tr("Warm-up (epochs)"), 0.5),
            self._whole("schedule", "every", self.tr("Every (epochs)")),
            self._number("schedule", "factor", self.tr("Multiplied by"), 0.05),
        )

    def _rejects_field(self) -> FlagField:
        flag = FlagField(
            self.tr("Also learn what is no character"),
            self.tr("One answer more: letters, scribbles and pairs are shown and rejected"),
        )
        self._fields["task", "rejects"] = flag
        return flag

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
        return _grid(
            self._number(
                "fitting",
                "weight_decay",
                self.tr("Weight decay"),
                0,
                self.tr("Pulls weights towards nothing"),
            ),
            self._number(
                "fitting",
                "label_smoothing",
                self.tr("Label smoothing"),
                0.01,
                self.tr("Share of every answer that is spread over all others"),
            ),
            self._number(
                "fitting",
                "average_momentum",
                self.tr("Moving average"),
                0.001,
                self.tr("What a step leaves of the average of the weights, which is kept; 0 for none"),
            ),
            self._whole(
                "fitting",
                "recalibration_batches",
                self.tr("Settling (batches)"),
                self.tr("Sharp batches that batch normalization is estimated anew on at the end"),
            ),
        )

    def _kept(self) -> FieldGrid:
        weights = {"best": self.tr("The best epoch"), "last": self.tr("The last epoch")}
        self._monitor = WordField(self.tr("Best is"), {}, self.tr("On the validation samples"))
        patience = self._whole(
            "keeping",
            "patience",
            self.tr("Patience (epochs)"),
            self.tr("So many epochs without a better one end the run; 0: none do"),
        )
        return _grid(
            self._word("keeping", "weights", self.tr("Weights of"), weights),
            self._kept_as("keeping", "monitor", self._monitor),
            patience,
            self._number(
                "keeping",
                "rejected_share",
                self.tr("May be unsure (share)"),
                0.001,
                self.tr("Share of the validation characters that may be called unsure"),
            ),
            self._flag("keeping", "every_epoch", self.tr("Keep every epoch")),
            self._flag("keeping", "tensorboard", self.tr("TensorBoard log")),
        )

    def _computing(self) -> FieldGrid:
        precisions = {"float32": "float32", "mixed_bfloat16": "bfloat16", "mixed_float16": "float16"}
        return _grid(
            self._whole("", "seed", self.tr("Seed"), self.tr("Of weights, order and variety")),
            self._word(
                "fitting", "precision", self.tr("Computed in"), precisions, self.tr("What is kept is float32")
            ),
            self._whole(
                "fitting",
                "steps_per_execution",
                self.tr("Batches at a time"),
                self.tr("Batches that TensorFlow takes without coming back; a wish to stop waits as long"),
            ),
            self._flag("fitting", "jit_compile", self.tr("Compile"), self.tr("Let XLA compile each step")),
        )

    # --- fields ---

    def _whole(self, part: str, name: str, caption: str, tip: str = "") -> Field:
        editor = QSpinBox()
        editor.setRange(*map(int, bounds(_PARTS[part], name)))
        editor.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        return self._kept_as(part, name, NumberField(caption, editor, tip))

    def _number(self, part: str, name: str, caption: str, step: float, tip: str = "") -> Field:
        editor = NumberEdit(*bounds(_PARTS[part], name), step)
        return self._kept_as(part, name, NumberField(caption, editor, tip))

    def _word(self, part: str, name: str, caption: str, words: dict[str, str], tip: str = "") -> Field:
        shown = {value: words[value] for value in choices(_PARTS[part], name)}
        return self._kept_as(part, name, WordField(caption, shown, tip))

    def _flag(self, part: str, name: str, caption: str, tip: str = "") -> Field:
        return self._kept_as(part, name, FlagField(caption, tip))

    def _kept_as(self, part: str, name: str, field: Field) -> Field:
        self._fields[part, name] = field
        return field

    # --- what happens ---

    def _take(self, place: tuple[str, str], value: Any) -> None:
        """The recipe with what was entered in one field."""
        part, name = place
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
            self._fields["schedule", name].setVisible(kind in kinds)
        self._fields["fitting", "momentum"].setVisible(self._recipe.fitting.optimizer == "sgd")
        warm_up, every = self._fields["schedule", "warm_up"], self._fields["schedule", "every"]
        one_cycle = kind == "one-cycle"
        warm_up.set_caption(
            self.tr("Rise (share, 0: {usual})").format(usual=ONE_CYCLE_RISE)
            if one_cycle
            else self.tr("Warm-up (epochs)")
        )
        every.set_caption(self.tr("Wait (epochs)") if kind == "plateau" else self.tr("Every (epochs)"))

    def _unfold(self, unfolded: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._rest.setVisible(unfolded)


def _grid(*fields: Field) -> FieldGrid:
    grid = FieldGrid()
    for field in fields:
        grid.addWidget(field)
    return grid


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label
