"""Panel with the network of a recipe: zoo, layers, summary and diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop_app.core.undo_history import UndoHistory
from desktop_app.networks.layer_edits import (
    change_kind,
    duplicate_layer,
    insert_layer,
    move_layer,
    remove_layer,
    rename_layer,
)
from desktop_app.networks.layer_list import (
    MOST_LAYERS,
    CheckedLayers,
    Layer,
    layer_name_problem,
    summary,
    with_names,
)
from desktop_app.networks.layers.options import Value
from desktop_app.runs.recipe import Recipe, check_recipe_layers
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.views.draft import Draft
from desktop_app.views.network.edit_bar import EditBar
from desktop_app.views.network.layer_editor import LayerEditor
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.network.layer_text import LayerText
from desktop_app.views.network.network_picture import NetworkPicture
from desktop_app.views.network.problem_line import ProblemLine
from desktop_app.views.network.summary_view import SummaryView
from desktop_app.views.network.undo_keys import is_undo_key
from desktop_app.views.network.zoo_chooser import ZooChooser
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.history_keys import is_redo, is_undo
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP

_LEAST_EDITOR, _LEAST_EDITOR_LINES = 5 * STEP, 2.4
"""Least height of the editor, which has room for a control with its caption."""


@dataclass(frozen=True)
class _Step:
    """An edit.

    Attributes:
        before, after: recipes.
        key: successive edits with equal keys count as one, e.g. the digits of a number.
        is_recipe: whether the edit changed more than the network.
    """

    before: Recipe
    after: Recipe
    key: str = ""
    is_recipe: bool = False


class NetworkPanel(Panel):
    """Edits the network of a draft, starting from an entry of the zoo."""

    def __init__(self, draft: Draft) -> None:
        """Create the panel of a draft, which may have problems."""
        super().__init__()
        self.draft = draft
        self._layer_text = LayerText(self)
        self._layers = draft.value.layers
        self._index = -1
        self._checked = CheckedLayers(Recipe().task.input_shape, (), None)
        self._steps: UndoHistory[_Step | None] = UndoHistory(None)
        self._build()
        draft.changed.connect(self._draft_changed)

    def _draft_changed(self, recipe: Recipe) -> None:
        """Show the draft; layers changed by others cannot be undone."""
        if recipe.layers != self._layers:
            self._layers = recipe.layers
            self._steps = UndoHistory(None)
            self._index = -1
        self._show()

    def set_active(self, active: bool) -> None:
        """Show what has changed while the panel was hidden."""
        super().set_active(active)
        if active:
            self._show()

    def exported_widget(self) -> QWidget:
        """Return the table, the summary or the diagram."""
        return self._tabs.currentWidget()

    def minimumSizeHint(self) -> QSize:
        """Return the minimum height of all parts; the editor can be scrolled."""
        minimum = super().minimumSizeHint()
        if self._editor_area.isHidden():
            return minimum
        spared = self._editor_area.minimumHeight() - self._least_editor()
        return QSize(minimum.width(), minimum.height() - max(0, spared))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the editor its preferred height if the other parts have theirs."""
        super().resizeEvent(event)
        if layout := self.layout():
            # Its preferred height depends on its width.
            layout.activate()
            self._fit_editor()
            layout.activate()

    # --- building ---

    def _build(self) -> None:
        self._zoo, self._bar, self._table = ZooChooser(), EditBar(), LayerTable()
        self._summary, self._picture = SummaryView(), NetworkPicture()
        self._totals, self._line, self._editor = Caption(), ProblemLine(), LayerEditor()
        self._totals.setObjectName("network_totals")
        self._tabs, self._editor_area = QTabWidget(), ColumnView(self._editor)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        layers = QWidget()
        inner = QVBoxLayout(layers)
        inner.setContentsMargins(0, STEP, 0, 0)
        inner.setSpacing(STEP // 2)
        inner.addWidget(self._bar)
        inner.addWidget(self._table, 1)
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName(self.tr("Views of the network"))
        self._tabs.addTab(layers, self.tr("Layers"))
        self._tabs.addTab(self._summary, self.tr("Summary"))
        self._tabs.addTab(self._picture, self.tr("Diagram"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._zoo)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._totals)
        layout.addWidget(self._line)
        layout.addWidget(self._editor_area)

    def _connect(self) -> None:
        self._zoo.network_requested.connect(self._use_network)
        self._zoo.recipe_requested.connect(self._use_recipe)
        self._bar.kind_chosen.connect(self._add)
        self._bar.removal_requested.connect(self._remove)
        self._bar.copy_requested.connect(self._copy)
        self._bar.step_requested.connect(lambda step: self._move(self._index, self._index + step))
        self._bar.undo_requested.connect(self._undo)
        self._bar.redo_requested.connect(self._redo)
        self._table.layer_chosen.connect(self._choose)
        self._table.move_requested.connect(self._move)
        self._table.removal_requested.connect(self._remove)
        self._picture.layer_chosen.connect(self._choose)
        self._editor.kind_chosen.connect(self._set_kind)
        self._editor.name_entered.connect(self._set_name)
        self._editor.inputs_chosen.connect(self._set_inputs)
        self._editor.option_chosen.connect(self._set_option)
        self._tabs.currentChanged.connect(self._show)

    # --- showing ---

    def _show(self) -> None:
        """Update everything that is visible."""
        checked = self._checked = check_recipe_layers(self.draft.value)
        self._index = min(self._index, len(checked.layers) - 1)
        self._zoo.set_recipe(self.draft.value)
        self._table.set_layers(checked, self._index)
        self._totals.set_text(self._layer_text.totals(checked))
        problem = self._layer_text.first_problem(checked)
        ending = self._layer_text.ending(checked, self.draft.value.task.output_shape)
        self._line.set_text(problem or ending, problem=bool(problem))
        self._bar.set_history(can_undo=self._steps.can_undo, can_redo=self._steps.can_redo)
        self._editor_area.setVisible(self._tabs.currentWidget() is not self._summary)
        self._fit_editor()
        if self._tabs.currentWidget() is self._summary:
            self._summary.set_text(summary(checked, self.draft.value.name))
        self._show_layer()

    def _fit_editor(self) -> None:
        index, wanted = self._editor_area, self._editor.sizeHint().height()
        others = super().minimumSizeHint().height() - index.minimumHeight()
        if not index.isHidden():
            index.setFixedHeight(min(wanted, max(self.height() - others, self._least_editor())))

    def _least_editor(self) -> int:
        return max(_LEAST_EDITOR, round(_LEAST_EDITOR_LINES * self.fontMetrics().height()))

    def _show_layer(self) -> None:
        """Show the selected layer."""
        self._table.choose(self._index)
        if self._tabs.currentWidget() is self._picture:
            self._picture.set_layers(self._checked, self.draft.value, self._index)
        self._editor.set_layer(self._checked, self._index, self.draft.value.task.output_shape)
        self._bar.set_layer_index(self._index, len(self.draft.value.layers), MOST_LAYERS)

    def _choose(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self._show_layer()

    # --- editing ---

    def _use_network(self, entry: ZooEntry) -> None:
        self._index = -1
        before, source = self.draft.value, entry.recipe
        after = replace(before, layers=source.layers)
        if any((each.name, each.title) == (before.name, before.title) for each in ZOO):
            # Still named after its network; names given by the user are kept.
            after = replace(after, name=source.name, title=source.title)
        if after != before:
            self._push(_Step(before, after))

    def _use_recipe(self, entry: ZooEntry) -> None:
        if entry.recipe != self.draft.value:
            self._index = -1
            self._push(_Step(self.draft.value, entry.recipe, is_recipe=True))

    def _add(self, kind: str) -> None:
        self._index += 1
        self._change(insert_layer(self._checked, self._named_layers(), self._index, kind))

    def _remove(self) -> None:
        if self._index >= 0:
            self._change(remove_layer(self._named_layers(), self._index))

    def _copy(self) -> None:
        layers = duplicate_layer(self._named_layers(), self._index)
        self._index += 1
        self._change(layers)

    def _move(self, index: int, target: int) -> None:
        self._index = target
        self._change(move_layer(self._named_layers(), index, target))

    def _set_kind(self, kind: str) -> None:
        # Starting from the first of successive changes of kind, so that options come back.
        key = f"{self._index} kind"
        last = self._last_step(key)
        before = self.draft.value if last is None else last.before
        layers = with_names(before.layers)
        checked = check_recipe_layers(replace(before, layers=layers))
        self._change(change_kind(checked, layers, self._index, kind), key)

    def _set_name(self, name: str) -> None:
        layers = self._named_layers()
        problem = translated(layer_name_problem(name))
        if not problem and name in ("input", *(layer.name for layer in layers)):
            problem = self.tr("Another layer is already named {name}. Choose another name.").format(name=name)
        if problem:
            self._line.set_text(problem, problem=True)
        else:
            self._change(rename_layer(layers, self._index, name))

    def _set_inputs(self, inputs: tuple[str, ...]) -> None:
        layers = list(self._named_layers())
        layers[self._index] = replace(layers[self._index], inputs=inputs)
        self._change(layers, f"{self._index} inputs")

    def _set_option(self, name: str, value: Value) -> None:
        layers = list(self._named_layers())
        layer = layers[self._index]
        layers[self._index] = replace(layer, options=layer.options | {name: value})
        self._change(layers, f"{self._index} {name}")

    def _named_layers(self) -> tuple[Layer, ...]:
        return with_names(self.draft.value.layers)

    def _change(self, layers: Sequence[Layer], key: str = "") -> None:
        """Set other layers as an edit that can be undone."""
        after = replace(self.draft.value, layers=tuple(layers))
        if after != self.draft.value:
            self._push(_Step(self.draft.value, after, key))

    # --- undoing ---

    def _push(self, step: _Step) -> None:
        if (last := self._last_step(step.key)) is not None:
            self._steps.undo()
            step = replace(step, before=last.before)
        self._steps.push(step)
        self._set_recipe(step.after)

    def _last_step(self, key: str) -> _Step | None:
        """Return the last step if it has this key, so that the next one is merged with it."""
        last = self._steps.present if self._steps.can_undo else None
        return last if last is not None and key and last.key == key else None

    def _undo(self) -> None:
        step = self._steps.present
        if self._steps.can_undo and step is not None:
            self._steps.undo()
            self._restore(step.before, step)

    def _redo(self) -> None:
        step = self._steps.redo() if self._steps.can_redo else None
        if step is not None:
            self._restore(step.after, step)

    def _restore(self, recipe: Recipe, step: _Step) -> None:
        """Restore a recipe, or only its network if the step changed nothing else."""
        if not step.is_recipe:
            renamed = step.before.name != step.after.name
            named = recipe if renamed else self.draft.value
            recipe = replace(self.draft.value, layers=recipe.layers, name=named.name, title=named.title)
        self._set_recipe(recipe)

    def _set_recipe(self, recipe: Recipe) -> None:
        self._layers = recipe.layers
        self.draft.set(recipe)

    # --- keys ---

    def event(self, event: QEvent) -> bool:
        """Handle undo and redo keys here while the focus is inside."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and is_undo_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo edits."""
        if is_undo(event):
            self._undo()
        elif is_redo(event):
            self._redo()
        else:
            super().keyPressEvent(event)
