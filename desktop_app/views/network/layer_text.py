"""Texts about the layers of a list."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.core.text import shape_text
from desktop_app.networks.layer_list import INPUT, CheckedLayers, Layer, size_text
from desktop_app.networks.layers.options import CLASSES, Option, Shape, Value
from desktop_app.networks.layers.registry import KINDS
from desktop_app.views.parts.messages import translated


class LayerText(QObject):
    """Returns texts about layers."""

    def short_text(self, layer: Layer, previous: str) -> str:
        """Return kind, inputs and options, e.g. "Conv2D  32 · 3×3 · relu".

        Args:
            layer: with its inputs and all its options.
            previous: name of the previous layer, which is not mentioned as an input.
        """
        parts = []
        if len(layer.inputs) > 1:
            parts.append(" + ".join(layer.inputs))
        elif layer.inputs and layer.inputs[0] != previous:
            parts.append(self.tr("from {layer}").format(layer=layer.inputs[0]))
        for option in KINDS[layer.kind].options if layer.kind in KINDS else ():
            text = self._option(option, layer.options.get(option.name, option.default))
            if text:
                parts.append(text)
        return "  ".join(part for part in (layer.kind, " · ".join(parts)) if part)

    def totals(self, checked: CheckedLayers) -> str:
        """Return layers, parameters and size, e.g. "6 layers · 110,474 parameters · 431.54 KB".

        The input is a layer, as in Keras and in the row of layers.
        """
        if not checked.layers:
            return ""
        layers, parameters = 1 + len(checked.layers), checked.parameters
        not_trainable = sum(layer.fixed for layer in checked.layers)
        parts = [
            self.tr("%n layer(s)", "", layers),
            self.tr("{number} parameters").format(number=f"{parameters:,}"),
        ]
        if not_trainable:
            parts.append(self.tr("{number} not trainable").format(number=f"{not_trainable:,}"))
        return " · ".join([*parts, size_text(parameters)])

    def ending(self, checked: CheckedLayers, output_shape: Shape) -> str:
        """Return what a network without a problem outputs."""
        if len(output_shape) > 1:
            return self.tr("Output: image of {shape}.").format(shape=shape_text(output_shape))
        if checked.ends_in_probabilities:
            return self.tr("Output: probabilities of %n class(es).", "", output_shape[0])
        return self.tr("Output: logits of %n class(es).", "", output_shape[0])

    def first_problem(self, checked: CheckedLayers) -> str:
        """Return the first problem with the name of its layer; empty if there is none."""
        for each in checked.layers:
            if each.problem:
                return f"{each.layer.name}: {translated(each.problem)}"
        return translated(checked.problem)

    def source(self, name: str, previous: str) -> str:
        """Return the text of a possible input; an empty name means none."""
        if not name:
            return self.tr("none")
        if name == previous:
            return self.tr("{layer} (previous)").format(layer=name)
        return self.tr("input (the image)") if name == INPUT else name

    def _option(self, option: Option, value: Value) -> str:
        """Return the value of an option; empty for the default."""
        if option.allows_classes and value == CLASSES:
            return self.tr("one per class")
        return translated(option.short_text(value))
