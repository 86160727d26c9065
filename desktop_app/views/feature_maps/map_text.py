"""Texts about layers, channels and values."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.core.text import shape_text
from desktop_app.networks.arithmetic import Position
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.numerals import numeral

_MAX_RANK = 3


class MapText(QObject):
    """Describes layers and their values."""

    def layer(self, layer: LayerInfo) -> str:
        """Return shape, kind and parameters, e.g. "12×12×64 · Conv2D · 18,432 parameters"."""
        parts = [self.shape(layer.shape), layer.kind]
        if layer.trainable or layer.fixed:
            parts.append(self.parameters(layer.trainable, layer.fixed))
        return " · ".join(part for part in parts if part)

    def shape(self, shape: tuple[int, ...]) -> str:
        """Return a shape, e.g. "12×12×64" or "64 units"."""
        if len(shape) != 1:
            return shape_text(shape)
        return self.tr("{number} unit(s)", "", shape[0]).format(number=f"{shape[0]:,}")

    def preparation(self, info: NetworkInfo, layer: LayerInfo) -> str:
        """Return how pages become the values of an input layer; empty for other layers."""
        # Imported here to shorten the startup: Pillow is slow to load.
        from desktop_app.tasks.prepare import PREPARATIONS

        return "" if layer.inputs else translated(PREPARATIONS[info.task.preparation].description)

    def parameters(self, trainable: int, fixed: int) -> str:
        """Return the number of parameters, and how many of them are not trainable."""
        number = trainable + fixed
        if not number:
            text = self.tr("no parameters")
        elif not fixed:
            text = self.tr("{number} parameter(s)", "", number)
        elif not trainable:
            text = self.tr("{number} parameter(s), not trainable", "", number)
        else:
            text = self.tr("{number} parameter(s), {fixed} not trainable", "", number)
        return text.format(number=f"{number:,}", fixed=f"{fixed:,}")

    def short_parameters(self, number: str) -> str:
        """Return a number of parameters with a short unit."""
        return self.tr("{number} params").format(number=number)

    def not_trainable(self, number: int) -> str:
        """Return the number of parameters that are not trainable."""
        return self.tr("{number} not trainable").format(number=f"{number:,}")

    def layer_count(self, number: int) -> str:
        """Return the number of layers."""
        return self.tr("%n layer(s)", "", number)

    def inputs(self, layer: LayerInfo) -> str:
        """Return the names of the layers before; empty for the input layer."""
        if not layer.inputs:
            return ""
        return self.tr("from {layers}").format(layers=", ".join(layer.inputs))

    def value(self, position: Position, value: float, names: tuple[str, ...] = ()) -> str:
        """Return the position of a value and the value; names are those of units, if they have any."""
        text = self.tr("{position} · {value}")
        return text.format(position=self.position(position, names), value=numeral(value))

    def position(self, position: Position, names: tuple[str, ...] = ()) -> str:
        """Describe an index into an activation."""
        if len(position) == 1:
            if position[0] < len(names):
                return names[position[0]]
            return self.tr("unit {unit}").format(unit=position[0])
        if len(position) == 2:
            return self.tr("step {step} · feature {feature}").format(step=position[0], feature=position[1])
        row, column, channel = position
        text = self.tr("channel {channel} · row {row}, column {column}")
        return text.format(channel=channel, row=row, column=column)

    def constant_channels(self, constant: int, channels: int, rank: int) -> str:
        """Return how many channels are constant for this input, or units zero; empty if none."""
        if not constant:
            return ""
        text = self.tr("zero units: {constant} of {channels}")
        if rank > 1:
            text = self.tr("constant channels: {constant} of {channels}")
        return text.format(constant=f"{constant:,}", channels=f"{channels:,}")

    def why_not_shown(self, layer: LayerInfo, *, has_activation: bool) -> str:
        """Return why the activation of a layer cannot be shown; empty if it can."""
        if not has_activation:
            text = self.tr("The model does not output the activation of {layer}.")
        elif 0 in layer.shape:
            text = self.tr("{layer} has no values: its shape is {shape}.")
        elif not layer.shape:
            text = self.tr("{layer} has a single value.")
        elif len(layer.shape) > _MAX_RANK:
            text = self.tr("{layer} has {axes} axes ({shape}). At most three can be shown as maps.")
        else:
            return ""
        return text.format(layer=layer.name, axes=len(layer.shape), shape=shape_text(layer.shape))
