"""What is said about the layers of a list that is edited."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.networks.layer_list import CLASSES, INPUT, KINDS, Layer, Traced, Value, size_text


class LayerWords(QObject):
    """Says things about layers, and names their options for people."""

    def label(self, option: str) -> str:
        """The name of an option, e.g. "Kernel"."""
        names = {
            "filters": self.tr("Filters"),
            "kernel_size": self.tr("Kernel"),
            "strides": self.tr("Stride"),
            "padding": self.tr("Padding"),
            "activation": self.tr("Activation"),
            "use_bias": self.tr("Bias"),
            "pool_size": self.tr("Window"),
            "rate": self.tr("Rate"),
            "units": self.tr("Units"),
        }
        return names.get(option, option)

    def tip(self, option: str) -> str:
        """What an option does, in a sentence with Keras' name for it."""
        tips = {
            "filters": self.tr("How many maps the layer makes"),
            "kernel_size": self.tr("Height and width of what one value looks at"),
            "strides": self.tr("Pixels from one place to the next"),
            "padding": self.tr("same: maps keep their size; valid: windows stay inside the map"),
            "activation": self.tr("The function that every sum goes through"),
            "use_bias": self.tr("Whether a learned number is added to every sum"),
            "pool_size": self.tr("Height and width of what is made one value"),
            "rate": self.tr("Share of the values that are dropped while training"),
            "units": self.tr("How many values the layer makes"),
        }
        return f"{tips[option]} ({option})" if option in tips else option

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
        for name, value in layer.options.items():
            words = self._option(layer.kind, name, value)
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

    def ending(self, traced: Traced, classes: int) -> str:
        """How a network without a problem ends."""
        words = (
            self.tr("Ends in the probabilities of {classes} classes.")
            if traced.ends_in_probabilities
            else self.tr("Ends in logits, one for each of {classes} classes.")
        )
        return words.format(classes=classes)

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

    def _option(self, kind: str, name: str, value: Value) -> str:
        """An option's value; empty where it is the usual one and need not be said."""
        if name in ("kernel_size", "pool_size"):
            return f"{value}×{value}"
        if name == "units":
            return self.tr("one per class") if value == CLASSES else str(value)
        if name in ("filters", "rate"):
            return str(value)
        if kind in KINDS and name in KINDS[kind].options and kind != "Activation":
            if value == KINDS[kind].options[name].default:
                return ""
            if name == "use_bias":
                return self.tr("no bias")
        return self.tr("stride {stride}").format(stride=value) if name == "strides" else str(value)
