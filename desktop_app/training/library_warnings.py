"""Suppression of irrelevant log messages of libraries."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def suppress_warning(logger: str, text: str) -> Iterator[None]:
    """Suppress messages of a logger that contain a text."""
    log = logging.getLogger(logger)

    def is_other(record: logging.LogRecord) -> bool:
        return text not in record.getMessage()

    log.addFilter(is_other)
    try:
        yield
    finally:
        log.removeFilter(is_other)
