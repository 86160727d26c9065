"""Works for the panel that says why this answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QTimer

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.networks.graph import Graph, UnknownArithmetic
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.why.compute_evidence import evidence_for
from desktop_app.views.why.evidence import Evidence, Method
from desktop_app.views.why.panel import Question, WhyPanel

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation

_LIVE_MS = 25.0
"""A method that answers within this follows the pen; any other waits until the pen rests."""

_REST_MS = 150
"""How long the pen rests before it is asked what takes longer."""

_STALE_MS = 100
"""How long evidence that follows the pen may lie over ink that has grown since."""


@dataclass(frozen=True, eq=False)
class _EvidenceRequest:
    """A reading to explain.

    Attributes:
        page: that was read.
        observation: what the reading showed, of ink.
        question: what is asked about it.
        drawing: counts up whenever the ink changes otherwise than evidence can follow.
    """

    page: Page
    observation: Observation
    question: Question
    drawing: int


class WhyController(Controller):
    """Has evidence found for what is read, while its panel can be seen, and lays it over the paper."""

    def __init__(self, panel: WhyPanel, canvas: InkCanvas) -> None:
        """Work for a panel, and lay evidence over a canvas."""
        super().__init__(panel)
        self._panel, self._canvas = panel, canvas
        self._worker = Worker(self)
        self._latest: tuple[Page, Observation] | None = None
        self._shown: Page | None = None
        self._drawing = 0
        self.pace = dict.fromkeys(Method, _LIVE_MS + 1)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.setObjectName("rest")
        self._rest.timeout.connect(self._ask)
        self._stale = QTimer(self, singleShot=True, interval=_STALE_MS)
        self._stale.timeout.connect(self._forget)
        self._worker.answered.connect(self._answered)
        self._worker.failed.connect(self._failed)
        self._canvas.pen_moved.connect(self._ink_grew)
        self._canvas.page_changed.connect(self._page_changed)
        self._panel.canvas_evidence_changed.connect(self._canvas.set_evidence)
        self._panel.question_changed.connect(self._question_changed)
        self._panel.activity_changed.connect(self._activity_changed)

    def set_network(self, network: OpenNetwork) -> None:
        """Evidence is asked of another network."""
        self._worker.replace(_explainer_of(network.folder, network.graph))
        self._latest = None
        self._forget()
        self.pace = dict.fromkeys(Method, _LIVE_MS + 1)

    def set_observation(self, page: Page, observation: Observation) -> None:
        """A page was read; what was found in another one goes, unless news of this one is near."""
        self._latest = (page, observation)
        if not self._panel.is_active:
            return
        self._leave_other_ink(page)
        if observation.prepared is None:
            self._forget()
        elif self._is_live:
            self._ask()
        else:
            self._rest.start()

    def close(self) -> None:
        """End the worker."""
        self._worker.close()
        self._rest.stop()
        self._stale.stop()

    @property
    def _is_live(self) -> bool:
        return self.pace[self._panel.question().method] <= _LIVE_MS

    # --- what is shown belongs to the ink ---

    def _ink_grew(self, page: Page) -> None:
        if not self._is_live:
            self._drawing += 1
        self._leave_other_ink(page)

    def _page_changed(self, page: Page) -> None:
        self._drawing += 1
        self._latest = None
        if self._shown is not None and self._shown != page:
            self._forget()

    def _leave_other_ink(self, page: Page) -> None:
        """Take away what was found in other ink: at once, or soon where the next is about to come."""
        if self._shown is None or self._shown == page:
            return
        if not self._is_live:
            self._forget()
        elif not self._stale.isActive():
            self._stale.start()

    def _forget(self) -> None:
        self._stale.stop()
        self._rest.stop()
        self._shown = None
        self._panel.clear()

    # --- asking ---

    def _question_changed(self, _: Question) -> None:
        self._forget()
        self._ask()

    def _activity_changed(self, active: bool) -> None:
        self._forget()
        if active:
            self._ask()

    def _ask(self) -> None:
        """Have the latest reading explained, where anybody can see it."""
        if self._latest is None or not self._panel.is_active:
            return
        page, observation = self._latest
        question = self._panel.question()
        if observation.prepared is None:
            return
        if question.answer is not None and question.answer == question.rival:
            self._panel.show_error(self.tr("Choose two different labels to compare."))
            return
        self._worker.request(_EvidenceRequest(page, observation, question, self._drawing))
        if question.method is Method.GRADIENTS:
            self._panel.show_search()

    def _answered(self, request: _EvidenceRequest, evidence: Any) -> None:
        if not self._is_wanted(request):
            return
        self.pace[request.question.method] = evidence.milliseconds
        self._stale.stop()
        self._shown = request.page
        self._panel.show_evidence(evidence)

    def _is_wanted(self, request: _EvidenceRequest) -> bool:
        """Whether an answer still is one to the question, and to the ink as far as it goes."""
        if not self._panel.is_active:
            return False
        if request.question != self._panel.question() or request.drawing != self._drawing:
            return False
        return self._is_live or (self._latest is not None and self._latest[0] is request.page)

    def _failed(self, request: _EvidenceRequest | None, error: Exception) -> None:
        if request is not None and not self._is_wanted(request):
            return
        self._forget()
        if isinstance(error, UnknownArithmetic):
            rest = self.tr("Occlusion works with every network.")
            self._panel.show_error(f"{error} {rest}")
        elif isinstance(error, UserError) and request is not None:
            self._panel.show_error(str(error))
        else:
            self.failed.emit(error, self.tr("It could not be found out what spoke for the answer."))


def _explainer_of(folder: Path, graph: Graph) -> Open:
    """What a runner needs to explain readings of the network in a model folder."""

    def open_worker(_: ShouldStop) -> tuple[None, Answer]:
        # Imported here, in the thread that owns it: LiteRT must not keep the window waiting.
        from desktop_app.networks.model_folder import read_card, read_network
        from desktop_app.networks.network import Network

        card = read_card(folder)
        network = Network(card, read_network(folder, card))
        # The first question takes longer than any later one; it must not be the user's.
        network.probabilities(np.zeros((1, *card.info.input_shape), dtype=np.float32))

        def explain(request: _EvidenceRequest) -> Evidence:
            return evidence_for(request.observation, request.question, graph, network.probabilities)

        return None, explain

    return open_worker
