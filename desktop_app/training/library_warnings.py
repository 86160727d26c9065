"""Remarks of libraries that tell nothing new here."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def suppress_warning(logger: str, words: str) -> Iterator[None]:
    """While this lasts, the logger keeps messages with these words to itself."""
    log = logging.getLogger(logger)

    def is_news(record: logging.LogRecord) -> bool:
        return words not in record.getMessage()

    log.addFilter(is_news)
    try:
        yield
    finally:
        log.removeFilter(is_news)
