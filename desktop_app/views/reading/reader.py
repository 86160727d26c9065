"""The worker that opens a model and reads pages in its own thread."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop_app.core.errors import UserError
from desktop_app.core.paths import adaptations_dir
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open
from desktop_app.lines.text_edits import NO_EDITS, FixedCharacter, InkRange, TextEdits
from desktop_app.tasks.character_sets import CharacterSet
from desktop_app.tasks.verdict import rejected
from desktop_app.views.canvas.shown_text import number_of
from desktop_app.views.controller import OpenNetwork

if TYPE_CHECKING:
    from desktop_app.lines.line_columns import LineColumns
    from desktop_app.lines.text_reading import TextReading
    from desktop_app.networks.last_layer import Adaptation, LastLayer
    from desktop_app.networks.recognizer import Observation, Recognizer


@dataclass(frozen=True, eq=False)
class ReadRequest:
    """A page to read.

    Attributes:
        page: the page of the canvas, or a page to show in its place.
        drawing: number of the drawing, higher after every change that does more than add ink; answers
            to earlier drawings are discarded.
        selected: ink of the selected character if the page is a text; empty or no longer there: the newest
            character of ink, the first one of an image.
        characters: set of characters that are possible answers.
        is_whole: whether it is the page of the canvas, which may be a text.
        edits: what the user has decided about its characters.
        split: ink of a character to divide in two, empty for the only one of the page, and the horizontal
            position on the page or None.
        last_layer: what the model learned from corrections; None if nothing.
        with_columns: whether to answer with what the line network says about the line of the selected
            character.
    """

    page: Page
    drawing: int
    selected: tuple[InkRange, ...] = ()
    is_whole: bool = True
    characters: CharacterSet = "all"
    edits: TextEdits = NO_EDITS
    split: tuple[tuple[InkRange, ...], float | None] | None = None
    last_layer: LastLayer | None = None
    with_columns: bool = False


@dataclass(frozen=True, eq=False)
class PageAnswer:
    """The answer to a ReadRequest.

    Attributes:
        page: what was observed: the page, or the ink of the selected character of a text.
        observation: of it.
        text: the text of the page; None if the page is not a text.
        selected: index of the selected character.
        edits: those of the request, or those with the character that was to be divided.
        columns: what the line network says about the line of the selected character; None if it was not
            requested, or if there is none.
    """

    page: Page
    observation: Observation
    text: TextReading | None = None
    selected: int = 0
    edits: TextEdits = NO_EDITS
    columns: LineColumns | None = None


def _answer(recognizer: Recognizer, request: ReadRequest) -> PageAnswer:
    page, edits = request.page, request.edits
    recognizer.restrict(request.characters)
    recognizer.replace_last_layer(request.last_layer)
    observation = recognizer.observe(page)
    if not request.is_whole or observation.reading is None:
        return PageAnswer(page, observation)
    try:
        text = recognizer.find_text(page, observation.reading, edits)
        if request.split is not None:
            edits = _split(recognizer, request, text)
            text = recognizer.read_text(page, edits)
    except UserError as error:
        reading = rejected(observation.reading)
        problem = replace(observation, reading=reading, problem=error.message)
        return PageAnswer(page, problem, edits=edits)
    if text is None or not text.characters:
        return PageAnswer(page, observation, edits=edits)
    found = number_of(text, request.selected)
    selected = _default_character(page, text) if found is None else found
    character = text.characters[selected]
    own, of_character = recognizer.observe_character(page, edits, character)
    columns = recognizer.line_columns(page, edits, character) if request.with_columns else None
    return PageAnswer(own, of_character, text, selected, edits, columns)


def _split(recognizer: Recognizer, request: ReadRequest, text: TextReading | None) -> TextEdits:
    """Return the edits with a divided character; text: of the page, None if it is read as one character."""
    page, edits = request.page, request.edits
    ranges, x = request.split or ((), None)
    if text is None:
        text = recognizer.read_text(page, edits)
        if len(text.characters) > 1:
            return edits.with_characters(*(FixedCharacter(each.ranges) for each in text.characters))
    # The text may have changed since the character was chosen.
    chosen = next((each for each in text.characters if not ranges or each.ranges == ranges), None)
    return edits if chosen is None else recognizer.split_character(page, edits, chosen, x)


def _default_character(page: Page, text: TextReading) -> int:
    """Return the index of the character with the newest ink, or of the first one in an image."""
    if not isinstance(page, Ink):
        return 0
    characters = text.characters
    return max(range(len(characters)), key=lambda number: characters[number].pieces[-1])


def reader_of(model: str) -> Open:
    """Return a function that opens a model of the library for a worker.

    The worker opens an OpenNetwork; its requests are ReadRequests, its answers PageAnswers.
    """

    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        # Imported in the worker thread: importing LiteRT takes long.
        from desktop_app.networks.graph import Graph
        from desktop_app.networks.last_layer import adaptation_path, last_layer, read_adaptation
        from desktop_app.networks.library import find_model, library_entries, library_errors, list_user_models
        from desktop_app.networks.recognizer import open_recognizer
        from desktop_app.networks.weights import read_weights

        folder = find_model(model)
        recognizer = open_recognizer(folder)
        card = recognizer.card
        weights = read_weights(folder, card)
        shipped: LastLayer | None = None
        adaptation: Adaptation | None = None
        with contextlib.suppress(UserError):
            shipped = last_layer(card.info, weights)
            if (file := adaptation_path(adaptations_dir(), card)).exists():
                adaptation = read_adaptation(file, card, shipped)

        def read(request: ReadRequest) -> PageAnswer:
            return _answer(recognizer, request)

        entries = library_entries()
        kind = card.task.kind
        network = OpenNetwork(
            card.info,
            Graph(card.info, weights),
            folder,
            sha256=card.sha256,
            library=entries,
            comparable=tuple((entry.name, entry.title) for entry in entries if entry.kind == kind),
            problems=library_errors(),
            user_models=list_user_models(),
            card=card,
            last_layer=shipped,
            adaptation=adaptation,
        )
        return network, read

    return open_worker
