"""Time from a new stroke to the reading of a number of ten digits, and of a page read for the first time."""

from __future__ import annotations

import time

import numpy as np

from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_reader import TextReader
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import open_recognizer
from tests.benchmarks.report import Figure, options, report
from tests.synthetic_numbers import number

TEXT = "0171202648"


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=20)
    recognizer = open_recognizer(find_model(DEFAULT_MODEL))
    ink = number(TEXT)
    recognizer.read_text(number("12"))  # the first reading prepares the network
    first, live = [], []
    for _ in range(chosen.rounds):
        reader = TextReader(recognizer.info.task, recognizer.predict, recognizer.read_columns)
        for count in range(1, len(ink.strokes) + 1):
            page = Ink(ink.strokes[:count])
            started = time.perf_counter()
            reader.read(page)
            live.append(time.perf_counter() - started)
        assert reader.read(ink).text == TEXT
        started = time.perf_counter()
        TextReader(recognizer.info.task, recognizer.predict, recognizer.read_columns).read(ink)
        first.append(time.perf_counter() - started)
    figures = [
        Figure("one more stroke, up to ten digits, p50", 1000 * float(np.percentile(live, 50)), "ms", 20.0),
        Figure("one more stroke, up to ten digits, p95", 1000 * float(np.percentile(live, 95)), "ms"),
        Figure("ten digits for the first time, p50", 1000 * float(np.percentile(first, 50)), "ms"),
    ]
    report(f"Lines, {len(ink.strokes)} strokes, {chosen.rounds} rounds", figures, chosen.json)


if __name__ == "__main__":
    main()
