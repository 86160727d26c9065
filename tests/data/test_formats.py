"""Tests that training, evaluation and sample grid read all formats of data in the same way."""

from __future__ import annotations

import gzip
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.cli.main import main
from desktop_app.data.dataset import build_dataset
from desktop_app.data.sample_set import open_sample_set
from desktop_app.data.sources.formats import FORMATS, format_of
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.networks.library import find_model
from desktop_app.runs.measures import Evaluation
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.tasks.task import Task
from desktop_app.views.evaluation.controller import evaluate_source

STROKES = {"1": [[(50, 0), (50, 100)]], "7": [[(0, 0), (60, 0), (20, 100)]]}
LABELS = np.array(list("17" * 12))


def ink(row: int) -> Ink:
    """Digits, each slightly wider than the previous one."""
    return Ink.from_points([(x * (20 + row) / 30, y) for x, y in stroke] for stroke in STROKES[LABELS[row]])


def images(channels: int = 1) -> NDArray[np.uint8]:
    """Images of the digits, dark on light, (24, 40, 40) grey or (24, 40, 40, 3) colour."""
    sheets = []
    for row in range(len(LABELS)):
        drawn = rasterize(ink(row))
        width = round(32 * drawn.shape[1] / drawn.shape[0])
        # Resizing overshoots at edges.
        small = np.asarray(Image.fromarray(drawn).resize((width, 32))).clip(0, 1)
        left = (40 - width) // 2
        sheets.append(np.pad(small, ((4, 4), (left, 40 - width - left))))
    light: NDArray[np.float32] = 1 - np.stack(sheets)
    if channels == 3:  # red ink on a yellowish background
        light = light[..., None] * np.array([30, 210, 170], np.float32) + np.array([220, 20, 30], np.float32)
        return light.astype(np.uint8)
    return (light * 255).astype(np.uint8)


def write_arrays(folder: Path) -> Path:
    np.savez(folder / "grey.npz", x_train=images(), y_train=LABELS)
    return folder / "grey.npz"


def write_colours(folder: Path) -> Path:
    np.savez(folder / "colour.npz", x=images(3), y=LABELS)
    return folder / "colour.npz"


def write_ink_set(folder: Path) -> Path:
    inks = [ink(row) for row in range(len(LABELS))]
    strokes = [stroke.points for drawing in inks for stroke in drawing.strokes]
    np.savez(
        folder / "ink.npz",
        points=np.concatenate(strokes).astype(np.int16),
        stroke_offsets=np.cumsum([0, *map(len, strokes)]),
        character_offsets=np.cumsum([0, *(len(drawing.strokes) for drawing in inks)]),
        labels=LABELS,
        writers=np.array([f"writer {row // 2}" for row in range(len(LABELS))]),
    )
    return folder / "ink.npz"


def write_table(folder: Path) -> Path:
    rows = (
        ",".join([label, *map(str, image.ravel())]) for label, image in zip(LABELS, images(), strict=True)
    )
    (folder / "table.csv").write_text("\n".join(rows))
    return folder / "table.csv"


def write_packed_table(folder: Path) -> Path:
    path = folder / "table.csv.gz"
    path.write_bytes(gzip.compress(write_table(folder).read_bytes()))
    return path


def write_list(folder: Path) -> Path:
    rows = [
        f"{path.relative_to(folder)},{path.parent.name}" for path in write_pictures(folder).rglob("*.png")
    ]
    (folder / "list.txt").write_text("\n".join(["filename,label", *rows]))
    return folder / "list.txt"


def write_npy(folder: Path) -> Path:
    np.save(folder / "X.npy", images())
    np.save(folder / "y.npy", LABELS)
    return folder


def write_mat(folder: Path) -> Path:
    scipy_io = pytest.importorskip("scipy.io")
    scipy_io.savemat(folder / "digits.mat", {"X": images(), "y": LABELS.astype(np.uint8)[:, None]})
    return folder / "digits.mat"


def write_idx(folder: Path) -> Path:
    for name, array in (("images-idx3-ubyte", images()), ("labels-idx1-ubyte", LABELS.astype(np.uint8))):
        sides = struct.pack(f">{array.ndim}I", *array.shape)
        (folder / name).write_bytes(bytes([0, 0, 8, array.ndim]) + sides + array.tobytes())
    return folder / "images-idx3-ubyte"


def write_pictures(folder: Path, channels: int = 3, *, same_size: bool = True) -> Path:
    for row, image in enumerate(images(channels)):
        path = folder / "pictures" / LABELS[row] / f"{row:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image if same_size else np.pad(image, ((row, 0), (0, 0)), mode="edge")).save(path)
    return folder / "pictures"


def write_grey_pictures_of_many_sizes(folder: Path) -> Path:
    return write_pictures(folder, 1, same_size=False)


def write_drawings(folder: Path) -> Path:
    for row, label in enumerate(LABELS):
        path = folder / "drawings" / label / f"{row:02}.inkml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(inkml_bytes(ink(row)))
    return folder / "drawings"


def write_archive(folder: Path) -> Path:
    pictures = write_pictures(folder)
    with zipfile.ZipFile(folder / "pictures.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in pictures.rglob("*.png"):
            archive.write(path, path.relative_to(folder))
    return folder / "pictures.zip"


WRITERS = (
    write_arrays,
    write_colours,
    write_ink_set,
    write_table,
    write_packed_table,
    write_list,
    write_npy,
    write_mat,
    write_idx,
    write_pictures,
    write_grey_pictures_of_many_sizes,
    write_drawings,
    write_archive,
)


@pytest.mark.parametrize("write", WRITERS)
def test_each_format_is_trained_evaluated_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], write: Callable[[Path], Path]
) -> None:
    path = write(tmp_path)
    recipe = Recipe(
        data=(DataPart(str(path), validation=0.25, test=0.25),), task=Task(labels=("1", "7")), layers=()
    )
    dataset = build_dataset(recipe, DataFolders(None, tmp_path), lambda _: None, lambda: False)
    assert [len(part) for part in (dataset.training, dataset.validation, dataset.test)] == [12, 6, 6]
    assert all(image.max() > 200 for image in dataset.training.inputs)

    assert main(["evaluate", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["count"], report["other"]["count"]) == (24, 0)
    assert report["accuracy"] > 0.8

    folders = DataFolders(None, tmp_path)
    found = evaluate_source(find_model("digits"), str(path), folders, lambda _: None, lambda: False)
    assert isinstance(found.evaluation, Evaluation)
    assert (len(found.evaluation.answers), found.left_out) == (24, 0)
    # Here the answer may be "not a digit", too.
    assert 0.5 < found.evaluation.accuracy <= report["accuracy"]

    samples = open_sample_set(path, recipe.task)
    assert samples is not None
    assert (samples.total, samples.labels[:2]) == (24, ("1", "7"))
    # Drawings in a folder are rounded to device units.
    for learned in dataset.training.inputs.astype(np.float32):
        assert np.abs(samples.pixels.astype(np.float32) - learned).mean(axis=(1, 2, 3)).min() < 1


def test_all_formats_are_tested(tmp_path: Path) -> None:
    written = {format_of(write(tmp_path)) for write in WRITERS} - {None} | {format_of(Path("X.npy"))}
    # The archive of CIFAR-10 has no digits.
    assert written == set(FORMATS) - {format_of(Path("cifar-10-binary.tar.gz"))}
