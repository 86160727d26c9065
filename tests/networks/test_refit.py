"""Tests of learning from corrections: refits of the last layer, their checks, and the files for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.ink.open_page import load_page
from desktop_app.networks.card import ModelCard
from desktop_app.networks.feature_bank import BANK_FILE, FeatureBank, read_bank, write_bank
from desktop_app.networks.last_layer import (
    Adaptation,
    LastLayer,
    adaptation_path,
    last_layer,
    read_adaptation,
    softmax,
    write_adaptation,
)
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.model_folder import WEIGHTS_FILE, copy_model, read_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.refit import LARGEST_LOSS, Refit
from desktop_app.networks.weights import read_weights

CLASSES, UNITS = 4, 24


def directions(rng: np.random.Generator) -> np.ndarray:
    """One direction of the features for each class."""
    return np.linalg.qr(rng.normal(size=(UNITS, CLASSES)))[0].T.astype(np.float32)


@pytest.fixture
def toy() -> tuple[LastLayer, FeatureBank, np.ndarray]:
    """A last layer that reads its bank, and the direction of each class."""
    rng = np.random.default_rng(1)
    along = directions(rng)
    classes = rng.integers(0, CLASSES, 700)
    features = 4 * along[classes] + 0.1 * rng.normal(size=(700, UNITS)).astype(np.float32)
    layer = LastLayer("features", "logits", "output", 2 * along.T.copy(), np.zeros(CLASSES, np.float32))
    return layer, FeatureBank(np.maximum(features, -9).astype(np.float32), classes), along


def odd_samples(along: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples of class 1 that look like class 0 except for a direction that no other data has."""
    rng = np.random.default_rng(2)
    habit = rng.normal(size=UNITS)
    habit -= along.T @ (along @ habit)
    habit *= 3 / np.linalg.norm(habit)
    samples = 3 * along[0] + along[1] + habit + 0.1 * rng.normal(size=(count, UNITS))
    return samples.astype(np.float32), np.ones(count, np.int64)


def test_corrections_are_learned_and_carry_over(toy):
    layer, bank, along = toy
    features, classes = odd_samples(along, 8)
    result = Refit(layer, bank, "hash").learn(features[:3], classes[:3])
    assert result.adaptation is not None
    assert (result.figures.misread_before, result.figures.misread_after) == (3, 0)
    assert result.figures.misread_left_out == 0
    learned = layer.with_weights(result.adaptation)
    assert (layer.logits_of(features[3:]).argmax(axis=1) == 0).all()
    assert (learned.logits_of(features[3:]).argmax(axis=1) == 1).all()
    assert str(result.outcome).startswith("Learned")


def test_one_correction_is_enough(toy):
    layer, bank, along = toy
    features, classes = odd_samples(along, 2)
    result = Refit(layer, bank, "hash").learn(features[:1], classes[:1])
    assert result.adaptation is not None
    assert layer.with_weights(result.adaptation).logits_of(features[1:]).argmax() == 1


def test_other_handwriting_stays(toy):
    layer, bank, along = toy
    features, classes = odd_samples(along, 3)
    result = Refit(layer, bank, "hash").learn(features, classes)
    assert result.figures.accuracy_after >= result.figures.accuracy_before - LARGEST_LOSS


def test_what_harms_others_is_rejected(toy):
    """Samples exactly like those of another class in the bank cannot be learned."""
    layer, bank, along = toy
    rng = np.random.default_rng(3)
    features = (4 * along[0] + 0.1 * rng.normal(size=(60, UNITS))).astype(np.float32)
    result = Refit(layer, bank, "hash").learn(features, np.ones(60, np.int64))
    assert result.adaptation is None
    assert str(result.outcome).startswith("Not learned")
    assert f"{100 * result.figures.accuracy_before:.1f}" in str(result.outcome) or "misread" in str(
        result.outcome
    )


def test_nothing_is_learned_from_samples_that_are_read_correctly(toy):
    layer, bank, along = toy
    result = Refit(layer, bank, "hash").learn(4 * along, np.arange(CLASSES))
    assert result.adaptation is None
    assert str(result.outcome) == "Nothing to learn: no sample is misread."


def test_contradictions_are_found(toy):
    layer, bank, along = toy
    features, classes = odd_samples(along, 4)
    classes = np.array([1, 1, 2, 1])
    result = Refit(layer, bank, "hash").learn(features, classes)
    assert result.contradictions == ((0, 2), (1, 2), (2, 3))


def test_figures_of_left_out_samples_are_those_of_fits_without_them(toy):
    layer, bank, along = toy
    features, classes = odd_samples(along, 6)
    lone = (3 * along[2] + 2 * along[3]).astype(np.float32)[None] * np.float32(1)
    features, classes = np.concatenate([features, lone]), np.append(classes, 3)
    refit = Refit(layer, bank, "hash")
    expected = 0
    for left_out in range(len(classes)):
        others = np.arange(len(classes)) != left_out
        adaptation = refit.learn(features[others], classes[others]).adaptation
        used = layer if adaptation is None else layer.with_weights(adaptation)
        expected += int(used.logits_of(features[[left_out]]).argmax() != classes[left_out])
    assert refit.learn(features, classes).figures.misread_left_out == expected == 1


# ---------------------------------------------------------------------------------- the shipped model


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(find_model(DEFAULT_MODEL))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the shipped model."""
    copy_model(find_model(DEFAULT_MODEL), tmp_path / "digits")
    return tmp_path / "digits"


def test_shipped_model_has_a_bank_for_its_weights(card):
    bank = read_bank(find_model(DEFAULT_MODEL), card)
    layer = last_layer(card.info, read_weights(find_model(DEFAULT_MODEL), card))
    features, classes = bank.held_out
    assert (layer.logits_of(features).argmax(axis=1) == classes).mean() > 0.97
    assert set(bank.classes.tolist()) == set(range(len(card.labels) + 1))


def test_bank_of_other_weights_is_rejected(model):
    card = read_card(model)
    bank = read_bank(model, card)
    changed = replace(card, files={**card.files, WEIGHTS_FILE: "0" * 64})
    with pytest.raises(
        UserError, match="was made for other weights; make it again with “handwriting bank digits”"
    ):
        read_bank(model, changed)
    assert len(read_bank(model, write_bank(model, card, bank)).classes) == len(bank.classes)


def test_damaged_bank_is_rejected(model):
    path = model / BANK_FILE
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match="is damaged"):
        read_bank(model, read_card(model))


def test_model_without_bank(card):
    files = {name: sha256 for name, sha256 in card.files.items() if name != BANK_FILE}
    with pytest.raises(UserError, match="has no feature bank"):
        read_bank(find_model(DEFAULT_MODEL), replace(card, files=files))


def test_own_last_layer_reads_as_the_network_does(card):
    folder = find_model(DEFAULT_MODEL)
    layer = last_layer(card.info, read_weights(folder, card))
    recognizer = open_recognizer(folder)
    page = load_page(paths.resources_dir() / "samples" / "seven.inkml")
    plain = recognizer.observe(page)
    recognizer.replace_last_layer(layer)
    own = recognizer.observe(page)
    assert own.reading is not None
    assert plain.reading is not None
    assert plain.prepared is not None
    assert list(own.activations) == list(plain.activations)
    assert own.reading.probabilities == pytest.approx(plain.reading.probabilities, abs=1e-5)
    inputs = plain.prepared.model_input[None]
    batch = recognizer.predict(inputs)
    np.testing.assert_allclose(batch[0], own.activations[card.info.output], atol=1e-5)
    biased = replace(layer, bias=layer.bias + 50 * (np.arange(len(layer.bias)) == 3).astype(np.float32))
    recognizer.replace_last_layer(biased)
    assert recognizer.read(page).label == "3"
    assert recognizer.predict(inputs).argmax() == 3
    recognizer.replace_last_layer(None)
    assert recognizer.read(page).label == "7"


def test_adaptation_is_bound_to_the_weights(card, tmp_path):
    layer = last_layer(card.info, read_weights(find_model(DEFAULT_MODEL), card))
    path = adaptation_path(tmp_path, card)
    write_adaptation(path, Adaptation(layer.kernel, layer.bias, card.files[WEIGHTS_FILE], 3))
    found = read_adaptation(path, card, layer)
    assert found.samples == 3
    np.testing.assert_array_equal(found.kernel, layer.kernel)
    write_adaptation(path, Adaptation(layer.kernel, layer.bias, "other", 3))
    with pytest.raises(UserError, match="was learned for other weights"):
        read_adaptation(path, card, layer)
    path.write_bytes(b"nothing")
    with pytest.raises(UserError, match="is damaged"):
        read_adaptation(path, card, layer)
    np.savez(path, kernel=layer.kernel, bias=layer.bias, weights="", samples=np.inf)
    with pytest.raises(UserError, match="is damaged"):
        read_adaptation(path, card, layer)


def test_softmax_of_large_logits():
    np.testing.assert_allclose(softmax(np.array([[1000.0, 1000.0]], np.float32)), [[0.5, 0.5]])
