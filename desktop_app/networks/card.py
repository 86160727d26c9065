"""Model cards: description of a model with its task, layers, training, and results, stored as JSON."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from desktop_app.core.decoding import convert, decode_json
from desktop_app.core.errors import UserError
from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.naming import title_from
from desktop_app.networks.network_info import MOST_PARAMETERS, Count, LayerInfo, NetworkInfo, Text
from desktop_app.tasks.character_sets import CharacterSet, restriction
from desktop_app.tasks.kinds import is_consistent
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.tasks.task import Preparation, Task

CARD_FILE = "card.json"
NETWORK_FILE = "network.tflite"
LINE_FILE = "line.tflite"

_MOST_FILES = 20
_LONGEST_NAME = 100
_MOST_LAYERS = 500
_MOST_VALUES = 4_000_000
_MOST_OPTIONS = 50
_LONGEST_OPTION = 1000
_LONGEST_TEXT = 200

_ShortShape: TypeAlias = Annotated[tuple[Count, ...], Meta(min_length=1, max_length=4)]
"""A shape that is short enough for an error message."""

_Duration: TypeAlias = Annotated[int, Meta(ge=0, le=10**9)]

Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]

_Offset: TypeAlias = Annotated[float, Meta(ge=-10, le=10)]


@dataclass(frozen=True)
class WriterSplit:
    """Writers of a data file in the training, validation, and test split; the sets are disjoint."""

    training: tuple[Text, ...] = ()
    validation: tuple[Text, ...] = ()
    test: tuple[Text, ...] = ()


@dataclass(frozen=True)
class DataSource:
    """A data file that a model was trained on.

    Attributes:
        file: name of the file.
        sha256: SHA-256 of the file, hexadecimal.
        writers: split of its writers; None if the writers are unknown, as for MNIST.
    """

    file: Text
    sha256: Text
    writers: WriterSplit | None = None

    @property
    def test_writers(self) -> tuple[str, ...]:
        """Writers that were not used in training; empty if the writers are unknown."""
        return () if self.writers is None else self.writers.test


@dataclass(frozen=True)
class Thresholds:
    """Smallest confidences of verdicts.

    Attributes:
        read: for the verdict "read".
        read_of_sets: the same where answers are restricted to a set of characters; sets may be missing.
    """

    read: Share
    read_of_sets: Mapping[CharacterSet, Share] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, characters: CharacterSet) -> float:
        """Return the smallest confidence for the verdict "read" with a set of characters."""
        return self.read_of_sets.get(characters, self.read)


@dataclass(frozen=True)
class TrainingFacts:
    """Training of a model.

    Attributes:
        epochs: number of epochs.
        seconds: elapsed time.
        keras, backend: version of Keras, and name of its backend.
        date: ISO date of its end; empty if unknown.
    """

    epochs: _Duration
    seconds: _Duration
    keras: Text
    backend: Text
    date: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A model card.

    Attributes:
        format: version of the card's format.
        name: name of the model and its folder.
        title: title in the interface.
        task: task of the network.
        preparation_version: version of the task's preparation that the model was trained with.
        layers: all layers, each after its inputs; the first is the input, the last the output.
        files: SHA-256, hexadecimal, of the files in the folder, by name; empty in a `.keras` file.
        look_alikes: characters that look like a label; neither labels nor negatives.
        thresholds: smallest confidences of verdicts.
        set_offsets: offsets of the labels where answers are restricted to a set of characters, see
            `Restriction`; sets may be missing.
        parameters: number of parameters of the network.
        temperature: divisor of the logits, already included in the weights; None if unknown.
        training: facts about the training; None if unknown.
        data: data files that the model was trained on.
        figures: results of evaluations, as JSON values.
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
    set_offsets: Mapping[CharacterSet, tuple[_Offset, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    parameters: Annotated[int, Meta(ge=0)] = 0
    temperature: Annotated[float, Meta(gt=0)] | None = None
    training: TrainingFacts | None = None
    data: tuple[DataSource, ...] = ()
    figures: tuple[Any, ...] = ()

    @cached_property
    def info(self) -> NetworkInfo:
        """Task and layers of the network."""
        return NetworkInfo(self.name, self.title, self.task, self.layers)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the outputs, in order; empty if the output is an image."""
        return self.task.labels

    @property
    def has_line_network(self) -> bool:
        """Whether the model has a line network."""
        return LINE_FILE in self.files

    @property
    def sha256(self) -> str:
        """SHA-256 of what the model reads with, hexadecimal.

        That of the network; with a line network, the hash of both hashes.
        """
        network, line = self.files[NETWORK_FILE], self.files.get(LINE_FILE)
        return network if line is None else hashlib.sha256((network + line).encode()).hexdigest()

    @property
    def read_threshold(self) -> float:
        """Smallest confidence, 0..1, for the verdict "read", if all characters are possible answers."""
        return self.thresholds.read

    @property
    def test_accuracy(self) -> float | None:
        """Accuracy, 0..1, in the first evaluation; None if there is none or it is no share."""
        first = self.figures[0] if self.figures else None
        accuracy = first.get("accuracy") if isinstance(first, dict) else None
        return accuracy if isinstance(accuracy, float) and 0 <= accuracy <= 1 else None

    @property
    def date(self) -> str:
        """ISO date of the training; empty if unknown."""
        return "" if self.training is None else self.training.date

    def most_confused(self, most: int) -> tuple[tuple[str, str, int], ...]:
        """Return a class, a wrong answer and their count in all evaluations, the most frequent first.

        Args:
            most: largest number of pairs.
        """
        counts: Counter[tuple[str, str]] = Counter()
        for figures in self.figures:
            for right, row in zip(self.labels, _confusion(figures, len(self.labels)), strict=False):
                counts.update({(right, answer): n for answer, n in zip(self.labels, row, strict=True)})
        pairs = [(*pair, count) for pair, count in counts.most_common() if count > 0 and pair[0] != pair[1]]
        return tuple(pairs[:most])


def _confusion(figures: object, size: int) -> list[list[int]]:
    """Return the confusion matrix of an evaluation; empty if there is none of this size."""
    matrix = figures.get("confusion") if isinstance(figures, dict) else None
    try:
        rows = convert(matrix, list[list[int]])
    except msgspec.ValidationError:
        return []
    return rows if {len(rows), *map(len, rows)} == {size} else []


def card_to_json(card: ModelCard) -> bytes:
    """Return the content of a card file."""
    return msgspec.json.format(msgspec.json.encode(card, enc_hook=_plain_mapping), indent=2) + b"\n"


def card_from_json(data: bytes, name: str, *, has_files: bool = True) -> ModelCard:
    """Parse and check the content of a card file of this format or format 2.

    Args:
        data: content of the file.
        name: name of the model in errors.
        has_files: whether the card must list the files of a model folder; otherwise it must list none.

    Raises:
        UserError: the card is damaged, or the model is for another version of the program or for
            unsupported inputs.
    """
    try:
        card = _parse(decode_json(data, dict[str, Any]), name)
        _require(NETWORK_FILE in card.files if has_files else not card.files)
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


def _parse(values: dict[str, Any], name: str) -> ModelCard:
    """Convert JSON values to a card.

    Raises:
        KeyError, TypeError, ValueError, AttributeError, RecursionError: the card is damaged.
        UserError: the card is of format 1, or of format 2 with an unsupported input shape.
    """
    if values["format"] == 1:
        raise UserError(
            "The model {name} was made by an older version of this program; train or install it again.",
            name=name,
        )
    if values["format"] == 2:
        _check_input("mnist", convert(values["input"]["shape"], _ShortShape), name)
        values = _from_format_2(values)
    card = convert(values, ModelCard)
    layers = tuple(replace(layer, options=MappingProxyType(layer.options)) for layer in card.layers)
    title = title_from(card.title) or card.name
    of_sets = MappingProxyType(card.thresholds.read_of_sets)
    thresholds = replace(card.thresholds, read_of_sets=of_sets)
    files, offsets = MappingProxyType(card.files), MappingProxyType(card.set_offsets)
    card = replace(card, title=title, layers=layers, files=files, thresholds=thresholds, set_offsets=offsets)
    _check_consistency(card)
    return card


def _check_input(preparation: Preparation, shape: tuple[int, ...], name: str) -> None:
    """Raise a UserError if the preparation cannot produce inputs of this shape."""
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
    raise NotImplementedError(f"{type(value).__name__} is not supported in cards")


def _from_format_2(values: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a card without a task: all models of format 2 recognize one character, the default task."""
    height, width, channels = values["input"]["shape"]
    task = {"height": height, "width": width, "channels": channels}
    return {
        **values,
        "format": 3,
        "task": task | {"labels": values["labels"], "rejects": values["rejects"]},
        "preparation_version": values["normalization_version"],
    }


def _check_consistency(card: ModelCard) -> None:
    """Check what the types of the fields do not check.

    Raises:
        ValueError: the card is not consistent.
    """
    _require(is_plain_name(card.name) and len(card.files) <= _MOST_FILES)
    _require(all(map(is_plain_name, card.files)))
    task, by_name = card.task, {layer.name: layer for layer in card.layers}
    labels = (*task.labels, *itertools.chain.from_iterable(task.aliases))
    shown = (*labels, *by_name, *(layer.kind for layer in card.layers))
    _require(all(map(str.isprintable, shown)))
    _require(len(dict(task.aliases)) == len(task.aliases))
    _require(len(by_name) == len(card.layers) and len(set(task.labels)) == len(task.labels))
    _require(is_consistent(task))
    _require(all(label in task.labels and alias not in task.labels for alias, label in task.aliases))
    _require(all(restriction(task, name) is not None for name in card.thresholds.read_of_sets))
    for name, offsets in card.set_offsets.items():
        restricted = restriction(task, name)
        _require(restricted is not None and len(offsets) == len(restricted.outputs))
    _require(card.layers[0].shape == task.input_shape and card.layers[-1].shape == task.output_shape)
    earlier: set[str] = set()
    for layer in card.layers:
        is_input = layer.kind == "InputLayer" and not layer.inputs
        _require(is_input == (not earlier) and bool(layer.inputs) != is_input)
        _require(earlier.issuperset(layer.inputs))
        _require(0 < math.prod(layer.shape) <= _MOST_VALUES)
        if is_identity(layer) and not is_input:
            (source,) = layer.inputs
            _require(math.prod(layer.shape) == math.prod(by_name[source].shape))
        _require(len(layer.options) <= _MOST_OPTIONS and all(map(_is_plain, layer.options.values())))
        earlier.add(layer.name)


def _is_plain(option: object) -> bool:
    """Return whether an option is a short text, a number, a bool, None, or a small list of those."""
    if isinstance(option, list):
        return len(msgspec.json.encode(option)) <= _LONGEST_OPTION and all(map(_is_plain, option))
    if isinstance(option, str):
        return len(option) <= _LONGEST_TEXT
    if isinstance(option, int):
        return abs(option) <= MOST_PARAMETERS
    return option is None or isinstance(option, float)


def is_plain_name(name: str) -> bool:
    """Return whether a name is a plain file name, without any path, and not that of the card."""
    return (
        0 < len(name) <= _LONGEST_NAME
        and not name.startswith(".")
        and all(c.isalnum() or c in "-_. " for c in name)
        and name == name.strip(" .")
        and name != CARD_FILE
    )


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("the card is not consistent")
