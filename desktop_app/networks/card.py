"""Model cards: what a model is and is good for, checked before anything of the model is opened."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desktop_app.core.errors import Refusal, shown_name
from desktop_app.core.files import read_file
from desktop_app.ink.normalize import CHANNELS, NORMALIZATION_VERSION, SIZES
from desktop_app.networks.naming import MOST_LABELS
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task

CARD_FILE = "card.json"
NETWORK_FILE = "network.tflite"

_FORMAT = 2
_LARGEST_CARD = 4_000_000
_LARGEST_NETWORK = 64_000_000
_MOST_LAYERS = 500
_MOST_INPUTS = 100
_MOST_VALUES = 4_000_000
_MOST_PARAMETERS = 1_000_000_000
_MOST_OPTIONS = 50
_LONGEST_OPTION = 1000
_LONGEST_TEXT = 200


@dataclass(frozen=True)
class DataSource:
    """A data file that a model has learned from.

    Attributes:
        file: its name.
        sha256: of the whole file, hexadecimal.
        test_writers: writers whom the training never saw; empty where writers are unknown.
    """

    file: str
    sha256: str
    test_writers: tuple[str, ...]


@dataclass(frozen=True)
class ModelCard:
    """The part of a model card that the program acts on.

    Attributes:
        info: name, title, labels and layers.
        look_alikes: characters that are written like a label; neither labels nor negatives.
        read_threshold: confidence, 0..1, from which an answer counts as read.
        data: what the model has learned from.
        hashes: SHA-256, hexadecimal, of the files beside the card, by name.
    """

    info: NetworkInfo
    look_alikes: tuple[str, ...]
    read_threshold: float
    data: tuple[DataSource, ...]
    hashes: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name of the model and its folder."""
        return self.info.name

    @property
    def title(self) -> str:
        """What people see."""
        return self.info.title

    @property
    def labels(self) -> tuple[str, ...]:
        """The characters the model reads, in the order of its answers."""
        return self.info.labels

    @property
    def network_sha256(self) -> str:
        """Of the network file, hexadecimal."""
        return self.hashes[NETWORK_FILE]


def read_card(folder: Path) -> ModelCard:
    """Read and check the card in a model folder.

    Raises:
        Refusal: the card cannot be read or is damaged, or the model was made for another version of
            this program, for another normalization or for inputs that this program cannot give it.
    """
    try:
        values = json.loads(read_file(folder / CARD_FILE, _LARGEST_CARD))
        if values["format"] == 1:
            raise Refusal(
                f"The model {shown_name(folder)} was made by an older version of this program; "
                "train or install it again."
            )
        card = _parsed(values)
        version = values["normalization_version"]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Refusal(
            f"The card of the model {shown_name(folder)} is damaged; install the model again."
        ) from error
    if version != NORMALIZATION_VERSION:
        raise Refusal(f"The model {card.title} was made for another version of this program; train it again.")
    _check_input(card.info)
    return card


def read_network(folder: Path, card: ModelCard) -> bytes:
    """The network file's bytes, once their hash is the one in the card.

    A damaged network can bring down the process that runs it, so it must never get that far.

    Raises:
        Refusal: the file is missing, too large or not the one that the card describes.
    """
    return read_described(folder / NETWORK_FILE, card, _LARGEST_NETWORK)


def read_described(path: Path, card: ModelCard, limit: int) -> bytes:
    """The bytes of a file beside the card, once their hash is the one in the card.

    Raises:
        Refusal: the file is missing, larger than limit or not the one that the card describes.
    """
    data = read_file(path, limit)
    if hashlib.sha256(data).hexdigest() != card.hashes.get(path.name):
        raise Refusal(f"The file {path.name} of the model {card.title} is damaged; install the model again.")
    return data


def _check_input(info: NetworkInfo) -> None:
    """Refuse a network whose input no ink can become."""
    shape = info.input_shape
    if len(shape) == 3 and shape[0] == shape[1] and shape[0] in SIZES and shape[2] in CHANNELS:
        return
    given = "×".join(map(str, shape))
    raise Refusal(
        f"The model {info.title} takes inputs of {given} values; choose one for squares of "
        f"{SIZES[0]} to {SIZES[-1]} pixels with one or three channels."
    )


def _parsed(values: Mapping[str, Any]) -> ModelCard:
    """The card's values, each checked.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: something is missing or of another kind.
    """
    info = _info(values)
    _require(values["format"] == _FORMAT and values["input"]["shape"] == list(info.input_shape))
    threshold = float(values["thresholds"]["read"])
    _require(0 <= threshold <= 1)
    hashes = {_text(name): _text(digest) for name, digest in values["files"].items()}
    _require(NETWORK_FILE in hashes)
    return ModelCard(
        info=info,
        look_alikes=_texts(values["look_alikes"]),
        read_threshold=threshold,
        data=tuple(_source(source) for source in values["data"]),
        hashes=MappingProxyType(hashes),
    )


def _info(values: Mapping[str, Any]) -> NetworkInfo:
    labels = _texts(values["labels"])
    _require(0 < len(labels) <= MOST_LABELS and len(set(labels)) == len(labels))
    rejects = values["rejects"]
    _require(isinstance(rejects, bool))
    layers = _layers(values["layers"])
    _require(layers[-1].shape == (len(labels) + rejects,))
    task = Task(labels=labels, rejects=rejects)
    shape = layers[0].shape
    if len(shape) == 3:
        task = replace(task, height=shape[0], width=shape[1], channels=3 if shape[2] == 3 else 1)
    return NetworkInfo(_text(values["name"]), _text(values["title"]), task, layers)


def _layers(values: Any) -> tuple[LayerInfo, ...]:
    """The layers, each behind its inputs: one input layer, then layers that take something."""
    _require(isinstance(values, list) and 0 < len(values) <= _MOST_LAYERS)
    seen: dict[str, LayerInfo] = {}
    for number, value in enumerate(values):
        layer = _layer(value)
        is_input = layer.kind == "InputLayer" and not layer.inputs
        _require(layer.name not in seen and is_input == (number == 0))
        _require(bool(layer.inputs) != is_input and all(name in seen for name in layer.inputs))
        if layer.passes_on and not is_input:
            (before,) = layer.inputs
            _require(math.prod(layer.shape) == math.prod(seen[before].shape))
        seen[layer.name] = layer
    return tuple(seen.values())


def _layer(values: Mapping[str, Any]) -> LayerInfo:
    shape = tuple(_count(size) for size in values["shape"])
    _require(0 < len(shape) <= 4 and 0 < math.prod(shape) <= _MOST_VALUES)
    inputs = _texts(values["inputs"])
    _require(len(inputs) <= _MOST_INPUTS)
    options = values["options"]
    _require(isinstance(options, dict) and len(options) <= _MOST_OPTIONS)
    _require(all(len(key) <= _LONGEST_TEXT and _is_plain(value) for key, value in options.items()))
    return LayerInfo(
        _text(values["name"]),
        _text(values["kind"]),
        shape,
        inputs,
        _count(values["trainable"]),
        _count(values["fixed"]),
        MappingProxyType(options),
    )


def _is_plain(option: Any) -> bool:
    """Whether an option is a short text, a finite number, a truth, nothing, or a small list of those."""
    if isinstance(option, list):
        return len(json.dumps(option)) <= _LONGEST_OPTION and all(_is_plain(item) for item in option)
    if isinstance(option, float):
        return math.isfinite(option)
    if isinstance(option, str):
        return len(option) <= _LONGEST_TEXT
    return option is None or (isinstance(option, int) and abs(option) <= _MOST_PARAMETERS)


def _count(value: Any) -> int:
    _require(type(value) is int and 0 <= value <= _MOST_PARAMETERS)
    return int(value)


def _source(values: Mapping[str, Any]) -> DataSource:
    writers = values["writers"]
    test_writers = () if writers is None else _texts(writers["test"])
    return DataSource(_text(values["file"]), _text(values["sha256"]), test_writers)


def _texts(values: Any) -> tuple[str, ...]:
    _require(isinstance(values, list))
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    _require(isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT)
    return str(value)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("the card contradicts itself")
