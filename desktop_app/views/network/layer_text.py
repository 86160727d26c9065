"""What is said about the layers of a list that is edited."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.core.text import shape_text
from desktop_app.networks.layer_list import INPUT, Layer, Traced, size_text
from desktop_app.networks.layers.options import CLASSES, Option, Shape, Value
from desktop_app.networks.layers.registry import KINDS


class LayerText(QObject):
    """Says things about layers."""

    def in_short(self, layer: Layer, before: str) -> str:
        """Kind, inputs and options, e.g. "Conv2D  32 · 3×3 · relu".

        Args:
            layer: with its inputs and all its options.
            before: name of the layer before it, which need not be said.
        """
        parts = []
        if len(layer.inputs) > 1:
            parts.append(" + ".join(layer.inputs))
        elif layer.inputs and layer.inputs[0] != before:
            parts.append(self.tr("from {layer}").format(layer=layer.inputs[0]))
        for option in KINDS[layer.kind].options if layer.kind in KINDS else ():
            words = self._option(option, layer.options.get(option.name, option.default))
            if words:
                parts.append(words)
        return "  ".join(part for part in (layer.kind, " · ".join(parts)) if part)

    def totals(self, traced: Traced) -> str:
        """Layers, parameters and size, e.g. "6 layers · 110,474 parameters · 431.54 KB"."""
        layers, parameters = len(traced.layers), traced.parameters
        if not layers:
            return ""
        fixed = sum(layer.fixed for layer in traced.layers)
        parts = [
            self.tr("1 layer") if layers == 1 else self.tr("{number} layers").format(number=layers),
            self.tr("{number} parameters").format(number=f"{parameters:,}"),
        ]
        if fixed:
            parts.append(self.tr("{number} of them fixed").format(number=f"{fixed:,}"))
        return " · ".join([*parts, size_text(parameters)])

    def ending(self, traced: Traced, output_shape: Shape) -> str:
        """How a network without a problem ends."""
        if len(output_shape) > 1:
            return self.tr("Ends in images of {shape}.").format(shape=shape_text(output_shape))
        words = (
            self.tr("Ends in the probabilities of {classes} classes.")
            if traced.ends_in_probabilities
            else self.tr("Ends in logits, one for each of {classes} classes.")
        )
        return words.format(classes=output_shape[0])

    def first_problem(self, traced: Traced) -> str:
        """The first problem, and at which layer it is; empty where there is none."""
        for each in traced.layers:
            if each.problem:
                return f"{each.layer.name}: {each.problem}"
        return traced.problem

    def source(self, name: str, before: str) -> str:
        """A layer that another may take; nothing where the name is empty."""
        if not name:
            return self.tr("nothing")
        if name == before:
            return self.tr("{layer} (the one before)").format(layer=name)
        return self.tr("input (the image)") if name == INPUT else name

    def _option(self, option: Option, value: Value) -> str:
        """An option's value; empty where it is the usual one and need not be said."""
        if option.by_class and value == CLASSES:
            return self.tr("one per class")
        return option.in_short(value)
