from __future__ import annotations

import threading

from desktop_app.core.run_control import RunControl


def test_nothing_is_wished_at_first() -> None:
    control = RunControl()
    assert not control.should_stop()
    assert not control.is_paused
    assert not control.is_suspended
    assert not control.is_cancelled
    assert control.wait_while_paused() == 0.0


def test_what_ends_a_run_says_what_becomes_of_it() -> None:
    stopped, left, cancelled = RunControl(), RunControl(), RunControl()
    stopped.stop()
    left.suspend()
    cancelled.cancel()
    assert [c.should_stop() for c in (stopped, left, cancelled)] == [True, True, True]
    assert [c.is_suspended for c in (stopped, left, cancelled)] == [False, True, False]
    assert [c.is_cancelled for c in (stopped, left, cancelled)] == [False, False, True]


def test_the_last_wish_counts_and_cancelling_is_the_last() -> None:
    control, seen = RunControl(), []
    for wish in (
        control.stop,
        control.suspend,
        control.stop,
        control.suspend,
        control.cancel,
        control.suspend,
    ):
        wish()
        seen.append((control.is_suspended, control.is_cancelled))
    left, kept, cancelled = (True, False), (False, False), (False, True)
    assert seen == [kept, left, kept, left, cancelled, cancelled]


def test_a_paused_run_is_held_until_it_may_go_on_or_is_to_end() -> None:
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


def test_what_ends_cannot_be_paused() -> None:
    control = RunControl()
    control.stop()
    control.pause()
    assert not control.is_paused
