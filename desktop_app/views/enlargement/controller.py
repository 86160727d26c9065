"""The controller of the enlargement view: computes all versions of an image in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop_app.core.messages import Message
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.tasks.task import Task
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.enlargement.panel import EnlargementPanel
from desktop_app.views.enlargement.versions import Versions, versions_of

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation


@dataclass(frozen=True, eq=False)
class _Request:
    """A request to the worker.

    Attributes:
        series: number of the series of pages; a page that is empty or read by another network starts one,
            and answers to earlier series are discarded.
        observation: of the page.
        task: of the network.
    """

    series: int
    observation: Observation
    task: Task


class EnlargementController(Controller):
    """Computes the versions of every page that is read while the panel is visible."""

    def __init__(self, panel: EnlargementPanel) -> None:
        """Control a panel."""
        super().__init__(panel)
        self._panel = panel
        self._task: Task | None = None
        self._series = 0
        self._request: _Request | None = None
        self._worker = Worker(self, _open_worker)
        self._worker.answered.connect(self._show)
        self._worker.failed.connect(self._computation_failed)
        panel.activity_changed.connect(self._send)

    def set_network(self, network: OpenNetwork) -> None:
        """Use another network and discard the versions of the last one."""
        self._task = network.info.task
        self._clear()

    def set_observation(self, page: Page, observation: Observation) -> None:
        """Compute the versions of a page; show none for an empty one."""
        if self._task is None or observation.image is None:
            self._clear(observation.problem)
        else:
            self._request = _Request(self._series, observation, self._task)
            self._send()

    def _clear(self, problem: Message | None = None) -> None:
        self._series += 1
        self._request = None
        self._panel.set_versions(None, problem)

    def _send(self) -> None:
        if self._request is not None and self._panel.is_active:
            self._worker.request(self._request)

    def _show(self, request: _Request, versions: Versions | None) -> None:
        if request.series == self._series:
            self._panel.set_versions(versions)

    def _computation_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("Could not compare the enlarged images."))


def _open_worker(_: ShouldStop) -> tuple[Any, Answer]:
    return None, lambda request: versions_of(request.observation, request.task)
