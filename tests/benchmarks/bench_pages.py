"""Time to an answer, or to a sentence, for pages with too much ink, none, or no writing."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from desktop_app.core.errors import UserError
from desktop_app.ink.page import Page
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import open_recognizer
from tests import large_pages
from tests.benchmarks.report import Figure, options, report
from tests.synthetic_numbers import number

PAGES: dict[str, Callable[[], Page]] = {
    "empty canvas": large_pages.empty_ink,
    "empty page, scanned": large_pages.empty_image,
    "photo with texture, 12 million pixels": lambda: large_pages.photo(3000, 4000),
    "photo with a large dark shape, 12 million pixels": lambda: large_pages.silhouette(3000, 4000),
    "page of print": large_pages.print_page,
    "scribble of 1,000 strokes": large_pages.scribble,
    "scribble of 10,000 strokes": lambda: large_pages.scribble(10_000),
    "20 lines of ten digits": lambda: large_pages.many_lines(20),
    "200 lines of ten digits": large_pages.many_lines,
}


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=1)
    recognizer = open_recognizer(find_model(DEFAULT_MODEL))
    recognizer.read_text(number("12"))  # the first reading prepares the network
    figures = []
    for name, make in PAGES.items():
        page = make()
        started = time.perf_counter()
        with suppress(UserError):
            recognizer.read_page(page)
        figures.append(Figure(name, time.perf_counter() - started, "s", 2.0))
    report("Pages, seconds to an answer or a sentence", figures, chosen.json)


if __name__ == "__main__":
    main()
