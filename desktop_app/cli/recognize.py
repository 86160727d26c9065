"""The `recognize` command: image files, InkML files and folders of them, read one after another."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.files import find_files
from desktop_app.ink.open_page import PAGE_SUFFIXES, load_page
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.reading import Reading, Verdict

_WIDEST_SOURCE = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of files")
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, metavar="NAME", help="the model (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line instead of a table")


def run(args: argparse.Namespace) -> int:
    """Read and print; 0 when everything was read, 1 when something could not be."""
    try:
        recognizer = open_recognizer(find_model(args.model))
    except UserError as error:
        print(f"handwriting: {error}", file=sys.stderr)
        return 1
    sources = [found for path in args.paths for found in _sources(path)]
    width = _source_width([source for source, _ in sources])
    if not args.json:
        print(_row(width, "source", "label", "verdict", "confidence", "ms"))
    failed = False
    for source, problem in sources:
        try:
            if problem is not None:
                raise problem
            reading = recognizer.reading(load_page(source))
            print(_json(source, reading) if args.json else _table_row(width, source, reading), flush=True)
        except UserError as error:
            failed = True
            text = {"source": str(source), "error": str(error)}
            print(json.dumps(text) if args.json else _row(width, str(source), "", str(error)), flush=True)
    return 1 if failed else 0


def _sources(path: Path) -> Iterator[tuple[Path, UserError | None]]:
    """The file, or the readable files of a folder and all its folders in order; or why there are none."""
    if not path.is_dir():
        yield path, None
        return
    empty = True
    refused: list[OSError] = []
    for found in find_files(path, PAGE_SUFFIXES, on_error=refused.append):
        empty = False
        yield found, None
    for error in refused:
        yield (
            Path(error.filename),
            UserError(f"{shown_name(error.filename)} cannot be read: {reason(error)}."),
        )
    if empty and not refused:
        yield path, UserError(f"{shown_name(path)} holds no image or InkML file; choose another folder.")


def _json(source: Path, reading: Reading) -> str:
    """A reading as one JSON object."""
    content: dict[str, Any] = {
        "source": str(source),
        "verdict": str(reading.verdict),
        "label": reading.label,
        "confidence": reading.confidence,
        "probabilities": dict(reading.probabilities),
        "milliseconds": round(reading.milliseconds, 3),
    }
    return json.dumps(content)


def _table_row(width: int, source: Path, reading: Reading) -> str:
    """A reading as one row of the table."""
    verdict = str(reading.verdict)
    if reading.verdict is Verdict.UNSURE:
        verdict += f": {' or '.join(reading.alternatives)}?"
    confidence = f"{100 * reading.confidence:.1f} %" if reading.label is not None else ""
    return _row(width, str(source), reading.label or "", verdict, confidence, f"{reading.milliseconds:.1f}")


def _row(width: int, source: str, label: str, verdict: str, confidence: str = "", ms: str = "") -> str:
    """One aligned row; a long source keeps its end, where its name is."""
    source = printable(source)
    if len(source) > width:
        source = f"…{source[1 - width :]}"
    return f"{source:<{width}}  {label:<5}  {verdict:<20}  {confidence:>10}  {ms:>7}".rstrip()


def _source_width(sources: Sequence[Path]) -> int:
    longest = max((len(str(source)) for source in sources), default=0)
    return min(max(longest, len("source")), _WIDEST_SOURCE)
