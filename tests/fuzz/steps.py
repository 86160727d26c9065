"""One event of a random tester."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Step: TypeAlias = tuple[str, Callable[[], object]]
"""Its description, and the function that sends it."""
