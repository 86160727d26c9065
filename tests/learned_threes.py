"""A model that learned to read nearly everything as a 3, to see where what was learned is used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop_app.core.paths import adaptations_dir
from desktop_app.networks.last_layer import (
    Adaptation,
    LastLayer,
    adaptation_path,
    last_layer,
    write_adaptation,
)
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import WEIGHTS_FILE, read_card
from desktop_app.networks.weights import read_weights


def layer_of_threes() -> LastLayer:
    """Return a last layer of the model `digits` that answers 3."""
    folder = find_model("digits")
    card = read_card(folder)
    layer = last_layer(card.info, read_weights(folder, card))
    return replace(layer, bias=layer.bias + 50 * (np.arange(len(layer.bias)) == 3).astype(np.float32))


def adaptation_of_threes() -> Adaptation:
    """Return the adaptation with this layer."""
    layer = layer_of_threes()
    return Adaptation(layer.kernel, layer.bias, read_card(find_model("digits")).files[WEIGHTS_FILE], 1)


def learn_threes() -> None:
    """Store the adaptation as if the model had learned it."""
    path = adaptation_path(adaptations_dir(), read_card(find_model("digits")))
    write_adaptation(path, adaptation_of_threes())
