"""Matrix products of NumPy in one thread, for background work beside other work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_lock = threading.Lock()
_limits: list[Any] = []
"""One item for each thread inside `single_threaded`: the limit that the first one has set, then None."""


@cache
def _threadpools() -> tuple[Any, Any]:
    """Return the libraries whose threads can be limited, and the class that controls OpenBLAS.

    Finding them takes milliseconds.
    """
    from threadpoolctl import OpenBLASController, ThreadpoolController

    return ThreadpoolController(), OpenBLASController


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let NumPy multiply matrices in one thread meanwhile, in all threads of the program.

    While other work uses the processors, several threads wait for each other: reading a drawing beside a
    training took 100 ms instead of 2. Has no effect without threadpoolctl, which is installed with the
    training libraries.
    """
    try:
        libraries, openblas = _threadpools()
    except ImportError:
        yield
        return
    with _lock:
        # Otherwise threadpoolctl obeys the first thread that sets a limit, until it ends.
        openblas.clear_controlling_thread(force=True)
        _limits.append(None if _limits else libraries.limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _lock:
            ended = _limits.pop()
            if ended is not None:
                openblas.clear_controlling_thread(force=True)
                ended.restore_original_limits()
                openblas.clear_controlling_thread(force=True)
