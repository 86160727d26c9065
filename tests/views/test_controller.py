"""The base class of controllers."""

from __future__ import annotations

import threading

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.background import Background
from desktop_app.jobs.long_job import LongJob
from desktop_app.jobs.worker import Worker
from desktop_app.views.controller import Controller
from desktop_app.views.parts.throttle import Throttle


def test_children_of_a_controller_end_with_it(qtbot: QtBot) -> None:
    controller, is_started, pause = Controller(), threading.Event(), threading.Event()
    timer, throttle = QTimer(controller, interval=1000), Throttle(50, controller)
    worker = Worker(controller, lambda _: (None, lambda value: value))
    job, background = LongJob(controller), Background(controller)

    def run_until_stopped(_: object, should_stop: ShouldStop) -> None:
        is_started.set()
        while not should_stop():
            pause.wait(0.01)

    timer.start()
    throttle.request()
    throttle.request()
    worker.start()
    job.start(run_until_stopped)
    qtbot.waitUntil(is_started.is_set)
    controller.close()
    assert not timer.isActive()
    assert not worker.is_working
    assert not job.is_running
    assert background.is_closed
    with qtbot.assertNotEmitted(throttle.due, wait=50):
        pass
