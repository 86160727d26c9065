"""The worker that opens a model and reads pages in its own thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open
from desktop_app.views.controller import OpenNetwork


@dataclass(frozen=True, eq=False)
class ReadRequest:
    """A page to read.

    Attributes:
        page: the page of the canvas.
        drawing: number of the drawing, higher after every change that does more than add ink; answers
            to earlier drawings are discarded.
    """

    page: Page
    drawing: int


def reader_of(model: str) -> Open:
    """Return a function that opens a model of the library for a worker.

    The worker opens an OpenNetwork; its requests are ReadRequests, its answers Observations.
    """

    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        # Imported in the worker thread: importing LiteRT takes long.
        from desktop_app.networks.card import NETWORK_FILE
        from desktop_app.networks.graph import Graph
        from desktop_app.networks.library import find_model, library_entries, library_errors, list_user_models
        from desktop_app.networks.recognizer import open_recognizer
        from desktop_app.networks.weights import read_weights

        folder = find_model(model)
        recognizer = open_recognizer(folder)
        card = recognizer.card
        graph = Graph(card.info, read_weights(folder, card))

        def read(request: ReadRequest) -> Any:
            return recognizer.observe(request.page)

        entries = library_entries()
        kind = card.task.kind
        network = OpenNetwork(
            card.info,
            graph,
            folder,
            sha256=card.files[NETWORK_FILE],
            library=entries,
            comparable=tuple((entry.name, entry.title) for entry in entries if entry.kind == kind),
            problems=library_errors(),
            user_models=list_user_models(),
            card=card,
        )
        return network, read

    return open_worker
