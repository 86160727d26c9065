"""The network of a recipe: where to begin, and an editor of its layers that knows every shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop_app.core.undo_history import UndoHistory
from desktop_app.networks.layer_edits import moved, with_added, with_copy, with_kind, with_name, without
from desktop_app.networks.layer_list import (
    MOST_LAYERS,
    Layer,
    Traced,
    name_problem,
    summary,
    with_names,
)
from desktop_app.networks.layers.options import Value
from desktop_app.runs.recipe import Recipe, trace_recipe
from desktop_app.runs.zoo import ZOO, ZooEntry
from desktop_app.views.draft import Draft
from desktop_app.views.network.edit_bar import EditBar
from desktop_app.views.network.layer_editor import LayerEditor
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.network.layer_text import LayerText
from desktop_app.views.network.network_picture import NetworkPicture
from desktop_app.views.network.problem_line import ProblemLine
from desktop_app.views.network.summary_view import SummaryView
from desktop_app.views.network.undo_keys import undoes
from desktop_app.views.network.zoo_chooser import ZooChooser
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.theme import STEP

_LEAST_EDITOR = 5 * STEP

"""Of the model inputs that the program makes; see imaging.normalize."""


@dataclass(frozen=True)
class _Step:
    """One edit.

    Attributes:
        before, after: the recipe.
        key: of edits that follow each other and count as one, as the digits of a number do.
        whole: whether the edit changed more than the network.
    """

    before: Recipe
    after: Recipe
    key: str = ""
    whole: bool = False


class NetworkPanel(Panel):
    """Takes a network from the zoo and edits it, layer by layer."""

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        """Show and change the network of a draft, also while that has a problem."""
        super().__init__(parent)
        self.draft = draft
        self._words = LayerText(self)
        self._layers = draft.value.layers
        self._place = -1
        self._traced = Traced(Recipe().task.input_shape, (), "")
        self._steps: UndoHistory[_Step | None] = UndoHistory(None)
        self._build()
        draft.changed.connect(self._draft_changed)

    def _draft_changed(self, recipe: Recipe) -> None:
        """Show the draft; one that has got other layers elsewhere has no edits to undo."""
        if recipe.layers != self._layers:
            self._layers = recipe.layers
            self._steps = UndoHistory(None)
            self._place = -1
        self._show()

    def set_active(self, active: bool) -> None:
        """Shows what came while the panel could not be seen."""
        super().set_active(active)
        if active:
            self._show()

    def exported_widget(self) -> QWidget:
        """The table, the summary or the picture."""
        return self._tabs.currentWidget()

    def minimumSizeHint(self) -> QSize:
        """All parts as low as they can be; of the editor there is some to be scrolled."""
        least = super().minimumSizeHint()
        if self._editor_place.isHidden():
            return least
        spared = self._editor_place.minimumHeight() - _LEAST_EDITOR
        return QSize(least.width(), least.height() - max(0, spared))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The editor has the height that it wants, as long as the other parts have theirs."""
        super().resizeEvent(event)
        if layout := self.layout():
            # How high it wants to be depends on its width.
            layout.activate()
            self._fit_editor()
            layout.activate()

    # --- building ---

    def _build(self) -> None:
        self._zoo, self._bar, self._table = ZooChooser(), EditBar(), LayerTable()
        self._summary, self._picture = SummaryView(), NetworkPicture()
        self._totals, self._line, self._editor = Caption(), ProblemLine(), LayerEditor()
        self._totals.setObjectName("network_totals")
        self._tabs, self._editor_place = QTabWidget(), ColumnView(self._editor)
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
        self._tabs.addTab(self._picture, self.tr("Picture"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._zoo)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._totals)
        layout.addWidget(self._line)
        layout.addWidget(self._editor_place)

    def _connect(self) -> None:
        self._zoo.network_requested.connect(self._take_network)
        self._zoo.recipe_requested.connect(self._take_recipe)
        self._bar.kind_chosen.connect(self._add)
        self._bar.removal_requested.connect(self._remove)
        self._bar.copy_requested.connect(self._copy)
        self._bar.step_requested.connect(lambda step: self._move(self._place, self._place + step))
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
        """Everything anew; what cannot be seen is left as it is."""
        traced = self._traced = trace_recipe(self.draft.value)
        self._place = min(self._place, len(traced.layers) - 1)
        self._zoo.set_recipe(self.draft.value)
        self._table.set_traced(traced, self._place)
        self._totals.set_text(self._words.totals(traced))
        problem = self._words.first_problem(traced)
        ending = self._words.ending(traced, self.draft.value.task.output_shape)
        self._line.set_text(problem or ending, problem=bool(problem))
        self._bar.set_history(can_undo=self._steps.can_undo, can_redo=self._steps.can_redo)
        self._editor_place.setVisible(self._tabs.currentWidget() is not self._summary)
        self._fit_editor()
        if self._tabs.currentWidget() is self._summary:
            self._summary.set_text(summary(traced, self.draft.value.name))
        self._show_chosen()

    def _fit_editor(self) -> None:
        place, wanted = self._editor_place, self._editor.sizeHint().height()
        others = super().minimumSizeHint().height() - place.minimumHeight()
        if not place.isHidden():
            place.setFixedHeight(min(wanted, max(self.height() - others, _LEAST_EDITOR)))

    def _show_chosen(self) -> None:
        """What depends on the layer that is chosen."""
        self._table.choose(self._place)
        if self._tabs.currentWidget() is self._picture:
            self._picture.set_traced(self._traced, self.draft.value, self._place)
        self._editor.set_layer(self._traced, self._place, self.draft.value.task.output_shape)
        self._bar.set_place(self._place, len(self.draft.value.layers), MOST_LAYERS)

    def _choose(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self._show_chosen()

    # --- editing ---

    def _take_network(self, entry: ZooEntry) -> None:
        self._place = -1
        before, taken = self.draft.value, entry.recipe
        after = replace(before, layers=taken.layers)
        if any((each.name, each.title) == (before.name, before.title) for each in ZOO):
            # It was called after its network; whoever gave it a name of its own keeps that.
            after = replace(after, name=taken.name, title=taken.title)
        if after != before:
            self._push(_Step(before, after))

    def _take_recipe(self, entry: ZooEntry) -> None:
        if entry.recipe != self.draft.value:
            self._place = -1
            self._push(_Step(self.draft.value, entry.recipe, whole=True))

    def _add(self, kind: str) -> None:
        self._place += 1
        self._change(with_added(self._traced, self._named(), self._place, kind))

    def _remove(self) -> None:
        if self._place >= 0:
            self._change(without(self._named(), self._place))

    def _copy(self) -> None:
        layers = with_copy(self._named(), self._place)
        self._place += 1
        self._change(layers)

    def _move(self, place: int, target: int) -> None:
        self._place = target
        self._change(moved(self._named(), place, target))

    def _set_kind(self, kind: str) -> None:
        # From what it was when the user began to look through the kinds: it gets its options back.
        key = f"{self._place} kind"
        last = self._step_of(key)
        before = self.draft.value if last is None else last.before
        layers = with_names(before.layers)
        traced = trace_recipe(replace(before, layers=layers))
        self._change(with_kind(traced, layers, self._place, kind), key)

    def _set_name(self, name: str) -> None:
        layers = self._named()
        problem = name_problem(name)
        if not problem and name in ("input", *(layer.name for layer in layers)):
            problem = self.tr("There is a layer called {name} already; the name stays.").format(name=name)
        if problem:
            self._line.set_text(problem, problem=True)
        else:
            self._change(with_name(layers, self._place, name))

    def _set_inputs(self, inputs: tuple[str, ...]) -> None:
        layers = list(self._named())
        layers[self._place] = replace(layers[self._place], inputs=inputs)
        self._change(layers, f"{self._place} inputs")

    def _set_option(self, name: str, value: Value) -> None:
        layers = list(self._named())
        layer = layers[self._place]
        layers[self._place] = replace(layer, options=layer.options | {name: value})
        self._change(layers, f"{self._place} {name}")

    def _named(self) -> tuple[Layer, ...]:
        return with_names(self.draft.value.layers)

    def _change(self, layers: Sequence[Layer], key: str = "") -> None:
        """Hand on the recipe with other layers."""
        after = replace(self.draft.value, layers=tuple(layers))
        if after != self.draft.value:
            self._push(_Step(self.draft.value, after, key))

    # --- undoing ---

    def _push(self, step: _Step) -> None:
        if (last := self._step_of(step.key)) is not None:
            self._steps.undo()
            step = replace(step, before=last.before)
        self._steps.push(step)
        self._hand_on(step.after)

    def _step_of(self, key: str) -> _Step | None:
        """The last step, if it has this key: the next one with it counts as the same."""
        last = self._steps.present if self._steps.can_undo else None
        return last if last is not None and key and last.key == key else None

    def _undo(self) -> None:
        step = self._steps.present
        if self._steps.can_undo and step is not None:
            self._steps.undo()
            self._return_to(step.before, step)

    def _redo(self) -> None:
        step = self._steps.redo() if self._steps.can_redo else None
        if step is not None:
            self._return_to(step.after, step)

    def _return_to(self, recipe: Recipe, step: _Step) -> None:
        """Bring back a recipe, or only its network where the step changed no more."""
        if not step.whole:
            renamed = step.before.name != step.after.name
            named = recipe if renamed else self.draft.value
            recipe = replace(self.draft.value, layers=recipe.layers, name=named.name, title=named.title)
        self._hand_on(recipe)

    def _hand_on(self, recipe: Recipe) -> None:
        self._layers = recipe.layers
        self.draft.set(recipe)

    # --- keys ---

    def event(self, event: QEvent) -> bool:
        """While the focus is in here, undoing means the layers."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and undoes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self._undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._redo()
        else:
            super().keyPressEvent(event)
