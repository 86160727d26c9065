"""Tests of the import of networks that output images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.cli.main import main
from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.task import Task
from desktop_app.training.export import save_keras
from desktop_app.training.foreign_conversion import convert_model
from desktop_app.training.import_process import prepare_import

L = keras.layers


def autoencoder(side: int, *, learned: bool = False) -> Any:
    """Return an autoencoder of digits with UpSampling2D, or with transposed convolutions if learned."""
    larger: Any = L.UpSampling2D
    if learned:

        def larger() -> Any:
            return L.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu")

    return keras.Sequential(
        [
            L.Input((side, side, 1)),
            L.Conv2D(4, 3, padding="same", activation="relu"),
            L.MaxPooling2D(2),
            *([L.Conv2D(4, 3, padding="same")] if side == 28 else [larger()]),
            larger(),
            L.Conv2D(1, 3, padding="same", activation="sigmoid"),
        ],
        name="autoencoder",
    )


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize(("side", "scale"), [(14, 2), (28, 1)])
def test_autoencoders_of_digits_are_imported(
    tmp_path: Path, suffix: str, side: int, scale: int, learned: bool
) -> None:
    model = autoencoder(side, learned=learned)
    save_keras(model, tmp_path / f"foreign.{suffix}")
    facts = convert_model(tmp_path / f"foreign.{suffix}", tmp_path / "model")
    assert (facts.input_shape, facts.outputs, facts.output_shape) == ((side, side, 1), 0, (28, 28, 1))
    assert "images of 28×28×1" in " ".join(map(str, facts.sentences()))
    assert "labels" not in " ".join(map(str, facts.sentences()))
    recognizer = open_recognizer(tmp_path / "model")
    expected = Task("restoration", side, side, 1, "mnist-reduce", labels=(), scale=scale)
    assert recognizer.card.task == expected
    images = np.random.default_rng(1).random((2, side, side, 1), np.float32)
    np.testing.assert_allclose(recognizer.predict(images), np.asarray(model(images)), atol=1e-5)


def test_other_images_are_not_normalized(tmp_path: Path) -> None:
    model = keras.Sequential([L.Input((16, 16, 3)), L.UpSampling2D(4), L.Conv2D(3, 3, padding="same")])
    model.save(tmp_path / "foreign.keras")
    convert_model(tmp_path / "foreign.keras", tmp_path / "model")
    assert read_card(tmp_path / "model").task == Task("restoration", 16, 16, 3, "reduce", (), scale=4)


@pytest.mark.parametrize(
    "layers",
    [
        [L.Conv2D(1, 3)],
        [L.Conv2D(2, 3, padding="same")],
        [L.UpSampling2D((2, 4))],
        [L.UpSampling2D(9)],
        [L.MaxPooling2D(2)],
    ],
)
def test_images_of_other_shapes_raise_user_error(tmp_path: Path, layers: list[Any]) -> None:
    keras.Sequential([L.Input((8, 8, 1)), *layers]).save(tmp_path / "foreign.keras")
    with pytest.raises(UserError, match="does not fit the input of 8×8×1"):
        convert_model(tmp_path / "foreign.keras", tmp_path / "model")


def test_image_model_has_no_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    monkeypatch.setattr(paths, "user_models_dir", lambda: library)
    autoencoder(14).save(tmp_path / "foreign.keras")
    assert main(["import", str(tmp_path / "foreign.keras"), "--name", "mine"]) == 0
    assert "Output: images of 28×28×1." in capsys.readouterr().out
    card = read_card(library / "mine")
    assert (card.name, card.task.kind, card.labels) == ("mine", "restoration", ())
    with (
        prepare_import(tmp_path / "foreign.keras", library) as found,
        pytest.raises(UserError, match="has no labels"),
    ):
        found.add(library / "other", "Other", ("a", "b"), open_recognizer)
