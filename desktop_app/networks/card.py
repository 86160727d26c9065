"""Model cards: what a model is and is good for, as one frozen value and one JSON file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from desktop_app.core.errors import UserError
from desktop_app.networks.naming import title_from
from desktop_app.networks.network_info import MOST_PARAMETERS, Count, LayerInfo, NetworkInfo, Text
from desktop_app.tasks.kinds import is_consistent
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.tasks.task import Preparation, Task

CARD_FILE = "card.json"
NETWORK_FILE = "network.tflite"

_MOST_FILES = 20
_LONGEST_NAME = 100
_MOST_LAYERS = 500
_MOST_VALUES = 4_000_000
_MOST_OPTIONS = 50
_LONGEST_OPTION = 1000
_LONGEST_TEXT = 200

_SomeSizes: TypeAlias = Annotated[tuple[Count, ...], Meta(min_length=1, max_length=4)]
"""A shape that is short enough for a sentence."""

Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]


@dataclass(frozen=True)
class WriterSplit:
    """How the writers of a data file were split; nobody is in two of the parts."""

    training: tuple[Text, ...] = ()
    validation: tuple[Text, ...] = ()
    test: tuple[Text, ...] = ()


@dataclass(frozen=True)
class DataSource:
    """A data file that a model has learned from.

    Attributes:
        file: its name.
        sha256: of the whole file, hexadecimal.
        writers: how its writers were split; None where they are unknown (MNIST).
    """

    file: Text
    sha256: Text
    writers: WriterSplit | None = None

    @property
    def test_writers(self) -> tuple[str, ...]:
        """Writers whom the training never saw; empty where writers are unknown."""
        return () if self.writers is None else self.writers.test


@dataclass(frozen=True)
class Thresholds:
    """Confidences from which something is said; `read`: from which an answer counts as read."""

    read: Share


@dataclass(frozen=True)
class TrainingFacts:
    """How a model was trained: epochs, seconds of wall-clock time, Keras' version and its backend."""

    epochs: int
    seconds: int
    keras: Text
    backend: Text


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A model card.

    Attributes:
        format: of the card.
        name: of the model and its folder.
        title: what people see.
        task: what the network is for.
        preparation_version: of the task's preparation, under which the model was made.
        layers: every layer, each behind its inputs; the first is the input, the last the output.
        files: SHA-256, hexadecimal, of the files beside the card, by name.
        look_alikes: characters that are written like a label; neither labels nor negatives.
        thresholds: confidences from which something is said.
        parameters: number of the network's weights.
        temperature: what the logits were divided by (already in the weights); None where unknown.
        training: how it was trained; None where that is unknown.
        data: what it has learned from.
        figures: reports of evaluations, as JSON has them.
    """

    format: Literal[3] = 3
    name: Text
    title: Text
    task: Task
    preparation_version: int
    layers: Annotated[tuple[LayerInfo, ...], Meta(min_length=1, max_length=_MOST_LAYERS)]
    files: Mapping[Text, Text]
    look_alikes: tuple[Text, ...] = ()
    thresholds: Thresholds = Thresholds(0.5)
    parameters: int = 0
    temperature: float | None = None
    training: TrainingFacts | None = None
    data: tuple[DataSource, ...] = ()
    figures: tuple[Any, ...] = ()

    @cached_property
    def info(self) -> NetworkInfo:
        """The network: its task and its layers."""
        return NetworkInfo(self.name, self.title, self.task, self.layers)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the outputs mean, in their order; empty where the output is an image."""
        return self.task.labels

    @property
    def read_threshold(self) -> float:
        """Confidence, 0..1, from which an answer counts as read."""
        return self.thresholds.read


def card_to_json(card: ModelCard) -> bytes:
    """A card as it stands in its file."""
    return msgspec.json.format(msgspec.json.encode(card, enc_hook=_plain_mapping), indent=2) + b"\n"


def card_from_json(data: bytes, name: str) -> ModelCard:
    """The card in a file's bytes, of this format or an older one, with everything in it checked.

    Args:
        data: the file's content.
        name: what the model is called in a user error.

    Raises:
        UserError: the card is damaged, or the model was made for another version of this program, for
            another preparation or for inputs that this program cannot give it.
    """
    try:
        card = _parsed(msgspec.json.decode(data), name)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UserError(
            "The card of the model {name} is damaged; install the model again.", name=name
        ) from error
    if card.preparation_version != PREPARATIONS[card.task.preparation].version:
        raise UserError(
            "The model {title} was made for another version of this program; train it again.",
            title=card.title,
        )
    _check_input(card.task.preparation, card.task.input_shape, card.title)
    return card


def _parsed(values: dict[str, Any], name: str) -> ModelCard:
    """The card with these values.

    Raises:
        KeyError, TypeError, ValueError, AttributeError, RecursionError: it is damaged.
        UserError: it was made by an older version whose models cannot be read.
    """
    if values["format"] == 1:
        raise UserError(
            "The model {name} was made by an older version of this program; train or install it again.",
            name=name,
        )
    if values["format"] == 2:
        _check_input("mnist", msgspec.convert(values["input"]["shape"], _SomeSizes), name)
        values = _from_format_2(values)
    card = msgspec.convert(values, ModelCard)
    layers = tuple(replace(layer, options=MappingProxyType(layer.options)) for layer in card.layers)
    title = title_from(card.title) or card.name
    card = replace(card, title=title, layers=layers, files=MappingProxyType(card.files))
    _check(card)
    return card


def _check_input(preparation: Preparation, shape: tuple[int, ...], name: str) -> None:
    """Refuse a network whose input no page can become."""
    if wanted := PREPARATIONS[preparation].expected_inputs(shape):
        given = "×".join(map(str, shape))
        raise UserError(
            "The model {name} takes inputs of {given} values; choose one for {wanted}.",
            name=name,
            given=given,
            wanted=wanted,
        )


def _plain_mapping(value: object) -> dict[str, Any]:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError(f"cards hold no {type(value).__name__}")


def _from_format_2(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a card that knew no task: all models read one character, as tasks do by default."""
    height, width, channels = values["input"]["shape"]
    task = {"height": height, "width": width, "channels": channels}
    return {
        **values,
        "format": 3,
        "task": task | {"labels": values["labels"], "rejects": values["rejects"]},
        "preparation_version": values["normalization_version"],
    }


def _check(card: ModelCard) -> None:
    """Whatever bounds of single values cannot say.

    Raises:
        ValueError: the card contradicts itself.
    """
    _require(is_plain_name(card.name) and 0 < len(card.files) <= _MOST_FILES)
    _require(all(map(is_plain_name, card.files)))
    task, seen = card.task, {layer.name: layer for layer in card.layers}
    shown = (*task.labels, *seen, *(layer.kind for layer in card.layers))
    _require(all(map(str.isprintable, shown)))
    _require(len(seen) == len(card.layers) and len(set(task.labels)) == len(task.labels))
    _require(is_consistent(task) and NETWORK_FILE in card.files)
    _require(card.layers[0].shape == task.input_shape and card.layers[-1].shape == task.output_shape)
    earlier: set[str] = set()
    for layer in card.layers:
        is_input = layer.kind == "InputLayer" and not layer.inputs
        _require(is_input == (not earlier) and bool(layer.inputs) != is_input)
        _require(earlier.issuperset(layer.inputs))
        _require(0 < math.prod(layer.shape) <= _MOST_VALUES)
        if layer.is_identity and not is_input:
            (before,) = layer.inputs
            _require(math.prod(layer.shape) == math.prod(seen[before].shape))
        _require(len(layer.options) <= _MOST_OPTIONS and all(map(_is_plain, layer.options.values())))
        earlier.add(layer.name)


def _is_plain(option: object) -> bool:
    """Whether an option is a short text, a number, a truth, nothing, or a small list of those."""
    if isinstance(option, list):
        return len(msgspec.json.encode(option)) <= _LONGEST_OPTION and all(map(_is_plain, option))
    if isinstance(option, str):
        return len(option) <= _LONGEST_TEXT
    if isinstance(option, int):
        return abs(option) <= MOST_PARAMETERS
    return option is None or isinstance(option, float)


def is_plain_name(name: str) -> bool:
    """Whether a name is one of a file or folder beside the card, and no way to another place."""
    return (
        0 < len(name) <= _LONGEST_NAME
        and not name.startswith(".")
        and all(c.isalnum() or c in "-_. " for c in name)
        and name == name.strip(" .")
        and name != CARD_FILE
    )


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("the card contradicts itself")
