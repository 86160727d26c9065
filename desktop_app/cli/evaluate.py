"""The `evaluate` command: how well a model reads a data set."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.errors import Refusal
from desktop_app.data.ink_set import InkSet, is_ink_set, read_image_set, read_ink_set
from desktop_app.ink.image_file import picture_from_bytes
from desktop_app.ink.page import Page
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from desktop_app.tasks.evaluation import measure
from desktop_app.tasks.reading import Reading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "data", type=Path, metavar="DATA", help="an .npz of images in Keras' layout, or an ink set"
    )
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, metavar="NAME", help="the model (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(args: argparse.Namespace) -> int:
    """Evaluate and print; 0 when it was done, 1 when the data or the model cannot be used."""
    try:
        recognizer = open_recognizer(find_model(args.model))
        report = evaluate(args.data, recognizer)
    except Refusal as refusal:
        print(f"handwriting: {refusal}", file=sys.stderr)
        return 1
    print(json.dumps(report) if args.json else _table(report))
    return 0


def evaluate(data: Path, recognizer: Recognizer) -> dict[str, Any]:
    """Read every sample of a data set and compare with its label.

    Ink is read as the canvas reads it. Images are encoded as PNG and read as image files. Where
    the model has learned from this very file, only the writers whom it never saw are asked.

    Args:
        data: an ink set, or an .npz in Keras' layout whose test part is read.
        recognizer: what reads.

    Returns:
        The report, ready for JSON.

    Raises:
        Refusal: the file is neither, or it is damaged.
    """
    card = recognizer.card
    writers = "unknown"
    samples: Iterator[tuple[str, Page]]
    if is_ink_set(data):
        inks, writers = _of_unseen_writers(read_ink_set(data), data, recognizer)
        samples = ((str(inks.labels[i]), inks.ink(i)) for i in range(len(inks)))
        total = len(inks)
    else:
        images = read_image_set(data, "test")
        samples = (
            (str(label), picture_from_bytes(_png(image), "image"))
            for image, label in zip(images.images, images.labels, strict=True)
        )
        total = len(images)
    figures = measure(_answers(samples, total, recognizer), card.labels, card.look_alikes)
    report = {"data": data.name, "model": card.name, "writers": writers, **asdict(figures)}
    report["other"]["without_look_alikes"] = report.pop("other_without_look_alikes")
    return report


def _of_unseen_writers(inks: InkSet, data: Path, recognizer: Recognizer) -> tuple[InkSet, str]:
    """The part of an ink set that is a fair test, and whose it is in words."""
    with data.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    for source in recognizer.card.data:
        if source.sha256 == digest:
            return inks.select(np.isin(inks.writers, source.test_writers)), "never seen in training"
    return inks, "all in the file"


def _png(image: NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _answers(
    samples: Iterator[tuple[str, Page]], total: int, recognizer: Recognizer
) -> Iterator[tuple[str, Reading]]:
    """Readings one after another, with progress for whoever watches."""
    watched = sys.stderr.isatty()
    for number, (label, page) in enumerate(samples, start=1):
        yield label, recognizer.read(page).reading
        if watched and (number % 100 == 0 or number == total):
            print(f"\r{number} of {total}", end="\n" if number == total else "", file=sys.stderr, flush=True)


def _table(report: dict[str, Any]) -> str:
    """The report for people."""
    other = report["other"]
    alike = other["without_look_alikes"]
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
        ("  look-alikes left out", str(alike["count"])),
        ("  rejected", _percent(alike["rejected"])),
    ]
    return "\n".join(f"{name:<24}{value:>24}" for name, value in rows)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"
