"""The `evaluate` command: measures a model on a data set, file or folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.settings import load_settings
from desktop_app.data.pages import page_of
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.ink.page import Page
from desktop_app.networks.card import ModelCard
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from desktop_app.tasks.evaluation import measure
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.reading import Reading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "data",
        metavar="DATA",
        help="data file or folder, or name of a data set, e.g. mnist",
    )
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, metavar="NAME", help="model to evaluate (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(args: argparse.Namespace) -> int:
    """Evaluate a model and print the report; return the exit code."""
    try:
        recognizer = open_recognizer(find_model(args.model))
        report = evaluate(open_data(args.data), recognizer)
    except UserError as error:
        print(f"handwriting: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report) if args.json else _table(report))
    return 0


def open_data(data: str) -> SourceSet:
    """Open a data file, a folder, or a data set by its name.

    Raises:
        UserError: the data does not exist or cannot be read.
    """
    settings, _ = load_settings(paths.settings_path())
    folders = DataFolders(paths.data_dir(settings), paths.downloads_dir())
    source = str(Path(data).absolute()) if Path(data).exists() else data
    return open_source(source, folders, lambda _: None, lambda: False)


def evaluate(source: SourceSet, recognizer: Recognizer) -> dict[str, Any]:
    """Recognize samples in the same way as drawings and image files, and compare with their labels.

    Uses the test part if the data set has one. If the model was trained on this data set and the writers are
    known, uses only the writers of its test part.

    Args:
        source: the samples.
        recognizer: the model.

    Returns:
        The report, JSON-serializable.

    Raises:
        UserError: the file of a sample cannot be opened, or the model has no labels.
    """
    card = recognizer.card
    if not task_kind(card.task).has_labels:
        raise UserError("{title} outputs images, not labels; choose a model with labels.", title=card.title)
    rows, writers = _test_rows(source, card)
    samples = ((str(source.labels[row]), page_of(source, row)) for row in rows.tolist())
    figures = measure(_answers(samples, len(rows), recognizer), card.labels, card.look_alikes)
    report = {"data": source.file, "model": card.name, "writers": writers, **asdict(figures)}
    report["other"]["without_look_alikes"] = report.pop("other_without_look_alikes")
    return report


def _test_rows(source: SourceSet, card: ModelCard) -> tuple[NDArray[np.int64], str]:
    """Return the rows of samples that were not used for training, and a description of their writers."""
    writers = "unknown" if source.writers is None else "all in the file"
    is_used = np.ones(len(source), np.bool_) if source.is_test is None else source.is_test
    if source.writers is not None:
        for known in card.data:
            if known.sha256 == source.sha256:
                is_used, writers = np.isin(source.writers, known.test_writers), "never seen in training"
    return np.flatnonzero(is_used), writers


def _answers(
    samples: Iterator[tuple[str, Page]], total: int, recognizer: Recognizer
) -> Iterator[tuple[str, Reading]]:
    """Yield labels and readings; print the progress if standard error is a terminal."""
    is_terminal = sys.stderr.isatty()
    for number, (label, page) in enumerate(samples, start=1):
        yield label, recognizer.read(page)
        if is_terminal and (number % 100 == 0 or number == total):
            print(f"\r{number} of {total}", end="\n" if number == total else "", file=sys.stderr, flush=True)


def _table(report: dict[str, Any]) -> str:
    """Return the report as a table."""
    other = report["other"]
    others = other["without_look_alikes"]
    rows = [
        ("data", report["data"]),
        ("writers", report["writers"]),
        ("model", report["model"]),
        ("samples", str(report["count"])),
        ("accuracy", _percent(report["accuracy"])),
        ("rejected", _percent(report["rejected"])),
        ("accuracy of read", _percent(report["accuracy_of_read"])),
        ("calibration error", _percent(report["ece"])),
        ("other samples", str(other["count"])),
        ("  rejected", _percent(other["rejected"])),
        ("  without look-alikes", str(others["count"])),
        ("  rejected", _percent(others["rejected"])),
    ]
    return "\n".join(f"{name:<24}{value:>24}" for name, value in rows)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"
