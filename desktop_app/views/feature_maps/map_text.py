"""What is said about layers, channels and values, in the words of the program."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.core.text import shape_text
from desktop_app.networks.arithmetic import Position
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.parts.numerals import numeral

_LARGEST_RANK = 3


class MapText(QObject):
    """Says things about layers and their values."""

    def about(self, layer: LayerInfo) -> str:
        """Shape, kind and parameters of a layer, e.g. "12×12×64 · Conv2D · 18,432 parameters"."""
        parts = [shape_text(layer.shape), layer.kind]
        if layer.trainable or layer.fixed:
            parts.append(self.parameters(layer.trainable, layer.fixed))
        return " · ".join(part for part in parts if part)

    def parameters(self, trainable: int, fixed: int) -> str:
        """How many parameters there are, and how many of them training does not change."""
        number = trainable + fixed
        if not number:
            return self.tr("no parameters")
        if number == 1:
            text = self.tr("1 parameter")
        else:
            text = self.tr("{number} parameters").format(number=f"{number:,}")
        if not fixed:
            return text
        if not trainable:
            return self.tr("{parameters}, all fixed").format(parameters=text)
        return self.tr("{parameters}, {fixed} of them fixed").format(parameters=text, fixed=f"{fixed:,}")

    def fixed(self, number: int) -> str:
        """How many parameters training does not change."""
        return self.tr("of them {number} fixed").format(number=f"{number:,}")

    def number_of_layers(self, number: int) -> str:
        """How many layers there are."""
        return self.tr("1 layer") if number == 1 else self.tr("{number} layers").format(number=number)

    def short_kind(self, layer: LayerInfo) -> str:
        """What a layer does, in the one word that its kind is, e.g. "dropout"."""
        return layer.kind.lower()

    def takes(self, layer: LayerInfo) -> str:
        """Where a layer's inputs come from; empty of the input layer."""
        if not layer.inputs:
            return ""
        return self.tr("takes {layers}").format(layers=", ".join(layer.inputs))

    def value(self, position: Position, value: float, names: tuple[str, ...] = ()) -> str:
        """Where a value stands and what it is; names are those of units, where they have any."""
        place = self.place(position, names)
        return self.tr("{place} · {value}").format(place=place, value=numeral(value))

    def place(self, position: Position, names: tuple[str, ...] = ()) -> str:
        """Where a value stands, from an index into an activation."""
        if len(position) == 1:
            if position[0] < len(names):
                return names[position[0]]
            return self.tr("unit {unit}").format(unit=position[0])
        if len(position) == 2:
            return self.tr("step {step} · feature {feature}").format(step=position[0], feature=position[1])
        row, column, channel = position
        words = self.tr("channel {channel} · row {row}, column {column}")
        return words.format(channel=channel, row=row, column=column)

    def silent(self, silent: int, channels: int, rank: int) -> str:
        """How many of a layer's channels say nothing about this input; empty where all say something."""
        if not silent:
            return ""
        if rank == 1:
            words = self.tr("{silent} of {channels} units are 0 here")
        elif silent == 1:
            words = self.tr("1 of {channels} channels says nothing here")
        else:
            words = self.tr("{silent} of {channels} channels say nothing here")
        return words.format(silent=f"{silent:,}", channels=f"{channels:,}")

    def why_no_picture(self, layer: LayerInfo, *, answered: bool) -> str:
        """Why a layer has no picture, although there is ink; empty where it has one.

        Args:
            layer: the layer.
            answered: whether the network has answered with its activation.
        """
        if not answered:
            return self.tr("The network does not answer with what {layer} computes.").format(layer=layer.name)
        if 0 in layer.shape:
            return self.tr("{layer} has no values: its shape is {shape}.").format(
                layer=layer.name, shape=shape_text(layer.shape)
            )
        if not layer.shape:
            return self.tr("{layer} answers with a single number.").format(layer=layer.name)
        if len(layer.shape) > _LARGEST_RANK:
            return self.tr(
                "{layer} answers with {axes} axes ({shape}); only up to three can be shown as pictures."
            ).format(layer=layer.name, axes=len(layer.shape), shape=shape_text(layer.shape))
        return ""

    def unit_names(self, info: NetworkInfo, layer: LayerInfo) -> tuple[str, ...]:
        """What the units of a layer stand for, where they are the network's answers; else empty."""
        names = (*info.labels, *((self.tr("not a character"),) if info.rejects else ()))
        return names if layer.shape == (len(names),) and _leads_to_output(info, layer) else ()


def _leads_to_output(info: NetworkInfo, layer: LayerInfo) -> bool:
    """Whether behind a layer there is nothing but a softmax or the like, unit by unit."""
    at = info.layers[-1]
    while at.name != layer.name:
        if not at.is_function:
            return False
        at = info.layer(at.inputs[0])
    return True
