"""All kinds of files that the program opens: examples of them, and their public readers."""

from __future__ import annotations

import gzip
import io
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from desktop_app.core.paths import models_dir, resources_dir
from desktop_app.core.result_cache import ResultCache
from desktop_app.core.settings import Settings, load_settings, save_settings
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.ink.open_page import load_page
from desktop_app.networks.card import CARD_FILE
from desktop_app.networks.keras_export import keras_with_card
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.runs.answers import Answers, read_answers, write_answers
from desktop_app.runs.checkpoint import Progress, read_checkpoint, write_checkpoint
from desktop_app.runs.image_answers import ImageAnswers, read_image_answers, write_image_answers
from desktop_app.runs.recipe import read_recipe
from desktop_app.runs.run_folder import RunFolder, RunHistory, RunRecord
from desktop_app.runs.run_store import list_runs
from desktop_app.runs.zoo.catalog import zoo_entry
from tests.training_fixtures import write_ink_set, write_small_mnist

_SIDE = 24


@dataclass(frozen=True)
class Kind:
    """A kind of files.

    Attributes:
        name: of the kind.
        file: name of a file of this kind.
        write: writes examples into an empty folder and returns them.
        read: opens a file as the program does; raises UserError.
    """

    name: str
    file: str
    write: Callable[[Path], list[Path]]
    read: Callable[[Path], object]


def _pixels() -> Any:
    return np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)


def _images(suffix: str) -> Callable[[Path], list[Path]]:
    """Return a function that writes images in colour, grey, and with a palette."""

    def write(folder: Path) -> list[Path]:
        colour = Image.fromarray(_pixels())
        ink = np.full((200, 160), 255, np.uint8)
        ink[40:160, 70:90] = 0
        paths = []
        for number, image in enumerate((colour, Image.fromarray(ink), colour.convert("P"))):
            paths.append(folder / f"{number}{suffix}")
            image.convert("RGB" if suffix == ".jpg" else image.mode).save(paths[-1])
        return paths

    return write


def _samples(suffix: str) -> Callable[[Path], list[Path]]:
    def write(folder: Path) -> list[Path]:
        paths = sorted((resources_dir() / "samples").rglob("*.inkml"))[:6]
        return [Path(shutil.copy(path, folder / f"{path.stem}{suffix}")) for path in paths]

    return write


@cache
def _recognizer() -> Recognizer:
    return open_recognizer(models_dir() / "dense")


def _page(path: Path) -> object:
    return _recognizer().observe(load_page(path))


def _source(path: Path) -> object:
    folders = DataFolders(path.parent, path.parent)
    return open_source(str(path), folders, lambda _: None, lambda: False)


# --- data sets ---


def _arrays(folder: Path) -> list[Path]:
    write_small_mnist(folder / "mnist.npz", 30, 10)
    write_ink_set(folder / "ink.npz", "0123456789", writers=2, seed=1)
    images, labels = _pixels()[:30, :, :1].repeat(28, 2), np.array([*"0123456789" * 3])
    np.savez_compressed(folder / "words.npz", x=images[:, :28], y=labels)
    return sorted(folder.glob("*.npz"))


def _table(folder: Path) -> list[Path]:
    values = np.random.default_rng(0).integers(0, 256, (30, 64))
    lines = [",".join([str(row % 10), *map(str, line)]) for row, line in enumerate(values)]
    (folder / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    header = ",".join(["label", *(f"pixel{number}" for number in range(64))])
    (folder / "b.csv").write_text("\r\n".join([header, *lines]), encoding="utf-8")
    return [folder / "a.csv", folder / "b.csv"]


def _packed_table(folder: Path) -> list[Path]:
    paths = []
    for path in _table(folder):
        paths.append(path.with_suffix(".csv.gz"))
        paths[-1].write_bytes(gzip.compress(path.read_bytes()))
    return paths


def _idx(folder: Path) -> list[Path]:
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    for name, array in (
        ("images-idx3-ubyte", images),
        ("labels-idx1-ubyte", np.arange(20, dtype=np.uint8) % 10),
    ):
        sides = struct.pack(f">{array.ndim}I", *array.shape)
        (folder / name).write_bytes(bytes([0, 0, 8, array.ndim]) + sides + array.tobytes())
    return [folder / "images-idx3-ubyte"]


def _read_idx(path: Path) -> object:
    labels = path.with_name("labels-idx1-ubyte")
    if not labels.exists():
        labels.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 20]) + bytes(number % 10 for number in range(20)))
    return _source(path)


def _archive(folder: Path) -> list[Path]:
    path = folder / "classes.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(12):
            buffer = io.BytesIO()
            Image.fromarray(_pixels()[number : number + 20, :20]).save(buffer, "png")
            archive.writestr(f"classes/{number % 3}/{number}.png", buffer.getvalue())
        ink = next((resources_dir() / "samples").rglob("*.inkml"))
        archive.write(ink, "classes/3/a.inkml")
    return [path]


def _cifar(folder: Path) -> list[Path]:
    path, rng = folder / "cifar-10-binary.tar.gz", np.random.default_rng(0)
    with tarfile.open(path, "w:gz") as archive:
        names = [
            "batches.meta.txt",
            *(f"data_batch_{number}.bin" for number in range(1, 6)),
            "test_batch.bin",
        ]
        for name in names:
            data = rng.integers(0, 256, (3, 3073), np.uint8)
            data[:, 0] %= 10
            content = data.tobytes() if name.endswith("bin") else "\n".join(map(str, range(10))).encode()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return [path]


# --- models ---


def _keras(folder: Path) -> list[Path]:
    """Write models as Keras saves them, and one with its card."""
    names = ("dense", "residual")
    paths = [
        Path(shutil.copy(models_dir() / name / "model.keras", folder / f"{name}.keras")) for name in names
    ]
    (folder / "saved.keras").write_bytes(keras_with_card(models_dir() / "dense"))
    return [*paths, folder / "saved.keras"]


def _hdf5(folder: Path) -> list[Path]:
    """Write models in the format of Keras 2: the weights of a model with its description."""
    import h5py

    path = folder / "model.h5"
    with zipfile.ZipFile(models_dir() / "dense" / "model.keras") as archive:
        path.write_bytes(archive.read("model.weights.h5"))
        config = archive.read("config.json")
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = config.decode()
        file.attrs["keras_version"] = "2.15.0"
    return [path]


def _read_foreign(path: Path) -> object:
    from desktop_app.training.foreign_file import check_foreign, foreign_card

    return check_foreign(path), foreign_card(path)


def _model_file(name: str) -> tuple[Callable[[Path], list[Path]], Callable[[Path], object]]:
    """Return functions for one file in a model folder."""

    def write(folder: Path) -> list[Path]:
        return [Path(shutil.copy(models_dir() / "dense" / name, folder / name))]

    def read(path: Path) -> object:
        model = path.parent / "model"
        if not model.exists():
            shutil.copytree(models_dir() / "dense", model)
        shutil.copy(path, model / name)
        card = read_card(model)
        read_weights(model, card)
        return open_recognizer(model).info

    return write, read


# --- runs and settings ---


def _run_files(folder: Path) -> RunFolder:
    run = RunFolder(folder / "runs" / "run")
    recipe = zoo_entry("fast").recipe
    run.begin(
        recipe, RunRecord("Run", started="2026-01-01T10:00:00+00:00", epochs=2, figures={"val_loss": 0.5})
    )
    run.write_history(RunHistory(({"loss": 0.5}, {"loss": 0.25}), {"loss": (0.5, 0.25)}, 1))
    run.release()
    return run


def _run_file(name: str) -> tuple[Callable[[Path], list[Path]], Callable[[Path], object]]:
    """Return functions for one file in the folder of a run."""

    def write(folder: Path) -> list[Path]:
        return [Path(shutil.copy(_run_files(folder).path / name, folder / name))]

    def read(path: Path) -> object:
        run = RunFolder(path.parent / "runs" / "run")
        if not run.path.exists():
            _run_files(path.parent)
        shutil.copy(path, run.path / name)
        runs = list_runs(path.parent / "runs")
        if name == "recipe.json":
            read_recipe(run.path / name)
        return runs, run.record(), run.history()

    return write, read


def _answers(folder: Path) -> list[Path]:
    probabilities = np.full((20, 10), 0.1, np.float32)
    inputs = np.zeros((20, 8, 8, 1), np.uint8)
    write_answers(folder / "answers.npz", Answers(probabilities, np.arange(20) % 10, inputs))
    return [folder / "answers.npz"]


def _image_answers(folder: Path) -> list[Path]:
    from desktop_app.runs.image_answers import answer_images

    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 256, (4, 8, 8, 3), np.uint8)
    originals = rng.integers(0, 256, (4, 16, 16, 3), np.uint8)
    outputs = rng.random((4, 16, 16, 3), np.float32)
    answers: ImageAnswers = answer_images(inputs, outputs, originals, np.array(list("abcd")), None)
    write_image_answers(folder / "images.npz", answers)
    return [folder / "images.npz"]


def _checkpoint(folder: Path) -> list[Path]:
    write_checkpoint(
        folder / "checkpoint.npz", [np.ones((3, 4), np.float32), np.ones(4)], Progress(1, 0.5, 1)
    )
    return [folder / "checkpoint.npz"]


def _cached(folder: Path) -> list[Path]:
    ResultCache(folder / "cache").put("group", "key", {"a": np.ones((3, 4)), "b": np.array(["text"])})
    return list(folder.rglob("*.npz"))


def _read_cached(path: Path) -> object:
    folder = path.parent / "cache"
    _cached(path.parent)
    shutil.copy(path, next(folder.rglob("*.npz")))
    return ResultCache(folder).get("group", "key")


def _settings(folder: Path) -> list[Path]:
    from PySide6.QtWidgets import QApplication

    from desktop_app.app.window.main_window import MainWindow

    application = QApplication.instance() or QApplication([])
    window = MainWindow()
    settings = Settings(
        layouts=window.workspaces.layouts(),
        window_geometry=window.saved_geometry(),
        recent_files=("/a/b.png",),
    )
    save_settings(settings, folder / "settings.json")
    window.deleteLater()
    del application
    return [folder / "settings.json"]


@cache
def _window() -> Any:
    from PySide6.QtWidgets import QApplication

    from desktop_app.app.window.main_window import MainWindow

    return QApplication.instance() or QApplication([]), MainWindow()


def _read_settings(path: Path) -> object:
    settings, _ = load_settings(path)
    _, window = _window()
    window.restore_geometry(settings.window_geometry)
    window.workspaces.restore(settings.layouts, settings.workspace)
    return settings


KINDS = (
    *(
        Kind(suffix[1:], f"file{suffix}", _images(suffix), _page)
        for suffix in (".png", ".jpg", ".bmp", ".gif", ".tif", ".webp")
    ),
    Kind("inkml", "file.inkml", _samples(".inkml"), _page),
    Kind("xml", "file.xml", _samples(".xml"), _page),
    Kind("npz", "file.npz", _arrays, _source),
    Kind("csv", "file.csv", _table, _source),
    Kind("csv.gz", "file.csv.gz", _packed_table, _source),
    Kind("idx", "images-idx3-ubyte", _idx, _read_idx),
    Kind("zip", "file.zip", _archive, _source),
    Kind("tar.gz", "cifar-10-binary.tar.gz", _cifar, _source),
    Kind("keras", "file.keras", _keras, _read_foreign),
    Kind("h5", "file.h5", _hdf5, _read_foreign),
    *(
        Kind(f"model folder, {name}", name, *_model_file(name))
        for name in (CARD_FILE, "weights.npz", "network.tflite")
    ),
    *(Kind(f"run, {name}", name, *_run_file(name)) for name in ("recipe.json", "run.json", "history.json")),
    Kind("run, answers", "answers.npz", _answers, read_answers),
    Kind("run, output images", "images.npz", _image_answers, read_image_answers),
    Kind("run, checkpoint", "checkpoint.npz", _checkpoint, read_checkpoint),
    Kind("result cache", "file.npz", _cached, _read_cached),
    Kind("settings and layouts", "settings.json", _settings, _read_settings),
)


def kind_of(name: str) -> Kind:
    """Return the kind with a name."""
    return next(kind for kind in KINDS if kind.name == name)
