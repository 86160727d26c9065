"""The `evaluate` command: measures a model on a data set, file or folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.cli.arguments import not_empty
from desktop_app.cli.characters import add_characters, open_restricted
from desktop_app.cli.data_sets import data_folders, print_left_out
from desktop_app.core.errors import UserError
from desktop_app.core.files import is_there
from desktop_app.data.model_answers import check_fits, enlarge_source, open_labelled, unseen_rows
from desktop_app.data.pages import pages_of
from desktop_app.data.sources.source_set import LeftOut, SourceSet
from desktop_app.data.text_labels import are_texts
from desktop_app.ink.page import Page
from desktop_app.lines.text_figures import measure_texts
from desktop_app.lines.text_reading import TextReading
from desktop_app.networks.library import DEFAULT_MODEL
from desktop_app.networks.recognizer import Recognizer
from desktop_app.runs.image_answers import NETWORK
from desktop_app.runs.image_measures import measure_images
from desktop_app.tasks.evaluation import measure
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task

Answer = TypeVar("Answer", Reading, TextReading)

_TEXT_ROWS = {
    "string_accuracy": "string accuracy",
    "character_error_rate": "character error rate",
    "accepted": "accepted",
    "string_accuracy_of_accepted": "accuracy of accepted",
    "ece": "calibration error",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "data",
        type=not_empty,
        metavar="DATA",
        help="data file or folder, or name of a data set, e.g. mnist",
    )
    parser.add_argument(
        "--model",
        type=not_empty,
        default=DEFAULT_MODEL,
        metavar="NAME",
        help="model to evaluate (default: %(default)s)",
    )
    add_characters(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(args: argparse.Namespace) -> int:
    """Evaluate a model and print the report; return the exit code.

    Raises:
        UserError: the model or the data cannot be opened.
    """
    recognizer = open_restricted(args.model, args.characters)
    source = open_data(args.data, recognizer.card.task)
    _print_left_out(source.title, source.left_out)
    report = evaluate(source, recognizer)
    print(json.dumps(report) if args.json else _table(report, recognizer.task))
    return 0


def open_data(data: str, task: Task) -> SourceSet:
    """Open a data file, a folder, or a data set by its name.

    Files of a folder without subfolders are labelled with the texts in their names. Images that seem to be
    transposed are turned upright, which standard error says.

    Args:
        data: the file, folder or name.
        task: task of the model that is to be evaluated.

    Raises:
        UserError: the data does not exist, cannot be read or has no labels.
    """
    path = Path(data).absolute()
    name = str(path) if is_there(path) else data
    source, was_transposed = open_labelled(name, task, data_folders(), lambda _: None, lambda: False)
    if was_transposed:
        print(f"handwriting: {source.title} seems to be transposed and is turned upright.", file=sys.stderr)
    return source


def evaluate(source: SourceSet, recognizer: Recognizer) -> dict[str, Any]:
    """Run a model on samples and compare its answers with their labels, or its images with the originals.

    Samples are read in the same way as drawings and image files. Uses the test part if the data set has one.
    If the model was trained on this data set and the writers are known, uses only the writers of its test
    part.

    Args:
        source: the samples.
        recognizer: the model.

    Returns:
        The report, JSON-serializable.

    Raises:
        UserError: no file can be opened, no sample has ink, there are no samples for a model
            that outputs images, or the model does not fit the samples, see `check_fits`.
    """
    card = recognizer.card
    rows, writers = unseen_rows(source, card)
    check_fits(source, rows, card)
    if not task_kind(card.task).has_labels:
        figures = _image_figures(source, rows, recognizer)
        return {"data": source.file, "model": card.name, "writers": writers, **figures}
    head = {"data": source.file, "model": card.name, "writers": writers}
    if are_texts(source, card.labels) and recognizer.reads_text:
        texts = _answers(source, rows, recognizer.read_text)
        return {**head, **asdict(measure_texts(texts))}
    readings = _answers(source, rows, recognizer.read)
    report = {**head, **asdict(measure(readings, recognizer.task, card.look_alikes))}
    report["other"]["without_look_alikes"] = report.pop("other_without_look_alikes")
    return report


def _image_figures(source: SourceSet, rows: NDArray[np.int64], recognizer: Recognizer) -> dict[str, Any]:
    """Return the figures of a model that outputs images, compared with interpolation."""
    images = enlarge_source(recognizer, source, rows, lambda _: None, lambda: False)
    evaluation = measure_images(images)
    methods = {each.pop("name"): each for each in map(asdict, evaluation.enlargements)}
    return {
        "count": len(images),
        "psnr_above_bicubic": evaluation.gain,
        "enlargements": methods,
        "accuracy_of_originals": evaluation.accuracy,
    }


def _answers(
    source: SourceSet, rows: NDArray[np.int64], read: Callable[[Page], Answer]
) -> Iterator[tuple[str, Answer]]:
    """Yield labels and readings; print the progress if standard error is a terminal.

    At the end standard error says which files are left out and how many samples have no ink.

    Raises:
        UserError: none has ink, or no file can be opened.
    """
    is_terminal, total, without_ink, unreadable = sys.stderr.isatty(), len(rows), 0, 0
    left_out: list[LeftOut] = []
    for number, (row, page) in enumerate(pages_of(source, rows.tolist(), left_out), start=1):
        if page is None:
            unreadable += 1
        else:
            answer = read(page)
            without_ink += answer.verdict is Verdict.NO_INK
            yield str(source.labels[row]), answer
        if is_terminal and (number % 100 == 0 or number == total):
            print(f"\r{number} of {total}", end="\n" if number == total else "", file=sys.stderr, flush=True)
    _print_left_out(source.title, left_out)
    if unreadable == total > 0:
        raise UserError("No file in {data} can be opened; choose another folder.", data=source.file)
    if without_ink + unreadable == total > 0:
        raise UserError(
            "No sample of {data} has ink; an image of a single value has none. Check the images.",
            data=source.file,
        )
    if without_ink:
        print(f"handwriting: {without_ink} of {total} samples of {source.file} have no ink.", file=sys.stderr)


def _print_left_out(title: str, left_out: Sequence[LeftOut]) -> None:
    print_left_out(title, [(each.file, each.reason) for each in left_out])


def _table(report: dict[str, Any], task: Task) -> str:
    """Return the report as a table, with the accuracy of each class if labels are words."""
    labels, scale = task.labels, task.scale
    rows = [("data", report["data"]), ("writers", report["writers"]), ("model", report["model"])]
    rows.append(("samples", str(report["count"])))
    if "enlargements" in report:
        title = "PSNR above bicubic" if scale > 1 else "PSNR above the input"
        gain = _columns([(title, f"{report['psnr_above_bicubic']:+.2f} dB")])
        return f"{_columns(rows)}\n\n{_enlargements(report, scale)}\n\n{gain}"
    if "string_accuracy" in report:
        return _columns([*rows, *((title, _percent(report[key])) for key, title in _TEXT_ROWS.items())])
    other = report["other"]
    others = other["without_look_alikes"]
    rows += [
        ("accuracy", _percent(report["accuracy"])),
        ("  among the first three", _percent(report["accuracy_of_first_three"])),
        ("rejected", _percent(report["rejected"])),
        ("accuracy of read", _percent(report["accuracy_of_read"])),
        ("calibration error", _percent(report["ece"])),
        ("other samples", str(other["count"])),
        ("  rejected", _percent(other["rejected"])),
        ("  without look-alikes", str(others["count"])),
        ("  rejected", _percent(others["rejected"])),
    ]
    if any(len(label) > 1 for label in labels):
        rows += [("accuracy by class", "")]
        for number, (label, answers) in enumerate(zip(labels, report["confusion"], strict=True)):
            count = sum(answers)
            rows.append((f"  {label}", _percent(answers[number] / count if count else None)))
    return _columns(rows)


def _columns(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name:<24}{value:>24}" for name, value in rows)


def _enlargements(report: dict[str, Any], scale: int) -> str:
    """Return a table with the figures of each method; without enlargement, of the input and the network."""
    lines = [("", "PSNR dB", "SSIM", "in the box", "", "read right")]
    methods = report["enlargements"]
    if scale == 1:
        methods = {"input": methods["nearest"], NETWORK: methods[NETWORK]}
    for name, figures in methods.items():
        decibels = (f"{figures[key]:.2f}" for key in ("psnr", "psnr_in_box"))
        similarities = (f"{figures[key]:.4f}" for key in ("ssim", "ssim_in_box"))
        (psnr, psnr_in_box), (ssim, ssim_in_box) = decibels, similarities
        lines.append((name, psnr, ssim, psnr_in_box, ssim_in_box, _percent(figures["accuracy"])))
    lines.append(("original", "", "", "", "", _percent(report["accuracy_of_originals"])))
    return "\n".join(f"{name:<10}" + "".join(f"{value:>11}" for value in values) for name, *values in lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"
