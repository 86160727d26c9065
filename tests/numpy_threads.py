"""Number of threads in which NumPy multiplies matrices."""

from __future__ import annotations

import pytest


def numpy_threads() -> set[int]:
    """Return the numbers of threads of NumPy's libraries; other packages bring libraries of their own."""
    pools = pytest.importorskip("threadpoolctl")
    libraries = pools.ThreadpoolController().select(user_api="blas").info()
    return {each["num_threads"] for each in libraries if "numpy" in each["filepath"]}
