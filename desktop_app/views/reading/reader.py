"""The worker that reads: opens a model and answers requests, in a thread of its own."""

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
        page: what lies on the paper.
        drawing: counts up whenever the page is not merely the last one with more ink, so that
            an answer to what has since been undone or cleared is dropped.
    """

    page: Page
    drawing: int


def reader_of(model: str) -> Open:
    """What a runner needs to read with a model of the library: tells the OpenNetwork, then reads.

    Requests are ReadRequests, answers Observations.
    """

    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        # Imported here, in the thread that owns it: LiteRT must not keep the window waiting.
        from desktop_app.networks.card import NETWORK_FILE
        from desktop_app.networks.graph import Graph
        from desktop_app.networks.library import find_model, library_entries, library_errors, own_models
        from desktop_app.networks.recognizer import open_recognizer
        from desktop_app.networks.weights import read_weights

        folder = find_model(model)
        recognizer = open_recognizer(folder)
        card = recognizer.card
        graph = Graph(card.info, read_weights(folder, card))

        def read(request: ReadRequest) -> Any:
            return recognizer.read(request.page)

        library = tuple((entry.name, entry.title) for entry in library_entries())
        sha256, errors = card.files[NETWORK_FILE], library_errors()
        return OpenNetwork(card.info, graph, folder, sha256, library, errors, own_models()), read

    return open_worker
