"""Matrix products in one thread."""

from __future__ import annotations

import pytest

from desktop_app.jobs.single_threaded import single_threaded

pools = pytest.importorskip("threadpoolctl")


def threads() -> list[int]:
    return [each["num_threads"] for each in pools.threadpool_info() if each["user_api"] == "blas"]


def test_numpy_uses_one_thread_until_the_last_user_ends() -> None:
    with pools.threadpool_limits(limits=2, user_api="blas"):
        first, second = single_threaded(), single_threaded()
        first.__enter__()
        assert set(threads()) == {1}
        second.__enter__()
        first.__exit__(None, None, None)
        assert set(threads()) == {1}
        second.__exit__(None, None, None)
        assert set(threads()) == {2}
