"""What is measured about a model before it is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from desktop_app.core.messages import Message, message
from desktop_app.core.text import shape_text
from desktop_app.tasks.task import MOST_OUTPUTS, Label

Values: TypeAlias = Literal["light", "dark", "light 0-255", "dark 0-255"]
"""Values of the images that a model was trained on: light ink on a dark background or the reverse, in 0..1
or in 0..255."""

CONVERSIONS: Mapping[Values, tuple[float, float]] = MappingProxyType(
    {"light": (1.0, 0.0), "dark": (-1.0, 1.0), "light 0-255": (255.0, 0.0), "dark 0-255": (-255.0, 255.0)}
)
"""Factor and offset that turn model inputs, light ink in 0..1, into such values."""


@dataclass(frozen=True)
class ImportFacts:
    """Measured properties of a model to import.

    Attributes:
        input_shape: (height, width, channels).
        outputs: number of outputs; 0 for a model that outputs images.
        values: values that the model takes; "light" if no other ones are clearly better.
        labels: labels of the outputs, found by reading sample digits; one fewer than outputs if the last one
            is for "not a character", empty if the model does not read digits.
        accuracy: share, 0..1, of the sample digits that are read correctly; None without labels.
        is_normalized: whether the outputs were independent of each other (sigmoid) and are now divided by
            their sum.
        output_shape: (height, width, channels) of the images that the model outputs; None for labels.
    """

    input_shape: tuple[int, int, int]
    outputs: Annotated[int, Meta(ge=0, le=MOST_OUTPUTS + 1)]
    values: Values
    labels: Annotated[tuple[Label, ...], Meta(max_length=MOST_OUTPUTS)]
    accuracy: float | None
    is_normalized: bool
    output_shape: tuple[int, int, int] | None = None

    def sentences(self, *, has_labels: bool = False) -> tuple[Message, ...]:
        """Return what the user should know, one sentence each; has_labels: the user gave the labels."""
        if self.output_shape is not None:
            return self._range(), message("Output: images of {shape}.", shape=shape_text(self.output_shape))
        found = [
            _VALUES[self.values] if self.accuracy is not None or "dark" in self.values else self._range()
        ]
        if self.accuracy is not None:
            share = f"{100 * self.accuracy:.0f} %"
            found.append(message("Sample digits read correctly: {share}.", share=share))
        elif not has_labels:
            found.append(
                message(
                    "It does not read the sample digits; enter the labels of its {count} outputs.",
                    count=self.outputs,
                )
            )
        if self.is_normalized:
            found.append(message("Its outputs are independent (sigmoid); they are divided by their sum."))
        return tuple(found)

    def _range(self) -> Message:
        """Return the sentence for a network that may take any images."""
        if self.values == "light":
            return message("Input: values from 0 to 1.")
        return message("Input: values from 0 to 255.")


_VALUES: Mapping[Values, Message] = MappingProxyType(
    {
        "light": message("Input: light ink on a dark background, values from 0 to 1."),
        "dark": message("Input: dark ink on a light background, values from 0 to 1."),
        "light 0-255": message("Input: light ink on a dark background, values from 0 to 255."),
        "dark 0-255": message("Input: dark ink on a light background, values from 0 to 255."),
    }
)
