"""The recognizer: a page in, everything that one reading shows out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.placement import IN_PLACE, Placement
from desktop_app.ink.normalize import Normalized, normalize
from desktop_app.ink.page import Page
from desktop_app.ink.rasterize import ink_map_placement, rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.networks.card import ModelCard
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.verdict import judge


@dataclass(frozen=True, eq=False)
class Observation:
    """Everything that one reading showed.

    Attributes:
        reading: the answer.
        normalized: what the network saw and how it came about; None without ink.
        activations: every layer's name to float32 of its shape, e.g. (height, width, channels) or
            (units,), in the network's order; empty without ink.
        placement: from pixels of the model input to the page, paper units for ink and pixels of the
            image for pictures; None without ink.
    """

    reading: Reading
    normalized: Normalized | None = None
    activations: Mapping[str, NDArray[np.float32]] = field(default_factory=lambda: MappingProxyType({}))
    placement: Placement | None = None


class Recognizer:
    """Reads pages with one network. Belongs to the thread that made it."""

    def __init__(self, card: ModelCard, network: Network) -> None:
        """Read with this network."""
        self.card = card
        self._network = network

    @property
    def info(self) -> NetworkInfo:
        """The network: its labels and the layers that every observation shows."""
        return self.card.info

    def read(self, page: Page) -> Observation:
        """Read what lies on the paper."""
        started = time.perf_counter()
        ink_map = rasterize(page) if isinstance(page, Ink) else page.ink_map
        size, _, channels = self.info.input_shape
        normalized = normalize(ink_map, size, channels)
        if normalized is None:
            return Observation(Reading(Verdict.NO_INK, milliseconds=_since(started)))
        probabilities, activations = self._network.run(normalized.model_input)
        reading = judge(probabilities, self.info.task, self.card.read_threshold, _since(started))
        on_page = ink_map_placement(page) if isinstance(page, Ink) else IN_PLACE
        placement = None if on_page is None else normalized.placement.on(on_page)
        return Observation(reading, normalized, activations, placement)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def open_recognizer(folder: Path) -> Recognizer:
    """Open the model in a folder.

    Raises:
        Refusal: the folder holds no model, or one that is damaged or made for something else.
    """
    card = read_card(folder)
    return Recognizer(card, Network(card, read_network(folder, card)))
