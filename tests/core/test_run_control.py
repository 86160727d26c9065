from __future__ import annotations

import threading

from desktop_app.core.run_control import RunControl


def test_initial_state() -> None:
    control = RunControl()
    assert not control.should_stop()
    assert not control.is_paused
    assert not control.is_suspended
    assert not control.is_cancelled
    assert control.wait_while_paused() == 0.0


def test_requests_to_end_a_run() -> None:
    stopped, left, cancelled = RunControl(), RunControl(), RunControl()
    stopped.stop()
    left.suspend()
    cancelled.cancel()
    assert [c.should_stop() for c in (stopped, left, cancelled)] == [True, True, True]
    assert [c.is_suspended for c in (stopped, left, cancelled)] == [False, True, False]
    assert [c.is_cancelled for c in (stopped, left, cancelled)] == [False, False, True]


def test_last_request_counts_except_after_cancellation() -> None:
    control, states = RunControl(), []
    for request in (
        control.stop,
        control.suspend,
        control.stop,
        control.suspend,
        control.cancel,
        control.suspend,
    ):
        request()
        states.append((control.is_suspended, control.is_cancelled))
    left, kept, cancelled = (True, False), (False, False), (False, True)
    assert states == [kept, left, kept, left, cancelled, cancelled]


def test_paused_run_waits_until_resumed_or_ended() -> None:
    for release in (RunControl.resume, RunControl.stop, RunControl.suspend, RunControl.cancel):
        control = RunControl()
        control.pause()
        held: list[float] = []
        thread = threading.Thread(
            target=lambda control=control, held=held: held.append(control.wait_while_paused())
        )
        thread.start()
        release(control)
        thread.join()
        assert held[0] >= 0
        assert not control.is_paused


def test_ending_run_cannot_be_paused() -> None:
    control = RunControl()
    control.stop()
    control.pause()
    assert not control.is_paused
