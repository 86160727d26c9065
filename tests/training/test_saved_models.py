"""Models that are saved as `.keras` with their card, and imported again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.networks.card import CARD_FILE, DataSource, Thresholds, WriterSplit
from desktop_app.networks.keras_export import keras_with_card
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.task import Task
from desktop_app.training.export import CardFacts, TrainingOutcome, export_model
from desktop_app.training.foreign_file import check_foreign, foreign_card, replace_config
from desktop_app.training.import_process import prepare_import
from tests.odd_models import randomize_weights
from tests.training.foreign_models import L, accept, archive_file, assert_user_error

SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)]])
BAR = Ink.from_points([[(10, 10), (12, 90)]])

Edit = Callable[[dict[str, Any]], object]


def noise() -> Page:
    pixels = np.random.default_rng(3).integers(0, 256, (20, 30, 3), np.uint8)
    return picture_from_pixels(pixels, "noise")


def letters_task() -> Task:
    """Return a task with aliases and rejection; the labels have no order that sample digits could show."""
    labels, aliases = ("x", "0", "A", "b"), (("X", "x"),)
    return Task("character", 12, 12, 3, "mnist-directions", labels, aliases, rejects=True)


def export_letters(folder: Path) -> None:
    network = [L.Input((12, 12, 3)), L.Conv2D(3, 5), L.Flatten(), L.Dense(5, activation="softmax")]
    model = keras.Sequential(network)
    randomize_weights(model, 5)
    sources = (DataSource("ink.npz", "00", WriterSplit(("a", "b"), ("c",), ("d",))),)
    facts = CardFacts(
        *("letters", "Four letters", letters_task(), ("o", "O")),
        thresholds=Thresholds(0.4, {"letters": 0.25}),
        set_offsets={"letters": (0.5, -1.0, 2.0)},
        outcome=TrainingOutcome(12, 1.5, 3.0, sources),
        evaluations=({"data": "ink.npz", "accuracy": 0.75},),
    )
    export_model(model, facts, folder)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Model folder of a small network for letters that sees the directions of the pen."""
    folder = tmp_path_factory.mktemp("models") / "letters"
    export_letters(folder)
    return folder


@pytest.fixture
def saved_letters(letters: Path, tmp_path: Path) -> Path:
    path = tmp_path / "mine.keras"
    path.write_bytes(keras_with_card(letters))
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(path: Path, edit: Edit) -> Path:
    """Change the values of the card in a file."""
    parts = members(path)
    card = json.loads(parts[CARD_FILE])
    edit(card)
    return archive_file(path, parts | {CARD_FILE: json.dumps(card).encode()})


def assert_same_reading(original: Path, imported: Path, page: Page, characters: Any = "all") -> None:
    readings = []
    for folder in (original, imported):
        recognizer = open_recognizer(folder)
        recognizer.restrict(characters)
        readings.append(recognizer.read(page))
    wanted, found = readings
    assert (found.verdict, found.label) == (wanted.verdict, wanted.label)
    assert list(found.probabilities) == list(wanted.probabilities)
    np.testing.assert_allclose(
        list(found.probabilities.values()), list(wanted.probabilities.values()), atol=1e-4
    )


# --- saving ---


def test_keras_loads_the_file_and_finds_its_own_members_unchanged(letters: Path, saved_letters: Path) -> None:
    assert set(members(saved_letters)) == {*members(letters / "model.keras"), CARD_FILE}
    assert members(saved_letters).items() > members(letters / "model.keras").items()
    original = keras.models.load_model(letters / "model.keras", compile=False)
    loaded = keras.models.load_model(saved_letters, compile=False)
    inputs = np.random.default_rng(0).random((2, 12, 12, 3), np.float32)
    np.testing.assert_array_equal(np.asarray(loaded(inputs)), np.asarray(original(inputs)))


def test_the_same_model_gives_the_same_file(letters: Path, saved_letters: Path) -> None:
    assert keras_with_card(letters) == saved_letters.read_bytes()


def test_the_card_in_the_file_has_no_hashes(letters: Path, saved_letters: Path) -> None:
    assert json.loads(members(saved_letters)[CARD_FILE])["files"] == {}
    card = foreign_card(saved_letters)
    assert card is not None
    assert card.task == read_card(letters).task
    assert card.thresholds == Thresholds(0.4, {"letters": 0.25})


def test_figures_of_texts_need_the_line_network_and_are_left_out(letters: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lines"
    folder.mkdir()
    for file in letters.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    values = json.loads((folder / CARD_FILE).read_bytes())
    values["figures"].append({"data": "numbers.npz", "string_accuracy": 0.9})
    (folder / CARD_FILE).write_text(json.dumps(values), encoding="utf-8")
    counts = []
    for files in ({}, {"line.tflite": "00"}):
        values["files"] |= files
        (folder / CARD_FILE).write_text(json.dumps(values), encoding="utf-8")
        with zipfile.ZipFile(io.BytesIO(keras_with_card(folder))) as archive:
            counts.append(len(json.loads(archive.read(CARD_FILE))["figures"]))
    assert counts == [2, 1]


def test_a_keras_file_of_another_model_is_not_saved(letters: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    folder.mkdir()
    (folder / CARD_FILE).write_bytes((letters / CARD_FILE).read_bytes())
    (folder / "model.keras").write_bytes(b"another")
    with pytest.raises(UserError, match=r"model\.keras of the model Four letters is damaged"):
        keras_with_card(folder)


# --- importing ---


def test_letters_come_back_as_they_were(
    letters: Path, saved_letters: Path, tmp_path: Path, quick: None
) -> None:
    folder, original = tmp_path / "library" / "mine", read_card(letters)
    with prepare_import(saved_letters, folder.parent) as found:
        facts = found.facts
        found.add(folder, facts.title, facts.labels, open_recognizer)
    assert (facts.labels, facts.outputs, facts.title) == (("x", "0", "A", "b"), 5, "Four letters")
    assert "Input: ink coloured by the direction of the pen" in " ".join(map(str, facts.sentences()))
    card = read_card(folder)
    for name in ("title", "task", "preparation_version", "look_alikes", "thresholds", "temperature"):
        assert getattr(card, name) == getattr(original, name), name
    assert (card.training, card.data, card.figures) == (original.training, original.data, original.figures)
    assert (card.name, card.files.keys()) == ("mine", original.files.keys())
    for page in (SEVEN, BAR, noise()):
        assert_same_reading(letters, folder, page)
    assert_same_reading(letters, folder, SEVEN, "letters")


@pytest.mark.parametrize(
    ("labels", "kind", "preparation", "aliases"),
    [
        (tuple("xyzw"), "character", "mnist-directions", (("X", "x"),)),
        (("one", "two", "three", "four", "five"), "picture", "fit", ()),
    ],
)
def test_other_labels_drop_what_was_measured_for_those_of_the_card(
    saved_letters: Path, tmp_path: Path, quick: None, labels: Any, kind: str, preparation: str, aliases: Any
) -> None:
    folder = tmp_path / "library" / "mine"
    with prepare_import(saved_letters, folder.parent) as found:
        assert str(found.facts.sentences(labels)[0]).startswith("Other labels: thresholds and results")
        found.add(folder, "Mine", labels, open_recognizer)
    card = read_card(folder)
    assert (card.labels, card.task.kind, card.task.preparation) == (labels, kind, preparation)
    assert (card.task.aliases, card.task.rejects) == (aliases, kind == "character")
    assert (card.thresholds, card.look_alikes, card.figures) == (Thresholds(0.5), (), ())
    assert card.set_offsets == {}
    assert card.data[0].test_writers == ("d",)


def test_classes_of_images_come_back_with_commas_and_cropping(tmp_path: Path, quick: None) -> None:
    task = Task("picture", 8, 8, 3, "crop", ("ice cream", "salt, pepper", "x"))
    model = keras.Sequential([L.Input((8, 8, 3)), L.Flatten(), L.Dense(3, activation="softmax")])
    export_model(model, CardFacts("food", "Food", task, thresholds=Thresholds(0.1)), tmp_path / "food")
    (tmp_path / "saved.keras").write_bytes(keras_with_card(tmp_path / "food"))
    folder = tmp_path / "library" / "mine"
    with prepare_import(tmp_path / "saved.keras", folder.parent) as found:
        assert found.facts.accuracy is None
        found.add(folder, "Food", found.facts.labels, open_recognizer)
    assert read_card(folder).task == task
    assert_same_reading(tmp_path / "food", folder, noise())


def test_image_models_keep_their_preparation(tmp_path: Path, quick: None) -> None:
    task = Task("restoration", 14, 14, 1, "reduce", (), scale=2)
    model = keras.Sequential([L.Input((14, 14, 1)), L.UpSampling2D(), L.Conv2D(1, 3, padding="same")])
    export_model(model, CardFacts("larger", "Larger", task), tmp_path / "larger")
    (tmp_path / "saved.keras").write_bytes(keras_with_card(tmp_path / "larger"))
    folder = tmp_path / "library" / "mine"
    with prepare_import(tmp_path / "saved.keras", folder.parent) as found:
        assert "model card in the file" in str(found.facts.sentences()[0])
        found.add(folder, found.facts.title, (), open_recognizer)
    assert (read_card(folder).title, read_card(folder).task) == ("Larger", task)


def test_sample_digits_are_read_with_the_task_of_the_card(tmp_path: Path, quick: None) -> None:
    from tests.foreign_digits import digit_layer

    # It reads the sum of the channels.
    channels = L.Conv2D(1, 1, use_bias=False, kernel_initializer="ones")
    layers = [L.Input((28, 28, 3)), channels, L.ReLU(max_value=1.0), L.Flatten()]
    model = keras.Sequential([*layers, digit_layer(order="3210456789", others=1), L.Softmax()])
    labels = ("3", "2", "1", "O", *"456789")
    task = Task("character", 28, 28, 3, "mnist-directions", labels, (("0", "O"),), rejects=True)
    export_model(model, CardFacts("digits", "Some digits", task), tmp_path / "digits")
    (tmp_path / "saved.keras").write_bytes(keras_with_card(tmp_path / "digits"))
    with prepare_import(tmp_path / "saved.keras", tmp_path / "library") as found:
        assert (found.facts.labels, found.facts.values) == (labels, "light")
        assert found.facts.accuracy is not None
        assert found.facts.accuracy > 0.6


def test_the_file_in_a_model_folder_is_imported_with_the_card_beside_it(
    letters: Path, tmp_path: Path, quick: None
) -> None:
    with prepare_import(letters / "model.keras", tmp_path / "library") as found:
        assert (found.facts.task, found.facts.title) == (letters_task(), "Four letters")
    (tmp_path / "model.keras").write_bytes((letters / "model.keras").read_bytes())
    (tmp_path / CARD_FILE).write_bytes(b"{}")
    with prepare_import(tmp_path / "model.keras", tmp_path / "library") as found:
        assert (found.facts.task, found.facts.has_unusable_card) == (None, False)


def test_a_title_that_is_taken_gets_a_number(saved_letters: Path, quick: None) -> None:
    from desktop_app.core.paths import user_models_dir

    titles = []
    for name in ("one", "two"):
        with prepare_import(saved_letters, user_models_dir()) as found:
            titles.append(found.facts.title)
            found.add(user_models_dir() / name, titles[-1], found.facts.labels, accept)
    assert titles == ["Four letters", "Four letters (2)"]


# --- hostile cards ---


def set_task(**values: Any) -> Edit:
    return lambda card: card["task"].update(values)


@pytest.mark.parametrize(
    "edit",
    [
        set_task(preparation="sepia"),
        set_task(preparation="fit"),
        set_task(kind="oracle"),
        set_task(height=10**9),
        set_task(labels=["x", "x", "A", "b"]),
        set_task(labels=["x", "0", "A", "\x1b"]),
        set_task(labels=["x", "0"]),
        set_task(aliases=[["x", "0"]]),
        set_task(aliases=[["\x1b", "x"]]),
        set_task(aliases=[["y", "x"], ["y", "A"]]),
        set_task(rejects="perhaps"),
        lambda card: card.update(parameters=-1),
        lambda card: card.update(temperature=0),
        *(
            lambda card, wrong=wrong: card.update(
                training={"epochs": 1, "seconds": 1, "keras": "3", "backend": "tensorflow"} | wrong
            )
            for wrong in ({"epochs": -5}, {"seconds": -1}, {"seconds": 10**18})
        ),
        lambda card: card.update(format=4),
        lambda card: card.update(preparation_version=99),
        lambda card: card.update(thresholds={"read": 7}),
        lambda card: card.update(thresholds={"read": 0.5, "read_of_sets": {"digits": 0.5}}),
        lambda card: card.update(set_offsets={"small-letters": [0.0]}),
        lambda card: card.update(set_offsets={"small-letters": [0.0, 99.0]}),
        lambda card: card.update(files={"network.tflite": "00"}),
        lambda card: card.pop("task"),
    ],
)
def test_damaged_cards_are_not_read(saved_letters: Path, edit: Edit) -> None:
    path = edited(saved_letters, edit)
    check_foreign(path)
    with pytest.raises(UserError):
        foreign_card(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff", b"3", b"null"])
def test_contents_that_are_no_card_are_not_read(saved_letters: Path, content: bytes) -> None:
    path = archive_file(saved_letters, members(saved_letters) | {CARD_FILE: content})
    check_foreign(path)
    with pytest.raises(UserError):
        foreign_card(path)


def lie_about_outputs(card: dict[str, Any]) -> None:
    """Claim one label more, consistently."""
    card["task"]["labels"].append("z")
    card["layers"][-1]["shape"] = [6]


def lie_about_input(card: dict[str, Any]) -> None:
    """Claim grey inputs, consistently."""
    card["task"] |= {"preparation": "mnist", "channels": 1}
    card["layers"][0]["shape"] = [12, 12, 1]


@pytest.mark.parametrize("edit", [lie_about_outputs, lie_about_input, lambda card: card.update(format=4)])
def test_a_file_with_an_unusable_card_is_imported_as_without(
    saved_letters: Path, tmp_path: Path, quick: None, edit: Edit
) -> None:
    path, folder = edited(saved_letters, edit), tmp_path / "library" / "mine"
    with prepare_import(path, folder.parent) as found:
        sentences = " ".join(map(str, found.facts.sentences()))
        assert "The model card in the file is not used" in sentences
        assert "enter the labels of its 5 outputs" in sentences
        assert (found.facts.labels, found.facts.task, found.facts.title) == ((), None, "")
        found.add(folder, "Mine", tuple("abcde"), open_recognizer)
    assert read_card(folder).task == Task("character", 12, 12, 3, "mnist", tuple("abcde"))


def test_a_huge_card_is_refused_before_it_is_read(saved_letters: Path, tmp_path: Path) -> None:
    parts = members(saved_letters) | {CARD_FILE: b" " * 4_000_001}
    assert_user_error(archive_file(tmp_path / "a.keras", parts), r"card\.json .* too large")
    path = archive_file(tmp_path / "b.keras", parts, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 200_000
    assert_user_error(path, "is compressed")


def test_two_cards_are_refused(saved_letters: Path) -> None:
    with zipfile.ZipFile(saved_letters, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(CARD_FILE, b"{}")
    assert_user_error(saved_letters, "missing or duplicated")


def test_a_card_with_changed_bytes_is_refused(saved_letters: Path) -> None:
    data = saved_letters.read_bytes()
    saved_letters.write_bytes(data.replace(b'"Four letters"', b'"Five letters"'))
    assert_user_error(saved_letters, "damaged or incomplete")


def test_the_check_keeps_the_card(saved_letters: Path) -> None:
    before = foreign_card(saved_letters)
    replace_config(saved_letters, check_foreign(saved_letters))
    assert foreign_card(saved_letters) == before is not None
