"""Matrix products in one thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from desktop_app.jobs.single_threaded import single_threaded
from tests.numpy_threads import numpy_threads

pools = pytest.importorskip("threadpoolctl")


def test_numpy_uses_one_thread_until_the_last_user_ends() -> None:
    with pools.threadpool_limits(limits=2, user_api="blas"):
        first, second = single_threaded(), single_threaded()
        first.__enter__()
        assert numpy_threads() == {1}
        second.__enter__()
        first.__exit__(None, None, None)
        assert numpy_threads() == {1}
        second.__exit__(None, None, None)
        assert numpy_threads() == {2}


@pytest.fixture
def earlier_thread() -> Iterator[None]:
    """A thread that has used one thread before and still runs."""
    is_used, may_end = threading.Event(), threading.Event()

    def use() -> None:
        with single_threaded():
            is_used.set()
        may_end.wait()

    thread = threading.Thread(target=use)
    thread.start()
    is_used.wait()
    yield
    may_end.set()
    thread.join()


@pytest.mark.usefixtures("earlier_thread")
def test_every_thread_can_use_one_thread() -> None:
    with pools.threadpool_limits(limits=2, user_api="blas"):
        with single_threaded():
            assert numpy_threads() == {1}
        assert numpy_threads() == {2}
