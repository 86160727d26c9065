"""Model cards: what a model is and is good for, checked before anything of the model is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.core.errors import Refusal, shown_name
from desktop_app.core.files import read_file
from desktop_app.core.network_info import LayerInfo
from desktop_app.imaging.normalize import INPUT_SIZE, NORMALIZATION_VERSION

CARD_FILE = "card.json"
NETWORK_FILE = "network.tflite"

_FORMAT = 1
_LARGEST_CARD = 4_000_000
_LARGEST_NETWORK = 64_000_000
_MOST_LABELS = 1000
_MOST_LAYERS = 500


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
        name: of the model and its folder.
        title: what people see.
        labels: the characters the model reads, in the order of its answers.
        look_alikes: characters that are written like a label; neither labels nor negatives.
        layers: what the network shows, input side first.
        read_threshold: confidence, 0..1, from which an answer counts as read.
        data: what the model has learned from.
        network_sha256: of the network file, hexadecimal.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    look_alikes: tuple[str, ...]
    layers: tuple[LayerInfo, ...]
    read_threshold: float
    data: tuple[DataSource, ...]
    network_sha256: str


def read_card(folder: Path) -> ModelCard:
    """Read and check the card in a model folder.

    Raises:
        Refusal: the card cannot be read or is damaged, or the model was made for another normalization.
    """
    try:
        values = json.loads(read_file(folder / CARD_FILE, _LARGEST_CARD))
    except (ValueError, RecursionError) as error:
        raise _damaged(folder) from error
    try:
        card = _parsed(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(folder) from error
    if values["normalization_version"] != NORMALIZATION_VERSION:
        raise Refusal(f"The model {card.title} was made for another version of this program; train it again.")
    return card


def read_network(folder: Path, card: ModelCard) -> bytes:
    """The network file's bytes, once their hash is the one in the card.

    A damaged network can bring down the process that runs it, so it must never get that far.

    Raises:
        Refusal: the file is missing, too large or not the one that the card describes.
    """
    data = read_file(folder / NETWORK_FILE, _LARGEST_NETWORK)
    if hashlib.sha256(data).hexdigest() != card.network_sha256:
        raise Refusal(f"The network of the model {card.title} is damaged; install the model again.")
    return data


def _damaged(folder: Path) -> Refusal:
    return Refusal(f"The card of the model {shown_name(folder)} is damaged; install the model again.")


def _parsed(values: Mapping[str, Any]) -> ModelCard:
    """The card's values, each checked.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: something is missing or of another kind.
    """
    _require(values["format"] == _FORMAT and values["input"]["shape"] == [INPUT_SIZE, INPUT_SIZE, 1])
    labels = _texts(values["labels"])
    _require(0 < len(labels) <= _MOST_LABELS and len(set(labels)) == len(labels))
    layers = tuple(_layer(layer) for layer in values["layers"])
    _require(0 < len(layers) <= _MOST_LAYERS and layers[-1].shape == (len(labels) + 1,))
    threshold = float(values["thresholds"]["read"])
    _require(0 <= threshold <= 1)
    return ModelCard(
        name=_text(values["name"]),
        title=_text(values["title"]),
        labels=labels,
        look_alikes=_texts(values["look_alikes"]),
        layers=layers,
        read_threshold=threshold,
        data=tuple(_source(source) for source in values["data"]),
        network_sha256=_text(values["files"][NETWORK_FILE]),
    )


def _layer(values: Mapping[str, Any]) -> LayerInfo:
    shape = tuple(int(size) for size in values["shape"])
    _require(len(shape) in (1, 3) and all(0 < size <= 4096 for size in shape))
    return LayerInfo(_text(values["name"]), _text(values["kind"]), shape)


def _source(values: Mapping[str, Any]) -> DataSource:
    writers = values["writers"]
    test_writers = () if writers is None else _texts(writers["test"])
    return DataSource(_text(values["file"]), _text(values["sha256"]), test_writers)


def _texts(values: Any) -> tuple[str, ...]:
    _require(isinstance(values, list))
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    _require(isinstance(value, str) and 0 < len(value) <= 200)
    return str(value)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("the card contradicts itself")
