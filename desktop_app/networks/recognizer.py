"""The recognizer: a page in, everything that one reading shows out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.placement import Placement
from desktop_app.ink.page import Page
from desktop_app.networks.card import ModelCard
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.prepare import Prepared, prepare
from desktop_app.tasks.reading import Reading


@dataclass(frozen=True, eq=False)
class Observation:
    """Everything that one reading showed.

    Attributes:
        reading: the answer; None where the network's output is an image.
        prepared: what the network saw and how it came about; None where nothing lies on the page.
        activations: every layer's name to float32 of its shape, e.g. (height, width, channels) or
            (units,), in the network's order, the output last; empty where nothing lies on the page.
    """

    reading: Reading | None
    prepared: Prepared | None = None
    activations: Mapping[str, NDArray[np.float32]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def placement(self) -> Placement | None:
        """From pixels of the model input to the page, paper units for ink and pixels for pictures."""
        return None if self.prepared is None else self.prepared.placement

    @property
    def image(self) -> NDArray[np.float32] | None:
        """The output, float32 (height, width, channels), where it is an image."""
        if self.reading is not None or not self.activations:
            return None
        return list(self.activations.values())[-1]


class Recognizer:
    """Reads pages with one network. Belongs to the thread that made it."""

    def __init__(self, card: ModelCard, network: Network) -> None:
        """Read with this network."""
        self.card = card
        self._network = network

    @property
    def info(self) -> NetworkInfo:
        """The network: its task and the layers that every observation shows."""
        return self.card.info

    def observe(self, page: Page) -> Observation:
        """Read what lies on the paper."""
        started = time.perf_counter()
        task = self.info.task
        kind, prepared = task_kind(task), prepare(page, task)
        if prepared is None:
            return Observation(kind.empty_reading(_since(started)))
        output, activations = self._network.run(prepared.model_input)
        reading = kind.read(output, task, self.card.read_threshold, _since(started))
        return Observation(reading, prepared, activations)

    def read(self, page: Page) -> Reading:
        """What is read on a page, without the rest.

        Raises:
            UserError: the network reads nothing: its output is an image.
        """
        reading = self.observe(page).reading
        if reading is None:
            raise UserError(
                "The model {title} outputs images, not labels; choose another.", title=self.info.title
            )
        return reading


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def open_recognizer(folder: Path) -> Recognizer:
    """Open the model in a folder.

    Raises:
        UserError: the folder holds no model, or one that is damaged or made for something else.
    """
    card = read_card(folder)
    return Recognizer(card, Network(card, read_network(folder, card)))
