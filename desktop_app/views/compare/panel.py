"""The panel that compares the answers and feature maps of two models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.core.text import shape_text
from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.reading import Reading, Verdict, probability_text
from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.views.compare.mirrored_bars import MirroredBars
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.recognizer import Observation


class _Side(QWidget):
    """One model: its title, its answer, and the feature maps of one layer."""

    def __init__(self, head: QWidget, layer: QWidget) -> None:
        super().__init__()
        self.info: NetworkInfo | None = None
        self.layer = ""
        self.observation: Observation | None = None
        self._answer = QLabel()
        self._answer.setTextFormat(Qt.TextFormat.PlainText)
        # A new answer must not change the minimum width of the panel.
        self._answer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._answer.setWordWrap(True)
        self._maps = FeatureMapView()
        self._maps.setObjectName("compared_maps")
        self._maps.setMinimumSize(12 * STEP, 8 * STEP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(head)
        layout.addWidget(self._answer)
        layout.addWidget(layer)
        layout.addWidget(self._maps, 1)

    def set_network(self, info: NetworkInfo | None) -> None:
        """Set the network, or none, and discard the reading."""
        self.info = info
        self.set_observation(None)

    def set_layer(self, name: str) -> None:
        """Show the feature maps of a layer."""
        self.layer = name
        self._show_maps()

    def set_observation(self, observation: Observation | None) -> None:
        """Show a reading, or none."""
        self.observation = observation
        reading = observation.reading if observation and self.info else None
        self._answer.setText(self._answer_text(reading) if reading else "")
        self._show_maps()

    def answer(self, reading: Reading) -> str:
        """Return the label of a reading, or the name of "none of the labels" of this model."""
        assert self.info is not None
        return reading.label or translated(rejected_class(self.info.labels))

    def numbers(self) -> dict[str, NDArray[Any]]:
        """Return probabilities and the activation of the layer; empty without a reading."""
        observation = self.observation
        if observation is None or not observation.activations or self.info is None:
            return {}
        numbers: dict[str, NDArray[Any]] = {"probabilities": observation.activations[self.info.output]}
        if self.layer in observation.activations:
            numbers[self.layer] = observation.activations[self.layer]
        return numbers

    def _show_maps(self) -> None:
        activations = self.observation.activations if self.observation else {}
        self._maps.set_activation(activations.get(self.layer))

    def _answer_text(self, reading: Reading) -> str:
        assert self.info is not None
        texts = task_kind(self.info.task).texts
        if reading.verdict is Verdict.NO_INK:
            return translated(texts.empty)
        if reading.verdict is Verdict.NOT_A_CHARACTER:
            return self.answer(reading)
        share = probability_text(reading.confidence)
        if reading.verdict is Verdict.UNSURE:
            return self.tr("Unsure: {label} · {share}").format(label=reading.label, share=share)
        return f"{reading.label} · {share}"


class ComparePanel(Panel):
    """Compares the current model with a second one."""

    model_chosen = Signal(str)
    """Name of the second model."""

    def __init__(self) -> None:
        """Start without models."""
        super().__init__()
        self._own_title, self._own_layer = Caption(), Caption()
        self._model = self._choice(self.tr("Second model"), "second_model")
        self._layer = self._choice(self.tr("Layer of the second model"), "second_layer")
        self._sides = (_Side(self._own_title, self._own_layer), _Side(self._model, self._layer))
        self._bars = MirroredBars()
        self._verdict = Caption()
        for label, choice in ((self._own_title, self._model), (self._own_layer, self._layer)):
            # The maps of both sides start at the same height.
            label.setFixedHeight(choice.sizeHint().height())
        self._model.currentIndexChanged.connect(self._choose_model)
        self._layer.currentIndexChanged.connect(self._choose_layer)
        self._lay_out()
        self._compare()

    def set_models(self, models: tuple[tuple[str, str], ...], chosen: str) -> None:
        """Set names and titles of the models to choose from, and the chosen one."""
        with QSignalBlocker(self._model):
            self._model.clear()
            for name, title in models:
                self._model.addItem(title, name)
            self._model.setCurrentIndex(self._model.findData(chosen))
        self._model.setEnabled(bool(models))

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Set the first model."""
        self._sides[0].set_network(info)
        self._own_title.set_text(info.title)
        self._show_labels()

    def set_layer(self, name: str) -> None:
        """Show a layer of the first model, and the layer of the second one at the same depth."""
        self._sides[0].set_layer(name)
        info = self._sides[0].info
        if info is not None and name in info:
            self._own_layer.set_text(_layer_title(info, name))
        self._match_layer()

    def set_second(self, info: NetworkInfo | None) -> None:
        """Set the second model, or none."""
        self._sides[1].set_network(info)
        with QSignalBlocker(self._layer):
            self._layer.clear()
            for layer in info.layers if info else ():
                if not is_identity(layer) and info is not None:
                    self._layer.addItem(_layer_title(info, layer.name), layer.name)
        self._layer.setEnabled(info is not None)
        self._show_labels()
        self._match_layer()
        self._compare()

    def show_readings(self, first: Observation, second: Observation | None) -> None:
        """Show the readings of the same ink by both models; None: no reading by the second one yet."""
        self._sides[0].set_observation(first)
        self._sides[1].set_observation(second)
        self._compare()

    def verdict(self) -> str:
        """Return the comparison as a sentence."""
        return self._verdict.text()

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return probabilities and activations of both models, "first/…" and "second/…"."""
        first, second = (side.numbers() for side in self._sides)
        return {f"first/{key}": value for key, value in first.items()} | {
            f"second/{key}": value for key, value in second.items()
        }

    def _choice(self, name: str, object_name: str) -> QComboBox:
        choice = NarrowBox()
        choice.setObjectName(object_name)
        choice.setAccessibleName(name)
        choice.setToolTip(name)
        choice.setEnabled(False)
        choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return choice

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._verdict)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self._sides[0], 4)
        column = ColumnView(self._bars)
        column.setMinimumWidth(self._bars.minimumSizeHint().width())
        row.addWidget(column, 5)
        row.addWidget(self._sides[1], 4)
        layout.addLayout(row, 1)

    def _choose_model(self) -> None:
        self.model_chosen.emit(self._model.currentData())

    def _choose_layer(self) -> None:
        self._sides[1].set_layer(self._layer.currentData() or "")

    def _show_labels(self) -> None:
        """Show the labels of both models, those of the first one first."""
        known = [side.info for side in self._sides if side.info is not None]
        labels = dict.fromkeys(label for info in known for label in info.labels)
        self._bars.set_labels(tuple(labels), rejects=any(info.rejects for info in known))

    def _match_layer(self) -> None:
        """Show the layer of the second model at the depth of the first one."""
        own, other = self._sides[0], self._sides[1].info
        if own.info is None or other is None or own.layer not in own.info:
            return
        with QSignalBlocker(self._layer):
            self._layer.setCurrentIndex(self._layer.findData(_counterpart(own.info, own.layer, other)))
        self._choose_layer()

    def _compare(self) -> None:
        first, second = (side.observation for side in self._sides)
        self._bars.set_readings(first.reading if first else None, second.reading if second else None)
        if self._sides[1].info is None:
            self._verdict.set_text(self._request())
        elif first is None or second is None:
            self._verdict.set_text(self.tr("The answers of both models appear here."))
        elif first.reading is None or second.reading is None:
            self._verdict.set_text(self.tr("Only models with labels can be compared."))
        else:
            self._verdict.set_text(self._comparison(first.reading, second.reading))

    def _comparison(self, first: Reading, second: Reading) -> str:
        if first.verdict is Verdict.NO_INK:
            return self.tr("The answers of both models appear here.")
        answers = [side.answer(reading) for side, reading in zip(self._sides, (first, second), strict=True)]
        if first.label is None and second.label is None and answers[0] != answers[1]:
            text = self.tr("Neither model answers with a label: {first}, {second}.")
        elif first.label is None and second.label is None:
            text = self.tr("Both models answer “{first}”.")
        elif first.label == second.label:
            text = self.tr("Both models answer {first}.")
        else:
            text = self.tr("The models disagree: {first} or {second}.")
        return text.format(first=answers[0], second=answers[1])

    def _request(self) -> str:
        """Return what is missing for a comparison."""
        info = self._sides[0].info
        if info is not None and self._model.count() < 2:
            text = self.tr("There is no other model for {task}. Train or import one to compare.")
            return text.format(task=translated(task_kind(info.task).title))
        return self.tr("Choose a second model to compare.")


def _counterpart(info: NetworkInfo, name: str, other: NetworkInfo) -> str:
    """Return the name of the layer at the same relative depth, of the same kind if there is one."""
    layers = [layer for layer in other.layers if not is_identity(layer)]
    own = [layer.name for layer in info.layers]
    depth = own.index(name) / max(len(own) - 1, 1)
    depths = {layer.name: i / max(len(other.layers) - 1, 1) for i, layer in enumerate(other.layers)}
    same = [layer for layer in layers if layer.kind == info.layer(name).kind] or layers
    return min(same, key=lambda layer: abs(depths[layer.name] - depth)).name


def _layer_title(info: NetworkInfo, name: str) -> str:
    shape = shape_text(info.layer(name).shape)
    return f"{name} · {shape}"
