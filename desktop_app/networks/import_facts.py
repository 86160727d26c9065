"""What is measured about a model before it is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from desktop_app.core.messages import Message, message
from desktop_app.core.text import shape_text
from desktop_app.tasks.kinds import KINDS
from desktop_app.tasks.task import MOST_OUTPUTS, Label, Task

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
        labels: labels of the outputs, from the model card in the file or found by reading sample digits; one
            fewer than outputs if the last one is for "not a character", empty if they are unknown.
        accuracy: share, 0..1, of the sample digits that are read correctly; None if digits are not among the
            labels.
        is_normalized: whether the outputs were independent of each other (sigmoid) and are now divided by
            their sum.
        output_shape: (height, width, channels) of the images that the model outputs; None for labels.
        task: task in the model card in the file; None without a card that can be used.
        title: title in that card; empty without one.
        has_unusable_card: whether the file has a model card that is not used.
    """

    input_shape: tuple[int, int, int]
    outputs: Annotated[int, Meta(ge=0, le=MOST_OUTPUTS + 1)]
    values: Values
    labels: Annotated[tuple[Label, ...], Meta(max_length=MOST_OUTPUTS)]
    accuracy: float | None
    is_normalized: bool
    output_shape: tuple[int, int, int] | None = None
    task: Task | None = None
    title: str = ""
    has_unusable_card: bool = False

    def accepts(self, labels: tuple[str, ...]) -> bool:
        """Return whether there is a label for each output; characters may leave out the last output."""
        if self.task is not None and labels == self.task.labels:
            return True
        missing = self.outputs - len(labels)
        return bool(labels) and (missing == 0 or (missing == 1 and self.task_of(labels).kind == "character"))

    def task_of(self, labels: tuple[str, ...]) -> Task:
        """Return the task with labels in place of those that were found; their number is not checked.

        A network whose labels are words classifies images.
        """
        if self.task is not None and labels == self.task.labels:
            return self.task
        height, width, channels = self.input_shape
        task = self.task or Task(height=height, width=width, channels=1 if channels == 1 else 3)
        kind = KINDS["character" if all(len(label) == 1 for label in labels) else "picture"]
        is_possible = task.preparation in kind.preparations
        return replace(
            task,
            kind=kind.name,
            preparation=task.preparation if is_possible else kind.preparations[0],
            labels=labels,
            aliases=tuple(pair for pair in task.aliases if pair[1] in labels and pair[0] not in labels),
            rejects=self.outputs > len(labels),
        )

    def sentences(self, labels: tuple[str, ...] = ()) -> tuple[Message, ...]:
        """Return what the user should know, one sentence each.

        Args:
            labels: labels that the user has entered; empty for those that were found.
        """
        found = [*self._of_card(labels)]
        if self.output_shape is not None:
            shape = shape_text(self.output_shape)
            return *found, self._range(), message("Output: images of {shape}.", shape=shape)
        known = labels or self.labels
        task = self.task_of(known) if known else None
        found += self._of_input(task)
        if self.accuracy is not None:
            share = f"{100 * self.accuracy:.0f} %"
            found.append(message("Sample digits read correctly: {share}.", share=share))
        elif task is None:
            found.append(
                message(
                    "It does not read the sample digits; enter the labels of its {count} outputs.",
                    count=self.outputs,
                )
            )
        if self.is_normalized:
            found.append(message("Its outputs are independent (sigmoid); they are divided by their sum."))
        return tuple(found)

    def _of_card(self, labels: tuple[str, ...]) -> Iterator[Message]:
        if self.has_unusable_card:
            yield message(
                "The model card in the file is not used: it is damaged, of another version of this program, "
                "or does not fit the network."
            )
        elif self.task is not None and labels in ((), self.task.labels):
            yield message("Task and thresholds are those of the model card in the file.")
        elif self.task is not None:
            yield message("Other labels: thresholds and results of the model card are left out.")

    def _of_input(self, task: Task | None) -> Iterator[Message]:
        """Yield the sentences about the input of a network with labels; task: None without labels."""
        if task is not None and task.sees_directions:
            yield message("Input: ink coloured by the direction of the pen; ink of images is grey.")
            return
        is_of_ink = self.task is not None and task is not None and task.kind == "character"
        has_sides = is_of_ink or self.accuracy is not None or "dark" in self.values
        yield _VALUES[self.values] if has_sides else self._range()
        if task is not None and task.kind == "character" and task.channels == 3:
            yield message("All channels get the same grey ink, without directions of the pen.")

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
