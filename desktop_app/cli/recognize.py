"""The `recognize` command: recognizes image files, InkML files and folders."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from desktop_app.batch.find_sources import find_sources
from desktop_app.batch.model_choice import ModelChoice
from desktop_app.cli.arguments import not_empty, not_empty_path
from desktop_app.cli.batch_file import write_batch
from desktop_app.cli.characters import add_characters, open_restricted
from desktop_app.core import paths
from desktop_app.core.errors import UserError, printable
from desktop_app.core.settings import load_settings
from desktop_app.ink.open_page import load_page
from desktop_app.ink.page import pages_of_file
from desktop_app.lines.acceptance import judge_text
from desktop_app.lines.text_reading import TextReading
from desktop_app.networks.card import ModelCard
from desktop_app.networks.last_layer import LastLayer, learned_layer
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.tasks.reading import PLAUSIBLE, Reading, Verdict, probability_text
from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.tasks.task import Task

_WIDEST_SOURCE = 60
_Widths: TypeAlias = tuple[int, int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="+", type=not_empty_path, metavar="PATH", help="file or folder")
    parser.add_argument(
        "--model",
        type=not_empty,
        default=DEFAULT_MODEL,
        metavar="NAME",
        help="model to use (default: %(default)s)",
    )
    add_characters(parser)
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print a JSON object per line instead of a table")
    output.add_argument(
        "--csv",
        type=not_empty_path,
        metavar="FILE",
        help="write a CSV file with all processors; the same command resumes after an interruption",
    )


def run(args: argparse.Namespace) -> int:
    """Recognize all files and print the results; return the exit code.

    Raises:
        UserError: the model cannot be opened, or the CSV file cannot be written.
    """
    recognizer = open_restricted(args.model, args.characters)
    card, folder = recognizer.card, find_model(args.model)
    learned = _layer_in_use(folder, card)
    if learned is not None:
        print("handwriting: reading with what was learned from corrections", file=sys.stderr)
    if args.csv is not None:
        choice = ModelChoice(folder, card.sha256, args.characters, learned)
        return write_batch(args.csv, args.paths, choice)
    recognizer.replace_last_layer(learned)
    sources = list(find_sources(args.paths))
    widths = _widths([source for source, _ in sources], recognizer.task.labels)
    if not args.json:
        print(_row(widths, "source", "label", "verdict", "confidence", "ms"))
    failed = False
    for source, problem in sources:
        try:
            if problem is not None:
                raise problem
            page = load_page(source)
            reading, pages = recognizer.read_page(page, _show_line), pages_of_file(page)
            if args.json:
                print(_json(source, reading, pages), flush=True)
            else:
                row = _table_row(widths, source, reading, recognizer.task)
                print(row + (f"  first of {pages} pages" if pages > 1 else ""), flush=True)
        except UserError as error:
            failed = True
            text = {"source": str(source), "error": str(error)}
            print(json.dumps(text) if args.json else _row(widths, str(source), "", str(error)), flush=True)
    return 1 if failed else 0


def _layer_in_use(model: Path, card: ModelCard) -> LastLayer | None:
    """Return the last layer that a model learned from corrections if the window reads with it as well."""
    settings, _ = load_settings(paths.settings_path())
    return learned_layer(model, card, paths.adaptations_dir()) if settings.uses_corrections else None


def _show_line(done: int, total: int) -> None:
    """Print the progress of a long page if standard error is a terminal."""
    if sys.stderr.isatty():
        print(
            f"\rline {done + 1} of {total}",
            end="\n" if done + 1 == total else "",
            file=sys.stderr,
            flush=True,
        )


def _json(source: Path, reading: Reading | TextReading, pages: int) -> str:
    """Return a reading as JSON; pages: number of pages of the file."""
    if isinstance(reading, TextReading):
        content = _text_content(source, reading)
    else:
        content = _character_content(source, reading)
    return json.dumps({**content, "pages": pages})


def _character_content(source: Path, reading: Reading) -> dict[str, Any]:
    """Return the reading of one character as JSON values."""
    return {
        "source": str(source),
        "verdict": str(reading.verdict),
        "label": reading.label,
        "confidence": reading.confidence,
        "probabilities": dict(reading.probabilities),
        "not_a_character": reading.not_a_character,
        "milliseconds": round(reading.milliseconds, 3),
    }


def _text_content(source: Path, reading: TextReading) -> dict[str, Any]:
    """Return the reading of several characters as JSON values."""
    lines = [
        {
            "text": line.text,
            "confidence": line.confidence,
            "box": line.box,
            "alternatives": [{"text": path.text, "probability": path.probability} for path in line.paths[1:]],
        }
        for line in reading.lines
    ]
    characters = [
        {
            "label": character.label,
            "confidence": character.confidence,
            "box": character.box,
            "alternatives": {each.label: each.probability for each in character.alternatives},
        }
        for character in reading.characters
    ]
    return {
        "source": str(source),
        "verdict": str(reading.verdict),
        "text": reading.text,
        "confidence": reading.confidence,
        "alternatives": reading.alternatives,
        "lines": lines,
        "characters": characters,
        "to_check": judge_text(reading).to_check,
        "milliseconds": round(reading.milliseconds, 3),
    }


def _table_row(widths: _Widths, source: Path, reading: Reading | TextReading, task: Task) -> str:
    """Return a reading as a table row; task: with the labels that are possible answers."""
    ms = f"{reading.milliseconds:.1f}"
    if isinstance(reading, TextReading):
        text = reading.text.replace("\n", " / ")
        return _row(widths, str(source), text, str(reading.verdict), probability_text(reading.confidence), ms)
    verdict = str(reading.verdict)
    if reading.verdict is Verdict.UNSURE:
        verdict += f": {_rivals(reading, task)}?"
    elif reading.verdict is Verdict.NOT_A_CHARACTER:
        verdict = str(rejected_class(task.labels))
    elif reading.verdict is Verdict.NO_INK and reading.remark is not None:
        verdict = str(reading.remark)
    confidence = probability_text(reading.confidence) if reading.label is not None else ""
    return _row(widths, str(source), reading.label or "", verdict, confidence, ms)


def _rivals(reading: Reading, task: Task) -> str:
    """Return the plausible answers of an unsure reading with their probabilities, the most probable first."""
    shares = {label: reading.probabilities[label] for label in reading.alternatives}
    if reading.not_a_character >= PLAUSIBLE:
        shares[str(rejected_class(task.labels))] = reading.not_a_character
    named = sorted(shares.items(), key=lambda item: -item[1])
    return " or ".join(f"{name} ({probability_text(share)})" for name, share in named)


def _row(widths: _Widths, source: str, label: str, verdict: str, confidence: str = "", ms: str = "") -> str:
    """Return an aligned row; a long path is shortened at its start."""
    source, (width, label_width) = printable(source), widths
    if len(source) > width:
        source = f"…{source[1 - width :]}"
    return f"{source:<{width}}  {label:<{label_width}}  {verdict:<20}  {confidence:>10}  {ms:>7}".rstrip()


def _widths(sources: Sequence[Path], labels: Sequence[str]) -> _Widths:
    """Return the widths of the columns of sources and labels."""
    longest = max((len(str(source)) for source in sources), default=0)
    label = max(map(len, (*labels, "label")))
    return min(max(longest, len("source")), _WIDEST_SOURCE), label
