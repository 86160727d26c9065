"""Recognition of pages: preparation, inference, and the reading."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message, message
from desktop_app.core.placement import Placement
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.lines.line_columns import LineColumns, LineImage
from desktop_app.lines.text_edits import NO_EDITS, TextEdits
from desktop_app.lines.text_or_character import is_text, layout_of, may_be_text
from desktop_app.lines.text_reader import LineProgress, TextReader
from desktop_app.lines.text_reading import CharacterReading, TextReading
from desktop_app.networks.card import ModelCard
from desktop_app.networks.last_layer import LastLayer
from desktop_app.networks.line_network import LineNetwork, read_line_network
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.character_sets import CharacterSet, Restriction, restriction
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.prepare import PREPARATIONS, prepare
from desktop_app.tasks.prepared import Prepared
from desktop_app.tasks.reading import Reading
from desktop_app.tasks.task import Task
from desktop_app.tasks.verdict import check_shape

_NO_INK_FOUND = message(
    "No ink was found in this image, or it is too small. Draw, crop the image to the writing, or choose a "
    "model for pictures."
)


@dataclass(frozen=True, eq=False)
class Observation:
    """Result of one run of the network on a page.

    Attributes:
        reading: the reading; None if the output of the network is an image.
        prepared: the model input with its preparation steps; None if the page is empty.
        activations: float32 arrays of the layers' shapes, e.g. (height, width, channels) or (units,),
            by layer name in the order of the network, the output last; empty if the page is empty.
        problem: why the page is not an input of the network; None if it is, and for empty pages.
    """

    reading: Reading | None
    prepared: Prepared | None = None
    activations: Mapping[str, NDArray[np.float32]] = field(default_factory=lambda: MappingProxyType({}))
    problem: Message | None = None

    @property
    def placement(self) -> Placement | None:
        """Transform from pixels of the model input to the page: canvas units for ink, pixels for images."""
        return None if self.prepared is None else self.prepared.placement

    @property
    def image(self) -> NDArray[np.float32] | None:
        """The output, float32 (height, width, channels), if it is an image; None otherwise."""
        if self.reading is not None or not self.activations:
            return None
        return list(self.activations.values())[-1]


class Recognizer:
    """Recognizes pages with one network. Use it only in the thread that created it."""

    def __init__(self, card: ModelCard, network: Network, line_network: bytes | None = None) -> None:
        """Use a network and its model card.

        Args:
            card: model card.
            network: the network.
            line_network: content of the file of its line network, whose hash has been checked; None without
                one.
        """
        self.card = card
        self._network = network
        self._line_file = line_network
        self._line_network: LineNetwork | None = None
        self._text_reader: TextReader | None = None
        self._characters: CharacterSet = "all"
        self._restriction: Restriction | None = None
        self._last_layer: LastLayer | None = None

    @property
    def info(self) -> NetworkInfo:
        """Task and layers of the network."""
        return self.card.info

    @property
    def task(self) -> Task:
        """Task of the network, with the labels that are possible answers."""
        return self.info.task if self._restriction is None else self._restriction.task

    def restrict(self, characters: CharacterSet) -> None:
        """Restrict the answers to a set of characters; sets that the network does not have change nothing."""
        if characters != self._characters:
            self._characters = characters
            self._restriction = restriction(self.info.task, characters, self.card.set_offsets)
            self._text_reader = None

    def replace_last_layer(self, layer: LastLayer | None) -> None:
        """Use other weights in the last layer; None: those of the network."""
        if layer is not self._last_layer:
            self._last_layer = layer
            self._network.replace_last_layer(layer)
            self._text_reader = None

    def observe(self, page: Page) -> Observation:
        """Run the network on a page."""
        started = time.perf_counter()
        task = self.info.task
        kind = task_kind(task)
        if problem := kind.page_problem(page, task):
            return Observation(kind.empty_reading(_elapsed_ms(started)), problem=problem)
        prepared = prepare(page, task)
        if prepared is None:
            problem = _NO_INK_FOUND if isinstance(page, Picture) and page.rgb.size else None
            empty = kind.empty_reading(_elapsed_ms(started))
            reading = None if empty is None else replace(empty, remark=problem)
            return Observation(reading, problem=problem)
        output, activations = self._network.run(prepared.model_input)
        threshold = self.card.thresholds.of(self._characters)
        reading = kind.read(self._restricted(output), self.task, threshold, _elapsed_ms(started))
        if reading is not None and prepared.ink_map is not None:
            is_restricted = self._restriction is not None
            reading = check_shape(reading, prepared.ink_map, is_restricted=is_restricted)
        return Observation(reading, prepared, activations)

    def read(self, page: Page) -> Reading:
        """Return the reading of a page, without activations.

        Raises:
            UserError: the output of the network is an image, or the page is not an input of the network.
        """
        if problem := task_kind(self.info.task).page_problem(page, self.info.task):
            raise UserError.from_message(problem)
        reading = self.observe(page).reading
        if reading is None:
            raise UserError(
                "The model {title} outputs images, not labels; choose another.", title=self.info.title
            )
        return reading

    @property
    def reads_text(self) -> bool:
        """Whether the network can read several characters: each label is one character, read from ink."""
        task = self.info.task
        is_of_ink = PREPARATIONS[task.preparation].is_of_ink
        return is_of_ink and bool(task.labels) and all(len(label) == 1 for label in task.labels)

    def read_text(
        self, page: Page, edits: TextEdits = NO_EDITS, on_line: LineProgress | None = None
    ) -> TextReading:
        """Return the reading of all characters of a page with what the user has decided about them.

        Args:
            page: the page.
            edits: of the page.
            on_line: allows long pages, see `TextReader.read`.

        Raises:
            UserError: the network cannot read text, or there is too much ink on the page.
        """
        if not self.reads_text:
            raise UserError(
                "The model {title} does not read characters; choose another.", title=self.info.title
            )
        return self._reader_of_text().read(page, edits, on_line)

    def split_character(
        self, page: Page, edits: TextEdits, character: CharacterReading, x: float | None
    ) -> TextEdits:
        """Return the edits with one character divided in two, see `TextReader.split`."""
        return self._reader_of_text().split(page, edits, character.ranges, x)

    def observe_character(
        self, page: Page, edits: TextEdits, character: CharacterReading
    ) -> tuple[Page, Observation]:
        """Run the network on one character of a text.

        Args:
            page: the page.
            edits: of the page.
            character: of its text.

        Returns:
            A page with the ink of the character, at its position, and the observation of it.
        """
        own = self._reader_of_text().character_page(page, edits, character)
        return own, self.observe(own)

    def line_columns(self, page: Page, edits: TextEdits, character: CharacterReading) -> LineColumns | None:
        """Return what the line network says about the line of a character, see `TextReader.line_columns`."""
        columns = self._reader_of_text().line_columns(page, edits, character)
        if columns is None or self._line_network is None:
            return columns
        return replace(columns, image=self._line_network.seen(columns.image))

    def read_page(self, page: Page, on_line: LineProgress | None = None) -> Reading | TextReading:
        """Return the reading of a page: of its text if it is not one character but several.

        Args:
            page: the page.
            on_line: allows long pages, see `TextReader.read`.

        Raises:
            UserError: see `read` and `read_text`.
            Stopped: on_line raised it.
        """
        reading = self.read(page)
        return self.find_text(page, reading, on_line=on_line) or reading

    def find_text(
        self,
        page: Page,
        reading: Reading,
        edits: TextEdits = NO_EDITS,
        on_line: LineProgress | None = None,
    ) -> TextReading | None:
        """Return the reading of the text of a page, or None if the page is not several characters.

        What the user has decided about characters makes a page a text.

        Args:
            page: the page.
            reading: of the page as one character.
            edits: of the page.
            on_line: allows long pages, see `TextReader.read`.

        Raises:
            UserError: there is too much ink on the page.
        """
        if not self.reads_text:
            return None
        layout = layout_of(page)
        if edits:
            text = self.read_text(page, edits)
            if any(character.fixed is not None for character in text.characters):
                return text
        if not may_be_text(reading, layout):
            return None
        text = self.read_text(page, on_line=on_line)
        return text if is_text(text, reading, layout) else None

    def predict(self, model_inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the outputs for many model inputs, see `Network.predict`."""
        return self._network.predict(model_inputs)

    def activations(self, model_inputs: NDArray[np.float32], layer: str) -> NDArray[np.float32]:
        """Return the activations of a layer for many model inputs, see `Network.predict`."""
        return self._network.predict(model_inputs, layer)

    @property
    def has_line_network(self) -> bool:
        """Whether the model has a line network."""
        return self._line_file is not None

    def read_columns(self, image: LineImage) -> NDArray[np.float64]:
        """Return what the line network says about each column of a line, see `LineNetwork.columns`.

        The network is loaded when it is first needed. The model must have one. Labels that are no possible
        answers are left out.
        """
        if self._line_network is None:
            assert self._line_file is not None, "the model has a line network"
            self._line_network = LineNetwork(self.card, self._line_file)
        columns = self._line_network.columns(image)
        return columns if self._restriction is None else self._restriction.apply_to_columns(columns)

    def _reader_of_text(self) -> TextReader:
        if self._text_reader is None:
            self._text_reader = TextReader(
                self.task,
                lambda inputs: self._restricted(self.predict(inputs)),
                self.read_columns if self.has_line_network else None,
            )
        return self._text_reader

    def _restricted(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        return outputs if self._restriction is None else self._restriction.apply(outputs)


def _elapsed_ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def open_recognizer(folder: Path) -> Recognizer:
    """Load the model in a folder.

    Raises:
        UserError: there is no model in the folder, or it is damaged or not compatible.
    """
    card = read_card(folder)
    network = Network(card, read_network(folder, card))
    return Recognizer(card, network, read_line_network(folder, card))
